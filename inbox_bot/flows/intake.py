"""Takes in what one source has: poll, decide, file in one transaction, then tell the source."""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.errors import Conflict, Paused, StoreError
from inbox_bot.flows import affected, agent_intake, arrival, assigning, attendance, guessing, linking, rating, status
from inbox_bot.flows.again import again
from inbox_bot.flows.agent_intake import Fates
from inbox_bot.flows.filing import Intake
from inbox_bot.flows.house import House, Inbox
from inbox_bot.flows.lot import Lot, domain_of
from inbox_bot.model import Batch, Channel, Incoming, Outcome, Settled, Unreadable, Visibility
from inbox_bot.ports import Source, Transaction
from inbox_bot.records import LedgerLine, Notice
from inbox_bot.rules import proof, triage
from inbox_bot.views import Known, Lookup
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one poll brought: how many things were filed, and whether there is more to fetch at once."""

    count: int
    more: bool


async def take_in(house: House, source: Source) -> Taken:
    """One poll of one source, completely; raises `Paused` where the source cannot be read now, and `StoreError`."""
    now = house.now()
    inbox = house.inboxes[source.inbox]
    async with house.store.read() as tx:
        cursor = await tx.cursor(source.inbox, source.stream)
        if inbox.spend_limit and await tx.spend(source.inbox, day(now)) >= inbox.spend_limit:
            raise Paused("today's spending limit is reached; raise spend_limit_usd to go on", alarm=True)

    async def unknown(keys: Sequence[str]) -> set[str]:
        async with house.store.read() as tx:
            return await tx.unknown(source.inbox, keys)

    batch = await source.poll(cursor, unknown, now)
    if not batch.items and batch.cursor == cursor and not batch.spend:
        return Taken(count=0, more=batch.more)
    batch = await _with_people(house, source, batch)
    batch = await _with_signers(house, inbox, batch)
    await attendance.measure(house)
    count, settled = len(batch.items), []
    if answers := await agent_intake.addressed(house, batch):
        # First what customers wrote meanwhile, so that it counts as not seen by these; the cursor stays behind.
        rest = tuple(item for item in batch.items if item.key not in answers)
        settled += await _file(house, source, Batch(items=rest, cursor=""), None, {})
        batch = replace(batch, items=tuple(item for item in batch.items if item.key in answers))
        batch, fates = await agent_intake.dealt_with(house, source, batch)
        settled += await _file(house, source, batch, batch, fates)
    else:
        settled += await _file(house, source, batch, batch, {})
    try:
        await source.settle(settled)
    except Paused as stop:
        log.warning("settle_failed", extra={"inbox": source.inbox, "stream": source.stream, "reason": str(stop)})
    return Taken(count=count, more=batch.more)


def day(now: datetime) -> str:
    """X bills by UTC day."""
    return now.date().isoformat()


async def _with_people(house: House, source: Source, batch: Batch) -> Batch:
    """Handles and names of X authors not seen before: each is looked up once and then kept."""
    if source.channel is not Channel.TWITTER:
        return batch
    ids = {(Channel.TWITTER, address) for item in batch.items for address in _needed(item)}
    if not ids:
        return batch
    async with house.store.read() as tx:
        known = await tx.gather(Lookup(addresses=frozenset(ids)), house.now())
    seen = {key[1] for key, identity in known.identities.items() if identity.handle}
    missing = sorted({address for _, address in ids} - seen)
    try:
        people, cost = await source.people(missing) if missing else ({}, 0)
    except Paused as stop:  # a name is a comfort, not a reason to leave a message outside
        log.warning("people_not_looked_up", extra={"inbox": source.inbox, "reason": str(stop)})
        people, cost = {}, stop.spend
    items = tuple(
        replace(item, author=people[item.author.address])
        if isinstance(item, Incoming) and item.author and item.author.address in people
        else item
        for item in batch.items
    )
    return replace(batch, items=items, spend=batch.spend + cost)


async def _with_signers(house: House, inbox: Inbox, batch: Batch) -> Batch:
    """Whose DKIM signature covers a mail, where it could prove what the mail server's verdict does not."""
    if house.signatures is None or not inbox.verify_dkim:
        return batch
    mails = [
        item
        for item in batch.items
        if isinstance(item, Incoming) and proof.worth_checking(item, authserv_id=inbox.authserv_id)
    ]
    signers = await house.signatures.signers(mails) if mails else {}
    items = tuple(
        replace(item, mail=replace(item.mail, signed_by=signers[item.key]))
        if isinstance(item, Incoming) and item.mail and item.key in signers
        else item
        for item in batch.items
    )
    return replace(batch, items=items)


