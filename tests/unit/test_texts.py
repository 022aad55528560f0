"""How templates are found, read, filled in, and what they cannot do."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.model import Channel, Visibility
from inbox_bot.ports import Spoken
from inbox_bot.records import Agent
from inbox_bot.texts import BrandFacts, Templates, shipped
from inbox_bot.texts.preview import facts_for_preview
from inbox_bot.texts.words import answer, clean, files, line, number

AT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
BRAND = BrandFacts(
    name="Acme", language="de", timezone="Europe/Berlin", privacy_url="https://acme.example/privat",
    mail_address="hilfe@acme.example",
)  # fmt: skip
HEADER = '+++\ntitle = "T"\nvisibility = "private"\n+++\n'


def own(folder: Path, body: str, *, file: str = "probe.email.j2", header: str = HEADER) -> Templates:
    """The shipped templates behind one of the company's own."""
    path = folder / "replies" / "de" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + body, encoding="utf-8")
    return Templates([folder, shipped()], BRAND)


def refusal(texts: Templates, facts: dict[str, object]) -> str:
    with pytest.raises(UsageError) as caught:
        texts.render("probe", Channel.EMAIL, "de", facts)
    return str(caught.value)


def test_company_template_wins(tmp_path: Path) -> None:
    """A file of the same name in the company's folder hides the shipped one; all others stay."""
    texts = own(tmp_path, "Danke!", file="thanks.email.j2")
    assert texts.render("thanks", Channel.EMAIL, "de", {}).text == "Danke!"
    assert texts.render("thanks", Channel.EMAIL, "en", {}).text.startswith("Hello,")
    assert [t.title for t in texts.templates() if (t.name, t.channel, t.language) == ("thanks", "email", "de")] == ["T"]


def test_missing_language_falls_back_to_the_brand(tmp_path: Path) -> None:
    """A language without templates, or none at all, gets the brand's."""
    texts = own(tmp_path, "Hallo")
    for language in ("en", "fr", "", "../de"):
        assert texts.render("probe", Channel.EMAIL, language, {}).text == "Hallo"


def test_words_come_in_the_templates_own_language(tmp_path: Path) -> None:
    """Not in the one that was asked for; a language in which they are not said gets none."""
    folder = tmp_path / "replies" / "fr"
    folder.mkdir(parents=True)
    (folder / "probe.email.j2").write_text(HEADER + "Bonjour{{ hours }}", encoding="utf-8")
    texts = own(tmp_path, "Hallo {{ hours }}")
    facts = {"hours": Spoken(words={"de": "täglich", "en": "daily"})}
    said = [texts.render("probe", Channel.EMAIL, language, facts).text for language in ("de", "en", "fr")]
    assert said == ["Hallo täglich", "Hallo täglich", "Bonjour"]


@pytest.mark.parametrize("name", ["none", "../de/probe", "_list", "Probe", "probe.email", ""])
def test_unknown_names_are_said(tmp_path: Path, name: str) -> None:
    """A name that names no template, or tries to name a path, is refused with where to look."""
    texts = own(tmp_path, "Hallo")
    with pytest.raises(UsageError, match="template list"):
        texts.render(name, Channel.EMAIL, "de", {})


def test_html_sibling_is_escaped(tmp_path: Path) -> None:
    """The HTML part is escaped, the text part is not; without the sibling there is none."""
    texts = own(tmp_path, "Betreff: {{ subject }}")
    own(tmp_path, "<p>Betreff: {{ subject }}</p>", file="probe.email.html.j2", header="")
    rendered = texts.render("probe", Channel.EMAIL, "de", {"subject": "<b>1 & 2</b>"})
    assert rendered.text == "Betreff: <b>1 & 2</b>"
    assert rendered.html == "<p>Betreff: &lt;b&gt;1 &amp; 2&lt;/b&gt;</p>"
    assert [t.name for t in texts.templates() if t.name.startswith("probe")] == ["probe"]
    assert texts.render("thanks", Channel.EMAIL, "de", {}).html == ""


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("\nHallo {{ vorname }}", "probe.email.j2, line 6: 'vorname' is undefined"),
        ("{{ subject.colour }}", "line 5: "),
        ("{% if %}", "line 5: "),
        ("\n\n{% fro x in y %}", "line 7: "),
        ("{{ subject | shout }}", "line 5: No filter named 'shout'."),
        ("{% include 'none.j2' %}", "there is no file"),
        ("{% include '../en/_list.j2' %}", "there is no file"),
        ("{{ 1 / 0 }}", "line 5: division by zero"),
    ],
)
def test_faulty_template_is_one_line(tmp_path: Path, body: str, said: str) -> None:
    """The file, the line and what is wrong; never a traceback."""
    message = refusal(own(tmp_path, body), {"subject": "x"})
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "no header"),
        ('+++\ntitle = "T"\n', "no header"),
        ("+++\ntitle = T\n+++\n", "not valid TOML"),
        ('+++\ntitle = "T"\n+++\n', "visibility"),
        ('+++\nvisibility = "internal"\n+++\n', "visibility"),
        ('+++\nvisibility = "private"\nautomatic = "yes"\n+++\n', "automatic must be"),
        ('+++\nvisibility = "private"\nsubjct = "x"\n+++\n', "unknown key subjct"),
    ],
)
def test_faulty_header_is_one_line(tmp_path: Path, header: str, said: str) -> None:
    """A header is checked like a configuration; who looks at all templates is told the same fault."""
    texts = own(tmp_path, "Hallo", header=header)
    assert said in refusal(texts, {})
    assert [said in fault for one in texts.inspected() for fault in one.faults] == [True]


