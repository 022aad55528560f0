"""Delivery: what attempts, look-ups and reports mean for a delivery and for its number."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.model import Address, Channel, DeliveryState, Kind, ReceiptState, Report, ReportLine, Visibility
from inbox_bot.outgoing import Parcel, Sent
from inbox_bot.rules import delivery as rules
from inbox_bot.writes import Settlement
from tests.unit.rules_builders import EVA, EVA_ON_X, NOW, a_delivery

SENT = Sent(external_id="<a@acme.example>", evidence="250 2.0.0 queued as 4711")


def parcel(to: Address = EVA, kind: Kind = Kind.ACKNOWLEDGEMENT, attempts: int = 1, looks: int = 0) -> Parcel:
    return Parcel(
        id=5,
        token="abcdefghijklm",
        inbox="mail",
        kind=kind,
        to=to,
        visibility=Visibility.PRIVATE,
        payload=b"",
        recipients=(to.address,),
        return_path="",
        external_id="",
        attempts=attempts,
        looks=looks,
        created_at=NOW - timedelta(minutes=1),
        started_at=NOW,
        ticket=1,
        carries_number=True,
    )


def report(action: str, kind: str = "dsn", recipient: str = EVA.address) -> Report:
    return Report(kind=kind, lines=(ReportLine(action=action, recipient=recipient, status="5.1.1"),))


def test_acceptance_delivers_the_number() -> None:
    """Mail: handed over at the relay's 250; X: delivered with its id; the evidence is kept."""
    mail = rules.accepted(parcel(), SENT, NOW)
    assert (mail.state, mail.number_delivered) == (DeliveryState.SENT, True)
    assert [receipt.evidence for receipt in mail.receipts] == [SENT.evidence]
    assert rules.accepted(parcel(EVA_ON_X), SENT, NOW).state is DeliveryState.DELIVERED


def test_a_temporary_refusal_backs_off_until_days_have_passed() -> None:
    """4xx: queued again, at least as late as the peer asks; after four days it fails."""
    later = rules.deferred(parcel(), "451 later", NOW, 0.5, retry_after=3600)
    assert later.state is DeliveryState.QUEUED
    assert later.due_at is not None
    assert later.due_at >= NOW + timedelta(hours=1)
    old = rules.deferred(parcel(), "451 later", NOW + timedelta(days=5), 0.5, None)
    assert old.state is DeliveryState.FAILED


@given(st.integers(1, 500), st.floats(0, 1))
def test_back_off_is_neither_a_storm_nor_silence(attempts: int, jitter: float) -> None:
    """Between 15 seconds and five hours, whatever happened before."""
    assert timedelta(seconds=15) <= rules.back_off(attempts, jitter) <= timedelta(hours=5)


def test_a_lost_outcome_is_looked_up_and_never_blindly_repeated() -> None:
    """X: not found twice, then the same bytes again; found: its id is adopted."""
    lost = rules.unsure(parcel(EVA_ON_X), "timeout", NOW)
    assert (lost.state, lost.due_at) == (DeliveryState.UNCERTAIN, NOW + timedelta(seconds=60))
    first = rules.looked(parcel(EVA_ON_X), None, NOW)
    assert (first.state, first.looks) == (DeliveryState.UNCERTAIN, 1)
    second = rules.looked(parcel(EVA_ON_X, looks=1), None, NOW)
    assert (second.state, second.due_at) == (DeliveryState.QUEUED, NOW)
    found = rules.looked(parcel(EVA_ON_X, looks=1), Sent(external_id="77", evidence="post 77"), NOW)
    assert (found.state, found.external_id) == (DeliveryState.DELIVERED, "77")


def test_a_lost_mail_goes_once_more_and_then_to_a_person() -> None:
    """SMTP keeps no record: one second copy with the same bytes, no third."""
    again = rules.looked(parcel(attempts=5), None, NOW)
    assert (again.state, again.looks) == (DeliveryState.QUEUED, 1)
    over = rules.looked(parcel(attempts=6, looks=1), None, NOW)
    assert over.state is DeliveryState.UNCERTAIN
    assert over.due_at is not None
    assert over.due_at > NOW + timedelta(days=1000)


