"""Which reason a customer's words tell, and that in doubt it is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.model import TicketState
from inbox_bot.rules.merging import joined
from inbox_bot.rules.reasons import Reason, reason_of, title_of
from tests.unit.desk_house import NOW, a_ticket

REASONS = {
    "moving": Reason(words=("Umzug", "moving"), titles={"de": "Umzug", "en": "Moving"}),
    "bill": Reason(words=("Rechnung", "bill me", "SEPA", "PIN"), titles={"de": "Rechnung", "en": "Bill"}),
    "other": Reason(titles={"de": "Sonstiges", "en": "Something else"}),
}
WORDS = st.text("abcäUm zug-'", min_size=1, max_size=8)
CONFIGURED = st.dictionaries(
    st.text("abc-", min_size=1, max_size=4), st.lists(WORDS, max_size=3).map(lambda words: Reason(words=tuple(words)))
)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Wegen unseres UMZUGS", "moving"),
        ("Umzug? Umzugstermin!", "moving"),
        ("Please bill\n me", "bill"),
        ("Meine PIN", "bill"),
        ("Pinnwand", ""),
        ("Vorumzug", ""),
        ("Umzug, und die Rechnung ist falsch", ""),
        ("Guten Tag", ""),
        ("", ""),
    ],
)
def test_one_reason_is_told_by_words(text: str, reason: str) -> None:
    """Whole words, long ones also as beginnings; where two reasons are named, a person says which."""
    assert reason_of(text, REASONS) == reason


@given(st.text() | st.lists(WORDS).map(" ".join), CONFIGURED)
def test_never_one_that_is_not_configured(text: str, reasons: dict[str, Reason]) -> None:
    """Whatever is written: one of the list, told by a word of its own, or none."""
    found = reason_of(text, reasons)
    assert not found or (found in reasons and reasons[found].words)


@given(st.text() | st.lists(WORDS).map(" ".join), CONFIGURED)
def test_their_order_says_nothing(text: str, reasons: dict[str, Reason]) -> None:
    """No reason wins because it stands first."""
    assert reason_of(text, reasons) == reason_of(text, dict(reversed(reasons.items())))


@given(CONFIGURED.filter(bool), st.data())
def test_its_own_word_tells_it_unless_another_claims_it(reasons: dict[str, Reason], data: st.DataObject) -> None:
    """A word alone as the text gives its reason or, where a second one has it, too, none."""
    name = data.draw(st.sampled_from(sorted(reasons)))
    for word in reasons[name].words:
        assert reason_of(word, reasons) in {name, ""}


def test_a_title_in_the_first_language_that_has_one() -> None:
    """Else in the brand's; of what is no longer configured there is none."""
    assert title_of("moving", REASONS, "en", "de") == "Moving"
    assert title_of("moving", REASONS, "fr", "de") == "Umzug"
    assert title_of("gone", REASONS, "de") == title_of("", REASONS, "de") == ""


def test_merged_tickets_keep_the_reason_that_is_known() -> None:
    """The target's own one first."""
    plain, moving = a_ticket(), a_ticket(contact_reason="moving", state=TicketState.OPEN)
    assert joined(plain, moving, NOW).contact_reason == "moving"
    assert joined(a_ticket(contact_reason="bill"), moving, NOW).contact_reason == "bill"
