"""Assigning: who gets a new ticket and why, who is called, who is served next."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.model import AgentRole, Direction
from inbox_bot.rules.assigning import Candidate, Choice, Request, call, choose, in_order, waiting_since
from inbox_bot.rules.hours import Hours, is_open
from tests.unit.rules_builders import a_message

BERLIN = ZoneInfo("Europe/Berlin")
EARLY = Hours(zone=BERLIN, week=(((6 * 60, 14 * 60),),) * 5 + ((), ()))
LATE = Hours(zone=BERLIN, week=(((12 * 60, 20 * 60),),) * 5 + ((), ()))
ALWAYS = Hours(zone=BERLIN)
NOW = datetime(2026, 6, 12, 7, 0, tzinfo=UTC)  # Friday, 09:00 in Berlin: the early shift
EVENING = NOW + timedelta(hours=8)
NIGHT = NOW + timedelta(hours=16)
LONG_AGO = NOW - timedelta(days=9)


def one(id: int, name: str, **fields: object) -> Candidate:
    return replace(Candidate(id=id, name=name, hours=EARLY), **fields)  # type: ignore[arg-type]  # takes any field


ANNA = one(1, "anna", languages=frozenset({"de", "en"}), load=3)
BEN = one(2, "ben", languages=frozenset({"de"}), load=1)
CARO = one(3, "caro", hours=LATE, languages=frozenset({"de", "fr"}), skills=frozenset({"billing"}))
DORA = one(4, "dora", role=AgentRole.SUPERVISOR, hours=ALWAYS)
TEAM = (ANNA, BEN, CARO, DORA)


@pytest.mark.parametrize(
    ("request_", "at", "agent", "reason"),
    [
        (Request(language="de"), NOW, 2, "ben: has the least to do (1 open), speaks de"),
        (Request(), NOW, 2, "ben: has the least to do (1 open)"),
        (Request(language="en"), NOW, 1, "anna: has the least to do (3 open), speaks en"),
        (Request(language="de", previous=1), NOW, 1, "anna had this customer last"),
        (Request(language="fr", previous=2), NOW, 2, "ben had this customer last"),
        (Request(language="de", previous=4), NOW, 4, "dora had this customer last"),
        (Request(language="de", previous=3), NOW, 2, "ben: has the least to do (1 open), speaks de"),
        (Request(language="de", previous=99), NOW, 2, "ben: has the least to do (1 open), speaks de"),
        (Request(language="de", topic="billing"), NOW, 2, "ben: has the least to do (1 open), speaks de"),
        (Request(language="de", topic="billing"), EVENING, 3,
         "caro: has the least to do (0 open), speaks de, knows billing"),
        (Request(language="nl"), EVENING, 4, "dora: has the least to do (0 open), no agent who fits is on duty"),
        (Request(language="de"), NIGHT, 4, "dora: has the least to do (0 open), no agent who fits is on duty"),
    ],
)  # fmt: skip
def test_who_gets_a_ticket(request_: Request, at: datetime, agent: int, reason: str) -> None:
    """Whom he had last if on duty; else by language, skill where anybody has it, and load; supervisors come last."""
    assert choose(request_, TEAM, at) == Choice(agent=agent, reason=reason)


@pytest.mark.parametrize(
    ("request_", "team", "at", "reason"),
    [
        (Request(language="de", previous=1), (ANNA, BEN), NIGHT, "nobody is on duty"),
        (Request(language="fr"), (ANNA, BEN, CARO), NOW, "nobody on duty speaks fr"),
        (Request(), (), NOW, "there is no agent who is not disabled"),
        (Request(previous=1), (replace(ANNA, disabled=True),), NOW, "there is no agent who is not disabled"),
        (Request(language="en"), (BEN, replace(ANNA, hours=LATE)), NOW, "nobody on duty speaks en"),
    ],
)
def test_nobody_gets_it_and_why(request_: Request, team: tuple[Candidate, ...], at: datetime, reason: str) -> None:
    """It waits for whoever can answer, and says for whom."""
    assert choose(request_, team, at) == Choice(agent=None, reason=reason)


def test_a_language_that_nobody_speaks_is_no_reason_to_wait() -> None:
    """No one would ever come on duty for it; a disabled colleague who spoke it does not count either."""
    gone = one(9, "gil", languages=frozenset({"nl"}), disabled=True)
    assert choose(Request(language="nl"), (ANNA, BEN, gone), NOW).agent == BEN.id


def test_a_skill_only_sorts_those_who_speak_the_language() -> None:
    """Who knows the topic gets it also with more to do; nobody waits for a skill."""
    expert = one(5, "eda", languages=frozenset({"en"}), skills=frozenset({"billing"}), load=7)
    assert choose(Request(language="en", topic="billing"), (ANNA, BEN, expert), NOW).agent == 5
    assert choose(Request(language="de", topic="billing"), (ANNA, BEN, expert), NOW).agent == BEN.id
    assert choose(Request(language="en", topic="porting"), (ANNA, BEN, expert), NOW).agent == ANNA.id


def test_among_equals_it_is_who_has_waited_longest() -> None:
    """Who was never given one comes first, then the one of long ago."""
    never = one(7, "gus")
    old = one(6, "fee", last_assigned_at=LONG_AGO)
    new = one(5, "eda", last_assigned_at=NOW)
    assert choose(Request(), (new, old, never), NOW).agent == never.id
    assert choose(Request(), (new, old), NOW).agent == old.id
    assert choose(Request(), (replace(never, load=1), old, new), NOW).agent == old.id


def test_a_supervisor_is_called() -> None:
    """On duty, with the language where one has it, the least to do; never an agent, never a disabled one."""
    gus = one(7, "gus", role=AgentRole.SUPERVISOR, languages=frozenset({"de"}), load=5)
    hal = one(8, "hal", role=AgentRole.SUPERVISOR, languages=frozenset({"en"}), load=1)
    team = (ANNA, gus, hal)
    assert call(team, NOW) == Choice(agent=8, reason="hal: supervisor on duty")
    assert call(team, NOW, "de").agent == 7
    assert call(team, NOW, "nl").agent == 8
    assert call((gus, replace(hal, disabled=True)), NOW, "en").agent == 7
    assert call(team, NIGHT) == Choice(agent=None, reason="no supervisor is on duty")
    assert call((ANNA, replace(hal, disabled=True)), NOW) == Choice(agent=None, reason="there is no supervisor")


def test_who_writes_again_keeps_his_place() -> None:
    """Waiting counts from the first message that no person has answered; automatic words change nothing."""

    def at(hour: int) -> datetime:
        return NOW + timedelta(hours=hour)

    first, again = a_message(at=at(1)), a_message(at=at(5))
    ours = a_message(at=at(3), direction=Direction.OUTGOING)
    acknowledged = replace(ours, automatic=True)
    note = a_message(at=at(6), direction=Direction.NOTE)
    vacation = a_message(at=at(4), automatic=True)
    assert waiting_since([]) is None
    assert waiting_since([again, first, acknowledged, note]) == at(1)
    assert waiting_since([first, ours, again, note]) == at(5)
    assert waiting_since([first, ours, vacation]) is None
    assert waiting_since([again, ours, first]) == at(5)
    assert waiting_since([first, replace(ours, at=at(1))]) is None  # at one moment: answered, as for the ticket's state


def test_everybody_is_served_by_arrival() -> None:
    """Nothing but the time counts, and with the same time the number."""
    waiting = [(NOW, 5), (LONG_AGO, 9), (NOW, 2)]
    for order in permutations(waiting):
        assert in_order(order) == [9, 2, 5]


LANGUAGES = st.sampled_from(["de", "en", "fr"])
TOPICS = st.sampled_from(["billing", "porting"])
MOMENTS = st.integers(0, 8 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
TEAMS = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 30),
        name=st.sampled_from(["anna", "ben"]),
        hours=st.sampled_from([EARLY, LATE, ALWAYS]),
        role=st.sampled_from(AgentRole),
        disabled=st.booleans(),
        languages=st.frozensets(LANGUAGES),
        skills=st.frozensets(TOPICS),
        load=st.integers(0, 4),
        last_assigned_at=st.none() | MOMENTS,
    ),
    max_size=8,
    unique_by=lambda candidate: candidate.id,
)
REQUESTS = st.builds(
    Request, language=LANGUAGES | st.just(""), topic=TOPICS | st.just(""), previous=st.none() | st.integers(1, 30)
)


@settings(deadline=None)
@given(TEAMS, REQUESTS, MOMENTS, st.randoms())
def test_never_the_wrong_one(team: list[Candidate], request_: Request, at: datetime, random: Random) -> None:
    """Never a disabled one, never one off duty; nobody only where nobody could; the same whatever the team's order."""
    choice = choose(request_, team, at)
    by_id = {candidate.id: candidate for candidate in team}
    ready = [candidate for candidate in team if not candidate.disabled and is_open(candidate.hours, at)]
    if choice.agent is not None:
        chosen = by_id[choice.agent]
        assert chosen in ready
        others = [c for c in ready if c.role is chosen.role and request_.language in c.languages]
        if chosen.id != request_.previous and not request_.topic:
            assert all(chosen.load <= other.load for other in others)
            if chosen.role is AgentRole.SUPERVISOR:
                assert not [c for c in ready if c.role is AgentRole.AGENT and request_.language in c.languages]
        if request_.previous in {candidate.id for candidate in ready}:
            assert chosen.id == request_.previous
    else:
        assert not [c for c in ready if not request_.language or request_.language in c.languages]
        assert request_.previous not in {candidate.id for candidate in ready}
    assert choice.reason
    shuffled = list(team)
    random.shuffle(shuffled)
    assert choose(request_, shuffled, at) == choice
    called = call(team, at, request_.language)
    if called.agent is not None:
        assert by_id[called.agent] in ready
        assert by_id[called.agent].role is AgentRole.SUPERVISOR
    else:
        assert not [c for c in ready if c.role is AgentRole.SUPERVISOR]


