"""`template check`: all faults of all templates at once, in lines that say what to do, the company's own first."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.config import load
from inbox_bot.proofreading import Remark, proofread

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
CONFIG = """
[brand]
name = "Acme"
language = "de"
templates = "own"
privacy_url = "https://www.acme.example/privat"

[[inbox]]
name = "x"
channel = "twitter"
consumer_key = "ck"
consumer_secret = "cs"
access_token = "1-at"
access_token_secret = "as"

[[inbox]]
name = "mail"
channel = "email"
address = "hilfe@acme.example"

[inbox.imap]
host = "127.0.0.1"
security = "none"
password = "p"

[inbox.smtp]
host = "127.0.0.1"
security = "none"
"""


class Company:
    """A company with templates of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "own" / "replies").mkdir(parents=True)
        self.config = folder / "inbox-bot.toml"
        self.config.touch(0o600)
        self.config.write_text(CONFIG)

    def write(self, file: str, body: str, *header: str) -> None:
        """A template; the least header stands in it already."""
        path = self.folder / "own" / "replies" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = header if "visibility" in "".join(header) else ('visibility = "private"', *header)
        path.write_text("\n".join(("+++", *lines, "+++", body)), encoding="utf-8")

    def read(self) -> list[Remark]:
        return proofread(load(self.config, {}), NOW)[0]

    def wrong(self, file: str = "probe.email.j2") -> list[str]:
        """What must be mended in it."""
        return [one.line for one in self.read() if one.grave and one.file == f"replies/de/{file}"]

    def hints(self, file: str = "probe.email.j2") -> list[str]:
        """What is to be thought about."""
        return [one.line for one in self.read() if not one.grave and one.file == f"replies/de/{file}"]


@pytest.fixture
def company(tmp_path: Path) -> Company:
    return Company(tmp_path)


def test_what_is_shipped_is_faultless(company: Company) -> None:
    """No fault, no hint: what a company sees is about its own files."""
    remarks, count = proofread(load(company.config, {}), NOW)
    assert remarks == []
    assert count > 50


@pytest.mark.parametrize(
    ("body", "header", "said"),
    [
        ("Hallo {{ custmer }}", (), "line 4: there is no fact custmer; is it customer?"),
        ("{% if number == '1' %}{{ agent.phone }}{% endif %}", (), "line 4: agent has no phone; it has name, initials"),
        ("{{ notices }}", (), "line 4: notices is not given to this template"),
        ("{% if customer %}", (), "line 4: Unexpected end of template"),
        ("{{ subject | shout }}", (), "line 4: No filter named 'shout'."),
        ("{% include '_none.j2' %}", (), "there is no file replies/de/_none.j2"),
        ("Hallo", ('subject = "{{ custmer }}"',), "subject: line 1: there is no fact custmer; is it customer?"),
        ("Hallo", ('teir = "public"',), "unknown key teir in the header; is it tier?"),
        ("Siehe https://bit.ly/x.", (), "the link https://bit.ly/x leads to another company"),
        ("Bitte ausdrucken, unterschreiben, faxen.", (), "asks to print, sign or fax and offers no other way"),
        ("Sie haben dich gemeint.", (), "says du and Sie; choose one"),
        ("Ihre Leitung wurde gekündigt.", (), 'says “wurde gekündigt”: it needs says = ["cancelled"]'),
        ("Wir melden uns bis Freitag.", (), "promises “bis Freitag”: it needs promises = true"),
        ("Hallo", ('needs = ["answered"]', 'refuses = ["answered"]'), "needs and refuses the same: answered"),
        ("Hallo", ('visibility = "public"',), "a mail is never public; make it private"),
    ],
)
def test_each_fault_is_found(company: Company, body: str, header: tuple[str, ...], said: str) -> None:
    """One line that names the place, what is wrong and what to do."""
    company.write("de/probe.email.j2", body, *header)
    found = company.wrong()
    assert any(one.startswith(said) for one in found), found
    assert len(found) == 1


