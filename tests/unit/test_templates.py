"""What every shipped template must keep: both languages, all facts or few, public ones short and without links."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pycld2  # type: ignore[import-untyped]  # ships no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twitter_text import extract_urls_with_indices, parse_tweet  # type: ignore[import-untyped]  # likewise

from inbox_bot.model import Channel, Visibility
from inbox_bot.records import Agent
from inbox_bot.template import Template
from inbox_bot.texts import BrandFacts, Templates, shipped
from inbox_bot.texts.preview import facts_for_preview

AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
AGENT = Agent(id=1, name="Jonte Sander", initials="JS", address="jonte@acme.example", created_at=AT)
SHOWN = "427-918-355"
LONG_ADDRESS = "kundendienst.privatkunden.festnetz@service.acme-telefon.example"[-60:]
EMAIL = {
    "acknowledgement", "further", "confirmation", "opening", "reply", "mdn", "ask-details", "solved", "thanks",
    "authorise", "done", "in-progress", "resend-file", "notice-ticket", "notice-alarm", "notice-digest",
    "agent-ticket", "agent-preview", "agent-returned", "agent-told", "agent-word", "correction", "promise-missed",
    "status", "link-invitation", "link-arrived", "merged", "split", "authorised", "survey", "incident",
    "prove",
}  # fmt: skip
TWITTER = {
    "acknowledgement", "acknowledgement-public", "further", "confirmation", "opening", "reply", "reply-public",
    "ask-details", "please-dm", "solved", "thanks", "authorise", "done", "in-progress", "correction",
    "correction-public", "promise-missed", "status", "status-public", "survey", "incident",
    "link-invitation", "link-arrived", "merged", "split", "authorised",
    "prove",
}  # fmt: skip
CHOSEN = {  # go inside `reply`, which gives number and name
    "ask-details", "please-dm", "solved", "thanks", "authorise", "done", "in-progress", "resend-file",
    "prove",
}  # fmt: skip
TEXTS = Templates(
    [shipped()],
    BrandFacts(
        name="Acme", language="de", timezone="Europe/Berlin", footer="Acme AG", mail_address=LONG_ADDRESS,
        privacy_url="https://acme.example/privat",
    ),
)  # fmt: skip
BARE = Templates([shipped()], BrandFacts(name="Acme", language="de", timezone="Europe/Berlin"))
ALL = [pytest.param(t, id=f"{t.language}-{t.name}-{t.channel}") for t in TEXTS.templates()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """A message as the flows hand it over."""

    at: datetime
    subject: str
    channel: str
    visibility: str
    files: tuple[str, ...] = ()


def minimal(name: str) -> dict[str, object]:
    """The fewest facts that a flow gives."""
    if name == "notice-digest":
        return {"notices": []}
    if name == "agent-returned":  # to somebody who answered what is none of his business
        lists = {"lines": (), "newer": (), "reasons": ("Nein",)}
        return {"number": "", "customer": "", "subject": "", "override": False, **lists}
    if name == "agent-word":
        return {"what": "awake", "number": "427918355", "subject": "s", "answerable": False}
    if name.startswith("agent-"):
        known = {"at": AT, "number": "427918355", "customer": "E", "subject": "s", "text": "t", "undo_seconds": 0}
        lists = dict.fromkeys(("files", "names", "promises", "history", "cut"), ())
        words = {
            "channel": "twitter",
            "visibility": "public",
            "priority": "normal",
            "assigned": "",
            "waiting_since": None,
        }
        flags = {"unproven": False, "answerable": False, "approval": False}
        return {**known, **lists, **words, **flags, "to": "@e", "way": "post", "until": "", "done": ("ok",)}
    if name.startswith("notice-"):
        return {"subject": "s", "text": "t", "at": AT, "number": ""}
    least: dict[str, object] = {"number": "427918355", "at": AT}
    if name.startswith("correction"):
        return least | {"text": "t", "wrong": "w", "said_at": AT}
    if name == "promise-missed":
        return least | {"phrase": "", "promised_at": AT, "due_at": AT}
    beside: dict[str, dict[str, object]] = {
        "link-invitation": {"code": "link-abcdefghij", "link_address": "", "handle": "", "to_mail": False},
        "link-arrived": {"by_mail": False, "files": ()},
        "merged": {"other_number": "613204872", "other_subject": "", "parted": True},
        "split": {"other_number": "613204872"},
        "incident": {"incident_title": "Störung", "incident_since": AT},
        "authorised": {"person": "E", "scope": (), "since": AT, "last_day": None, "ended": True},
    }
    return least | beside.get(name, {})


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_template_is_there(language: str) -> None:
    """Both languages have the same texts in the channels that need them."""
    found = {(t.name, t.channel) for t in TEXTS.templates() if t.language == language}
    assert found == {(name, Channel.EMAIL) for name in EMAIL} | {(name, Channel.TWITTER) for name in TWITTER}
    public_ones = {t.name for t in TEXTS.templates() if t.visibility is Visibility.PUBLIC}
    assert public_ones == {"acknowledgement-public", "reply-public", "correction-public", "please-dm", "status-public"}


@pytest.mark.parametrize("template", ALL)
@pytest.mark.parametrize("texts", [TEXTS, BARE], ids=["full brand", "bare brand"])
def test_full_and_minimal_facts(template: Template, texts: Templates) -> None:
    """Fills in with everything and with the least; a mail always has a subject with the number, X never has one."""
    for facts in (facts_for_preview(template.language), minimal(template.name)):
        rendered = texts.render(template.name, template.channel, template.language, facts)
        assert "\n\n\n" not in rendered.text
        assert rendered.text == rendered.text.strip()
        assert not rendered.text.endswith(",")
        if template.channel is Channel.TWITTER or template.name in CHOSEN:
            assert rendered.subject == ""
        elif template.name != "mdn" and not template.name.startswith(("notice-", "agent-")):
            assert rendered.subject.startswith(f"[#{SHOWN}] ")
        else:
            assert rendered.subject
        if not template.name.startswith(("notice-", "agent-")) and template.name not in CHOSEN | {"status-public"}:
            assert SHOWN in rendered.text


@pytest.mark.parametrize("template", ALL)
def test_language_is_its_own(template: Template) -> None:
    """No German in an English text and the other way round, in subjects neither."""
    facts = facts_for_preview(template.language)
    rendered = TEXTS.render(template.name, template.channel, template.language, facts)
    said = f"{template.title}.\n{rendered.subject}\n{rendered.text}".replace(LONG_ADDRESS, "")
    reliable, _, found = pycld2.detect(said, bestEffort=True)
    assert found[0][1] == template.language
    assert reliable
    assert all(language in (template.language, "un") for _, language, percent, _ in found if percent > 10)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", ["acknowledgement-public", "please-dm", "reply-public", "status-public"])
def test_public_texts_fit_a_post(language: str, name: str) -> None:
    """280 weighted characters with a 60-character mail address, no link, nothing private.

    A person's public text keeps 240 characters beside number and initials."""
    given = {"mail_address": LONG_ADDRESS, "agent": AGENT, "text": "ä" * 240, "incident_title": ""}
    facts = facts_for_preview(language) | given
    text = TEXTS.render(name, Channel.TWITTER, language, facts).text
    assert len(LONG_ADDRESS) == 60
    assert parse_tweet(text).weightedLength <= 280
    assert extract_urls_with_indices(text) == []
    for private in ("Amsel", "Umzug", "Moving", "privat", "pdf", AGENT.name, "2026"):
        assert private not in text.replace(LONG_ADDRESS, "")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("exposed", [True, False])
