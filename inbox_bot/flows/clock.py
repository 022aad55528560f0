"""Does what falls due: shared acknowledgements, closing, alarms, notices to the team and to each of it."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import groupby

from inbox_bot.errors import InboxBotError
from inbox_bot.flows import attendance, greeting, outage, overdue, writing
from inbox_bot.flows.again import again
from inbox_bot.flows.assigning import supervisors, to_each
from inbox_bot.flows.house import House
from inbox_bot.flows.lot import domain_of
from inbox_bot.flows.writing import References
from inbox_bot.incidents import Incident
from inbox_bot.model import Channel, Kind, Visibility
from inbox_bot.ports import Rendered, Transaction
from inbox_bot.records import Identity, LogEntry, Message, Notice, Ticket
from inbox_bot.rules import acknowledge, loops, numbers
from inbox_bot.views import Finding, Known, Lookup
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)

CLOSE_AFTER = timedelta(days=14)
_LOT = 500
_NOTICES_AN_HOUR = 10
_REFUSED_FOR = timedelta(days=1)  # so long a bounced notice keeps others from that address
_AFTER_A_BUG = timedelta(hours=1)
_OURSELVES = "inbox-bot"
CALLED = frozenset({"unanswered", "answer_overdue", "delivery_failed", "number_not_delivered", "update_overdue"})
"""Findings to which a supervisor is called: what is overdue, what has failed."""


@again
async def acknowledge_owed(house: House) -> int:
    """Send the shared acknowledgements that are due, one per ticket and address; gives how many messages they cover."""
    await attendance.measure(house)
    now = house.now()
    covered = 0
    async with house.store.write() as tx:
        owed = await tx.owed(now, _LOT)
        if not owed:
            return 0
        known = await _known(tx, owed, now)
        files = await tx.file_names([message.id for message in owed])
        inside = await tx.affected_tickets({message.ticket for message in owed if message.ticket is not None})
        broken = {row.ticket: incident for row, incident in inside if incident.closed_at is None}
        crowd = _Crowd(told=Counter(await tx.domains_told(now - timedelta(hours=1))))
        filing, refs = Filing(), References()
        by_id = {identity.id: identity for identity in known.identities.values()}

        def shared(message: Message) -> tuple[int, int, bool]:
            return message.ticket or 0, message.identity or 0, _is_doubtful(house, message)

        for (ticket_id, identity_id, doubtful), group in groupby(
            sorted(owed, key=lambda m: (*shared(m), m.at)), key=shared
        ):
            messages = list(group)
            ticket = known.tickets.get(ticket_id)
            identity = by_id.get(identity_id)
            if ticket is None or identity is None:
                filing.messages += [replace(message, acknowledge_at=None) for message in messages]
                continue
            if (turn := crowd.turn(house, ticket, identity, now)) is not None:
                filing.messages += [replace(message, acknowledge_at=turn) for message in messages]
                continue
            try:
                if doubtful:
                    ticket = replace(ticket, subject=messages[-1].subject)  # in the text; never saved
                told = {} if doubtful and len(messages) > 1 else files
                covered += _confirm(
                    house,
                    filing,
                    refs,
                    messages,
                    told,
                    ticket,
                    identity,
                    known,
                    now,
                    broken.get(ticket.id),
                    bare=doubtful,
                )
            except Exception:
                # One ticket that breaks the text must not keep everybody else's from going out, now and for ever.
                log.exception("not_acknowledged", extra={"ticket": ticket.id})
                filing.messages += [replace(message, acknowledge_at=now + _AFTER_A_BUG) for message in messages]
        await tx.save(filing)
    return covered


@dataclass(slots=True, kw_only=True)
class _Crowd:
    """The mail domains whose newcomers wait for their first number: `told` within the hour, `ahead` in this round."""

    told: Counter[str]
    ahead: Counter[str] = field(default_factory=Counter)

    def turn(self, house: House, ticket: Ticket, identity: Identity, now: datetime) -> datetime | None:
        """When it is his turn, None = now."""
        if identity.channel is not Channel.EMAIL or ticket.number_delivered_at is not None:
            return None
        domain = domain_of(identity.address)
        at = acknowledge.in_turn(self.told[domain], self.ahead[domain], house.policy.newcomers_per_hour, now)
        (self.told if at is None else self.ahead)[domain] += 1
        return at


def _confirm(
    house: House,
    filing: Filing,
    refs: References,
    messages: list[Message],
    files: Mapping[int, tuple[str, ...]],
    ticket: Ticket,
    identity: Identity,
    known: Known,
    now: datetime,
    incident: Incident | None,
    *,
    bare: bool,
) -> int:
    """`bare`: nothing proves that the same person wrote these messages: none of them is told the others' subjects."""
    most = acknowledge.most_listed(identity.channel)
    again = now + timedelta(seconds=house.policy.coalesce_seconds)
    left = [replace(message, acknowledge_at=again) for message in messages[most:]]
    messages = messages[:most]
    done = [replace(message, acknowledge_at=None) for message in messages]
    answered = acknowledge.answered_meanwhile(ticket, messages[-1].at)
    usable = acknowledge.worth_offering(identity.channel, identity)
    if ticket.junk or answered or not usable or acknowledge.spared(ticket):
        filing.messages += [*done, *left]  # an agent's answer has confirmed them better, or will, or nobody can be told
        return 0
    automatic = known.automatic.setdefault(identity.id, [])
    to_customer = known.to_customer.setdefault(identity.customer, [])
    wait = acknowledge.capped(to_customer, house.policy, now)
    if wait is None:
        spacing = loops.spaced(known.turns.get(identity.id, ()), now, house.policy.coalesce_seconds)
        wait = acknowledge.stretched(automatic, spacing, house.policy, now)
    if wait is not None:
        filing.messages += [replace(message, acknowledge_at=wait) for message in (*messages, *left)]
        return 0
    arrived = [
        greeting.Arrived(
            at=message.at,
            subject="" if bare and len(messages) > 1 else message.subject,
            channel=message.channel.value,
            visibility=message.visibility.value,
            files=files.get(message.id, ()),
        )
        for message in messages
    ]
    newest = messages[-1]
    try:
        rendered = house.texts.render(
            "further",
            identity.channel,
            newest.language,
            {
                **greeting.facts(
                    house, ticket, identity, arrived, hours=True, customer=known.customers.get(identity.customer)
                ),
                **outage.facts(incident, now),
            },
        )
        _, delivery = writing.queue(
            house,
            filing,
            refs,
            kind=Kind.ACKNOWLEDGEMENT,
            ticket=ticket,
            identity=identity,
            rendered=rendered if rendered.subject else replace(rendered, subject=f"Re: {newest.subject}"),
            visibility=Visibility.PRIVATE,
            at=now,
            due_at=now,
            answered=writing.Answered.of(newest),
            inbox=newest.inbox,
            automatic=True,
        )
    except InboxBotError as error:
        log.warning("not_acknowledged", extra={"ticket": ticket.id, "reason": str(error)})
        filing.messages += [*done, *left]
        filing.log.append(
            LogEntry(at=now, who=_OURSELVES, what="not acknowledged", ticket=ticket.id, detail=str(error))
        )
        return 0
    automatic.append(now)
    to_customer.append(now)
    filing.messages += [*(replace(message, acknowledged_by=delivery.id) for message in done), *left]
    return len(messages)


