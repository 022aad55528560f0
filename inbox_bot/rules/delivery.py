"""Decides what an attempt's outcome, a look-up or a receipt means for a delivery and for its ticket's number."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from inbox_bot.model import Channel, DeliveryState, Kind, ReceiptState, Report
from inbox_bot.outgoing import Parcel, Sent
from inbox_bot.records import Delivery, Receipt
from inbox_bot.writes import Settlement

LEASE = timedelta(minutes=15)
LOOKS = (timedelta(seconds=60), timedelta(minutes=5))  # X shows a post or DM after a lag (x-api.md 3)
MAIL_LOOKS = (timedelta(minutes=15),)  # time for a DSN to arrive before the same bytes go once more
NEVER = timedelta(days=36500)  # only a person decides further
KNOCK = timedelta(minutes=5)  # a peer that is back again is found within this and a quarter
GIVE_UP = timedelta(days=4)  # RFC 5321 4.5.4.1: four to five days
MOST_MAILS = 2  # copies whose outcome was lost

# About the address itself (RFC 3463 X.1.*, X.2.1), or SMTP's codes for it where the server gives no such number.
_NO_SUCH_ADDRESS = re.compile(r"(?<![\d.])(?:5\.1\.\d{1,3}|5\.2\.1)(?![\d.])|^55[013](?:[ -](?!5\.\d)|$)")
_SOFT = re.compile(r"4\.|5\.2\.[23](?!\d)|5\.3\.4(?!\d)")  # for now, or a full mailbox, or this one mail too large

_OPEN = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNCERTAIN)


class Verdict(StrEnum):
    """What a person says of a mail whose outcome was lost twice."""

    ARRIVED = "arrived"
    AGAIN = "again"
    LEFT = "left"


def back_off(attempts: int, jitter: float, retry_after: float | None = None) -> timedelta:
    """Capped exponential: 15 s, 30 s, … at most 4 h, times 1 .. 1.25 (`jitter` in 0 .. 1); at least the peer's wish."""
    seconds = min(15.0 * 2 ** min(attempts - 1, 12), 4 * 3600.0)
    return timedelta(seconds=max(seconds, retry_after or 0.0) * (1 + jitter / 4))


def accepted(parcel: Parcel, sent: Sent, at: datetime) -> Settlement:
    """The peer took it: X's id, or the relay's 250 after DATA, is the number delivered (design: "handed over")."""
    final = DeliveryState.DELIVERED if parcel.to.channel is Channel.TWITTER else DeliveryState.SENT
    state = ReceiptState.DELIVERED if parcel.to.channel is Channel.TWITTER else ReceiptState.SENT
    receipts = [Receipt(delivery=parcel.id, state=state, at=at, evidence=sent.evidence)]
    receipts += [
        Receipt(delivery=parcel.id, state=ReceiptState.FAILED, at=at, evidence=f"{recipient}: {reply}")
        for recipient, reply in sent.refused
    ]
    return Settlement(
        delivery=parcel.id,
        state=final,
        at=at,
        external_id=sent.external_id,
        receipts=tuple(receipts),
        number_delivered=parcel.carries_number,
    )


def refused(parcel: Parcel, reason: str, at: datetime) -> Settlement:
    """The peer will never take it."""
    receipt = Receipt(delivery=parcel.id, state=ReceiptState.FAILED, at=at, evidence=reason)
    hard = parcel.to.channel is Channel.EMAIL and _NO_SUCH_ADDRESS.search(reason) is not None
    return Settlement(
        delivery=parcel.id, state=DeliveryState.FAILED, at=at, error=reason, receipts=(receipt,), undeliverable=hard
    )


def deferred(parcel: Parcel, reason: str, at: datetime, jitter: float, retry_after: float | None) -> Settlement:
    """Certainly not taken: the same bytes later, or never after days of it."""
    if at - parcel.created_at > GIVE_UP:
        return refused(parcel, f"given up after {GIVE_UP.days} days: {reason}", at)
    return Settlement(
        delivery=parcel.id,
        state=DeliveryState.QUEUED,
        at=at,
        due_at=at + back_off(parcel.attempts, jitter, retry_after),
        error=reason,
    )


def unsure(parcel: Parcel, reason: str, at: datetime) -> Settlement:
    """Perhaps taken: wait, then look; an MDN is given up, since it must never go twice (RFC 8098 2.1)."""
    if parcel.kind is Kind.MDN:
        return refused(parcel, f"not known whether it went out; a read receipt is never repeated: {reason}", at)
    looks = _looks(parcel.to.channel)
    return Settlement(delivery=parcel.id, state=DeliveryState.UNCERTAIN, at=at, due_at=at + looks[0], error=reason)