@pytest.mark.parametrize(
    "body",
    [
        "{{ subject.__class__ }}",
        "{{ subject['__class__'] }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ subject.format(subject) }}",
        "{{ subject.upper() }}",
        "{{ agent.__init__.__globals__ }}",
        "{{ brand.__dataclass_fields__ }}",
        "{{ messages.append(1) }}",
        "{{ self._TemplateReference__context }}",
        "{{ range(9) }}",
        "{{ cycler }}",
        "{{ lipsum() }}",
        "{{ namespace(a=1) }}",
        "{{ subject * 1000000000 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ subject | attr('upper') }}",
        "{{ subject | center(1000000000) }}",
        "{% import 'os' as os %}",
    ],
)
def test_templates_see_data_only(tmp_path: Path, body: str) -> None:
    """No attribute but fields, no call, no way to a huge text."""
    agent = Agent(id=1, name="A", initials="AA", address="a@acme.example", created_at=AT)
    refusal(own(tmp_path, body), {"subject": "x", "agent": agent, "messages": [1]})


def test_output_is_limited(tmp_path: Path) -> None:
    """A loop within a loop ends at the limit instead of filling the memory."""
    nested = (
        "{% for a in messages %}{% for b in messages %}{% for c in messages %}x{% endfor %}{% endfor %}{% endfor %}"
    )
    assert "more than 100000 characters" in refusal(own(tmp_path, nested), {"messages": list(range(1000))})


def test_macros_and_loops_work(tmp_path: Path) -> None:
    """What a template needs for itself stays allowed."""
    body = "{% macro b(x) %}<{{ x }}>{% endmacro %}{% for m in messages %}{{ loop.index }}{{ b(m) }}{% endfor %}"
    assert own(tmp_path, body).render("probe", Channel.EMAIL, "de", {"messages": "ab"}).text == "1<a>2<b>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    at: datetime
    subject: str
    text: str = "{{ 7 * 7 }}"


@pytest.mark.parametrize("text", ["{{ 7 * 7 }}", "{% for a in b %}", "{# x #}", "${7*7}", "{{ brand.__class__ }}"])
def test_customer_text_is_data(tmp_path: Path, text: str) -> None:
    """Whatever a customer writes comes out as he wrote it."""
    texts = own(tmp_path, "{{ subject }}|{{ messages[0].text }}")
    rendered = texts.render("probe", Channel.EMAIL, "de", {"subject": text, "messages": [Wrote(at=AT, subject="")]})
    assert rendered.text == f"{text}|{{{{ 7 * 7 }}}}"


def test_public_templates_see_nothing_private(tmp_path: Path) -> None:
    """A public template that names a private fact cannot be filled in; initials and number can."""
    header = HEADER.replace("private", "public")
    agent = Agent(id=1, name="Jonte Sander", initials="JS", address="a@acme.example", created_at=AT)
    facts = {"number": "427918355", "subject": "s", "customer": "c", "agent": agent, "messages": [], "at": AT}
    for private in ("subject", "customer", "messages", "at", "agent.name", "brand.privacy_url", "brand.footer"):
        refusal(own(tmp_path, f"{{{{ {private} }}}}", header=header), facts)
    body = "{{ number | number }} {{ brand.name }} {{ agent.initials }} {{ mail_address }}"
    public = own(tmp_path, body, header=header).render("probe", Channel.EMAIL, "de", facts)
    assert public.text == "427-918-355 Acme JS hilfe@acme.example"


