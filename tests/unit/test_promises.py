"""Promises at the desk: no time is promised without an owner and a due time on record, and none is forgotten."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import figures, promising, settling
from inbox_bot.model import Kind, PromiseState, TicketState
from inbox_bot.ports import Store
from tests.unit.desk_house import NOW, WRITTEN, a_mail
from tests.unit.desk_promises import Desk, berlin

FRIDAY = berlin(3, 13, 18)
UNTIL_FRIDAY = "Wir melden uns bis Freitag bei Ihnen."


@pytest.fixture
async def desk(store: Store) -> Desk:
    """It is Monday, 13:00 in Berlin."""
    desk = Desk(store)
    await desk.team()
    await desk.case(a_mail())
    return desk


async def stopped(desk: Desk, text: str, **more: Any) -> str:
    """Why it was, and nothing was sent or promised."""
    before, promised = await desk.sent(Kind.REPLY), await desk.promises()
    with pytest.raises(Stopped) as reason:
        await desk.reply(text, **more)
    assert (await desk.sent(Kind.REPLY), await desk.promises()) == (before, promised)
    assert not reason.value.override
    return str(reason.value)


# --- making one with an answer


async def test_a_recognised_time_is_confirmed(desk: Desk) -> None:
    """The stop says the phrase, when it is due as we read it, and what to type; so confirmed it goes out with a promise
    on record: who, what, until when, by which message."""
    reason = await stopped(desk, UNTIL_FRIDAY)
    for part in ('"bis Freitag"', "Fri 2026-03-13 18:00", "--promised", "/promise 13.3. 18:00"):
        assert part in reason
    queued = await desk.reply(UNTIL_FRIDAY, promised=True)
    [promise] = await desk.promises()
    assert (promise.phrase, promise.due_at, promise.made_at) == ("bis Freitag", FRIDAY, NOW)
    assert (promise.message, promise.agent, promise.state) == (
        queued.message, (await desk.who("anna")).id, PromiseState.OPEN,
    )  # fmt: skip
    assert queued.promises == (promise,)
    assert [one.detail for one in await desk.log() if one.what == "promise"] == [
        "anna: bis Freitag, due 2026-03-13 18:00"
    ]


@pytest.mark.parametrize(
    ("text", "phrase"), [("Wir melden uns in Kürze.", "in Kürze"), ("We will get back to you soon.", "soon")]
)
async def test_a_time_that_cannot_be_told_must_be_given(desk: Desk, text: str, phrase: str) -> None:
    """Confirming it is not enough; somebody else may answer for it."""
    assert f'"{phrase}"' in await stopped(desk, text)
    assert "--promise" in await stopped(desk, text, promised=True)
    await desk.reply(text, promise=("Friday 17:00",), owner="ben")
    [promise] = await desk.promises()
    assert (promise.phrase, promise.due_at) == (phrase, berlin(3, 13, 17))
    assert promise.agent == (await desk.who("ben")).id


async def test_the_time_given_is_not_later_than_the_customer_reads(desk: Desk) -> None:
    """Nor over, nor unreadable; a later hour of the day that was named is no later."""
    assert "before Sat 2026-03-14 09:00" in await stopped(desk, UNTIL_FRIDAY, promise=("2026-03-14 9:00",))
    assert "is over" in await stopped(desk, UNTIL_FRIDAY, promise=("2026-03-06 9:00",))
    assert "no time" in await stopped(desk, UNTIL_FRIDAY, promise=("perhaps",))
    assert "unknown agent" in await stopped(desk, UNTIL_FRIDAY, promised=True, owner="eve")
    await desk.reply(UNTIL_FRIDAY, promise=("2026-03-13 20:00",))
    [promise] = await desk.promises()
    assert promise.due_at == berlin(3, 13, 20)


async def test_each_phrase_has_its_time(desk: Desk) -> None:
    """Confirmed, in order, or all at the earliest; a vague one beside a clear one is given alone."""
    text = "Wir rufen Sie morgen an. Der Router kommt bis Freitag."
    await desk.reply(text, promised=True)
    await desk.reply(text, promise=("tomorrow 12:00", "Friday 12:00"), anyway=True)
    await desk.reply(text, promise=("tomorrow 10:00",), anyway=True)
    assert "one --promise TIME for each" in await stopped(desk, text, promise=("morgen", "Freitag", "Freitag"))
    await desk.reply(
        "Wir rufen Sie in Kürze an. Der Router kommt bis Freitag.", promise=("morgen 9 Uhr",), promised=True
    )
    assert [(one.phrase, one.due_at) for one in await desk.promises()] == [
        ("in Kürze", berlin(3, 10, 9)),
        ("morgen … bis Freitag", berlin(3, 10, 10)),
        ("morgen", berlin(3, 10, 12)),
        ("morgen", berlin(3, 10, 18)),
        ("bis Freitag", berlin(3, 13, 12)),
        ("bis Freitag", FRIDAY),
        ("bis Freitag", FRIDAY),
    ]


async def test_a_day_ends_when_the_team_goes(desk: Desk) -> None:
    """Working days are the team's: two of them from before Easter are the Wednesday after it."""
    desk.now = berlin(4, 2, 13)
    await desk.reply("Wir melden uns innerhalb von zwei Werktagen.", promised=True)
    [promise] = await desk.promises()
    assert promise.due_at == berlin(4, 8, 18)