def test_a_public_text_is_held_to_less_and_to_280(company: Company) -> None:
    """Nothing private, nothing of the account, no link; short enough with the longest names and the number."""
    public = 'visibility = "public"'
    company.write("de/a.twitter.j2", "Guten Tag {{ customer }}", public)
    company.write("de/b.twitter.j2", "Hallo.", public, 'tier = "account"')
    company.write("de/c.twitter.j2", "ä" * 250, public)
    company.write("de/d.twitter.j2", "ä" * 239, public)
    company.write("de/e.twitter.j2", "Mehr auf https://acme.example/hilfe", public)
    assert company.wrong("a.twitter.j2") == ["line 4: customer is private, and a public text cannot name it"]
    assert company.wrong("b.twitter.j2") == ['a public text cannot be of the tier "account"; make it private']
    [long] = company.wrong("c.twitter.j2")
    assert "too long for a post" in long
    assert company.wrong("d.twitter.j2") == []
    [link] = company.wrong("e.twitter.j2")
    assert "a post with a link costs" in link


def test_parts_and_html_are_read_too(company: Company) -> None:
    """A fault in what a template includes, or in its HTML, is that template's."""
    company.write("de/probe.email.j2", 'Hallo {% include "_part.j2" %}')
    own = company.folder / "own" / "replies" / "de"
    (own / "_part.j2").write_text("\n{{ nobody }}")
    (own / "probe.email.html.j2").write_text('<a href="https://far.example/">acme.example</a>{{ custmer }}')
    found = company.wrong()
    assert [one.partition(";")[0] for one in found] == [
        "line 1: there is no fact custmer",
        "_part.j2: line 2: there is no fact nobody",
    ]
    (own / "_part.j2").write_text("!")
    (own / "probe.email.html.j2").write_text('<a href="https://far.example/">acme.example</a>')
    assert len(company.wrong()) == 2


def test_missing_languages(company: Company) -> None:
    """Without the brand's language it must be mended; without another, or with the shipped one in it, one is told."""
    company.write("en/only.email.j2", "Hello.")
    [fault] = [one for one in company.read() if one.grave]
    assert (fault.file, fault.line[:45]) == (
        "replies/en/only.email.j2",
        'there is none in the brand\'s language, "de"; ',
    )
    company.write("de/only.email.j2", "Hallo.")
    assert company.read() == []
    company.write("de/probe.email.j2", "Hallo.")
    company.write("de/thanks.email.j2", "Danke.")
    assert company.hints() == ['there is none in "en"; people who write so get "de"']
    assert company.hints("thanks.email.j2") == [
        'the one in "en" is the shipped one, and may say something else',
        'its header differs from the one in "en": topic, states, refuses',
    ]


def test_a_text_fits_by_its_case_and_not_by_its_language(company: Company) -> None:
    """Two languages of one text have one header; the difference is told once."""
    company.write("de/probe.email.j2", "Hallo.", 'refuses = ["angry"]')
    company.write("en/probe.email.j2", "Hello.")
    assert [(one.file, one.line) for one in company.read()] == [
        ("replies/en/probe.email.j2", 'its header differs from the one in "de": refuses')
    ]


def test_what_cannot_be_read_is_told(company: Company) -> None:
    """Another encoding, or a file that is no text at all, is one line like any other fault."""
    company.write("de/probe.email.j2", "Hallo.")
    path = company.folder / "own" / "replies" / "de" / "probe.email.j2"
    path.write_bytes(path.read_text().encode() + "Grüße".encode("latin-1"))
    assert company.wrong() == ["cannot be read (UnicodeDecodeError); save it as UTF-8"]
    path.write_text("Hallo.")
    assert company.wrong() == ["no header; begin the file with title and visibility between two +++ lines"]


