"""What intake writes and asks, on both databases."""

import asyncio
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import event

from inbox_bot.errors import Conflict, StoreError
from inbox_bot.model import Attachment, Channel, DeliveryState, Outcome, ReceiptState, TicketState, Visibility
from inbox_bot.records import LogEntry, Message, MessageFile, Notice, Receipt
from inbox_bot.store.database import Database
from inbox_bot.views import Known, Lookup
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, Case, a_case, another, filed, reference


def everything_about(*cases: Case) -> Lookup:
    """A lookup that names all that these cases bear."""
    return Lookup(
        addresses=frozenset((case.identity.channel, case.identity.address) for case in cases),
        external_ids=frozenset(
            name for case in cases for name in (case.message.external_id, case.delivery.external_id)
        ),
        hashes=frozenset(case.message.content_hash for case in cases),
        tokens=frozenset(case.delivery.token for case in cases),
        numbers=frozenset(case.ticket.number for case in cases),
        conversations=frozenset(case.message.conversation for case in cases),
    )


def hollow(message: Message) -> Message:
    """A message as intake gets it."""
    return replace(message, text="", quoted="", html="")


@contextmanager
def statements(store: Database) -> Iterator[list[str]]:
    """The statements that run meanwhile."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    event.listen(store.writer.sync_engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(store.writer.sync_engine, "before_cursor_execute", note)


async def test_filing_comes_back_as_it_was_saved(store: Database) -> None:
    """Every record is read as it was written, references below zero replaced by real ids."""
    [case] = await filed(store)
    assert case.message.id > 0
    assert case.message.acknowledged_by == case.delivery.id
    async with store.read() as tx:
        known = await tx.gather(everything_about(case), NOW)
        assert await tx.message(case.message.id) == case.message
        assert await tx.message(case.answer.id) == case.answer
        assert await tx.ticket(case.ticket.number) == case.ticket
        assert await tx.customer(case.customer.id) == case.customer
        assert await tx.identities(case.customer.id) == [case.identity]
        assert await tx.deliveries_of(case.answer.id) == [case.delivery]
        assert await tx.ledger_lines(inbox="mail", outcome="filed", limit=9) == [case.line]
        assert await tx.cursor("mail", "mail") == f"after {case.line.key}"
        assert await tx.cursor("mail", "posts") is None
    assert known == Known(
        identities={(Channel.EMAIL, case.identity.address): case.identity},
        customers={case.customer.id: case.customer},
        tickets={case.ticket.id: case.ticket},
        messages={
            case.message.external_id: [hollow(case.message)],
            case.answer.external_id: [hollow(case.answer)],
        },
        hashes={case.message.content_hash: case.message.external_id},
        deliveries={
            case.delivery.token: replace(case.delivery, payload=b""),
            case.delivery.external_id: replace(case.delivery, payload=b""),
        },
        conversations={(case.message.conversation, case.customer.id): case.ticket.id},
        automatic={case.identity.id: [NOW]},
        to_customer={case.customer.id: [NOW]},
        agents=frozenset(),
    )


async def test_gather_of_nothing_known(store: Database) -> None:
    """A batch of strangers, and an empty batch, find nothing; empty texts match nothing."""
    await filed(store)
    empty = Lookup(
        addresses=frozenset({(Channel.TWITTER, "")}),
        external_ids=frozenset({""}),
        hashes=frozenset({""}),
        conversations=frozenset({""}),
        tokens=frozenset({""}),
        numbers=frozenset({""}),
    )
    async with store.write() as tx:
        for lookup in (Lookup(), everything_about(a_case()), empty):
            assert await tx.gather(lookup, NOW) == Known()


async def test_gather_names_open_tickets_of_every_customer_found(store: Database) -> None:
    """A number brings its ticket, its customer and his other tickets, but not those that are closed."""
    [case] = await filed(store)
    open_one = replace(case.ticket, id=reference(), number="100000001", related=None)
    closed = replace(case.ticket, id=reference(), number="100000002", state=TicketState.CLOSED)
    async with store.write() as tx:
        ids = await tx.save(Filing(tickets=[open_one, closed]))
        known = await tx.gather(Lookup(numbers=frozenset({case.ticket.number})), NOW)
        assert known.tickets.keys() == {case.ticket.id, ids[open_one.id]}
        assert known.customers.keys() == {case.customer.id}
        known = await tx.gather(Lookup(numbers=frozenset({"100000002"})), NOW)
        assert known.tickets.keys() == {case.ticket.id, ids[open_one.id], ids[closed.id]}


async def test_gather_finds_whom_a_delivery_went_to(store: Database) -> None:
    """A bounce comes from a mail daemon; the identity that it is about is known by the delivery."""
    [case] = await filed(store)
    async with store.write() as tx:
        known = await tx.gather(Lookup(tokens=frozenset({case.delivery.token})), NOW)
    assert known.identities == {(Channel.EMAIL, case.identity.address): case.identity}


async def test_conversation_gives_its_newest_ticket(store: Database) -> None:
    """Of several tickets in one conversation the newest counts, for each customer apart."""
    [case] = await filed(store)
    newer = replace(case.ticket, id=reference(), number="100000003")
    again = replace(case.message, id=reference(), ticket=newer.id, external_id="<again@post.example>")
    beside = replace(again, id=reference(), ticket=None)
    async with store.write() as tx:
        ids = await tx.save(Filing(tickets=[newer], messages=[again, beside]))
        known = await tx.gather(Lookup(conversations=frozenset({case.message.conversation})), NOW)
    assert known.conversations == {(case.message.conversation, case.customer.id): ids[newer.id]}


async def test_automatic_counts_the_last_hour(store: Database) -> None:
    """Only automatic deliveries of the last hour that were not withdrawn count towards the hourly cap."""
    [case] = await filed(store)
    old = another(case, created_at=NOW - HOUR - MINUTE)
    human = another(case, automatic=False)
    withdrawn = another(case, state=DeliveryState.WITHDRAWN)
    public = another(case, visibility=Visibility.PUBLIC, created_at=NOW - MINUTE)
    async with store.write() as tx:
        await tx.save(Filing(deliveries=[old, human, withdrawn, public]))
        known = await tx.gather(everything_about(case), NOW)
        assert known.automatic == {case.identity.id: [NOW - MINUTE, NOW]}
        assert await tx.automatic_since(NOW - HOUR, Visibility.PUBLIC) == 1
        assert await tx.automatic_since(NOW - HOUR, Visibility.PRIVATE) == 1
        assert await tx.automatic_since(NOW - DAY, Visibility.PRIVATE) == 2


async def test_saving_again_changes_only_what_may_change(store: Database) -> None:
    """A positive id updates the columns that may change; all others stay as they were first written."""
    [case] = await filed(store)
    other = a_case()
    ticket = replace(
        case.ticket, state=TicketState.PENDING, greeted=True, assignee=None, answered_at=NOW, subject="Leitung"
    )
    changed = Filing(
        customers=[replace(case.customer, language="en", created_at=NOW + DAY), other.customer],
        identities=[replace(case.identity, blocked_at=NOW, address="mallory@post.example")],
        tickets=[replace(ticket, number="100000004", reason="rewritten")],
        messages=[replace(case.message, text="rewritten", acknowledge_at=NOW + MINUTE, acknowledged_by=None)],
        deliveries=[replace(case.delivery, approval=True, payload=b"rewritten", error="later")],
    )
    async with store.write() as tx:
        ids = await tx.save(changed)
        assert ids.keys() == {other.customer.id}
        assert await tx.customer(case.customer.id) == replace(case.customer, language="en")
        assert await tx.identities(case.customer.id) == [replace(case.identity, blocked_at=NOW)]
        assert await tx.ticket(case.ticket.number) == ticket
        kept = replace(case.message, acknowledge_at=NOW + MINUTE, acknowledged_by=None)
        assert await tx.message(case.message.id) == kept
        assert await tx.deliveries_of(case.answer.id) == [replace(case.delivery, approval=True, error="later")]


async def test_references_may_point_forward(store: Database) -> None:
    """A ticket may name one that stands after it in the same filing; a reference to nothing is refused."""
    first, second = a_case(), a_case()
    filing = Filing(
        customers=[first.customer, second.customer],
        tickets=[replace(first.ticket, related=second.ticket.id), second.ticket],
    )
    async with store.write() as tx:
        ids = await tx.save(filing)
    async with store.read() as tx:
        found = await tx.ticket(first.ticket.number)
    assert found is not None
    assert found.related == ids[second.ticket.id]
    with pytest.raises(KeyError):
        async with store.write() as tx:
            await tx.save(Filing(log=[LogEntry(at=NOW, who="Ada", what="note", ticket=-999_999)]))


async def test_unknown_leaves_out_what_is_on_record(store: Database) -> None:
    """Keys are known within their inbox only, also when far more are asked than one statement takes."""
    [case] = await filed(store)
    keys = [case.line.key, *(f"8:{number}" for number in range(2_500))]
    async with store.read() as tx:
        assert await tx.unknown("mail", keys) == set(keys[1:])
        assert await tx.unknown("x", keys) == set(keys)
        assert await tx.unknown("mail", []) == set()


@pytest.mark.parametrize("what", ["ledger", "identity", "number", "token", "external id"])
async def test_taken_key_is_a_conflict(store: Database, what: str) -> None:
    """A unique key that is on record already raises Conflict and leaves nothing of the transaction."""
    [case] = await filed(store)
    fresh = a_case()
    filing = fresh.filing()
    if what == "ledger":
        filing.ledger = [replace(fresh.line, key=case.line.key)]
    elif what == "identity":
        filing.identities = [replace(fresh.identity, address=case.identity.address)]
    elif what == "number":
        filing.tickets = [replace(fresh.ticket, number=case.ticket.number)]
    elif what == "token":
        filing.deliveries = [replace(fresh.delivery, token=case.delivery.token)]
    else:
        filing.deliveries = [replace(fresh.delivery, external_id=case.delivery.external_id)]
    with pytest.raises(Conflict):
        async with store.write() as tx:
            await tx.save(filing)
    async with store.read() as tx:
        assert await tx.ticket(fresh.ticket.number) is None
        assert await tx.unknown("mail", [fresh.line.key]) == {fresh.line.key}
        assert await tx.cursor("mail", "mail") == f"after {case.line.key}"
        assert (await tx.ledger_counts()) == ([("mail", "filed", 1)], True)


async def test_block_that_raises_leaves_nothing(store: Database) -> None:
    """An error, and a cancellation in the middle of a statement, roll back; the next transaction works."""
    case = a_case()

    async def stumbling() -> None:
        async with store.write() as tx:
            await tx.save(case.filing())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await stumbling()

    async def interrupted() -> None:
        async with store.write() as tx:
            await tx.save(case.filing())
            await asyncio.Event().wait()

    task = asyncio.create_task(interrupted())
    while not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.01)
    async with store.write() as tx:
        assert await tx.ticket(case.ticket.number) is None
        await tx.save(case.filing())


async def test_reading_transaction_cannot_write(store: Database) -> None:
    """A transaction that only reads is held to it by the database."""
    with pytest.raises(StoreError):
        async with store.read() as tx:
            await tx.add_spend("x", "2026-05-04", 1)


async def test_bytes_and_files_are_kept(store: Database) -> None:
    """Raw mails and attachments come back byte for byte; equal ones are kept once; a link has no content."""
    case = a_case()
    raw = b"Received: from mx\r\n" * 500
    noise = hashlib.shake_256(b"seed").digest(5_000)
    digest = hashlib.sha256(raw).hexdigest()
    files = [
        Attachment(name="Rechnung.pdf", media_type="application/pdf", size=len(noise), content=noise),
        Attachment(name="Kopie.pdf", media_type="application/pdf", size=len(noise), content=noise),
        Attachment(name="leer.txt", media_type="text/plain", size=0, content=b""),
        Attachment(name="film", media_type="video/mp4", size=9, url="https://video.example/1", reason="too large"),
    ]
    filing = case.filing()
    filing.raws = {digest: raw}
    filing.messages = [replace(case.message, raw=digest), case.answer]
    filing.files = [MessageFile(message=case.message.id, attachment=file) for file in files]
    filing.ledger = [replace(case.line, raw=digest)]
    other = a_case()
    again = other.filing()
    again.raws = {digest: raw}
    again.messages = [replace(other.message, raw=digest), other.answer]
    async with store.write() as tx:
        ids = await tx.save(filing)
        more = await tx.save(again)
    async with store.read() as tx:
        message = ids[case.message.id]
        assert await tx.raw(message) == raw == await tx.raw(more[other.message.id])
        assert await tx.raw(ids[case.answer.id]) is None
        assert await tx.raw_of_ledger(case.line.key) == raw
        assert await tx.raw_of_ledger("7:none") is None
        assert await tx.attachments(ids[case.ticket.id]) == [(message, file) for file in files]
        assert await tx.file_names([message, ids[case.answer.id]]) == {message: tuple(file.name for file in files)}
        [first, _] = await tx.timeline(ids[case.customer.id])
    assert first.files == tuple(replace(file, content=None) for file in files)


async def test_odd_text_is_stored(store: Database) -> None:
    """What a database cannot hold, NUL and lone surrogates, becomes U+FFFD; everything else is kept."""
    case = a_case("Zeile\0\ud83d und 😀 ﷽")
    name = "\udcff.txt"
    filing = case.filing()
    file = Attachment(name=name, media_type="text/plain", size=1, content=b"\0")
    filing.files = [MessageFile(message=case.message.id, attachment=file)]
    filing.messages[0] = replace(filing.messages[0], references=("<\0\udcff@post.example>",))
    async with store.write() as tx:
        ids = await tx.save(filing)
    async with store.read() as tx:
        kept = await tx.message(ids[case.message.id])
        assert await tx.file_names([ids[case.message.id]]) == {ids[case.message.id]: ("\ufffd.txt",)}
        assert [message.id for message, _ in await tx.search(["Zeile"], 9)] == [ids[case.message.id]]
    assert kept is not None
    assert kept.text == "Zeile\ufffd\ufffd und 😀 ﷽"
    assert kept.references == ("<\0\udcff@post.example>",)


async def test_hundred_mails_in_few_statements(store: Database) -> None:
    """The number of statements does not grow with the lot."""
    counted = []
    for size in (2, 100):
        cases = [a_case() for _ in range(size)]
        lot = Filing(cursor=("mail", "mail", "1"), taken=size, spend=("mail", "2026-05-04", 7))
        for case in cases:
            part = case.filing()
            for name in ("customers", "identities", "tickets", "messages", "deliveries", "ledger"):
                getattr(lot, name).extend(getattr(part, name))
            digest = hashlib.sha256(case.line.key.encode()).hexdigest()
            lot.raws[digest] = case.line.key.encode()
            lot.files.append(
                MessageFile(
                    message=case.message.id, attachment=Attachment(name="a", media_type="b", size=1, content=b"c")
                )
            )
            lot.receipts.append(Receipt(delivery=case.delivery.id, state=ReceiptState.SENT, at=NOW, evidence="250"))
            lot.log.append(LogEntry(at=NOW, who="intake", what="opened", ticket=case.ticket.id))
            lot.notices.append(Notice(kind="ticket", at=NOW, subject="s", text="t", ticket=case.ticket.id))
        with statements(store) as seen:
            async with store.write() as tx:
                ids = await tx.save(lot)
                known = await tx.gather(everything_about(*cases), NOW)
        assert len(known.tickets) == size
        assert {case.ticket.number: ids[case.ticket.id] for case in cases} == {
            ticket.number: ticket.id for ticket in known.tickets.values()
        }
        counted.append(len(seen))
    assert counted[1] <= max(counted[0], 30)


async def test_in_flight_gives_open_outcomes_with_their_text(store: Database) -> None:
    """Sendings and uncertain ones of this inbox, with the text to recognise them by."""
    [case] = await filed(store)
    lot = [another(case, state=state) for state in DeliveryState if state is not DeliveryState.QUEUED]
    elsewhere = another(case, state=DeliveryState.SENDING, inbox="other")
    async with store.write() as tx:
        ids = await tx.save(Filing(deliveries=[*lot, elsewhere]))
        found = await tx.in_flight("mail")
    wanted = {ids[one.id] for one in lot if one.state in {DeliveryState.SENDING, DeliveryState.UNCERTAIN}}
    assert {delivery.id for delivery, _ in found} == wanted
    assert {(delivery.payload, text) for delivery, text in found} == {(b"", case.answer.text)}


async def test_second_writer_waits_for_the_first(store: Database) -> None:
    """Rows that one batch has gathered are another's only after the commit: no change is lost."""
    [case] = await filed(store)
    gathered, go_on = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with store.write() as tx:
            known = await tx.gather(everything_about(case), NOW)
            gathered.set()
            await go_on.wait()
            await tx.save(Filing(tickets=[replace(known.tickets[case.ticket.id], subject="first")]))

    async def second() -> str:
        await gathered.wait()
        async with store.write() as tx:
            known = await tx.gather(everything_about(case), NOW)
            return known.tickets[case.ticket.id].subject

    async with asyncio.TaskGroup() as group:
        group.create_task(first())
        reading = group.create_task(second())
        await gathered.wait()
        await asyncio.wait([reading], timeout=0.2)
        assert not reading.done()
        go_on.set()
    assert reading.result() == "first"


async def test_outcomes_that_decided_nothing_leave_their_hash_free(store: Database) -> None:
    """A copy of a quarantined or refused mail is not taken for a duplicate; one of a bounce is."""
    [case] = await filed(store)
    lines = [
        replace(case.line, key=outcome, outcome=outcome, content_hash=f"hash of {outcome}", message=None)
        for outcome in (Outcome.QUARANTINED, Outcome.REFUSED, Outcome.BOUNCE)
    ]
    async with store.write() as tx:
        await tx.save(Filing(ledger=lines))
        known = await tx.gather(Lookup(hashes=frozenset(line.content_hash for line in lines)), NOW)
    assert known.hashes == {"hash of bounce": case.line.external_id}