def _needed(item: Incoming | Unreadable) -> list[str]:
    if isinstance(item, Unreadable) or item.author is None or item.post is None:
        return []
    return [] if item.post.own or item.post.retweet or item.author.handle else [item.author.address]


async def _file(house: House, source: Source, lot: Batch, batch: Batch | None, fates: Fates) -> list[Settled]:
    """File the lot, with `batch` also its cursor and cost; if one item breaks it, file the items one by one and put
    the broken one in quarantine."""
    try:
        return await _file_lot(house, source, lot.items, batch, fates)
    except Exception as error:
        # Whatever broke the lot must not stop the inbox: the culprit is found and parked with its bytes below.
        if not _by_an_item(error):
            raise
        log.exception("lot_failed", extra={"inbox": source.inbox, "stream": source.stream})
    settled: list[Settled] = []
    for item in lot.items:
        try:
            settled += await _file_lot(house, source, (item,), None, fates)
        except Exception as error:
            if not _by_an_item(error):
                raise
            log.exception("item_quarantined", extra={"inbox": source.inbox, "key": item.key})
            reason = f"could not be filed: {type(error).__name__}"
            parked = Unreadable(key=item.key, at=item.at, reason=reason, raw=item.raw)
            settled += await _file_lot(house, source, (parked,), None, fates)
    return settled + await _file_lot(house, source, (), batch, fates)


def _by_an_item(error: Exception) -> bool:
    """Not what the database as a whole cannot do; a conflict that outlasts all tries lies in the item itself."""
    return isinstance(error, Conflict) or not isinstance(error, StoreError)


@again
async def _file_lot(
    house: House, source: Source, items: Sequence[Incoming | Unreadable], batch: Batch | None, fates: Fates
) -> list[Settled]:
    """One transaction for these items; with `batch` also its cursor and cost."""
    now = house.now()
    async with house.store.write() as tx:
        new = await tx.unknown(source.inbox, [item.key for item in items])
        items = arrival.in_order(items, new, now)
        readable = [item for item in items if isinstance(item, Incoming) and item.key not in fates]
        own = any(item.post is not None and item.post.own for item in readable)
        # before what is known by its id: an outcome written in between is then found by one or the other
        in_flight = await tx.in_flight(source.inbox) if own else []
        known = await tx.gather(arrival.looked_up(house, readable), now)
        items = arrival.as_known(items, known)
        ours = _ours(house, source.inbox, known)
        settling = linking.Settling(
            house=house, tx=tx, inbox=house.inboxes[source.inbox], known=known, ours=ours, now=now
        )
        joined = await linking.joined(settling, [item for item in items if item.key not in fates])
        if joined:
            known = await tx.gather(arrival.looked_up(house, readable, [one.number for one in joined.values()]), now)
        public = any(item.visibility is Visibility.PUBLIC for item in readable)
        lot = Lot(
            house=house,
            inbox=house.inboxes[source.inbox],
            stream=source.stream,
            known=known,
            now=now,
            public_last_hour=await tx.automatic_since(now - timedelta(hours=1), Visibility.PUBLIC) if public else 0,
            newcomers=await _newcomers(house, tx, items, known, now),
            said=dict(await tx.unanswered_texts(_waiting(readable, known))),
            outages=await affected.outages(tx, known, now),
            scores=(scores := rating.scores(readable)),
            posed=await rating.posed(tx, known, readable, scores, now),
        )
        intake = Intake(lot=lot, ours=ours, in_flight=in_flight, joined=joined)
        for item in items:
            if isinstance(item, Incoming) and item.key in fates:
                agent_intake.enter(house, lot.filing, source, item, fates[item.key])
            elif isinstance(item, Incoming):
                intake.take(item)
            else:
                quarantine(lot.filing, source, item, now)
        await guessing.guess(tx, lot, intake.filed)
        await status.answer(lot, tx)
        await rating.enter(lot, tx)
        filing = lot.finish()
        filing.taken = len(items)
        if batch is not None:
            filing.cursor = (source.inbox, source.stream, batch.cursor)
            if batch.spend:
                filing.spend = (source.inbox, day(now), batch.spend)
        ids = await tx.save(filing)
        await affected.enter(tx, lot.outages, ids)
        if lot.calls:
            await tx.save(Filing(notices=await _calls(house, tx, lot, ids)))
        if lot.settlements:
            await tx.settle(lot.settlements)
        if lot.dead:
            await tx.give_up(lot.dead)
        for ticket, why in lot.needless.items():
            await tx.withdraw(ids.get(ticket, ticket), why, put_off=True)
    for line in filing.ledger:
        log.info("taken", extra={"inbox": line.inbox, "key": line.key, "outcome": line.outcome.value})
    return [Settled(key=item.key, mdn=item.key in lot.receipted) for item in items]


