"""Status: which messages ask how a matter stands or whether they arrived, and nothing else."""

import time as clock
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules import status
from inbox_bot.rules.status import Asked

LINES = (Path(__file__).parents[1] / "data" / "status.txt").read_text(encoding="utf-8").splitlines()
TABLE = [tuple(line.replace("\\n", "\n").split(" => ")) for line in LINES if line and not line.startswith("#")]
NAMES = {"-": Asked.NOTHING, "status": Asked.STATUS, "receipt": Asked.RECEIPT, "both": Asked.BOTH}
ASKING = [text for text, cell in TABLE if cell != "-"]


def test_the_table_is_long_enough() -> None:
    """At least 200 phrasings, each once, of all kinds; as many that must not match as there are that must."""
    assert len({text for text, _ in TABLE}) == len(TABLE) >= 200
    assert {cell for _, cell in TABLE} == set(NAMES)
    assert len(TABLE) - len(ASKING) >= 100
    assert len(ASKING) >= 100


@pytest.mark.parametrize(("text", "cell"), TABLE)
def test_what_a_message_asks(text: str, cell: str) -> None:
    """As the table says; and why."""
    wish = status.judge(text)
    assert (wish.asked, text) == (NAMES[cell], text), wish.reason
    assert wish.reason


@pytest.mark.parametrize(
    ("subject", "asked"),
    [
        ("", Asked.STATUS), ("Re: Anschluss gestört", Asked.STATUS), ("Status", Asked.STATUS),
        ("Ticket 427-918-354", Asked.STATUS), ("[#427-918-354] Status?", Asked.STATUS), ("Nachfrage", Asked.STATUS),
        ("Kein  Anschluss", Asked.STATUS), ("Rechnung falsch", Asked.NOTHING), ("Neues Problem: WLAN", Asked.NOTHING),
    ],
)  # fmt: skip
def test_a_subject_may_be_a_new_matter(subject: str, asked: Asked) -> None:
    """One that is not an answer, no such question and none of his tickets' own has to be read by a person."""
    assert status.judge("Wie ist der Stand?", subject, subjects=["kein Anschluss"]).asked is asked


def test_a_subject_alone_asks() -> None:
    """A mail without a text asks what its subject asks."""
    assert status.judge("", "Status?").asked is Asked.STATUS
    assert status.judge(" \n", "Bitte Eingang bestätigen").asked is Asked.RECEIPT
    assert status.judge("", "Rechnung").asked is Asked.NOTHING
    assert status.judge("", "").asked is Asked.NOTHING


def test_what_is_attached_is_looked_at() -> None:
    """A file is a new fact."""
    assert status.judge("Status?", files=True).asked is Asked.NOTHING


@given(asking=st.sampled_from(ASKING), more=st.sampled_from(["Der Router brennt", "I moved", "Vertragsnummer 4711"]))
def test_one_sentence_more_is_for_a_person(asking: str, more: str) -> None:
    """Whatever is said beside, before or behind."""
    assert status.judge(f"{more}. {asking}").asked is Asked.NOTHING
    body = asking.split("\n-- ")[0].split("\n\nM")[0]
    if body == asking and "Grüße" not in asking and "egards" not in asking and "LG" not in asking:
        assert status.judge(f"{asking}\n{more}.").asked is Asked.NOTHING


@given(text=st.one_of(st.text(max_size=700), st.lists(st.sampled_from(["zu", "ticket", "ich", "?", ",", "stand", "№"]))
                      .map(" ".join)))  # fmt: skip
def test_any_text_is_judged_at_once(text: str) -> None:
    """Never an error, never long: whoever writes it is a stranger."""
    begun = clock.thread_time()
    status.judge(text, text)
    assert clock.thread_time() - begun < 1