def test_du_and_sie_stand_beside_each_other(company: Company) -> None:
    """A text that says Sie to everybody wants one beside it that says du, and both may go in the same cases."""
    company.write("de/probe.email.j2", "Bitte prüfen Sie das.", 'needs = ["answered"]')
    says = 'says Sie to everybody; write {{ you("Sie", "du") }} ("_you.j2"), or add probe-du'
    assert says in company.hints()
    company.write("de/probe-du.email.j2", "Bitte prüf das bei dir.", 'needs = ["answered"]')
    assert company.wrong("probe-du.email.j2") == company.hints("probe-du.email.j2") == []
    assert says not in company.hints()
    company.write("de/probe-du.email.j2", "Bitte prüfen Sie das.")
    company.write("de/alone-du.email.j2", "Hallo du.")
    assert company.hints("probe-du.email.j2") == [
        "its name ends in -du, and it says Sie",
        "its header differs from the one that says Sie: needs",
    ]
    assert company.hints("alone-du.email.j2") == ["there is no alone beside it for people who are addressed as Sie"]


def test_one_text_for_both(company: Company) -> None:
    """With the macro a text says either; one place that was forgotten is told."""
    macro = '{% from "_you.j2" import you with context %}\n'
    company.write("de/probe.email.j2", macro + 'Bitte {{ you("prüfen Sie", "prüf") }} {{ you("Ihre", "deine") }} Post.')
    company.write("en/probe.email.j2", "Please look into your mail.")
    assert company.wrong() == company.hints() == []
    company.write("de/probe.email.j2", macro + 'Bitte prüfen Sie {{ you("Ihre", "deine") }} Post.')
    assert company.wrong() == ["says du and Sie; choose one"]


def test_what_the_header_says_too_much(company: Company) -> None:
    """A claim or a time that the text does not hold, and facts that nothing records yet: told, not refused."""
    company.write(
        "de/probe.email.j2", "Hallo.", 'says = ["refunded"]', "promises = true", 'needs = ["anwered", "tag:a"]'
    )
    company.write("en/probe.email.j2", "Hello.")
    assert company.wrong() == []
    assert company.hints() == [
        "nothing records the fact anwered (yet); is it answered?",
        "its header says refunded, its text does not",
        "its header says that it promises a time, its text names none",
    ]


def test_a_header_may_mean_what_it_does(company: Company) -> None:
    """Foreign hosts, claims and times that stand in it are no faults."""
    company.write(
        "de/probe.email.j2",
        "Ihre Ware wurde verschickt: https://track.parcels.example/1. Sie ist bis Freitag bei Ihnen, versprochen. "
        "Wir melden uns bis Freitag.",
        'says = ["sent"]', "promises = true", 'links = ["parcels.example"]',
    )  # fmt: skip
    assert company.wrong() == []


def test_files_that_nobody_gets(company: Company) -> None:
    """A misspelt name is told: such a file would never be used, and nobody would know."""
    for name in (
        "de/probe.mail.j2",
        "de/Probe.email.j2",
        "deutsch/probe.email.j2",
        "de/probe.email.txt",
        "probe.email.j2",
    ):
        company.write(name, "Hallo.")
    (company.folder / "own" / "replies" / "de" / "_part.j2").write_text("x")
    found = [one for one in company.read() if one.line.startswith("no template is called so")]
    assert len(found) == 5


def test_own_files_come_first(company: Company) -> None:
    """And in each the grave lines before the others."""
    company.write("de/probe-du.email.j2", "Hallo du, Sie.")
    found = company.read()
    assert [one.own for one in found] == sorted((one.own for one in found), reverse=True)
    assert [one.grave for one in found if one.own] == [True, False, False]


def test_pages_for_self_service_are_our_own(company: Company) -> None:
    """A template may lead to their hosts, which stand in the configuration, and to no other; the longest of them fits
    into what is shipped."""
    page = f"https://help.acme-pages.example/{'a' * 160}"
    reasons = f'[reasons]\nmoving = {{ de = "Umzug", en = "Moving", link = "{page}" }}\n'
    company.config.write_text(reasons + CONFIG)
    company.write("de/probe.email.j2", "Siehe https://help.acme-pages.example/umzug.", 'title = "T"')
    company.write("de/other.email.j2", "Siehe https://acme-pages.example.evil.example/umzug.", 'title = "T"')
    remarks = company.read()
    [wrong] = [one.line for one in remarks if one.grave]
    assert wrong.startswith("the link https://acme-pages.example.evil.example/umzug leads to another company")
    assert not [one for one in remarks if not one.own]