def test_a_public_acknowledgement_tells_of_an_incident(language: str, exposed: bool) -> None:
    """With the longest title and when they hear again: what we say to all, nothing else."""
    facts = facts_for_preview(language) | {"incident_title": "W" * 70, "exposed": exposed}
    text = TEXTS.render("acknowledgement-public", Channel.TWITTER, language, facts).text
    assert parse_tweet(text).weightedLength <= 280
    assert "W" * 70 in text
    assert "16:05" in text
    for private in ("Amsel", "Umzug", "Moving", "pdf", AGENT.name):
        assert private not in text


@pytest.mark.parametrize("language", ["de", "en"])
def test_public_acknowledgement_offers_private_ways(language: str) -> None:
    """Number, DM and, where there is a mailbox, the mail address."""
    text = TEXTS.render("acknowledgement-public", Channel.TWITTER, language, minimal("")).text
    assert SHOWN in text
    assert LONG_ADDRESS in text
    without = BARE.render("acknowledgement-public", Channel.TWITTER, language, minimal("")).text
    assert "@" not in without
    assert ("Direktnachricht" if language == "de" else "direct message") in without


@pytest.mark.parametrize(
    ("language", "said"), [("de", "am 24. November 2026 um 14:05 Uhr"), ("en", "on 24 November 2026 at 14:05")]
)
@pytest.mark.parametrize("name", ["acknowledgement", "further", "confirmation"])
@pytest.mark.parametrize("channel", list(Channel))
def test_what_arrived_is_said(language: str, said: str, name: str, channel: Channel) -> None:
    """Each message with its time and its attachments by name."""
    mail = Wrote(at=AT, subject="Zähler", channel="email", visibility="private", files=("a.pdf", "b.jpg"))
    dm = Wrote(at=AT, subject="", channel="twitter", visibility="private", files=("c.png",))
    facts = minimal("") | {"messages": [mail, dm], "agent": AGENT}
    text = TEXTS.render(name, channel, language, facts).text
    assert text.count(said) == 2
    assert "Zähler" in text
    assert all(name in text for name in ("a.pdf", "b.jpg", "c.png"))
    one = TEXTS.render(name, channel, language, facts | {"messages": [dm]}).text
    assert one.count(said) == 1
    assert "c.png" in one


