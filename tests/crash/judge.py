"""Judges the end of a play: says in a line each what was lost, doubled, or left undone."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from hashlib import sha256

from inbox_bot.sandbox.x.things import Dm, Post
from tests.crash.day import AGENT, WORDS, Day
from tests.crash.state import Record
from tests.e2e.seen import NUMBER, Letter
from tests.smtpsink import Mail


@dataclass(slots=True, kw_only=True)
class Judgement:
    """`faults`: what must not be. `copies`: mails that went out a second time, with the same bytes. `left`: mails that
    were lost twice, so that a person decided. `receipts_lost`: read receipts given up."""

    faults: list[str] = field(default_factory=list)
    copies: int = 0
    left: int = 0
    receipts_lost: int = 0


def judge(day: Day, record: Record, mails: list[Mail], archive: list[bytes], inbox: int) -> Judgement:
    """`mails` reached the sink; `archive`: mails in the archive folder; `inbox`: how many are still in the inbox."""
    verdict = Judgement()
    _ledger(verdict, day, record)
    _letters(verdict, day, record, mails)
    _on_x(verdict, day, record)
    _deliveries(verdict, record)
    _archive(verdict, day, archive, inbox)
    return verdict


def _ledger(verdict: Judgement, day: Day, record: Record) -> None:
    faults = verdict.faults
    if record.integrity != "ok":
        faults.append(f"the database is damaged: {record.integrity}")
    if not record.balanced:
        faults.append("the ledger does not balance")
    mails = Counter(one.outcome for one in (mail.expected for mail in day.mails))
    found = Counter(outcome for inbox, _, _, outcome in record.ledger if inbox == "mail")
    if mails != found:
        faults.append(f"mail: {dict(found)} on record, {dict(mails)} came")
    said = Counter((one.external_id, one.outcome) for one in day.scene.expected)
    ours = {str(one.id) for one in _ours(day)}
    there = Counter((ext, outcome) for inbox, _, ext, outcome in record.ledger if inbox == "x")
    for number in ours:
        said[number, "echo"] += 1
    faults += [
        f"X: {key} is on record {there[key]} times, not {said[key]}" for key in there | said if there[key] != said[key]
    ]
    tickets = {ticket for _, ticket, _, _ in record.incoming if ticket is not None}
    opens = sum(one.opens for one in day.expected)
    if len(record.numbers) != opens or len(tickets) != opens:
        faults.append(f"{len(record.numbers)} tickets, {len(tickets)} with messages, and {opens} matters")
    faults += [
        f"message {external_id}: still owed an acknowledgement" for external_id, _, owed, _ in record.incoming if owed
    ]
    faults += [f"an inbox fails: {error}" for error in record.failing]


def _letters(verdict: Judgement, day: Day, record: Record, mails: list[Mail]) -> None:
    faults = verdict.faults
    copies: dict[str, list[str]] = defaultdict(list)
    letters: dict[str, Letter] = {}
    for mail in mails:
        letter = Letter.of(mail)
        name = str(letter.message["Message-ID"])
        copies[name].append(sha256(mail.mail_from.encode() + b"\0" + mail.data).hexdigest())
        letters[name] = letter
    for name, sums in copies.items():
        if len(set(sums)) > 1:
            faults.append(f"mail {name}: its copies differ")
        if len(sums) > 2 or (len(sums) > 1 and letters[name].receipt):
            faults.append(f"mail {name}: sent {len(sums)} times{' (a read receipt)' * letters[name].receipt}")
        verdict.copies += len(sums) - 1
    known = {one.external_id for one in record.deliveries if one.channel == "email" and one.state != "withdrawn"}
    faults += [f"mail {name} belongs to no delivery" for name in copies.keys() - known]
    sent = {
        one.external_id for one in record.deliveries if one.channel == "email" and one.state in ("sent", "delivered")
    }
    faults += [f"mail {name} counts as sent and has not arrived" for name in sent - copies.keys()]
    told = Counter((one.to, str(one.message["Subject"]), one.text) for one in letters.values() if one.to == AGENT)
    faults += [f"{AGENT} is told {count} times: {subject}" for (_, subject, _), count in told.items() if count > 1]
    letters = {name: letter for name, letter in letters.items() if letter.to != AGENT}
    people = {mail.expected.person.address for mail in day.mails if mail.expected.answered != "no"}
    faults += [f"{letter.to} got mail that nobody should" for letter in letters.values() if letter.to not in people]
    answered = Counter(letter.answers for letter in letters.values() if letter.number and WORDS not in letter.text)
    receipts = Counter(letter.to for letter in letters.values() if letter.receipt)
    for one in (mail.expected for mail in day.mails):
        if one.opens and answered[one.external_id] != 1:
            faults.append(f"{one.kind} {one.marker}: {answered[one.external_id]} acknowledgements")
        if one.receipt and receipts[one.person.address] > 1:
            faults.append(f"{one.kind} {one.marker}: {receipts[one.person.address]} read receipts")
        if one.receipt and receipts[one.person.address] == 0:
            verdict.receipts_lost += 1
    replies = Counter(letter.number for letter in letters.values() if WORDS in letter.text)
    faults += [f"reply in {number}: {replies[number]} times" for _, number in day.replies if replies[number] != 1]


def _ours(day: Day) -> list[Post | Dm]:
    put_in = {one.external_id for one in day.scene.expected}
    things: list[Post | Dm] = [*day.world.posts.values(), *day.world.dms.values()]
    author = {**{p.id: p.author for p in day.world.posts.values()}, **{d.id: d.sender for d in day.world.dms.values()}}
    return [one for one in things if author[one.id] is day.world.me and str(one.id) not in put_in]


def _on_x(verdict: Judgement, day: Day, record: Record) -> None:
    faults, world = verdict.faults, day.world
    there = {str(one.id) for one in _ours(day)}
    known = Counter(
        one.external_id for one in record.deliveries if one.channel == "twitter" and one.state == "delivered"
    )
    faults += [f"X: {number} is there and belongs to no delivery" for number in there - known.keys()]
    faults += [f"X: {number} counts as delivered and is not there" for number in known.keys() - there]
    faults += [f"X: {number} belongs to {count} deliveries" for number, count in known.items() if count > 1]
    ids = {one.external_id for one in day.scene.expected}
    for one in day.scene.expected:
        user = day.scene.users.get(one.person.handle)
        if user is None:
            continue
        replies = [post for post in world.replies_to(user) if str(post.id) not in ids]
        dms = [dm for dm in world.dms_to(user) if str(dm.id) not in ids]
        if one.kind == "mention" and len(replies) != 1:
            faults.append(f"mention {one.marker}: {len(replies)} public replies")
        if one.kind == "dm" and sum(bool(NUMBER.search(dm.text)) for dm in dms) < 1:
            faults.append(f"dm {one.marker}: no number")
        texts = Counter(dm.text for dm in dms)
        faults += [f"dm to {user.handle}: said {count} times" for count in texts.values() if count > 1]


def _deliveries(verdict: Judgement, record: Record) -> None:
    states = {one.id: one.state for one in record.deliveries}
    for one in record.deliveries:
        verdict.left += one.looks >= 2 and one.channel == "email"
        if one.state == "failed" and one.kind == "mdn" and "never repeated" in one.error:
            continue
        if one.state not in ("sent", "delivered", "withdrawn"):
            verdict.faults.append(f"delivery {one.id} ({one.kind}, {one.channel}) is {one.state}: {one.error}")
    for external_id, _, _, delivery in record.incoming:
        if delivery is not None and states[delivery] not in ("sent", "delivered", "withdrawn"):
            verdict.faults.append(f"message {external_id}: its acknowledgement is {states[delivery]}")
    missing = [id for id, (_, delivered) in record.numbers.items() if not delivered]
    verdict.faults += [f"ticket {record.numbers[id][0]}: its number has not arrived" for id in missing]


def _archive(verdict: Judgement, day: Day, archive: list[bytes], inbox: int) -> None:
    if inbox:
        verdict.faults.append(f"{inbox} mails are still in the inbox")
    put_in = Counter(sha256(mail.raw).hexdigest() for mail in day.mails)
    found = Counter(sha256(raw).hexdigest() for raw in archive)
    if put_in != found:
        verdict.faults.append(f"the archive holds {found.total()} mails, {put_in.total()} came")
