"""Claims: what an outgoing text says has been done, what of it is on record, and how it is said without."""

import time as clock
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.casework import Action
from inbox_bot.model import Act
from inbox_bot.rules import claims

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
LINES = (Path(__file__).parents[1] / "data" / "claims.txt").read_text(encoding="utf-8").splitlines()
TABLE = [tuple(line.replace("\\n", "\n").split(" => ")) for line in LINES if line and not line.startswith("#")]


def found(text: str) -> list[tuple[str, str]]:
    """Phrases and kinds as the table has them."""
    return [(one.phrase, str(one.kind)) for one in claims.find(text)]


def expected(cell: str) -> list[tuple[str, str]]:
    """The right-hand side of a line."""
    if cell == "-":
        return []
    return [(phrase, kind) for one in cell.split(" ; ") for phrase, kind in [one.rsplit(" @ ", 1)]]


def test_the_table_is_long_enough() -> None:
    """At least 80 sentences, each once."""
    assert len({sentence for sentence, _ in TABLE}) == len(TABLE) >= 80


@pytest.mark.parametrize(("sentence", "cell"), TABLE)
def test_what_a_sentence_claims(sentence: str, cell: str) -> None:
    """Phrase as written and kind, as the table says."""
    assert found(sentence) == expected(cell)


def claim(kind: Act) -> claims.Claim:
    """A claim of this kind."""
    return claims.Claim(phrase="wurde …", span=(0, 7), kind=kind, language="de")


def action(
    kind: Act,
    reference: str = "4711",
    confirmed_by: int | None = 2,
    at: datetime = NOW,
    taken_back_at: datetime | None = None,
) -> Action:
    """An action on record that proves what it says, unless the arguments spoil it."""
    return Action(
        id=1, ticket=1, kind=kind, text="", reference=reference, at=at, agent=1, confirmed_by=confirmed_by,
        taken_back_at=taken_back_at,
    )  # fmt: skip


def test_a_claim_needs_an_action_of_its_kind() -> None:
    """A refund on record does not prove a cancellation."""
    found = claims.without_evidence(
        [claim(Act.CANCELLED), claim(Act.REFUNDED)], [action(Act.REFUNDED), action(Act.SENT)], NOW
    )
    assert [(one.claim.kind, one.reason) for one in found] == [(Act.CANCELLED, "no action on record: cancelled")]


def test_nothing_claimed_nothing_missing() -> None:
    """A text without claims needs no actions."""
    assert claims.without_evidence(claims.find("Wir prüfen das."), [], NOW) == []


@pytest.mark.parametrize(
    ("spoiled", "reason"),
    [
        (action(Act.CANCELLED, reference=" "), "the action on record has no reference"),
        (action(Act.CANCELLED, confirmed_by=None), "nobody has confirmed the action on record"),
        (action(Act.CANCELLED, at=NOW + timedelta(minutes=1)), "the action on record lies in the future"),
        (action(Act.CANCELLED, taken_back_at=NOW), "no action on record: cancelled"),
    ],
)
def test_what_an_action_must_have(spoiled: Action, reason: str) -> None:
    """Reference, a person, a time that is past; a second action with all of them is enough."""
    [missing] = claims.without_evidence([claim(Act.CANCELLED)], [spoiled], NOW)
    assert missing.reason == reason
    assert claims.without_evidence([claim(Act.CANCELLED)], [spoiled, action(Act.CANCELLED)], NOW) == []


def test_executed_is_proven_by_whatever_was_done() -> None:
    """ "Done" says no more than that something was; but something executed does not prove a refund."""
    assert claims.without_evidence([claim(Act.EXECUTED)], [action(Act.CANCELLED)], NOW) == []
    assert claims.without_evidence([claim(Act.REFUNDED)], [action(Act.EXECUTED)], NOW) != []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("cancel line", Act.CANCELLED), ("Kündigung der Leitung", Act.CANCELLED), ("refund 20 euros", Act.REFUNDED),
        ("Gutschrift 20 Euro", Act.REFUNDED), ("order router", Act.ORDERED), ("neuen Router bestellen", Act.ORDERED),
        ("change of address", Act.CHANGED), ("send SIM card", Act.SENT), ("Anschluss freischalten", Act.ACTIVATED),
        ("disconnect the old line", Act.BLOCKED), ("Störung beheben", Act.FIXED), ("book technician", Act.BOOKED),
        ("Umzug durchführen", Act.CHANGED), ("something else", None), ("", None),
    ],
)  # fmt: skip
def test_the_kind_of_an_action_by_its_words(words: str, kind: Act | None) -> None:
    """As agents name actions for the record."""
    assert claims.kind_of(words) is kind