def put_back(parcel: Parcel, at: datetime, until: datetime, reason: str) -> Settlement:
    """Nothing was sent because the whole inbox must wait."""
    return Settlement(delivery=parcel.id, state=DeliveryState.QUEUED, at=at, due_at=until, error=reason)


def knock(failures: int, jitter: float) -> timedelta:
    """How long an inbox leaves a peer alone that could not be reached so many times running: 5 s doubled to 5 min."""
    return min(timedelta(seconds=5) * 2.0 ** min(failures - 1, 10), KNOCK) * (1 + jitter / 4)


def unreached(parcel: Parcel, reason: str, at: datetime, until: datetime, jitter: float) -> Settlement:
    """The peer is there for nobody until then: no reason to give a delivery up, but this one lets others go first, in
    case that it is the one at which the peer hangs up."""
    own = at + min(back_off(parcel.attempts, jitter), KNOCK)
    return put_back(parcel, at, max(until, own), reason)


def looked(parcel: Parcel, found: Sent | None, at: datetime) -> Settlement:
    """After a look at the channel's own record: adopt the id, look once more, or send the same bytes again.

    X: not found twice -> resend. Mail has no record: after the wait without evidence the same bytes with the same
    Message-ID go out once more; a second loss is left to a person.
    """
    if found is not None:
        return accepted(parcel, found, at)
    if parcel.kind is Kind.MDN:
        return refused(parcel, "not known whether it went out; a read receipt is never repeated", at)
    looks = _looks(parcel.to.channel)
    seen = parcel.looks + 1
    lost, turn = divmod(seen, len(looks))  # `looks` goes on counting: each full round is one copy lost
    if turn:
        due_at = at + looks[turn] - looks[turn - 1]
        return Settlement(delivery=parcel.id, state=DeliveryState.UNCERTAIN, at=at, due_at=due_at, looks=seen)
    if lost >= MOST_MAILS and parcel.to.channel is Channel.EMAIL:
        return Settlement(
            delivery=parcel.id, state=DeliveryState.UNCERTAIN, at=at, due_at=at + NEVER, looks=seen,
            error="sent twice without an answer of the mail server; no third copy is sent",
        )  # fmt: skip
    return Settlement(delivery=parcel.id, state=DeliveryState.QUEUED, at=at, due_at=at, looks=seen)


def left_to_a_person(delivery: Delivery, at: datetime) -> bool:
    """Whether nothing is done by itself any more about a delivery whose outcome is not known."""
    return delivery.state is DeliveryState.UNCERTAIN and delivery.due_at > at + NEVER / 2


def decided(delivery: Delivery, verdict: Verdict, who: str, at: datetime) -> Settlement:
    """What a person found in the relay's own log, or decides without it. `AGAIN`: the same bytes once more; is that
    lost too, it is his again."""
    match verdict:
        case Verdict.AGAIN:
            return Settlement(delivery=delivery.id, state=DeliveryState.QUEUED, at=at, due_at=at)
        case Verdict.ARRIVED:
            evidence = f"{who} found it taken"
            receipt = Receipt(delivery=delivery.id, state=ReceiptState.SENT, at=at, evidence=evidence)
            return Settlement(
                delivery=delivery.id, state=DeliveryState.SENT, at=at, receipts=(receipt,),
                number_delivered=delivery.carries_number,
            )  # fmt: skip
        case Verdict.LEFT:
            reason = f"{who} leaves it: not known whether it arrived"
            receipt = Receipt(delivery=delivery.id, state=ReceiptState.FAILED, at=at, evidence=reason)
            return Settlement(
                delivery=delivery.id, state=DeliveryState.FAILED, at=at, error=reason, receipts=(receipt,)
            )


def _looks(channel: Channel) -> tuple[timedelta, ...]:
    return MAIL_LOOKS if channel is Channel.EMAIL else LOOKS


