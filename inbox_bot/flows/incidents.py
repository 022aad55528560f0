"""What the team does about an incident: opens it, says who is affected, plans and gives updates, closes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.errors import Unsendable, UsageError
from inbox_bot.flows import announcing, later
from inbox_bot.flows.desk import acting, committed, ticket_called
from inbox_bot.flows.house import House
from inbox_bot.flows.leaking import leaked_of_many
from inbox_bot.incidents import Affected, How, Incident, Recipient, Told, Update
from inbox_bot.model import Channel
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Identity, LogEntry
from inbox_bot.rules import incidents, times
from inbox_bot.writes import Filing

LONGEST_TITLE = 70  # characters: it stands in public replies of 280
_LONGEST_TEXT = 4000
_LOOKED_AT = 100_000  # messages since its beginning
_MOST_WORDS = 50
_OUR_POST = "post"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is broken, as an agent reports it. `title` in the brand's language, `titles` in others; `since`,
    `next_update`: times as written, "" = now, none. `words`: "mail|imap|#ausfall"; `area`: what
    is broken, in a word."""

    title: str
    who: str
    words: str = ""
    area: str = ""
    since: str = ""
    next_update: str = ""
    titles: Mapping[str, str] | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An update, as an agent gives it. `text` in the brand's language, `texts` in others. `post`: a public post of ours
    too. `avoided`: the channel that does not work. `closes`: it is over, and everybody is asked whether it works."""

    incident: int
    text: str
    who: str
    next_update: str = ""
    texts: Mapping[str, str] | None = None
    post: bool = False
    avoided: Channel | None = None
    closes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Who would be told by which way; `nobody`: customers to whom no private way is open."""

    counts: Mapping[Channel, int]
    nobody: int
    duration: timedelta
    post: bool


async def begin(house: House, report: Report) -> tuple[Incident, int]:
    """Open it, and take in the tickets in which somebody wrote of it since it began; how many those are."""
    now = house.now()
    since, due = _past(house, report.since), _ahead(house, report.next_update)
    words = incidents.read_words(report.words)
    if not words and not report.topic and report.area not in house.topics:
        raise UsageError('say how its messages are known: --match "mail|imap", --topic TOPIC, or both')
    if len(words) > _MOST_WORDS or any(len(word.lstrip("#")) < 3 for word in words):
        raise UsageError(f"--match takes at most {_MOST_WORDS} words of three letters or more")
    if report.topic and report.topic not in house.topics:
        known = ", ".join(house.topics) or "none yet"
        raise UsageError(f'"{report.topic}" is none of [topics] ({known})')
    titles = _spoken(house, report.title, report.titles, LONGEST_TITLE, "a title")
    for title in titles.values():
        if reason := announcing.unfit(house, title, LONGEST_TITLE):
            raise UsageError(f"the title stands in public replies, and {reason}")
    async with house.store.read() as tx:
        if reason := await leaked_of_many(house, tx, since, titles.values()):
            raise UsageError(f"the title stands in public replies, and {reason}")

    async def act(tx: Transaction) -> tuple[Incident, int]:
        agent = await acting(tx, report.who)
        incident = Incident(
            id=-1, titles=titles, area=report.area, words=words, since=since, opened_at=now, opened_by=agent.id,
            topic=report.topic,
            next_update_at=due,
        )  # fmt: skip
        incident = replace(incident, id=await tx.open_incident(incident))
        found = {
            ticket.id: Affected(incident=incident.id, ticket=ticket.id, how=how, at=now)
            for message, ticket in await tx.written_since(since, _LOOKED_AT)
            if (
                how := incidents.match(
                    incident, f"{message.subject}\n{message.text}", topic=ticket.topic, at=message.at
                )
            )
        }
        count = await tx.affect(list(found.values()))
        await tx.save(Filing(log=[_noted(now, agent, incident.id, f"opened: {report.title}")]))
        return incident, count

    return await committed(house, act)


async def plan(house: House, news: News) -> Plan:
    """What an update would do, without doing it."""
    async with house.store.read() as tx:
        await _ongoing(tx, news.incident)
        rows = _recipients(house, await tx.reachable(news.incident), news)
    return _planned(house, rows, news)


