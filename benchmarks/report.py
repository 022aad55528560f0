"""Prints how long the figures of 100,000 messages in 40,000 tickets take, and `tickets`, which is mostly start."""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inbox_bot.app import open_store
from inbox_bot.casework import Promise
from inbox_bot.model import Channel, DeliveryState, Direction, Kind, PromiseState, ReceiptState, TicketState, Visibility
from inbox_bot.records import Agent, Customer, Delivery, Identity, LogEntry, Message, Receipt, Ticket
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing

TICKETS = 40_000  # each with one message of the customer's and its acknowledgement, every second with an answer
_LOT, _DAYS = 1_000, 29
_TOPICS = ("", "fault", "bill", "contract", "move")
_CONFIG = """
[brand]
name = "Acme"

[[inbox]]
name = "mail"
channel = "email"
address = "hilfe@acme.example"

[inbox.imap]
host = "127.0.0.1"
password = "p"

[inbox.smtp]
host = "127.0.0.1"

[hours]
monday = ["08:00-18:00"]
tuesday = ["08:00-18:00"]
wednesday = ["08:00-18:00"]
thursday = ["08:00-18:00"]
friday = ["08:00-16:00"]
country = "DE"
state = "BE"
"""


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
        config.write_text(_CONFIG)
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
            took = sorted(_timed([*words, *out], config) for _ in range(chosen.runs))
            (wall, used), (slowest, _) = took[0], took[-1]
            print(f"{' '.join(words):24} {wall:5.2f} s to {slowest:5.2f} s, {used:5.2f} s of the processor")


def _timed(words: list[str], config: Path) -> tuple[float, float]:
    """Of the whole process: seconds by the clock, and of the processor, which a busy machine adds less to."""
    begun, before = time.perf_counter(), os.times()
    environment = {**os.environ, "INBOX_BOT_CONFIG": str(config)}
    command = [sys.executable, "-m", "inbox_bot", *words]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - begun, used


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
    _sent(filing, ticket, base - 1, at, Kind.ACKNOWLEDGEMENT, None, at + timedelta(seconds=chance.randrange(90)))
    _message(filing, ticket, base - 3, at, Direction.INCOMING, acknowledged_by=base - 2)
    if heard:
        _sent(filing, ticket, base - 5, answered, Kind.REPLY, agent, answered)
    if place % 20 == 0:
        state = PromiseState.BROKEN if place % 100 == 0 else PromiseState.KEPT
        filing.promises.append(
            Promise(
                id=base, ticket=base, agent=agent, phrase="morgen", made_at=at, due_at=answered, state=state,
                settled_at=answered,
            )
        )  # fmt: skip
        filing.log.append(LogEntry(at=answered, who="inbox-bot", what="came back", ticket=base))


def _sent(
    filing: Filing, ticket: Ticket, id: int, at: datetime, kind: Kind, agent: int | None, proven: datetime
) -> None:
    """A message of ours, its delivery (the id below its own), and the proof."""
    _message(filing, ticket, id, at, Direction.OUTGOING, agent=agent, automatic=agent is None)
    filing.deliveries.append(
        Delivery(
            id=id - 1, token=f"t{ticket.number}{id}", inbox="mail", channel=ticket.channel, kind=kind,
            visibility=Visibility.PRIVATE, to="", payload=b"x" * 1_500, created_at=at, due_at=at, message=id,
            ticket=ticket.id, identity=ticket.customer, automatic=agent is None, state=DeliveryState.DELIVERED,
        )
    )  # fmt: skip
    filing.receipts.append(Receipt(delivery=id - 1, state=ReceiptState.SENT, at=proven, evidence="250 2.0.0 Ok"))
    filing.receipts.append(Receipt(delivery=id - 1, state=ReceiptState.DELIVERED, at=proven, evidence="2.1.5"))


def _message(
    filing: Filing, ticket: Ticket, id: int, at: datetime, direction: Direction, *, agent: int | None = None,
    automatic: bool = False, acknowledged_by: int | None = None,
) -> None:  # fmt: skip
    filing.messages.append(
        Message(
            id=id, ticket=ticket.id, customer=ticket.customer, identity=ticket.customer, inbox="mail",
            channel=ticket.channel, direction=direction, visibility=Visibility.PRIVATE,
            external_id=f"<{ticket.number}{id}>", at=at, text="Seit gestern ist der Anschluss gestört. " * 20,
            agent=agent, automatic=automatic, acknowledged_by=acknowledged_by,
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