async def test_what_promises_nothing_is_on_record_as_such(desk: Desk) -> None:
    """Where the rule is wrong a person says so; the log tells who and what."""
    await desk.reply(UNTIL_FRIDAY, no_promise=True)
    assert await desk.promises() == []
    assert [one.detail for one in await desk.log() if one.what == "no promise"] == ["bis Freitag"]
    assert "contradict" in await stopped(desk, UNTIL_FRIDAY, no_promise=True, promised=True)
    assert "names no time to confirm" in await stopped(desk, "Guten Tag.", promised=True)
    await desk.reply("Guten Tag.", promise=("Friday 17:00",))
    assert [one.phrase for one in await desk.promises()] == ["Friday 17:00"]


async def test_all_reasons_come_at_once(desk: Desk) -> None:
    """A promise without its time and a claim without evidence: the writer is told both."""
    reason = await stopped(desk, "Ihr Vertrag wurde storniert. Wir melden uns bis Freitag.")
    assert "--promised" in reason
    assert "action add" in reason


# --- what becomes of one


async def test_an_answer_keeps_a_promise(desk: Desk) -> None:
    """By id or all; another id is refused with those that are open; the answer tells what still stands."""
    await desk.reply("Wir rufen Sie morgen an. Der Router kommt bis Freitag.", promised=True)
    call, router = await desk.promises()
    assert f"p{router.id}" in await stopped(desk, "Hallo.", keeps=("999",))
    assert "not the id of a promise" in await stopped(desk, "Hallo.", keeps=("x",))
    answered = await desk.reply("Wie besprochen.", keeps=(f"p{call.id}",))
    assert answered.promises == (router,)
    await desk.reply("Alles da.", keeps=("all",))
    kept = await desk.promises()
    assert [(one.state, one.settled_at) for one in kept] == [(PromiseState.KEPT, NOW)] * 2
    assert [one.message for one in kept] == [call.message, router.message]
    assert "open are: none" in await stopped(desk, "Hallo.", keeps=("all",))


async def test_no_ticket_is_resolved_over_an_open_promise(desk: Desk) -> None:
    """Neither by an answer nor alone, nor with a new promise; settled, it is."""
    await desk.reply(UNTIL_FRIDAY, promised=True)
    [promise] = await desk.promises()
    assert f"promise keep {promise.id}" in await stopped(desk, "Hallo.", resolve=True)
    with pytest.raises(UsageError, match=f'promise withdraw {promise.id} "why"'):
        await settling.resolve(desk.house, WRITTEN, "anna")
    assert "--resolve" in await stopped(desk, UNTIL_FRIDAY, resolve=True, promised=True, keeps=("all",))
    done = await desk.reply("Hallo.", resolve=True, keeps=("all",))
    assert done.ticket.state is TicketState.RESOLVED
    assert "inbox-bot reopen" in await stopped(desk, UNTIL_FRIDAY, promised=True)


