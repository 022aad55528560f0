"""Prints how long the page of a customer with 1,000 messages takes in each form; `tickets` is mostly start."""

import argparse
import asyncio
import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.filled import CONFIG, message, sent, timed
from inbox_bot.app import open_store
from inbox_bot.model import Channel, Direction, Kind, TicketState
from inbox_bot.records import Agent, Customer, Identity, Ticket
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing

MESSAGES = 1_000  # in ten tickets, every second one an answer of ours with its proof
_TICKETS = 10
_KEY = "eva@post.example"


def main() -> None:
    """See `--help`."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.dossier", description=__doc__)
    options.add_argument("--runs", type=int, default=5, help="of each command; the fastest and the median are printed")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        config, page = folder / "inbox-bot.toml", folder / "page"
        config.write_text(CONFIG)
        config.chmod(0o600)
        asyncio.run(fill(folder / "inbox.db", datetime.now(UTC)))  # noqa: TID251  # the edge: the last weeks are filled
        forms = [["dossier", _KEY, "--out", f"{page}.{form}", "--force"] for form in ("html", "json", "txt", "pdf")]
        for words in (["tickets"], ["show", _KEY], ["show", _KEY, "--all"], *forms):
            took = sorted(timed(words, config)[0] for _ in range(chosen.runs))
            name = " ".join(words).replace(str(page), "page")
            print(f"{name:56} {took[0]:.2f} s, median {took[len(took) // 2]:.2f} s")


async def fill(database: Path, now: datetime) -> None:
    """One customer with all of them, and an agent."""
    store = await open_store(f"sqlite:///{database}")
    try:
        async with store.write() as tx:
            agent = await tx.save_agent(
                Agent(id=-1, name="anna", initials="AB", address="anna@acme.example", created_at=now)
            )
            await tx.save(_filled(now, agent))
    finally:
        await store.close()


def _filled(now: datetime, agent: int) -> Filing:
    filing, at, chance = Filing(), now - timedelta(days=30), random.Random(5)
    filing.customers.append(Customer(id=-1, name="Eva Winter", language="de", created_at=at))
    filing.identities.append(Identity(id=-1, customer=-1, channel=Channel.EMAIL, address=_KEY, created_at=at))
    each = MESSAGES // _TICKETS
    for place in range(_TICKETS):
        ticket = Ticket(
            id=-1 - place, number=numbers.draw(chance.getrandbits), customer=-1, inbox="mail", channel=Channel.EMAIL,
            subject=f"Anschluss {place}", opened_at=at, state=TicketState.OPEN, number_delivered_at=at,
            last_incoming_at=at, assignee=agent,
        )  # fmt: skip
        filing.tickets.append(ticket)
        for turn in range(each):
            id, when = -100 - 2 * (place * each + turn), at + timedelta(minutes=20 * (place * each + turn))
            if turn % 2:
                sent(filing, ticket, id, when, Kind.REPLY, agent, when)
            else:
                message(filing, ticket, id, when, Direction.INCOMING)
    return filing


if __name__ == "__main__":
    main()
