"""The house of a story: a customer on X and in the mail, a team that types commands, real processes, our own time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inbox_bot.sandbox.x import World, serve
from inbox_bot.sandbox.x.things import User
from tests.crash.clock import SharedClock
from tests.crash.lives import Lives, open_lives
from tests.crash.victim import Order
from tests.dovecot import Dovecot
from tests.e2e.house import House, Ran, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import Letter, letters_by_person
from tests.e2e.waiting import until
from tests.smtpsink import Sink, smtp_sink

THILO = Person(name="Thilo Brandt", address="thilo@post.example", handle="thilo_b")
TEAM = {"anna": ("AB", "agent"), "ben": ("BK", "agent"), "rieke": ("RS", "supervisor")}
ALWAYS = "\n[hours]\n" + "".join(
    f'{day} = ["00:00-24:00"]\n'
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
)
DEMAND = """+++
title = "Power of attorney"
visibility = "private"
automatic = false
topic = "contract"
refuses = ["resolved", "authorised"]
asks = ["authorised"]
+++
Sie haben nach dem Vertrag eines Dritten gefragt. Bitte senden Sie uns eine unterschriebene Vollmacht.
"""


@dataclass(slots=True, kw_only=True)
class Desk:
    """The house of one test: its customers' side, its team's commands, and its time."""

    house: House
    clock: SharedClock
    dovecot: Dovecot
    user: str
    sink: Sink
    world: World
    thilo: User
    lives: Lives
    now: dict[str, str]
    authserv_id: str = ""
    mails: int = 0

    async def run(self, *arguments: str) -> Ran:
        """A command, at the story's time."""
        if not self.clock.shift():
            return await self.house.run(*arguments)
        self.now["FAKETIME"] = f"+{self.clock.shift():.3f}"
        return await self.house.started(*arguments)

    async def team(self, *arguments: str) -> Ran:
        """A command that must work."""
        ran = await self.run(*arguments)
        assert ran.status == 0, ran.err
        return ran

    async def json(self, *arguments: str) -> Any:
        """What a command that must work prints for other tools."""
        return (await self.team(*arguments, "--json")).json()

    async def stopped(self, *arguments: str) -> str:
        """A command that must be refused; gives what it says."""
        ran = await self.run(*arguments)
        assert ran.status == 1, ran.out
        return ran.err

    def writes(
        self,
        subject: str,
        text: str,
        *,
        to: str = "hilfe@acme.example",
        person: Person = THILO,
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        """He mails, or another person."""
        self.mails += 1
        raw = compose(person, subject, text + "\n", self.clock.now(), f"Zx{self.mails}", to=to, headers=headers)
        if self.authserv_id:  # above the Received of our own server, where nobody else can have written
            domain = person.address.rpartition("@")[2]
            raw = f"Authentication-Results: {self.authserv_id}; dmarc=pass header.from={domain}\r\n".encode() + raw
        self.dovecot.append(self.user, [raw], self.clock.now())

    def letters(self, to: str = THILO.address) -> list[Letter]:
        """All mails that somebody has."""
        return letters_by_person(self.sink.mails).get(to, [])

    def told(self, name: str, words: str) -> bool:
        """Whether one of the team has a mail with these words."""
        found = self.letters(f"{name}@acme.example")
        return any(words in f"{letter.message['Subject']}\n{letter.text}" for letter in found)

    async def opened(self, text: str) -> str:
        """He mails and has the acknowledgement; gives the ticket's number."""
        self.writes("Umzug", text)
        await until(lambda: bool(self.letters()))
        return self.letters()[0].number


def faketime() -> str:
    """The library that shifts the time of a command (Debian: faketime)."""
    [found] = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return str(found)


@asynccontextmanager
async def opened(
    folder: Path, dovecot: Dovecot, *, more: str = "", authserv_id: str = "", hours: str = ALWAYS
) -> AsyncIterator[Desk]:
    """Two agents and a supervisor, a mailbox, an account on X, a text of the company's own; the daemon runs. `more`: of
    the configuration; `authserv_id`: the mail server says who wrote."""
    clock, user = SharedClock(folder / "clock"), dovecot.new_user()
    world = World(clock=clock.seconds)
    world.limits.lift()
    texts = folder / "texts" / "replies" / "de"
    texts.mkdir(parents=True)
    (texts / "demand.email.j2").write_text(DEMAND)
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(smtp_sink())
        base = await stack.enter_async_context(serve(world))
        lives = await stack.enter_async_context(open_lives())
        now = {"LD_PRELOAD": faketime(), "FAKETIME": "+0"}
        house = write_config(
            folder, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, x=(base, world),
            poll_seconds=1, more=hours + more, environment=now,
        )  # fmt: skip
        written = house.config.read_text()
        if authserv_id:
            written = written.replace("[inbox.imap]", f'[inbox.imap]\nauthserv_id = "{authserv_id}"')
        house.config.write_text(written.replace('name = "Acme"', 'name = "Acme"\ntemplates = "texts"', 1))
        desk = Desk(
            house=house, clock=clock, dovecot=dovecot, user=user, sink=sink, world=world, lives=lives, now=now,
            authserv_id=authserv_id,
            thilo=world.add_user(THILO.handle, THILO.name),
        )  # fmt: skip
        for name, (initials, role) in TEAM.items():
            await desk.team(
                "agent", "add", name, "--initials", initials, "--address", f"{name}@acme.example", "--role", role
            )
        await lives.begin(Order(folder=str(folder)))
        yield desk
        assert await lives.kill(15) == 0
        log = (folder / "log").read_text()
        assert "Traceback" not in log, log[-3000:]
