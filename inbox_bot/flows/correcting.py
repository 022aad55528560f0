"""Corrects in writing what we told a customer wrongly: names the wrong words, and takes back the action behind them."""

import re
from dataclasses import dataclass, replace

from inbox_bot.casework import Action
from inbox_bot.errors import UsageError
from inbox_bot.flows import actions, answering, gates
from inbox_bot.flows.answering import Queued
from inbox_bot.flows.case import Case, case_of
from inbox_bot.flows.desk import acting
from inbox_bot.flows.gates.asked import Answer, Asked
from inbox_bot.flows.house import House
from inbox_bot.flows.sight import answered
from inbox_bot.model import DeliveryState, Direction, Kind, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import LogEntry, Message
from inbox_bot.rules import claims, numbers, routes, states, words
from inbox_bot.rules.routes import Route, Way
from inbox_bot.writes import Filing

NO_ACTION = "none"
_LEAST = 3  # characters of wrong words
_NEVER_WENT = (DeliveryState.WITHDRAWN, DeliveryState.FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """What is corrected: a message of ours ("m12" or "12"), the words in it that are not true, and the action on record
    that they rest on: its id, "none", "" = the one that fits them."""

    message: str
    words: str
    action: str = ""


async def correct(house: House, answer: Answer, wrong: Wrong) -> Queued:
    """Queue a correction, whose text says what is true instead, by the way that the customer wrote last; what was said
    in private is corrected in private. Raises `UsageError` and, as an answer does, `Stopped`."""
    if not answer.text.strip():
        raise UsageError("say what is true instead: --text")
    shown: list[Message] = []

    async def act(tx: Transaction) -> Queued:
        agent, case, now = await acting(tx, answer.who), await case_of(tx, answer.number), house.now()
        shown[:] = case.messages
        message = _message(case, wrong.message)
        quoted = _quoted(message, wrong.words)
        route = _route(case, message, answer.way)
        log = [
            LogEntry(
                at=now, who=agent.name, what="corrected", ticket=case.ticket.id,
                detail=f"m{message.id}: {quoted}",
            )
        ]  # fmt: skip
        behind = _behind(await tx.actions_of(case.ticket.id), quoted, wrong.action)
        if behind is not None:
            taken, entry = actions.taken_back(behind, agent.name, now, "corrected")
            await tx.save(Filing(actions=[taken], log=[entry]))
        name = "correction-public" if route.visibility is Visibility.PUBLIC else "correction"
        given = case.facts(house, route, agent) | {"text": answer.text.strip(), "wrong": quoted, "said_at": message.at}
        rendered = house.texts.render(name, route.identity.channel, case.language(house, route), given)
        asked = Asked(
            house=house, tx=tx, case=case, route=route, agent=agent, answer=answer, text=answer.text.strip(),
            now=now,
        )  # fmt: skip
        verdict = await gates.passed(asked)
        verdict = replace(verdict, log=(*verdict.log, *log))
        ticket = states.on_answer(case.ticket, now, asked=words.asks_to_write(answer.text))
        if answer.resolve:
            ticket = states.resolve(ticket, now)
        return await answering.send(
            house, tx, case, route, agent, rendered, Kind.CORRECTION, ticket, answer, verdict, now
        )

    return await answered(house, answer.who, act, shown)


def _message(case: Case, written: str) -> Message:
    digits = written.strip().lower().removeprefix("m")
    entry = next((one for one in case.entries if str(one.message.id) == digits), None)
    if entry is None or entry.message.direction is not Direction.OUTGOING:
        ours = [f"m{one.id}" for one in case.messages if one.direction is Direction.OUTGOING and not one.automatic]
        listed = f": {', '.join(ours[-9:])}" if ours else "; there is none"
        raise UsageError(f'"{written}" is no message of ours in this ticket{listed}')
    if entry.deliveries and all(delivery.state in _NEVER_WENT for delivery, _ in entry.deliveries):
        raise UsageError(f"m{entry.message.id} never reached the customer; there is nothing to correct")
    if entry.deliveries and all(delivery.state is DeliveryState.QUEUED for delivery, _ in entry.deliveries):
        number = numbers.pretty(case.ticket.number)
        raise UsageError(f"m{entry.message.id} has not gone out yet; take it back instead: inbox-bot undo {number}")
    return entry.message


def _quoted(message: Message, wanted: str) -> str:
    """The wrong words on one line, as they stand in the message."""
    quoted = " ".join(wanted.split())
    whole = re.compile(rf"(?<!\w){re.escape(quoted)}(?!\w)")
    if len(quoted) < _LEAST or not whole.search(" ".join(message.text.split())):
        raise UsageError(f'm{message.id} does not say "{quoted}"; give whole words of its own with --wrong')
    return quoted


def _route(case: Case, message: Message, way: Way) -> Route:
    if message.visibility is not Visibility.PRIVATE:
        return routes.choose(case.ticket, case.messages, case.identities, way)
    route = (
        routes.in_private(case.ticket, case.messages, case.identities)
        if way is Way.LAST
        else routes.choose(case.ticket, case.messages, case.identities, way)
    )
    if route.visibility is Visibility.PUBLIC:
        raise UsageError(f"m{message.id} was private, and its correction quotes it: it cannot go out in public")
    return route


def _behind(found: list[Action], quoted: str, written: str) -> Action | None:
    """The action that the wrong words rest on."""
    standing = [one for one in found if one.taken_back_at is None]
    if written.strip().lower() == NO_ACTION:
        return None
    if written:
        id = actions.id_of(written)
        chosen = next((one for one in standing if one.id == id), None)
        if chosen is None:
            raise UsageError(f'"{written}" is no action of this ticket that stands; "inbox-bot action list" shows them')
        return chosen
    kinds = {claim.kind for claim in claims.find(quoted)}
    fitting = {one.id: one for kind in kinds for one in claims.borne_out(kind, standing)}
    if len(fitting) > 1:
        listed = ", ".join(f"a{one.id} {one.text}" for one in fitting.values())
        raise UsageError(f"which action is not so? add --action ID, or --action none: {listed}")
    return next(iter(fitting.values()), None)