def _is_doubtful(house: House, message: Message) -> bool:
    """Whether the mail server could have shown who wrote this, and did not."""
    inbox = house.inboxes.get(message.inbox)
    return message.channel is Channel.EMAIL and not message.proof and inbox is not None and bool(inbox.authserv_id)


async def _known(tx: Transaction, messages: Sequence[Message], now: datetime) -> Known:
    """Tickets and identities of these messages, locked, with the times of automatic messages."""
    people: dict[int, Identity] = {}
    for customer in {message.customer for message in messages if message.customer is not None}:
        people |= {identity.id: identity for identity in await tx.identities(customer)}
    for id in {message.identity for message in messages} - set(people) - {None}:
        people |= {identity.id: identity for identity in await tx.identity(id or 0)}  # who acts for the customer
    addresses = {(identity.channel, identity.address) for identity in people.values()}
    ids = frozenset(message.external_id for message in messages)
    return await tx.gather(Lookup(addresses=frozenset(addresses), external_ids=ids), now)


@again
async def close_resolved(house: House) -> int:
    """Tickets resolved long enough ago are closed."""
    now = house.now()
    async with house.store.write() as tx:
        return await tx.close_resolved(now - CLOSE_AFTER, now)


@again
async def raise_alarms(house: House) -> list[Finding]:
    """Audit; what was not raised before, or is due soon, becomes a notice to the team, and to a supervisor where he is
    called to it. Gives all findings."""
    now = house.now()
    async with house.store.read() as tx:  # the audit reads much; nobody need wait for it
        findings, soon = await overdue.audited(house, tx, now)
    async with house.store.write() as tx:
        watched = [*findings, *(Finding(kind=overdue.SOON, key=key, detail="") for key in soon)]
        fresh = await tx.alarms(watched, now)
        # A notice about notices that do not arrive would not arrive either, and be the cause of the next one.
        raised = [one for one in fresh if not one.key.startswith(f"{one.kind}:{Kind.NOTICE}:")]
        told = [soon.get(one.key) or _alarm(one, now) for one in raised]
        grave = [one for one in told if one.kind in CALLED]
        if grave:
            told += to_each(grave, await supervisors(house, tx, now))
        await tx.save(Filing(notices=told))
    return findings