async def give(house: House, news: News) -> tuple[Incident, Plan]:
    """Queue an update to all who are affected, in one transaction; with `closes` also close the incident. Raises
    `UsageError`, also where the public post cannot go out."""
    now = house.now()
    due = None if news.closes else _ahead(house, news.next_update)
    texts = _spoken(house, news.text, news.texts, _LONGEST_TEXT, "an update")
    if news.post:
        async with house.store.read() as tx:
            since = (await _ongoing(tx, news.incident)).since
            if reason := await leaked_of_many(house, tx, since, [texts[house.brand.language]]):
                raise UsageError(f"the public post cannot go out: {reason}")

    async def act(tx: Transaction) -> tuple[Incident, Plan]:
        agent = await acting(tx, news.who)
        incident = await _ongoing(tx, news.incident)
        rows = _recipients(house, await tx.reachable(incident.id), news)
        update = Update(
            id=-1, incident=incident.id, at=now, agent=agent.id, texts=texts, next_update_at=due, asks=news.closes,
            post=news.post,
        )  # fmt: skip
        id = await tx.add_update(update, rows)
        changed = replace(incident, texts=texts, next_update_at=due, closed_at=now if news.closes else None)
        await tx.change_incident(changed)
        filing = Filing(log=[_noted(now, agent, incident.id, "closed" if news.closes else "update")])
        if news.post:
            try:
                announcing.queue(house, filing, texts[house.brand.language])
            except Unsendable as error:
                raise UsageError(f"the public post cannot go out: {error}") from error
        ids = await tx.save(filing)
        for delivery in filing.deliveries:
            await tx.keep_post(id, ids[delivery.id])
        return changed, _planned(house, rows, news)

    return await committed(house, act)


async def link(house: House, incident: int, written: Sequence[str], who: str, *, undo: bool = False) -> int:
    """Say that tickets belong to an incident, or (`undo`) that they do not; how many that changed."""

    async def act(tx: Transaction) -> int:
        agent, now, count = await acting(tx, who), house.now(), 0
        await _ongoing(tx, incident)
        for one in written:
            ticket = await ticket_called(tx, one)
            if undo:
                changed = int(await tx.unaffect(incident, ticket.id, now))
            else:
                row = Affected(incident=incident, ticket=ticket.id, how=How.AGENT, at=now, by=agent.id)
                changed = await tx.affect([row])
            if changed:
                what = "taken out of" if undo else "put into"
                noted = _noted(now, agent, incident, what)
                await tx.save(Filing(log=[replace(noted, ticket=ticket.id)]))
            count += changed
        return count

    return await committed(house, act)


async def stop(house: House, incident: int, who: str, *, go_on: bool = False) -> int:
    """Let what is not yet in line go to nobody, or (`go_on`) let it go on; how many updates that concerns."""

    async def act(tx: Transaction) -> int:
        agent, now = await acting(tx, who), house.now()
        if await tx.incident(incident) is None:
            raise UsageError(f"there is no incident {incident}; inbox-bot incident list shows all")
        count = await tx.stop_updates(incident, None if go_on else now)
        if count:
            await tx.save(Filing(log=[_noted(now, agent, incident, "goes on" if go_on else "stopped")]))
        return count

    return await committed(house, act)


async def _ongoing(tx: Transaction, id: int) -> Incident:
    found = await tx.incident(id)
    if found is None:
        raise UsageError(f"there is no incident {id}; inbox-bot incident list shows all")
    if found.closed_at is not None:
        raise UsageError(f"incident {id} is closed; open a new one where it has come back")
    return found


def _recipients(
    house: House, reachable: Sequence[tuple[int, int, Channel | None, tuple[Identity, ...]]], news: News
) -> list[Recipient]:
    here = {box.channel for box in house.inboxes.values()}
    rows = []
    for customer, ticket, last, identities in reachable:
        his = [one for one in identities if one.channel in here]
        way = incidents.way(his, last, news.avoided)
        rows.append(
            Recipient(
                update=-1, customer=customer, ticket=ticket, identity=way.id if way else None,
                channel=way.channel if way else None, told=Told.WAITING if way else Told.SKIPPED,
                reason="" if way else "no private way to him is open",
            )
        )  # fmt: skip
    return rows


def _planned(house: House, rows: Sequence[Recipient], news: News) -> Plan:
    counts = {channel: sum(one.channel is channel for one in rows) for channel in Channel}
    return Plan(
        counts={channel: count for channel, count in counts.items() if count},
        nobody=sum(one.channel is None for one in rows), duration=incidents.duration(counts, house.pace),
        post=news.post,
    )  # fmt: skip


def _spoken(house: House, text: str, others: Mapping[str, str] | None, most: int, what: str) -> dict[str, str]:
    found = {house.brand.language: text, **(others or {})}
    for one in found.values():
        if not one.strip():
            raise UsageError(f"{what} needs words")
        if len(one) > most:
            raise UsageError(f"{what} has at most {most} characters; this one has {len(one)}")
    return {language: one.strip() for language, one in found.items()}


def _past(house: House, text: str) -> datetime:
    """When it began: now, a time of today, or a moment with its day."""
    now = house.now()
    if not text.strip():
        return now
    hours = house.hours(now)
    midnight = now.astimezone(hours.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    when = times.read(text, times.calendar(hours, midnight)) or times.read(text, times.calendar(hours, now))
    if when is None or when > now:
        raise UsageError(f'--since "{text}" names no time that is over; say e.g. "08:00" or "2026-12-24 10:00"')
    return when


def _ahead(house: House, text: str) -> datetime | None:
    return later.moment(house, text) if text.strip() else None


def _noted(at: datetime, agent: Agent, incident: int, detail: str) -> LogEntry:
    return LogEntry(at=at, who=agent.name, what="incident", detail=f"i{incident}: {detail}")
