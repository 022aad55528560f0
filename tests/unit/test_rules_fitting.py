"""Whether a template may go out in a ticket as it stands, and the reasons why not."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.model import Act, Channel, TicketState, Visibility
from inbox_bot.rules.fitting import FACTS, Standing, fitting, known, unfit
from inbox_bot.template import Template, Tier
from inbox_bot.texts import BrandFacts, Templates, shipped

TEMPLATE = Template(
    name="probe", channel=Channel.EMAIL, language="de", title="T", visibility=Visibility.PRIVATE, automatic=False,
    source="",
)  # fmt: skip
STANDING = Standing(channel=Channel.EMAIL, visibility=Visibility.PRIVATE, state=TicketState.OPEN)


def stands(*facts: str, state: TicketState = TicketState.OPEN) -> Standing:
    return replace(STANDING, facts=frozenset(facts), state=state)


def made(**keys: object) -> Template:
    return replace(TEMPLATE, **keys)  # type: ignore[arg-type]  # a builder takes any key


def test_a_plain_one_fits_until_the_matter_is_settled() -> None:
    """Without any demand of its own it goes in new, open and pending tickets."""
    for state in TicketState:
        settled = state in (TicketState.RESOLVED, TicketState.CLOSED)
        assert bool(unfit(TEMPLATE, stands(state=state))) is settled
    [reason] = unfit(TEMPLATE, stands(state=TicketState.RESOLVED))
    assert reason == "the matter is settled: it is held until a supervisor or the customer reopens the ticket"


def test_one_that_says_so_goes_in_a_settled_ticket() -> None:
    """Thanks, or what is about something else."""
    thanks = made(states=frozenset({TicketState.RESOLVED}))
    assert unfit(thanks, stands(state=TicketState.RESOLVED)) == ()
    assert unfit(thanks, stands(state=TicketState.OPEN)) == (
        "it is for tickets that are resolved, and this one is open",
    )


@pytest.mark.parametrize(
    ("template", "facts", "said"),
    [
        (made(needs=("answered",)), ("answered",), ""),
        (made(needs=("answered",)), (), "it needs on record that a person has answered"),
        (made(refuses=("authorised",)), (), ""),
        (
            made(refuses=("authorised",)),
            ("authorised",),
            "it is not for tickets in which somebody may speak for the customer",
        ),
        (
            made(asks=("authorised",)),
            ("authorised",),
            "it asks for what is on record: somebody may speak for the customer",
        ),
        (made(asks=("customer_number",)), (), ""),
        (made(refuses=("sent:ask",)), ("sent:ask",), 'it is not for tickets in which the template "ask" went out'),
        (made(needs=("tag:vip",)), (), 'it needs on record that it has the tag "vip"'),
        (made(says=(Act.CANCELLED,)), ("action:cancelled",), ""),
        (
            made(says=(Act.CANCELLED,)),
            ("action:ordered",),
            "it says that something was cancelled, and no such action is on record",
        ),
        (made(says=(Act.EXECUTED,)), ("action:ordered",), ""),
        (
            made(says=(Act.EXECUTED,)),
            (),
            "it says that something was executed, and no such action is on record",
        ),
        (made(tier=Tier.ACCOUNT), ("proven",), ""),
        (made(tier=Tier.SENSITIVE), (), "it tells of the customer's account, and nothing proves who wrote"),
        (made(automatic=True), (), "it is for automatic messages"),
        (made(name="reply"), (), "the program fills it in by itself"),
        (made(visibility=Visibility.PUBLIC), (), "it is public, and this answer would be private"),
    ],
)
def test_the_case_decides(template: Template, facts: tuple[str, ...], said: str) -> None:
    """What is on record lets it go or stops it, with the reason in words."""
    assert unfit(template, stands(*facts)) == ((said,) if said else ())


def test_all_reasons_are_given_at_once() -> None:
    """Nobody finds them out one by one."""
    template = made(
        tier=Tier.ACCOUNT, needs=("answered",), refuses=("resolved",), says=(Act.ORDERED,), states=frozenset()
    )
    assert len(unfit(template, stands(state=TicketState.RESOLVED))) == 5


def test_resolved_is_a_fact_of_the_state() -> None:
    """A template refuses it whether it is said as a state or as a fact."""
    template = made(refuses=("resolved",), states=frozenset(TicketState))
    assert unfit(template, stands(state=TicketState.OPEN)) == ()
    assert unfit(template, stands(state=TicketState.CLOSED)) != ()


def test_others_that_fit_are_named() -> None:
    """Same channel and language, the ticket's topic first, five at the most."""
    names = [f"t{place}" for place in range(9)]
    templates = [made(name=name, topic="line" if name == "t7" else "") for name in names]
    templates += [
        made(name="a", language="en"),
        made(name="b", channel=Channel.TWITTER),
        made(name="c", automatic=True),
    ]
    assert fitting(templates, "de", replace(STANDING, topic="line")) == ("t7", "t0", "t1", "t2", "t3")


def test_no_shipped_text_asks_for_an_authorisation_on_record() -> None:
    """Once somebody may speak for the customer, nobody asks him for it again, in no language and on no channel."""
    brand = BrandFacts(name="Acme", language="de", timezone="Europe/Berlin")
    asking = [one for one in Templates([shipped()], brand).templates() if one.topic == "authorisation"]
    assert len(asking) == 4
    for one in asking:
        stand = replace(STANDING, channel=one.channel)
        assert unfit(one, stand) == ()
        assert unfit(one, replace(stand, facts=frozenset({"authorised"}))) != ()


def test_known_facts() -> None:
    """Those that something records, tags and templates that went out; nothing else."""
    assert all(known(fact) for fact in (*FACTS, "tag:vip", "sent:thanks", "action:refunded", "promise:open"))
    assert not any(known(fact) for fact in ("", "tag:", "vip", "action:sold", "promise", "promise:late"))


FACT = st.sampled_from([*FACTS, "tag:a", "sent:b", "whatever"])
FACT_SETS = st.frozensets(FACT)


@given(needs=FACT_SETS, refuses=FACT_SETS, facts=FACT_SETS, state=st.sampled_from(TicketState))
def test_it_fits_exactly_where_its_header_says(
    needs: frozenset[str], refuses: frozenset[str], facts: frozenset[str], state: TicketState
) -> None:
    """All that it needs is on record and nothing that it refuses, in a state that it names."""
    template = made(needs=tuple(needs), refuses=tuple(refuses), states=frozenset({state}))
    there = facts | ({"resolved"} if state in (TicketState.RESOLVED, TicketState.CLOSED) else set())
    assert (unfit(template, stands(*facts, state=state)) == ()) is (needs <= there and not refuses & there)