async def test_a_promise_by_word_of_mouth(desk: Desk) -> None:
    """On the telephone: with text, owner and time; kept or withdrawn by its id, once."""
    _, one = await promising.make(desk.house, WRITTEN, "Friday 17:00", "anna", "ben", "call back")
    assert (one.phrase, one.due_at, one.message) == ("call back", berlin(3, 13, 17), None)
    _, other = await promising.make(desk.house, WRITTEN, "in 2 hours", "anna")
    assert (other.phrase, other.due_at) == ("in 2 hours", NOW + timedelta(hours=2))
    kept, number = await promising.keep(desk.house, f"p{one.id}", "ben")
    assert (kept.state, number) == (PromiseState.KEPT, "427918354")
    with pytest.raises(UsageError, match="is kept already"):
        await promising.keep(desk.house, str(one.id), "ben")
    with pytest.raises(UsageError, match="say why"):
        await promising.withdraw(desk.house, str(other.id), "ben", " ")
    await promising.withdraw(desk.house, str(other.id), "ben", "she wants a mail")
    assert [one.state for one in await desk.promises()] == [PromiseState.WITHDRAWN, PromiseState.KEPT]
    assert f"p{other.id}: in 2 hours: she wants a mail" in [one.detail for one in await desk.log()]
    with pytest.raises(UsageError, match="there is no promise"):
        await promising.keep(desk.house, "999", "ben")
    await settling.resolve(desk.house, WRITTEN, "anna")
    with pytest.raises(UsageError, match="is resolved"):
        await promising.make(desk.house, WRITTEN, "Friday", "anna")


async def test_late_is_broken_whoever_says_kept(desk: Desk) -> None:
    """Only a supervisor may say that it was kept in time and merely not noted; withdrawing is too late, too."""
    _, promise = await promising.make(desk.house, WRITTEN, "in 2 hours", "anna")
    desk.now = NOW + timedelta(hours=3)
    with pytest.raises(UsageError, match="is over"):
        await promising.withdraw(desk.house, str(promise.id), "anna", "no longer wanted")
    late, _ = await promising.keep(desk.house, str(promise.id), "anna")
    assert late.state is PromiseState.BROKEN
    with pytest.raises(UsageError, match="only a supervisor"):
        await promising.keep(desk.house, str(promise.id), "anna")
    assert (await promising.keep(desk.house, str(promise.id), "vera"))[0].state is PromiseState.KEPT


async def test_the_list_and_the_rate(desk: Desk) -> None:
    """Open ones by due time, of one agent or all; settled ones since a time; kept of those kept or broken."""
    for when, owner in (("Friday", "ben"), ("tomorrow", "anna"), ("in 2 hours", "anna"), ("Thursday", "anna")):
        await promising.make(desk.house, WRITTEN, when, "anna", owner)
    two_hours, tomorrow, thursday, friday = await desk.promises()
    desk.now = NOW + timedelta(hours=3)
    await promising.keep(desk.house, str(two_hours.id), "anna")  # too late
    await promising.keep(desk.house, str(tomorrow.id), "anna")
    await promising.withdraw(desk.house, str(thursday.id), "anna", "not needed")
    listed = await promising.listed(desk.house, since=None)
    assert [(one.promise.id, one.owner, one.customer, one.number) for one in listed] == [
        (friday.id, "ben", "Eva Winter", "427918354")
    ]
    assert await promising.listed(desk.house, since=None, mine="anna") == []
    everything = await promising.listed(desk.house, since=NOW, states=tuple(PromiseState))
    assert [one.promise.id for one in everything] == [two_hours.id, tomorrow.id, thursday.id, friday.id]
    later = await promising.listed(desk.house, since=desk.now + timedelta(seconds=1), states=tuple(PromiseState))
    assert [one.promise.id for one in later] == [friday.id]
    found = (await figures.stats(desk.house, NOW)).overall.promises
    assert (found.kept, found.broken, found.withdrawn, found.rate) == (1, 1, 1, 0.5)
    since, desk.now = desk.now + timedelta(seconds=1), desk.now + timedelta(seconds=2)
    assert (await figures.stats(desk.house, since)).overall.promises.rate is None
