"""What an agent asks to be sent, as the gates see it, and what a gate says to it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.casework import Promise
from inbox_bot.flows.case import Case
from inbox_bot.flows.house import House
from inbox_bot.model import Attachment
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry
from inbox_bot.rules.routes import Route, Way

AT_ONCE = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the agent wants said. `number` in any spelling. `text` or the name of a `template` is given, or both:
    then the text goes into it.

    `seen`: the id of the last message its writer saw, None = as far as he was shown the ticket. `anyway`: he knows the
    reasons against it that one may override. `delay`: so long it can be undone.
    `reason`: why the customer wrote, "" = as it stands on record.

    `promise`: when what it promises is due, as written ("Friday 17:00"), one for all or one for each phrase in order;
    `promised`: it is due as the phrases say; `previewed`: he is shown what it promises and can undo it, which confirms
    times that are clear; `no_promise`: the phrases promise nothing. `owner`: who answers for it, "" = who writes.
    `keeps`: ids of open promises that it fulfils, or "all". `soften`: what it claims without evidence is said as what
    was requested. `to_customer`: to himself, also where somebody who acts for him wrote last.
    """

    number: str
    who: str
    text: str = ""
    template: str = ""
    way: Way = Way.LAST
    attachments: tuple[Attachment, ...] = ()
    cc: tuple[str, ...] = ()
    resolve: bool = False
    reason: str = ""
    seen: int | None = None
    anyway: bool = False
    delay: timedelta = AT_ONCE
    promise: tuple[str, ...] = ()
    promised: bool = False
    previewed: bool = False
    no_promise: bool = False
    owner: str = ""
    keeps: tuple[str, ...] = ()
    soften: bool = False
    to_customer: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An answer on its way to the customer. `text`: the agent's words, without the frame of their way."""

    house: House
    tx: Transaction
    case: Case
    route: Route
    agent: Agent
    answer: Answer
    text: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Why an answer may not go out, and what to do, in one line. `override`: `anyway` sends it all the same."""

    reason: str
    override: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a gate says. `newer`: what the writer has not seen, as lines to be shown to him. `promises`: made by the
    answer, whose message is not known yet, or settled by it. `approval`: it goes out only after another's yes."""

    stops: tuple[Stop, ...] = ()
    newer: tuple[str, ...] = ()
    promises: tuple[Promise, ...] = ()
    log: tuple[LogEntry, ...] = ()
    approval: bool = False


Gate = Callable[[Asked], Awaitable[Verdict]]