@pytest.mark.parametrize("language", ["de", "en"])
def test_first_dm_names_privacy_page(language: str) -> None:
    """X demands the link in a support account's DMs; the first one carries it, and how to end automatic messages."""
    facts = minimal("")
    first = TEXTS.render("acknowledgement", Channel.TWITTER, language, facts | {"first_dm": True}).text
    assert "https://acme.example/privat" in first
    assert "STOP" in first
    assert "https" not in TEXTS.render("acknowledgement", Channel.TWITTER, language, facts).text


@pytest.mark.parametrize("language", ["de", "en"])
def test_hint_reveals_nothing(language: str) -> None:
    """Who quotes a number learns only that both are joined once it is proven who wrote."""
    plain = TEXTS.render("acknowledgement", Channel.EMAIL, language, minimal("")).text
    hinted = TEXTS.render("acknowledgement", Channel.EMAIL, language, minimal("") | {"related_hint": True}).text
    added = set(hinted.splitlines()) - set(plain.splitlines())
    assert len(added) == 1
    assert not any(char.isdigit() for line in added for char in line)


@pytest.mark.parametrize("language", ["de", "en"])
def test_answers_carry_number_and_name(language: str) -> None:
    """A person's mail ends with name and number; on X the number goes along while it is not delivered."""
    facts = minimal("") | {"text": "Ja, gern.", "agent": AGENT}
    mail = TEXTS.render("reply", Channel.EMAIL, language, facts).text
    assert mail.startswith("Ja, gern.\n")
    assert "Jonte Sander\nAcme\n" in mail
    for name in ("reply", "reply-public"):
        text = TEXTS.render(name, Channel.TWITTER, language, facts).text
        assert SHOWN in text
        assert "^JS" in text
        short = TEXTS.render(name, Channel.TWITTER, language, facts | {"give_number": False}).text
        assert short == "Ja, gern. ^JS"


HOSTILE = st.one_of(
    st.sampled_from(["{{ 7*7 }}", "{% for x in y %}", "a\r\nBcc: e@far.example", "x" * 100_000, "\ud800\x00\u202e"]),
    st.text(max_size=40),
)


@given(subject=HOSTILE, customer=HOSTILE, file=HOSTILE, which=st.sampled_from([p.values[0] for p in ALL]))
def test_hostile_facts_stay_data(subject: str, customer: str, file: str, which: Template) -> None:
    """Whatever a customer calls himself, his matter or his files: filled in as text, short, on one line."""
    wrote = Wrote(at=AT, subject=subject, channel="email", visibility="private", files=(file,) * 20)
    facts = facts_for_preview(which.language) | {"subject": subject, "customer": customer, "messages": [wrote]}
    rendered = TEXTS.render(which.name, which.channel, which.language, facts)
    ordinary = TEXTS.render(
        which.name, which.channel, which.language, facts_for_preview(which.language) | {"messages": [wrote]}
    )
    assert "\n" not in rendered.subject
    assert "\r" not in rendered.subject + rendered.text
    assert len(rendered.subject) <= 250
    assert len(rendered.text) < 5000
    assert rendered.text.count("\n") <= ordinary.text.count("\n")
    (rendered.subject + rendered.text).encode("utf-8")
