"""Fills a database with messages that are already stored, through the store itself, in the shape that life gives."""

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from inbox_bot.app import open_store
from inbox_bot.model import Channel, DeliveryState, Direction, Kind, Outcome, ReceiptState, TicketState, Visibility
from inbox_bot.records import Customer, Delivery, Identity, LedgerLine, Message, Receipt, Ticket
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing

_LOT = 500  # tickets a transaction
_MESSAGES = 5  # of a ticket: three of the customer's, two of ours
_WORDS = [
    "Anschluss",
    "Rechnung",
    "Router",
    "Störung",
    "Techniker",
    "Termin",
    "Vertrag",
    "Kündigung",
    "Umzug",
    "Rufnummer",
    "Gutschrift",
    "Leitung",
    "defekt",
    "gestern",
    "heute",
    "morgen",
    "bitte",
    "danke",
    "warum",
    "seit",
    "Wochen",
    "niemand",
    "antwortet",
    "Modem",
    "Lampe",
    "blinkt",
    "orange",
    "Abbuchung",
    "doppelt",
]


async def fill(path: Path, messages: int, seed: int, now: datetime) -> None:
    """Put about so many messages into a new SQLite database, spread over the last year."""
    chance = random.Random(seed)
    drawn = dict.fromkeys(numbers.draw(chance.getrandbits) for _ in range(messages // _MESSAGES * 11 // 10))
    fresh = iter(drawn)
    store = await open_store(f"sqlite:///{path}")
    try:
        for start in range(0, messages // _MESSAGES, _LOT):
            count = min(_LOT, messages // _MESSAGES - start)
            async with store.write() as tx:
                await tx.save(_lot(chance, fresh, start, count, now))
    finally:
        await store.close()


def _lot(chance: random.Random, fresh: Iterator[str], start: int, count: int, now: datetime) -> Filing:
    filing = Filing()
    for place in range(start, start + count):
        _ticket(filing, chance, next(fresh), place, now - timedelta(minutes=30 + chance.randrange(525_600)))
    filing.taken = len(filing.ledger)
    filing.cursor = ("old", "mail", "")
    return filing


def _ticket(filing: Filing, chance: random.Random, number: str, place: int, at: datetime) -> None:
    """A customer's matter: his first mail, our acknowledgement, and so on."""
    base = -(len(filing.tickets) * 20 + 1)
    address = f"bekannt{place}@post{place % 17}.example"
    customer = Customer(id=base, name=f"Kunde {place}", language="de", created_at=at)
    identity = Identity(
        id=base - 1, customer=base, channel=Channel.EMAIL, address=address, created_at=at, proven=True
    )  # fmt: skip
    settled = chance.random() < 0.95
    ticket = Ticket(
        id=base - 2,
        number=number,
        customer=base,
        inbox="old",
        channel=Channel.EMAIL,
        state=TicketState.CLOSED if settled else TicketState.PENDING,
        subject=" ".join(chance.choices(_WORDS, k=4)),
        opened_at=at,
        number_delivered_at=at,
        answered_at=at,
        closed_at=at if settled else None,
        last_incoming_at=at,
        last_outgoing_at=at + timedelta(minutes=5),
    )
    filing.customers.append(customer)
    filing.identities.append(identity)
    filing.tickets.append(ticket)
    for turn in range(_MESSAGES):
        _message(filing, chance, ticket, identity, f"{place}.{turn}", base - 3 - 2 * turn, turn)


def _message(
    filing: Filing, chance: random.Random, ticket: Ticket, identity: Identity, name: str, id: int, turn: int
) -> None:
    incoming = turn % 2 == 0
    at = ticket.opened_at + timedelta(minutes=turn)
    text = " ".join(chance.choices(_WORDS, k=chance.randint(40, 160)))
    raw = f"Subject: {ticket.subject}\r\n\r\n{text}\r\n".encode() if incoming else b""
    digest = hashlib.sha256(raw).hexdigest() if raw else ""
    external_id = f"<old.{name}@post.example>"
    filing.messages.append(
        Message(
            id=id, ticket=ticket.id, customer=ticket.customer, identity=identity.id, inbox="old",
            channel=Channel.EMAIL, direction=Direction.INCOMING if incoming else Direction.OUTGOING,
            visibility=Visibility.PRIVATE, external_id=external_id, at=at, text=text, subject=ticket.subject,
            language="de", conversation=f"old.{name.partition('.')[0]}", content_hash=digest, raw=digest,
            automatic=not incoming,
        )
    )  # fmt: skip
    if incoming:
        filing.raws[digest] = raw
        filing.ledger.append(
            LedgerLine(
                inbox="old", stream="mail", key=f"1:{name}", outcome=Outcome.FILED, reason="mail", at=at,
                external_id=external_id, content_hash=digest, message=id, raw=digest,
            )
        )  # fmt: skip
        return
    filing.deliveries.append(
        Delivery(
            id=id - 1, token=f"old{name}", inbox="old", channel=Channel.EMAIL, kind=Kind.ACKNOWLEDGEMENT,
            visibility=Visibility.PRIVATE, to=identity.address, payload=text.encode(), created_at=at, due_at=at,
            recipients=(identity.address,), external_id=external_id, message=id, ticket=ticket.id,
            identity=identity.id, carries_number=True, automatic=True, state=DeliveryState.SENT, attempts=1,
        )
    )  # fmt: skip
    filing.receipts.append(Receipt(delivery=id - 1, state=ReceiptState.SENT, at=at, evidence="250 2.0.0 Ok"))