@pytest.mark.parametrize("solved", [0, 3])
def test_a_thousand_tickets_are_shared_fairly(solved: int) -> None:
    """Of five equal agents everyone gets two hundred, whether tickets stay open or are done after a while."""
    team = {number: one(number, f"agent {number}") for number in range(1, 6)}
    given_to: list[int] = []
    for ticket in range(1000):
        at = NOW + timedelta(seconds=ticket)
        agent = choose(Request(), tuple(team.values()), at).agent
        assert agent is not None
        given_to.append(agent)
        team[agent] = replace(team[agent], load=team[agent].load + 1, last_assigned_at=at)
        if solved and ticket >= solved:
            done = given_to[ticket - solved]
            team[done] = replace(team[done], load=team[done].load - 1)
    assert Counter(given_to) == dict.fromkeys(team, 200)


def test_who_comes_back_with_less_to_do_catches_up() -> None:
    """The loads end level within one: the free one gets all until then."""
    team = {number: one(number, f"agent {number}", load=load) for number, load in ((1, 40), (2, 0), (3, 25))}
    for ticket in range(100):
        at = NOW + timedelta(seconds=ticket)
        agent = choose(Request(), tuple(team.values()), at).agent
        assert agent is not None
        team[agent] = replace(team[agent], load=team[agent].load + 1, last_assigned_at=at)
    assert sorted(candidate.load for candidate in team.values()) == [55, 55, 55]
