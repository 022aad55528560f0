"""The company and the people of the demo; all invented."""

from dataclasses import dataclass

COMPANY = "Funkelnetz"
COMPANY_HANDLE = "funkelnetz"
INBOX = "hilfe@funkelnetz.example"
TEAM = "team@funkelnetz.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer; `handle` on X without @, "" = not on X; `address` "" = writes no mails."""

    name: str
    handle: str = ""
    address: str = ""

    @property
    def called(self) -> str:
        """The first name."""
        return self.name.partition(" ")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """One of the team."""

    name: str
    initials: str
    address: str


TILL = Person(name="Till Brandow", handle="tillbrandow", address="till.brandow@post.example")
RIEKE = Person(name="Rieke Brandow", address="rieke.brandow@post.example")
JETTE = Person(name="Jette Marholm", handle="jettemarholm")
VISITOR = Person(name="Visitor", handle="visitor", address="visitor@post.example")
PEOPLE = (TILL, RIEKE, JETTE, VISITOR)

ANNA = Agent(name="Anna Kessel", initials="AK", address="anna.kessel@funkelnetz.example")
