"""What the mixed runs put in and what must become of it: invented people and the expectations, the same for a seed."""

import random
from dataclasses import dataclass
from hashlib import sha256

ADDRESS = "hilfe@acme.example"
FORM = "formular@acme.example"
HANDLE = "AcmeHilft"

_FIRST = ("Anna", "Bodo", "Clara", "Esra", "Gesine", "Jannis", "Mirjam", "Nuri", "Ottilie", "Rieke", "Sönke", "Ulf")
_LAST = ("Ahrens", "Brügmann", "Düwel", "Eggers", "Fährmann", "Jürgens", "Möhring", "O'Keefe", "Süßmann", "Vogts")
_MATTERS = (
    "Der Anschluss ist seit gestern Abend tot.",
    "Meine Rechnung weist 49,90 € aus, abgebucht wurden 99,80 €.",
    "Der Techniker ist nicht gekommen, ich habe vier Stunden gewartet.",
    "Die Rufnummer wurde nach dem Umzug nicht mitgenommen.",
    "The router restarts every ten minutes and nobody can tell me why.",
    "I was charged twice for the same month, please check.",
    "My connection drops each evening between eight and ten.",
    "The contract was cancelled in March, but the line is still billed.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody invented; on X his user name is `handle`."""

    name: str
    address: str
    handle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One thing put in, and its fate. `marker` is a word of its text that occurs nowhere else.

    `opens`: it must open a ticket. `thread`: marker of the message whose ticket it must be in ("" = in none).
    `answered`: exactly one message of ours must answer it ("own") or it may share one ("shared"), or none ("no").
    `receipt`: it must get a read receipt. `external_id`: Message-ID, "" for posts (the world gives them).
    """

    marker: str
    kind: str
    outcome: str
    person: Person
    opens: bool = False
    thread: str = ""
    answered: str = "no"
    receipt: bool = False
    external_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail as it lies in the mailbox. `after`: marker of one that must lie there before."""

    raw: bytes
    expected: Expected
    after: str = ""


class Town:
    """Gives people, words and markers, always the same ones for a seed."""

    def __init__(self, seed: int, name: str) -> None:
        self.random = random.Random(f"{seed}/{name}")
        self._name = f"{seed}/{name}"
        self._people = 0
        self._markers = 0

    def person(self) -> Person:
        """Somebody new."""
        self._people += 1
        first, last = self.random.choice(_FIRST), self.random.choice(_LAST)
        code = sha256(f"{self._name}/{self._people}".encode()).hexdigest()[:8]
        return Person(
            name=f"{first} {last}",
            address=f"kunde-{code}{self._people}@post{self._people % 13}.example",
            handle=f"k{code}{self._people}",
        )

    def marker(self) -> str:
        """A word that nobody has written yet, without digits, so that no rule takes it for a number."""
        self._markers += 1
        digest = sha256(f"{self._name}/word/{self._markers}".encode()).digest()
        return "Zx" + "".join(chr(ord("a") + octet % 26) for octet in digest[:10])

    def matter(self) -> str:
        """What somebody may complain about."""
        return self.random.choice(_MATTERS)