def test_subject_is_one_line(tmp_path: Path) -> None:
    """A line break in a subject never makes a second header line."""
    header = HEADER.replace('title = "T"', 'subject = "{{ tag }} {{ subject | answer }}"')
    subject = "Re: hallo\r\nBcc: evil@far.example\x00\u202e" + "x" * 5000
    rendered = own(tmp_path, "x", header=header).render(
        "probe", Channel.EMAIL, "de", {"number": "427918355", "subject": subject}
    )
    assert rendered.subject.startswith("[#427-918-355] Re: hallo Bcc: evil@far.example xxx")
    assert len(rendered.subject) <= 250


def test_control_characters_do_not_pass(tmp_path: Path) -> None:
    """Escapes, NUL, lone surrogates and direction marks are left out of whatever is filled in."""
    rendered = own(tmp_path, "{{ subject }}").render(
        "probe", Channel.EMAIL, "de", {"subject": "a\x1b[31m\x00\u202e\ud800\u2066b\nc\td"}
    )
    assert rendered.text == "a[31mb\nc\td"


def test_times_are_said_in_the_brands_zone(tmp_path: Path) -> None:
    """Wall clock time with summer time, in words of the language; a time without zone is a fault."""
    texts = own(tmp_path, "{{ at | when }}")
    (tmp_path / "replies/en").mkdir()
    (tmp_path / "replies/en/probe.email.j2").write_text(HEADER + "{{ at | when }}")
    (tmp_path / "replies/fr").mkdir()
    (tmp_path / "replies/fr/probe.email.j2").write_text(HEADER + "{{ at | when }}")
    said = {
        (language, at): texts.render("probe", Channel.EMAIL, language, {"at": at}).text
        for language in ("de", "en", "fr")
        for at in (AT, datetime(2026, 3, 1, 23, 30, tzinfo=UTC), datetime(2026, 7, 1, 4, 9, tzinfo=UTC))
    }
    assert [said[key] for key in said if key[0] == "de"] == [
        "am 24. November 2026 um 14:05 Uhr",
        "am 2. März 2026 um 00:30 Uhr",
        "am 1. Juli 2026 um 06:09 Uhr",
    ]
    assert [said[key] for key in said if key[0] == "en"] == [
        "on 24 November 2026 at 14:05",
        "on 2 March 2026 at 00:30",
        "on 1 July 2026 at 06:09",
    ]
    assert said["fr", AT].startswith("24 novembre 2026")
    assert "without its zone" in refusal(texts, {"at": AT.replace(tzinfo=None)})


def test_number_is_grouped() -> None:
    """Written as people read it, however it came."""
    assert number("427918355") == number("427-918-355") == "427-918-355"


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("Umzug", "Re: Umzug"),
        ("Re: AW: re: Umzug", "Re: Umzug"),
        ("AW[2]: [#427-918-355] Re: Umzug", "Re: Umzug"),
        ("Regen: Keller", "Re: Regen: Keller"),
        ("", ""),
        ("Re:", ""),
        ("[#427-918-355]", ""),
    ],
)
def test_answer_subject(subject: str, answered: str) -> None:
    """`Re:` once, our tag taken out, nothing made of nothing."""
    assert answer(subject) == answered


def test_files_are_listed() -> None:
    """Names in words, each on one line and short, at most ten."""
    assert files("de")([]) == ""
    assert files("de")(["a.pdf"]) == "a.pdf"
    assert files("de")(["a.pdf", "b\r\nc.jpg", "d.png"]) == "a.pdf, b c.jpg und d.png"
    assert files("en")(["a.pdf", "b.jpg"]) == "a.pdf and b.jpg"
    assert files("en")([f"{place}.txt" for place in range(14)]).endswith("9.txt and 4 more")
    assert len(files("de")(["x" * 5000])) == 80


def test_line_and_clean() -> None:
    """`line` flattens and cuts; `clean` keeps line breaks and emoji with their joiners."""
    assert line("a\n\n b\u2028c") == "a b c"
    assert line("x" * 500) == "x" * 119 + "…"
    assert clean("👩\u200d🚒 ä\n") == "👩\u200d🚒 ä\n"


def test_preview_fills_everything_shipped() -> None:
    """Every shipped template can be looked at before a customer gets it."""
    texts = Templates([shipped()], BRAND)
    assert [fault for one in texts.inspected() for fault in one.faults] == []
    assert all(one.filled for one in texts.inspected())
    assert {t.visibility for t in texts.templates()} == {Visibility.PUBLIC, Visibility.PRIVATE}
    assert all(t.source.startswith("+++\n") and t.title for t in texts.templates())
    assert facts_for_preview("de").keys() == facts_for_preview("en").keys()
