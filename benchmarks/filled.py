"""A store filled by hand and the time that a command takes on it: what the benchmarks of commands share."""

import os
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

from inbox_bot.model import DeliveryState, Direction, Kind, ReceiptState, Visibility
from inbox_bot.records import Delivery, Message, Receipt, Ticket
from inbox_bot.writes import Filing

CONFIG = """
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


def timed(words: list[str], config: Path) -> tuple[float, float]:
    """Of the whole process: seconds by the clock, and of the processor, which a busy machine adds less to."""
    begun, before = time.perf_counter(), os.times()
    environment = {**os.environ, "INBOX_BOT_CONFIG": str(config)}
    command = [sys.executable, "-m", "inbox_bot", *words]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - begun, used


def sent(
    filing: Filing, ticket: Ticket, id: int, at: datetime, kind: Kind, agent: int | None, proven: datetime
) -> None:
    """A message of ours, its delivery (the id below its own), and the proof."""
    message(filing, ticket, id, at, Direction.OUTGOING, agent=agent, automatic=agent is None)
    filing.deliveries.append(
        Delivery(
            id=id - 1, token=f"t{ticket.number}{id}", inbox="mail", channel=ticket.channel, kind=kind,
            visibility=Visibility.PRIVATE, to="", payload=b"x" * 1_500, created_at=at, due_at=at, message=id,
            ticket=ticket.id, identity=ticket.customer, automatic=agent is None, state=DeliveryState.DELIVERED,
        )
    )  # fmt: skip
    filing.receipts.append(Receipt(delivery=id - 1, state=ReceiptState.SENT, at=proven, evidence="250 2.0.0 Ok"))
    filing.receipts.append(Receipt(delivery=id - 1, state=ReceiptState.DELIVERED, at=proven, evidence="2.1.5"))


def message(
    filing: Filing, ticket: Ticket, id: int, at: datetime, direction: Direction, *, agent: int | None = None,
    automatic: bool = False, acknowledged_by: int | None = None,
) -> None:  # fmt: skip
    """Words of the customer's, or of ours to him."""
    filing.messages.append(
        Message(
            id=id, ticket=ticket.id, customer=ticket.customer, identity=ticket.customer, inbox="mail",
            channel=ticket.channel, direction=direction, visibility=Visibility.PRIVATE,
            external_id=f"<{ticket.number}{id}>", at=at, text="Seit gestern ist der Anschluss gestört. " * 20,
            agent=agent, automatic=automatic, acknowledged_by=acknowledged_by,
        )
    )  # fmt: skip
