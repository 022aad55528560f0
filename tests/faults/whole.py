"""The whole program as a process of its own, a proxy between it and each peer, and what must hold after a fault."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.dovecot import Dovecot
from tests.e2e.house import House, Running, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import letters_by_person
from tests.e2e.waiting import until
from tests.faults.proxy import Proxy, proxy
from tests.smtpsink import Sink, smtp_sink


@dataclass(slots=True, kw_only=True)
class Whole:
    """A mailbox, a relay, the proxies before them, and the configuration that names the proxies."""

    house: House
    dovecot: Dovecot
    user: str
    sink: Sink
    imap: Proxy
    smtp: Proxy
    people: list[Person] = field(default_factory=list)

    def write(self, count: int = 1, text: str = "Der Anschluss ist tot.") -> None:
        """So many new customers write, one mail each."""
        now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mails must be young
        mails = []
        for _ in range(count):
            place = len(self.people) + 1
            person = Person(name=f"Kunde {place}", address=f"kunde{place}@post.example", handle=f"kunde{place}")
            self.people.append(person)
            mails.append(compose(person, "Störung", f"{text} {place}\n", now, f"Zx{place}"))
        self.dovecot.append(self.user, mails)

    def answered(self) -> bool:
        """Whether everybody has at least one letter."""
        found = letters_by_person(self.sink.mails)
        return all(found.get(person.address) for person in self.people)

    async def all_answered(self, seconds: float) -> float:
        """Wait until everybody has his acknowledgement; gives how long that took. Raises TimeoutError."""
        begun = time.monotonic()
        await until(self.answered, seconds)
        return time.monotonic() - begun

    async def audit(self) -> list[tuple[str, str]]:
        """What the audit finds: kind and words."""
        return [(one["kind"], one["detail"]) for one in (await self.house.json("audit"))["findings"]]

    async def ledger(self) -> dict[str, int]:
        """How many things had which outcome; the ledger must balance."""
        found = await self.house.json("ledger")
        assert found["balanced"] is True
        return {line["outcome"]: line["count"] for line in found["counts"] if line["count"]}

    async def finding(self, kind: str, words: str, seconds: float = 20) -> str:
        """Wait until `audit` says it; the line."""
        end = time.monotonic() + seconds
        said: list[tuple[str, str]] = []
        while time.monotonic() < end:
            said = await self.audit()
            for found, detail in said:
                if found == kind and words in detail:
                    assert "\n" not in detail
                    return detail
            await asyncio.sleep(0.05)
        raise AssertionError(f"audit does not say {kind} … {words}: {said}")

    async def in_order(self, seconds: float = 20) -> None:
        """Nothing lost, nothing doubled, and the audit finds nothing any more."""
        found = letters_by_person(self.sink.mails)
        assert {person: len(letters) for person, letters in found.items()} == {one.address: 1 for one in self.people}
        numbers = {letters[0].number for letters in found.values()}
        assert "" not in numbers
        assert len(numbers) == len(self.people)
        assert await self.ledger() == {"filed": len(self.people)}
        end = time.monotonic() + seconds
        while (found_now := await self.audit()) and time.monotonic() < end:  # noqa: ASYNC110  another process's
            await asyncio.sleep(0.05)
        assert found_now == []


@asynccontextmanager
async def whole(
    folder: Path, dovecot: Dovecot, *, database: str = "", wrap: Callable[[House], House] = lambda house: house
) -> AsyncIterator[Whole]:
    """Peers, proxies and configuration; the daemon is the test's to start."""
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(smtp_sink())
        imap = await stack.enter_async_context(proxy(dovecot.port))
        smtp = await stack.enter_async_context(proxy(sink.port))
        user = dovecot.new_user()
        house = write_config(
            folder,
            imap=(imap.port, user, dovecot.password),
            smtp_port=smtp.port,
            database=database,
            poll_seconds=1,
        )
        yield Whole(house=wrap(house), dovecot=dovecot, user=user, sink=sink, imap=imap, smtp=smtp)


@asynccontextmanager
async def at_work(scene: Whole) -> AsyncIterator[Running]:
    """The daemon, which has answered its first customer; it must end in order, without a traceback."""
    async with scene.house.daemon() as daemon:
        scene.write()
        await scene.all_answered(60)
        yield daemon
        assert await daemon.stop() == 0
        assert not [line for line in daemon.err if "Traceback" in line], "\n".join(daemon.err[-40:])
