"""A provider without plus-addresses, and a relay that rewrites Message-IDs: everything hangs on the ids in a mail."""

from dataclasses import dataclass, replace

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import clock
from inbox_bot.flows.house import House
from inbox_bot.model import Incoming
from inbox_bot.outgoing import Draft
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, mail
from tests.unit.scenario_house import kinds, tickets

REWRITTEN = "<010201-rewritten@relay.example>"


@dataclass(slots=True)
class PlainDay(Day):
    """A house whose mail inbox has no plus-addresses."""

    @property
    def house(self) -> House:
        """With `plus_address = false`."""
        house = super(PlainDay, self).house
        return replace(house, inboxes={**house.inboxes, "mail": replace(house.inboxes["mail"], plus_address=False)})


@pytest.fixture
async def day(store: Database) -> PlainDay:
    """Eva has written, and has her acknowledgement."""
    made = PlainDay(store)
    await made.takes(mail())
    await made.sends()
    return made


def answer(day: PlainDay, *, id: int, rewritten: bool, in_reply_to_only: bool = False) -> Incoming:
    """What Eva's mail program makes of our newest mail, under a subject of her own."""
    ours = day.mail.drafts[-1]
    named = REWRITTEN if rewritten else ours.message_id
    chain = " ".join(one for one in (*ours.references, ours.in_reply_to, named) if one)
    headers = [f"In-Reply-To: {named}"] + ([] if in_reply_to_only else [f"References: {chain}"])
    return mail("Und jetzt?", *headers, id=id, subject="Frage", at=day.now)


def bounce(id: int, day: PlainDay, *returned: str) -> Incoming:
    """A DSN to our plain address whose returned header has these lines."""
    lines = (
        "Return-Path: <>",
        "From: MAILER-DAEMON <mailer-daemon@post.example>",
        "To: hilfe@acme.example",
        "Subject: Undelivered Mail Returned to Sender",
        f"Message-ID: <dsn{id}@post.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.post.example",
        "",
        "Final-Recipient: rfc822; eva.winter@post.example",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        *returned,
        "",
        "--b--",
    )
    parsed = parse("\r\n".join(lines).encode(), key=f"7:{id}", at=day.now)
    assert isinstance(parsed, Incoming), parsed.reason
    return parsed


def header_of(draft: Draft, message_id: str) -> tuple[str, ...]:
    """Our mail's header as a relay passed it on."""
    chain = " ".join(one for one in (*draft.references, draft.in_reply_to) if one)
    return (f"Message-ID: {message_id}", f"References: {chain}", "From: hilfe@acme.example")


async def test_envelope_and_reply_to_are_the_plain_address(day: PlainDay) -> None:
    """Neither of our mails names an address that the provider would not deliver to."""
    (draft,) = day.mail.drafts
    (parcel,) = day.mail.parcels
    assert (draft.return_path, draft.reply_to, parcel.return_path) == ("hilfe@acme.example", "", "hilfe@acme.example")


async def test_an_answer_joins_by_our_message_id_alone(day: PlainDay) -> None:
    """No plus-address, no number, weeks later: what it answers is enough, and shows that ours arrived."""
    day.later(days=30)
    await day.takes(answer(day, id=2, rewritten=False, in_reply_to_only=True))
    assert len(await tickets(day)) == 1
    delivered = [delivery.state.value for _, delivery in await day.deliveries() if delivery.carries_number]
    assert delivered[0] == "delivered"


async def test_an_answer_to_a_rewritten_message_id_joins_too(day: PlainDay) -> None:
    """Relays leave References alone: a signed name stands there that is nobody's Message-ID."""
    day.later(days=30)
    await day.takes(answer(day, id=2, rewritten=True))
    assert len(await tickets(day)) == 1
    delivered = [delivery.state.value for _, delivery in await day.deliveries() if delivery.carries_number]
    assert delivered[0] == "delivered"


async def test_the_name_in_references_comes_first_and_is_not_the_message_id(day: PlainDay) -> None:
    """The last one stays what is answered (RFC 5322 3.6.4); no mail names itself; long chains keep the first."""
    (draft,) = day.mail.drafts
    assert draft.message_id not in draft.references
    assert draft.in_reply_to == "<m1@post.example>"
    assert draft.references[0].partition("@")[0] == draft.message_id.partition("@")[0]
    day.later(days=1)
    await day.takes(answer(day, id=2, rewritten=True))
    await day.sends()
    again = day.mail.drafts[-1]
    assert again.references[0].partition("@")[0] == again.message_id.partition("@")[0]


@pytest.mark.parametrize("way", ["as sent", "kept beside", "references only"])
async def test_a_bounce_at_the_inbox_itself_takes_the_number_back(day: PlainDay, way: str) -> None:
    """By our Message-ID, by X-Microsoft-Original-Message-ID, or by the name in References; never a ticket."""
    (draft,) = day.mail.drafts
    returned = {
        "as sent": (f"Message-ID: {draft.message_id}",),
        "kept beside": (f"Message-ID: {REWRITTEN}", f"X-Microsoft-Original-Message-ID: {draft.message_id}"),
        "references only": header_of(draft, REWRITTEN),
    }[way]
    day.later(minutes=5)
    await day.takes(bounce(2, day, *returned))
    assert [outcome for _, outcome in await day.outcomes()] == ["filed", "bounce"]
    (ticket,) = await tickets(day)
    assert ticket.number_delivered_at is None
    assert "number_not_delivered" in await kinds(day)


async def test_a_bounce_names_the_newest_of_our_mails_in_its_chain(day: PlainDay) -> None:
    """An older mail of the same thread, which its References name as well, is not taken back."""
    first = day.mail.drafts[0]
    day.later(hours=1)
    await day.takes(answer(day, id=2, rewritten=True))
    day.later(minutes=10)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    second = day.mail.drafts[-1]
    assert second.message_id != first.message_id
    await day.takes(bounce(3, day, *header_of(second, REWRITTEN)))
    states = {delivery.external_id: delivery.state.value for _, delivery in await day.deliveries()}
    assert states[first.message_id] == "delivered"
    assert states[second.message_id] == "failed"


async def test_a_bounce_that_names_nothing_of_ours_changes_nothing_but_is_told(day: PlainDay) -> None:
    """Without a return path of its own it may be about a customer's mail: somebody should look, nothing is guessed."""
    day.team = ("team@acme.example",)
    await day.takes(bounce(2, day, f"Message-ID: {REWRITTEN}"))
    (ticket,) = await tickets(day)
    assert ticket.number_delivered_at is not None
    async with day.store.read() as tx:
        notices = [notice for _, notice in await tx.notices(10)]
    assert [notice.kind for notice in notices if not notice.kind.startswith("ticket")] == ["bounce"]
    assert "7:2" in notices[-1].text


async def test_with_plus_addresses_such_a_bounce_is_backscatter(store: Database) -> None:
    """Ours would have come to a return path of ours; a flood of forged ones must not reach the team."""
    day = PlainDay(store, team=("team@acme.example",))
    forged = bounce(2, day, f"Message-ID: {REWRITTEN}")
    await Day.takes(Day(store, team=day.team), forged)
    async with store.read() as tx:
        assert await tx.notices(10) == []