def _waiting(items: Sequence[Incoming], known: Known) -> list[int]:
    """The tickets of those who write here of which something is unanswered: what comes may be the same again."""
    writers = {(item.author.channel, item.author.address) for item in items if item.author is not None}
    customers = {one.customer for key, one in known.identities.items() if key in writers}
    return sorted(
        ticket.id
        for ticket in known.tickets.values()
        if ticket.customer in customers
        and ticket.last_incoming_at is not None
        and (ticket.last_outgoing_at is None or ticket.last_outgoing_at < ticket.last_incoming_at)
    )


async def _calls(house: House, tx: Transaction, lot: Lot, ids: Mapping[int, int]) -> list[Notice]:
    """To what a person is called, for each supervisor who is told; for the team where there is none."""
    calls = [replace(one, ticket=ids.get(one.ticket or 0, one.ticket)) for one in lot.calls]
    return assigning.to_each(calls, await assigning.supervisors(house, tx, lot.now)) or calls


async def _newcomers(
    house: House, tx: Transaction, items: Sequence[Incoming | Unreadable], known: Known, now: datetime
) -> Mapping[str, float]:
    """How many others of the unknown senders' mail domains wrote for the first time in the last hour."""
    if not house.policy.newcomers_per_hour:
        return {}
    authors = [
        author
        for item in items
        if isinstance(item, Incoming) and item.mail is not None
        for author in (item.author, *item.mail.reply_to)
        if author is not None and (author.channel, author.address) not in known.identities
    ]
    domains = {domain_of(author.address) for author in authors}
    return await tx.newcomers(domains, now) if domains else {}


def _ours(house: House, inbox: str, known: Known) -> triage.Ours:
    """What is ours in mail, for the rules."""
    boxes = [box for box in house.inboxes.values() if box.channel is Channel.EMAIL]
    return triage.Ours(
        addresses=frozenset(box.address.lower() for box in boxes),
        form_senders=house.inboxes[inbox].form_senders,
        spam_header=house.inboxes[inbox].spam_header,
        team=frozenset(address.lower() for address in house.team) | known.agents,
    )


def quarantine(filing: Filing, source: Source, item: Unreadable, now: datetime) -> None:
    """Park what cannot be read, with its bytes and the reason."""
    digest = hashlib.sha256(item.raw).hexdigest() if item.raw else ""
    if digest:
        filing.raws[digest] = item.raw
    filing.ledger.append(
        LedgerLine(
            inbox=source.inbox,
            stream=source.stream,
            key=item.key,
            outcome=Outcome.QUARANTINED,
            reason=item.reason,
            at=now,
            raw=digest,
        )
    )