def _alarm(finding: Finding, now: datetime) -> Notice:
    about = f"{numbers.pretty(finding.number)}: " if finding.number else ""
    return Notice(kind=finding.kind, at=now, subject=f"{about}{finding.kind.replace('_', ' ')}", text=finding.detail)


@again
async def tell_team(house: House) -> int:
    """Mail the waiting notices: one each, or one digest when more than ten an hour would go out."""
    now = house.now()
    async with house.store.write() as tx:
        waiting = await tx.notices(_LOT)
        if not waiting:
            return 0
        ids = [id for id, _ in waiting]
        if not house.team or house.mail_inbox is None:
            await tx.mark_notices(ids, now)
            return 0
        refusing = await tx.refusing(house.team, now - _REFUSED_FOR)
        team = [address for address in house.team if address not in refusing]
        if not team:
            return 0  # they wait, and the audit tells of the failure
        sent = await tx.notices_sent(now - timedelta(hours=1))
        filing, refs = Filing(), References()
        if sent + len(waiting) <= _NOTICES_AN_HOUR:
            for _, notice in waiting:
                rendered = await _single(house, tx, notice)
                writing.queue_notice(house, filing, refs, rendered=rendered, at=now, team=team)
        elif sent > _NOTICES_AN_HOUR and waiting[0][1].at > now - timedelta(hours=1):
            return 0  # the digest of this hour has gone out; the next one follows
        else:
            notices = [{**_kind(n), "subject": n.subject, "at": n.at} for _, n in waiting]
            rendered = house.texts.render(
                "notice-digest", Channel.EMAIL, house.brand.language, {"notices": notices, "count": len(notices)}
            )
            writing.queue_notice(house, filing, refs, rendered=rendered, at=now, team=team)
        await tx.save(filing)
        await tx.mark_notices(ids, now)
    return len(waiting)


async def _single(house: House, tx: Transaction, notice: Notice) -> Rendered:
    kind = _kind(notice)
    name = "notice-ticket" if kind["kind"] == "ticket" else "notice-alarm"
    number = await tx.number_of(notice.ticket) if notice.ticket is not None else ""
    facts = {**kind, "subject": notice.subject, "text": notice.text, "at": notice.at, "number": number}
    return house.texts.render(name, Channel.EMAIL, house.brand.language, facts)


def _kind(notice: Notice) -> dict[str, object]:
    unproven = notice.kind == greeting.UNPROVEN
    return {"kind": "ticket" if unproven else notice.kind, "unproven": unproven}