def softened(text: str) -> str | None:
    """The text with its only claim softened."""
    [one] = claims.find(text)
    new = claims.soften(text, one, date(2026, 12, 3))
    return text[: new.span[0]] + new.sentence + text[new.span[1] :] if new else None


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (
            "Guten Tag. Ihr Vertrag wurde storniert. Viele Grüße",
            "Guten Tag. Es wurde am 3. Dezember 2026 beantragt, dass Ihr Vertrag storniert wird. Viele Grüße",
        ),
        (
            "Die Gebühren sind gutgeschrieben!",
            "Es wurde am 3. Dezember 2026 beantragt, dass die Gebühren gutgeschrieben werden!",
        ),
        (
            "Der Auftrag ist storniert worden.",
            "Es wurde am 3. Dezember 2026 beantragt, dass der Auftrag storniert wird.",
        ),
        ("Wir haben Ihren Vertrag gekündigt.", "Wir haben am 3. Dezember 2026 beantragt, Ihren Vertrag zu kündigen."),
        (
            "Ich habe Ihnen den Betrag zurückerstattet.",
            "Ich habe am 3. Dezember 2026 beantragt, Ihnen den Betrag zurückzuerstatten.",
        ),
        (
            "Your contract has been cancelled.",
            "It was requested on 3 December 2026 that your contract be cancelled.",
        ),
        ("We’ve cancelled your contract.", "We requested on 3 December 2026 that your contract be cancelled."),
        (
            "Hello.\nWe refunded the fee.\n> Please refund it.",
            "Hello.\nWe requested on 3 December 2026 that the fee be refunded.\n> Please refund it.",
        ),
    ],
)
def test_what_is_only_requested_is_said_so(text: str, new: str) -> None:
    """The sentence is said anew with the day of the request; everything else stays."""
    assert softened(text) == new


@pytest.mark.parametrize(
    "text", ["Ihr Vertrag wurde storniert.", "We’ve cancelled your contract.", "I refunded the fee."]
)
def test_a_softened_sentence_claims_nothing(text: str) -> None:
    """Else it would be stopped again."""
    new = softened(text)
    assert new is not None
    assert claims.find(new) == []


@pytest.mark.parametrize(
    "text",
    [
        "Wir haben Ihren Vertrag heute gekündigt.",
        "Ihr Vertrag wurde gestern storniert.",
        "Ihr Vertrag wurde, wie gewünscht, storniert.",
        "Wir haben das erledigt.",
        "Wir bestätigen, dass Ihr Vertrag gekündigt wurde.",
        "Der Auftrag ist storniert und wird nicht berechnet.",
        "Wir haben nicht nur den Vertrag storniert.",
        "Gestern wurde Ihr Anschluss geschaltet.",
        "Erledigt.",
        "We cancelled your contract yesterday.",
        "It has been cancelled.",
        "We have cancelled it.",
        "Your contract was cancelled on 3 December.",
        "All done!",
        "We have finally cancelled your contract.",
        "Der Vertrag „Flex“ wurde storniert.",
        "Der Vertra\u0308g wurde storniert.",
        "Wir haben Ihren Vertrag versehentlich storniert.",
        "Wir haben natürlich gekündigt.",
        "Wir haben Ihren Vertrag ebenfalls gekündigt.",
        "Wir haben Ihren Vertrag doch gekündigt.",
        "Hallo Frau Meier Ihr Vertrag wurde storniert.",
        "Meine Kollegin wurde beauftragt.",
        "Die Kündigung ist erfolgt.",
        "Ihr Vertrag wurde „storniert“.",
        "Wir konnten Ihren Vertrag stornieren.",
        "Wir bestätigen Ihnen die Kündigung.",
        "Good news your contract has been cancelled.",
        "We moved your line by mistake.",
        "Your contract free of charge has been cancelled.",
        "We have cancelled your contract accordingly.",
        "Your cancellation is confirmed.",
    ],
)
def test_what_is_not_simple_is_left_to_a_person(text: str) -> None:
    """A time, a second clause, a mere pronoun, a quotation: no rule says it anew."""
    assert softened(text) is None


def test_two_claims_in_one_sentence_are_left_to_a_person() -> None:
    """One of them could stay unnoticed."""
    text = "Wir haben den Vertrag gekündigt und den Betrag erstattet."
    assert [claims.soften(text, one, date(2026, 12, 3)) for one in claims.find(text)] == [None, None]


def test_places_in_decomposed_text() -> None:
    """As in promises: the phrase is the text's own."""
    text = "Fu\u0308r Sie: Wir haben den Vertrag geku\u0308ndigt."
    [one] = claims.find(text)
    assert one.phrase == "haben den Vertrag geku\u0308ndigt" == text[slice(*one.span)]


PIECES = st.sampled_from(
    [
        "Ihr", "Vertrag", "wurde", "wird", "ist", "storniert", "erstattet", "worden", "nicht", "wir", "haben", "und",
        ",", ".", "?", "\n", ">", "„", "“", '"', "We", "have", "been", "cancelled", "will", "be",
        "you", "sent", "set", "up",
        "konnte", "werden", "in", "Auftrag", "gegeben", "İ", "u\u0308", "--", "Am", "schrieb:",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    """Nothing crashes it; phrases are where they are said to be; what is softened is a place in the text."""
    for one in claims.find(text):
        start, end = one.span
        assert 0 <= start < end <= len(text)
        assert text[start:end] == one.phrase
        new = claims.soften(text, one, date(2026, 12, 3))
        assert new is None or new.span[0] <= start < end <= new.span[1]


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        " ",
        "storniert ",
        "wurde ",
        "wir haben alles erledigt. ",
        "we cancelled ",
        "\n",
        '"',
        "done, ",
        "a. ",
        "wir konnten ",
        "konnte a ",
        "wir bestätigen ",
        "von Ihnen ",
        "wie von ihnen ",
        "we confirm ",
        "„a“ ",
        "sie haben ",
    ],
)
def test_bounded_time(piece: str) -> None:
    """100 kB of anything take less than a second of the processor."""
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    found("wurde storniert, was cancelled")
    began = clock.process_time()
    claims.find(text)
    assert clock.process_time() - began < 1.0
