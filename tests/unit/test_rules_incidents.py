"""Which messages are about an incident, what counts as yes and no, by which way and how fast its people are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.incidents import How, Incident, Works
from inbox_bot.model import Channel
from inbox_bot.records import Identity
from inbox_bot.rules import incidents, works
from inbox_bot.rules.incidents import Pace

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
BROKEN = Incident(
    id=3, titles={"de": "Mailserver gestört"}, area="mail", words=("mail", "post eingang", "#ausfall"),
    since=NOW - timedelta(hours=4), opened_at=NOW, opened_by=1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("Meine Mails kommen nicht an", How.WORDS),
        ("MAILSERVER tot?", How.WORDS),
        ("Post  Eingang leer", How.WORDS),
        ("Seit heute #Ausfall bei euch", How.HASHTAG),
        ("Meine E-Mail geht nicht", How.WORDS),
        ("Email geht nicht", None),
        ("Der ausfall meiner Rechnung", None),
        ("Das Paket kam gestern", None),
        ("", None),
    ],
)
def test_words_show_what_a_message_is_about(text: str, how: How | None) -> None:
    """From the beginning of a word, hashtags only as such."""
    assert incidents.match(BROKEN, text, at=NOW) is how


def test_topic_and_customer_show_it_too() -> None:
    """And nothing does before it began."""
    assert incidents.match(BROKEN, "", topic="mail", at=NOW) is How.AREA
    assert incidents.match(replace(BROKEN, topic="line"), "", topic="line", at=NOW) is How.AREA
    assert incidents.match(replace(BROKEN, area=""), "", topic="", at=NOW) is None
    assert incidents.match(BROKEN, "", at=NOW, known=[3]) is How.KNOWN
    assert incidents.match(BROKEN, "mail", topic="mail", at=NOW - timedelta(hours=5), known=[3]) is None


YES = (
    "Ja", "ja.", "Ja, danke!", "JA!!!", "Ja, es geht wieder.", "Es läuft wieder, danke",
    "Ja, alles funktioniert wieder", "Jetzt geht es.",
    "Funktioniert wieder. Vielen Dank!", "jo läuft", "Ja bei mir geht wieder alles", "klappt wieder",
    "Yes", "yes, thank you", "Yes, it works again.", "It works now, thanks!", "Everything is fine again",
    "Yep, working",
    "Alles gut, danke", "In Ordnung, danke", "Ja, die Mails kommen wieder an.", "yes all good it works",
    "Behoben, danke!", "Ja\nEva", "Ja, danke! VG Eva".replace(" VG", "\nVG"), "Ja\n\nVon meinem iPhone gesendet",
    "It's working", "Ja.\n\n> Funktioniert bei Ihnen wieder alles?",
    "Yes, it's working again\n\nBest regards\nEva Winter",
)  # fmt: skip
NO = (
    "Nein", "nein!", "Nein, leider nicht.", "NEIN, immer noch nicht", "Nein, es geht immer noch nicht.", "geht nicht",
    "Leider nein", "No", "no, still not", "No, it still doesn't work.", "Nope", "Es funktioniert nicht",
    "Bei mir geht noch nichts", "Immer noch tot", "still down", "nö", "Nein, meine Mails kommen nicht an.",
    "It does not work", "not yet", "weiterhin gestört", "Nein\n\nMit freundlichen Grüßen\nEva Winter", "doesn’t work",
    "Nein\nEva", "> Geht es?\n\nNein, leider nicht", "No\n\nSent from my iPhone",
)  # fmt: skip
NEITHER = (
    "", "Ja, aber die Rechnung stimmt nicht.", "Geht es bei Ihnen?", "Nein, und ich will mein Geld zurück!", "12",
    "Ja 50 %", "Ich habe eine andere Frage", "Bitte rufen Sie mich an", "Ja, teilweise", "It works but slowly",
    "Wann geht es wieder?", "Danke", "Ok", "nein ich kündige", "yes and no", "ja und nein vielleicht", "Hallo",
    "geht so", "Es geht so", "is it fixed", "Geht es wieder", "geht das Internet wieder", "it still works",
    "no, it works again", "nicht kaputt", "not broken", "nicht gestört", "Nein danke", "no thanks", "Nein, danke!",
    "Ja\nund die Rechnung stimmt auch nicht", "Läuft das bei Ihnen", "Ist es behoben",
    "Ich weiß nicht", "Rechnung", "Ja, mein Anwalt meldet sich", "no idea what you mean", "x" * 200,
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [*((t, Works.YES) for t in YES), *((t, Works.NO) for t in NO), *((t, Works.UNKNOWN) for t in NEITHER)],
)
def test_yes_and_no(text: str, said: Works) -> None:
    """In doubt a person reads it."""
    assert works.judge(text) is said


def an_identity(id: int, channel: Channel, **fields: object) -> Identity:
    """One of his addresses; a DM was written."""
    usual = {"wrote_dm_at": NOW if channel is Channel.TWITTER else None}
    return Identity(id=id, customer=1, channel=channel, address=f"a{id}", created_at=NOW, **usual | fields)  # type: ignore[arg-type]  # a builder


def test_the_way_is_one_that_is_open() -> None:
    """Where he wrote last; not where it is broken, if there is another; never one that takes nothing."""
    mail, dm = an_identity(1, Channel.EMAIL), an_identity(2, Channel.TWITTER)
    assert incidents.way([mail, dm], Channel.EMAIL) is mail
    assert incidents.way([mail, dm], Channel.TWITTER) is dm
    assert incidents.way([mail, dm], Channel.EMAIL, Channel.EMAIL) is dm
    assert incidents.way([mail], Channel.EMAIL, Channel.EMAIL) is mail
    closed = (
        an_identity(1, Channel.EMAIL, undeliverable_at=NOW), an_identity(2, Channel.TWITTER, wrote_dm_at=None),
        an_identity(3, Channel.EMAIL, blocked_at=NOW), an_identity(4, Channel.TWITTER, opted_out_at=NOW),
        an_identity(5, Channel.EMAIL, looping_at=NOW),
    )  # fmt: skip
    assert incidents.way(closed, Channel.EMAIL) is None
    assert incidents.way([], None) is None


@given(
    rate=st.floats(1, 1e6), waited=st.floats(0, 7200), unsent=st.integers(0, 5000), turns=st.integers(1, 50)
)  # fmt: skip
def test_the_pace_is_kept_and_nobody_starves(rate: float, waited: float, unsent: int, turns: int) -> None:
    """Never more than the rate allows in the time, nor much ahead of what has left; with nothing in line somebody's
    turn comes."""
    found = incidents.allowance(rate, NOW - timedelta(seconds=waited), unsent, NOW)
    assert 0 <= found <= rate * waited / 3600 + 1e-6
    burst = max(1, -(-rate * 2 // 3600))
    assert found <= 3 * burst
    if unsent >= 3 * burst:
        assert found == 0
    assert incidents.allowance(rate, None, 0, NOW) >= 1
    assert turns


def test_the_last_one_is_told_after() -> None:
    """Channels go on beside each other."""
    counts = {Channel.EMAIL: 36_000, Channel.TWITTER: 20}
    assert incidents.duration(counts, Pace()) == timedelta(hours=1)
    assert incidents.duration({Channel.TWITTER: 20}, Pace()) == timedelta(minutes=30)
    assert incidents.duration({}, Pace()) == timedelta()
