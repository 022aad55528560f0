"""Puts things off: tickets that are out of the way until a time, and reminders; brings both back when it has come."""

from dataclasses import replace
from datetime import datetime

from inbox_bot.casework import Reminder
from inbox_bot.errors import UsageError
from inbox_bot.flows import notice
from inbox_bot.flows.again import again
from inbox_bot.flows.assigning import OURSELVES
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.model import TicketState
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Notice, Ticket
from inbox_bot.rules import numbers, times
from inbox_bot.writes import Filing

_LOT = 500
_MINUTE = "%Y-%m-%d %H:%M"


def moment(house: House, text: str) -> datetime:
    """The time ahead that one of the team names. Raises `UsageError` with how to name one."""
    now = house.now()
    when = times.read(text, times.calendar(house.hours(now), now))
    if when is None:
        raise UsageError(f'"{text}" names no time that can be told; say e.g. "tomorrow 9:00" or "2026-12-24 10:00"')
    if when <= now:
        raise UsageError(f'"{text}" is over; name a time that lies ahead, with its day')
    return when


async def snooze(house: House, written: str, until: str, who: str) -> Ticket:
    """Put a ticket out of the lists until then, or until its customer writes; `until` "" brings it back now."""
    when = moment(house, until) if until else None

    async def act(tx: Transaction) -> Ticket:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        if ticket.state in {TicketState.RESOLVED, TicketState.CLOSED}:
            raise UsageError(f"ticket {numbers.pretty(ticket.number)} is {ticket.state}: it is in nobody's way")
        changed = replace(ticket, snoozed_until=when)
        what = LogEntry(
            at=house.now(),
            who=agent.name,
            what="snooze" if when else "wake",
            ticket=ticket.id,
            detail=f"until {_local(house, when)}" if when else "",
        )
        await tx.save(Filing(tickets=[changed], log=[what]))
        return changed

    return await committed(house, act)


async def remind(house: House, written: str, at: str, text: str, who: str) -> tuple[Ticket, Reminder]:
    """Tell the agent of something at a time."""
    when = moment(house, at)
    if not text.strip():
        raise UsageError("a reminder needs a text: what you want to be told of")

    async def act(tx: Transaction) -> tuple[Ticket, Reminder]:
        agent, ticket = await acting(tx, who), await ticket_called(tx, written)
        reminder = Reminder(id=-1, ticket=ticket.id, agent=agent.id, text=text.strip(), due_at=when)
        log = LogEntry(
            at=house.now(), who=agent.name, what="remind", ticket=ticket.id, detail=f"at {_local(house, when)}"
        )
        await tx.save(Filing(reminders=[reminder], log=[log]))
        return ticket, reminder

    return await committed(house, act)


@again
async def wake(house: House) -> int:
    """Bring back the tickets and tell of the reminders whose time has come; gives how many."""
    now = house.now()
    async with house.store.read() as tx:
        if not (await tx.snoozed_until(now, 1) or await tx.reminders_due(now, 1)):
            return 0
    async with house.store.write() as tx:
        tickets, reminders = await tx.snoozed_until(now, _LOT), await tx.reminders_due(now, _LOT)
        await tx.save(
            Filing(
                tickets=[replace(one, snoozed_until=None) for one in tickets],
                reminders=[replace(one, done_at=now) for one in reminders],
                log=[LogEntry(at=now, who=OURSELVES, what="wake", ticket=one.id) for one in tickets],
                notices=[
                    *(notice.about(house, one, notice.AWAKE, one.assignee, now) for one in tickets if one.assignee),
                    *(_reminding(house, one, now) for one in reminders),
                ],
            )
        )
    return len(tickets) + len(reminders)


def _reminding(house: House, one: Reminder, now: datetime) -> Notice:
    subject, text = notice.words(house, notice.REMINDER, body=one.text)
    return Notice(
        kind=notice.REMINDER,
        at=now,
        subject=subject,
        text=text,
        ticket=one.ticket,
        agent=one.agent,
    )


def _local(house: House, when: datetime) -> str:
    return when.astimezone(house.hours(when).zone).strftime(_MINUTE)
