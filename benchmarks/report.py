"""Prints how long the figures of 100,000 messages in 40,000 tickets take, and `tickets`, which is mostly start."""

import argparse
import asyncio
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.filled import CONFIG, message, sent, timed
from inbox_bot.app import open_store
from inbox_bot.casework import Promise
from inbox_bot.model import Channel, Direction, Kind, PromiseState, TicketState
from inbox_bot.records import Agent, Customer, Identity, LogEntry, Ticket
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing

TICKETS = 40_000  # each with one message of the customer's and its acknowledgement, every second with an answer
_LOT, _DAYS = 1_000, 29
_TOPICS = ("", "fault", "bill", "contract", "move")


def main() -> None:
    """See `--help`."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    options.add_argument("--runs", type=int, default=3, help="of each command; the fastest and the slowest are printed")
    options.add_argument("--folder", type=Path, help="keep the store there, and use the one that is there already")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.folder or Path(made)
        folder.mkdir(exist_ok=True)
        config, database = folder / "inbox-bot.toml", folder / "inbox.db"
        config.write_text(CONFIG)
        config.chmod(0o600)
        if not database.exists():
            asyncio.run(fill(database, datetime.now(UTC)))  # noqa: TID251  # the edge: the last 30 days are asked for
        for words in (
            ["tickets"],
            ["stats"],
            ["stats", "--by", "day"],
            ["stats", "--by", "agent", "--json"],
            ["report"],
        ):
            out = ["--out", str(folder / "report.html"), "--force"] if words == ["report"] else []
            took = sorted(timed([*words, *out], config) for _ in range(chosen.runs))
            (wall, used), (slowest, _) = took[0], took[-1]
            print(f"{' '.join(words):24} {wall:5.2f} s to {slowest:5.2f} s, {used:5.2f} s of the processor")


async def fill(path: Path, now: datetime) -> None:
    """A new SQLite database of one month."""
    chance = random.Random(7)
    drawn = iter(dict.fromkeys(numbers.draw(chance.getrandbits) for _ in range(TICKETS * 11 // 10)))
    store = await open_store(f"sqlite:///{path}")
    try:
        async with store.write() as tx:
            agents = [
                await tx.save_agent(Agent(id=-1, name=f"agent{n}", initials=f"A{n}", address="", created_at=now))
                for n in range(8)
            ]
            for day in range(_DAYS):
                await tx.add_spend("x", (now - timedelta(days=day)).date().isoformat(), chance.randrange(5_000_000))
        for start in range(0, TICKETS, _LOT):
            filing = Filing()
            for place in range(start, start + _LOT):
                _ticket(filing, chance, next(drawn), place, now, agents)
            async with store.write() as tx:
                await tx.save(filing)
    finally:
        await store.close()


def _ticket(filing: Filing, chance: random.Random, number: str, place: int, now: datetime, agents: list[int]) -> None:
    base = -(len(filing.tickets) * 20 + 1)
    at = now - timedelta(seconds=60 + chance.randrange(_DAYS * 86_400))
    answered = min(now, at + timedelta(seconds=chance.expovariate(1 / 20_000)))
    resolved = answered + timedelta(seconds=chance.expovariate(1 / 200_000))
    channel = Channel.TWITTER if place % 3 == 0 else Channel.EMAIL
    agent = chance.choice(agents)
    done, heard = resolved < now, place % 2 == 0
    ticket = Ticket(
        id=base, number=number, customer=base, inbox="mail", channel=channel, subject="Anschluss", opened_at=at,
        state=TicketState.RESOLVED if done else TicketState.OPEN, number_delivered_at=at, assignee=agent,
        answered_at=answered if heard else None, resolved_at=resolved if done else None, topic=chance.choice(_TOPICS),
        last_incoming_at=at,
    )  # fmt: skip
    filing.customers.append(Customer(id=base, name=f"Kunde {place}", language="de", created_at=at))
    filing.identities.append(
        Identity(id=base, customer=base, channel=channel, address=f"kunde{place}", created_at=at)
    )  # fmt: skip
    filing.tickets.append(ticket)
    sent(filing, ticket, base - 1, at, Kind.ACKNOWLEDGEMENT, None, at + timedelta(seconds=chance.randrange(90)))
    message(filing, ticket, base - 3, at, Direction.INCOMING, acknowledged_by=base - 2)
    if heard:
        sent(filing, ticket, base - 5, answered, Kind.REPLY, agent, answered)
    if place % 20 == 0:
        state = PromiseState.BROKEN if place % 100 == 0 else PromiseState.KEPT
        filing.promises.append(
            Promise(
                id=base, ticket=base, agent=agent, phrase="morgen", made_at=at, due_at=answered, state=state,
                settled_at=answered,
            )
        )  # fmt: skip
        filing.log.append(LogEntry(at=answered, who="inbox-bot", what="came back", ticket=base))


if __name__ == "__main__":
    main()