def reported(delivery: Delivery, report: Report, at: datetime) -> Settlement | None:
    """What a DSN or MDN says about a delivery of ours; None where it says nothing.

    A failure wins over "sent", earlier or later (the number is taken back), never over a delivery proven otherwise;
    "delayed" changes nothing but adds its receipt (RFC 3464 2.3.3).
    """
    worst = _worst(report, delivery)
    if worst is None:
        return None
    state, evidence = worst
    receipt = Receipt(delivery=delivery.id, state=state, at=at, evidence=evidence)
    new = delivery.state
    if state is ReceiptState.FAILED and delivery.state is not DeliveryState.DELIVERED:
        new = DeliveryState.FAILED
    elif state in {ReceiptState.DELIVERED, ReceiptState.DISPLAYED}:
        new = DeliveryState.DELIVERED
    elif state is ReceiptState.SENT and delivery.state in _OPEN:
        new = DeliveryState.SENT
    lost = new is DeliveryState.FAILED and delivery.carries_number
    proof = new in {DeliveryState.DELIVERED, DeliveryState.SENT} and delivery.carries_number
    return Settlement(
        delivery=delivery.id,
        state=new,
        at=at,
        error=evidence if new is DeliveryState.FAILED else "",
        receipts=(receipt,),
        number_delivered=proof,
        number_taken_back=lost,
    )


def hard(report: Report | None) -> bool:
    """Whether a failure says that the address takes no mail: it gets no automatic one until its owner writes again.
    What nobody could read counts as hard; a failure for now that was given up, and a full mailbox, do not."""
    failed = [line for line in report.lines if line.action == "failed"] if report is not None else []
    return not failed or any(not _SOFT.match(line.status) for line in failed)


def revives(delivery: Delivery, undeliverable_at: datetime | None) -> bool:
    """Whether the arrival of this delivery shows that its address takes mail after all: not that of one from before the
    failure, unless it is the very one that had failed."""
    if undeliverable_at is None:
        return False
    return delivery.state is DeliveryState.FAILED or delivery.created_at > undeliverable_at


def seen(delivery: Delivery, external_id: str, at: datetime) -> Settlement:
    """Our own post, DM or mail came back in a poll while its outcome was open: that is its receipt."""
    receipt = Receipt(delivery=delivery.id, state=ReceiptState.DELIVERED, at=at, evidence=f"seen as {external_id}")
    final = DeliveryState.DELIVERED if delivery.channel is Channel.TWITTER else DeliveryState.SENT
    return Settlement(
        delivery=delivery.id,
        state=final,
        at=at,
        external_id=external_id,
        receipts=(receipt,),
        number_delivered=delivery.carries_number,
    )


def answered(delivery: Delivery, answered_at: datetime, at: datetime) -> Settlement | None:
    """The customer's own answer bears our token, so ours has arrived; None where that was known already."""
    if delivery.state is DeliveryState.DELIVERED:
        return None
    evidence = f"answered by the customer on {answered_at.isoformat(timespec='minutes')}"
    receipt = Receipt(delivery=delivery.id, state=ReceiptState.DELIVERED, at=at, evidence=evidence)
    return Settlement(
        delivery=delivery.id,
        state=DeliveryState.DELIVERED,
        at=at,
        receipts=(receipt,),
        number_delivered=delivery.carries_number,
    )


def bounced(delivery: Delivery, subject: str, at: datetime) -> Settlement | None:
    """A bounce without a readable report came to the delivery's own signed return path: a failure."""
    if delivery.state is DeliveryState.DELIVERED:
        return None
    evidence = f"bounced: {subject[:120]}"
    receipt = Receipt(delivery=delivery.id, state=ReceiptState.FAILED, at=at, evidence=evidence)
    return Settlement(
        delivery=delivery.id,
        state=DeliveryState.FAILED,
        at=at,
        error=evidence,
        receipts=(receipt,),
        number_taken_back=delivery.carries_number,
    )


def _worst(report: Report, delivery: Delivery) -> tuple[ReceiptState, str] | None:
    """The report's weightiest line about the customer: failed, then displayed/delivered, then delayed/relayed."""
    found: list[tuple[int, ReceiptState, str]] = []
    for line in report.lines:
        someone_else = line.recipient and line.recipient.lower() != delivery.to.lower()
        if someone_else and line.recipient.lower() in {recipient.lower() for recipient in delivery.recipients}:
            continue  # a copy's recipient; a forwarding address of the customer's own still counts
        evidence = " ".join(part for part in (report.kind, line.action, line.status, line.diagnostic[:200]) if part)
        if report.kind == "mdn":
            shown = line.action in {"displayed", "dispatched"}
            found.append((2, ReceiptState.DISPLAYED if shown else ReceiptState.DELIVERED, evidence))
        elif line.action == "failed":
            found.append((3, ReceiptState.FAILED, evidence))
        elif line.action == "delivered":
            found.append((2, ReceiptState.DELIVERED, evidence))
        elif line.action in {"relayed", "expanded"}:
            found.append((1, ReceiptState.SENT, evidence))
        elif line.action == "delayed":
            found.append((0, ReceiptState.DELAYED, evidence))
    if not found:
        return None
    _, state, evidence = max(found, key=lambda item: item[0])
    return state, evidence