def test_a_read_receipt_is_never_repeated() -> None:
    """RFC 8098 2.1: at most one MDN, so a lost outcome ends it."""
    assert rules.unsure(parcel(kind=Kind.MDN), "timeout", NOW).state is DeliveryState.FAILED
    assert rules.looked(parcel(kind=Kind.MDN), None, NOW).state is DeliveryState.FAILED


@pytest.mark.parametrize(
    ("before", "action", "after", "delivered", "taken_back"),
    [
        (DeliveryState.SENT, "failed", DeliveryState.FAILED, False, True),
        (DeliveryState.SENT, "delivered", DeliveryState.DELIVERED, True, False),
        (DeliveryState.SENT, "delayed", DeliveryState.SENT, True, False),
        (DeliveryState.UNCERTAIN, "relayed", DeliveryState.SENT, True, False),
        (DeliveryState.DELIVERED, "failed", DeliveryState.DELIVERED, True, False),
        (DeliveryState.FAILED, "delivered", DeliveryState.DELIVERED, True, False),
        (DeliveryState.FAILED, "relayed", DeliveryState.FAILED, False, True),
    ],
)
def test_reports_change_the_state(
    before: DeliveryState, action: str, after: DeliveryState, delivered: bool, taken_back: bool
) -> None:
    """A failure takes the number back unless delivery was proven; a delay changes nothing."""
    settlement = rules.reported(a_delivery(state=before, carries_number=True), report(action), NOW)
    assert settlement is not None
    assert (settlement.state, settlement.number_delivered, settlement.number_taken_back) == (
        after,
        delivered,
        taken_back,
    )


def test_a_delay_leaves_an_uncertain_delivery_open() -> None:
    """ "Delayed" is not failure, and proves no delivery."""
    settlement = rules.reported(a_delivery(state=DeliveryState.UNCERTAIN, carries_number=True), report("delayed"), NOW)
    assert settlement is not None
    assert (settlement.state, settlement.number_delivered) == (DeliveryState.UNCERTAIN, False)
    assert settlement.receipts[0].state is ReceiptState.DELAYED


def test_a_copys_failure_is_not_the_customers() -> None:
    """Only the customer's own line counts where the mail had further recipients."""
    delivery = a_delivery(state=DeliveryState.SENT, recipients=(EVA.address, "boss@acme.example"))
    assert rules.reported(delivery, report("failed", recipient="boss@acme.example"), NOW) is None


def test_read_receipts_that_come_in() -> None:
    """An MDN shows arrival, "displayed" shows more."""
    settlement = rules.reported(a_delivery(state=DeliveryState.SENT), report("displayed", kind="mdn"), NOW)
    assert settlement is not None
    assert settlement.receipts[0].state is ReceiptState.DISPLAYED
    assert settlement.state is DeliveryState.DELIVERED


def test_an_answer_proves_arrival_once() -> None:
    """The customer's answer with our token raises sent to delivered; a second one adds nothing."""
    first = rules.answered(a_delivery(state=DeliveryState.SENT, carries_number=True), NOW, NOW)
    assert isinstance(first, Settlement)
    assert (first.state, first.number_delivered) == (DeliveryState.DELIVERED, True)
    assert rules.answered(a_delivery(state=DeliveryState.DELIVERED), NOW, NOW) is None


def test_an_echo_is_the_receipt() -> None:
    """Our own post seen in a poll closes an open outcome with its id."""
    seen = rules.seen(a_delivery(state=DeliveryState.UNCERTAIN, channel=Channel.TWITTER), "88", NOW)
    assert (seen.state, seen.external_id) == (DeliveryState.DELIVERED, "88")


def test_an_unreadable_bounce_fails_the_delivery() -> None:
    """What comes to the signed return path without a report is a failure, unless delivery was proven."""
    bounced = rules.bounced(a_delivery(state=DeliveryState.SENT, carries_number=True), "Undeliverable", NOW)
    assert bounced is not None
    assert (bounced.state, bounced.number_taken_back) == (DeliveryState.FAILED, True)
    assert rules.bounced(a_delivery(state=DeliveryState.DELIVERED), "Undeliverable", NOW) is None
