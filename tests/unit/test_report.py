"""The report: one file that loads and runs nothing, says its numbers in words, and can be read without its pictures."""

import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from types import MappingProxyType

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import figures
from inbox_bot.pages import pictures
from inbox_bot.pages.report import Chart, Form, Report, report, steps
from inbox_bot.pages.report_html import written
from inbox_bot.pages.report_words import WORDS
from inbox_bot.records import Customer
from inbox_bot.store.database import Database
from inbox_bot.work.figures import By
from tests.unit.desk_house import a_ticket
from tests.unit.figured import BERLIN, SINCE, UNTIL, Fortnight, History, at, fortnight


class Read(HTMLParser):
    """What a page is made of."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it."""
        self.tags.append((tag, dict(attrs)))


async def outlined(day: Fortnight, language: str, titles: Mapping[str, str] = MappingProxyType({})) -> Report:
    """The report of the period."""
    found = await figures.several(day.house, SINCE, [By.NOTHING, steps(SINCE, UNTIL), By.REASON])
    return report(*found, titles=titles, language=language, zone=BERLIN, brand="Acme & Söhne")


@pytest.fixture
async def day(store: Database) -> Fortnight:
    """The fortnight is over, and somebody has called a topic what no page should run."""
    made = Fortnight(store=store)
    await fortnight(made)
    hostile = a_ticket(customer=-7, opened_at=at("04-01 10:00"), topic='<script src="http://x.example">$x^', id=-8)
    await made.save(Customer(id=-7, name="", language="de", created_at=UNTIL), hostile)
    return made


async def test_each_chart_says_its_figures(day: Fortnight) -> None:
    """In a sentence, and in what is drawn."""
    page = await outlined(day, "en")
    charts = {chart.key: chart for chart in page.charts}
    assert charts["messages"].said.startswith(
        "Customers wrote 4 messages and opened 5 tickets; people answered 4 times"
    )
    [(mail, mails), (x, posts)] = charts["messages"].series
    assert (mail, sum(n or 0 for n in mails), x, sum(n or 0 for n in posts)) == ("e-mail", 3, "X", 1)
    assert "within 30 s, nine of ten within 1 min (3 counted)" in charts["acknowledgement"].said
    assert "within 47 h, nine of ten within 2 days 19 h (3 counted)" in charts["answer"].said
    assert charts["answer"].series[1][1][0] == 67
    assert charts["backlog"].series[0][1] == (0, 0, 2, 1, 1, 0)
    assert charts["promises"].said == "Kept: 2 of 3 promises, 67 %."
    assert charts["deliveries"].said.startswith("Failed: 1 of 12 deliveries.")
    assert charts["spend"].said == (
        "X's interface cost 0.30 US dollars, 0.02 a day in the mean. "
        "That is 0.300 US dollars for each ticket that began on X."
    )
    german = {chart.key: chart for chart in (await outlined(day, "de")).charts}
    assert "0,30 US-Dollar" in german["spend"].said
    assert "2 Tage 19 h" in german["answer"].said


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_page_stands_alone(day: Fortnight, language: str) -> None:
    """No script, no style from elsewhere, nothing to fetch, each name in it once; every picture has words."""
    page = written(await outlined(day, language))
    tags = Read(page).tags
    assert not {tag for tag, _ in tags} & {"script", "img", "image", "link", "iframe", "object", "a", "foreignobject"}
    assert [tag for tag, _ in tags].count("style") == 1
    for _, attributes in tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "srcset")]
        assert (attributes.get("xlink:href") or "#").startswith("#")
    assert not re.findall(rb"url\((?!#)|@import|https?://(?!www\.w3\.org/)(?!x\.example)", page)
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    shown = [attributes for tag, attributes in tags if tag == "svg"]
    assert len(shown) == 8
    for picture in shown:
        assert picture["role"] == "img"
        assert picture["aria-label"]
        assert picture["aria-describedby"] in ids
    assert b"Acme &amp; S" in page
    assert b"&lt;script" in page


async def test_nothing_to_draw(store: Database) -> None:
    """Sentences alone."""
    page = await outlined(Fortnight(store=store, now=UNTIL), "de")
    assert all(chart.empty for chart in page.charts)
    assert b"<svg" not in written(page)


def test_the_languages_say_the_same() -> None:
    """Each word in both, with the same figures in it."""
    german, english = (
        {key: sorted(re.findall(r"{\w+}", text)) for key, text in WORDS[one].items()} for one in ("de", "en")
    )
    assert german == english


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line that says what to install."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(UsageError, match=r'pip install "inbox-bot\[report\]"'):
        pictures.ready()


def test_long_periods_are_shown_by_week() -> None:
    """From 46 days on."""
    assert (steps(SINCE, UNTIL), steps(at("01-01 00:00"), UNTIL)) == (By.DAY, By.WEEK)


async def test_a_reason_called_as_what_is_summed_up(store: Database) -> None:
    """ "other" is a reason like any: it keeps its count beside that of those for which there is no room."""
    day = Fortnight(store=store, now=UNTIL)
    made = History()
    for place in range(14):
        for _ in range(14 - place):
            made.ticket("03-24 09:00", contact_reason="other" if place == 0 else f"reason{place:02}")
    async with day.store.write() as tx:
        await tx.save(made.filing)
    [chart] = [one for one in (await outlined(day, "en")).charts if one.key == "reasons"]
    [(_, counts)] = chart.series
    assert next(zip(chart.labels, counts, strict=True)) == ("other", 14)
    assert counts[-1] == 3
    assert sum(count or 0 for count in counts) == 105


async def test_a_manager_reads_what_reasons_are_called(store: Database) -> None:
    """Not how the configuration names them; a reason that it no longer has keeps its name."""
    day = Fortnight(store=store, now=UNTIL)
    made = History()
    for reason in ("moving", "moving", "fax"):
        made.ticket("03-24 09:00", contact_reason=reason)
    async with day.store.write() as tx:
        await tx.save(made.filing)
    [chart] = [one for one in (await outlined(day, "de", {"moving": "Umzug"})).charts if one.key == "reasons"]
    assert chart.labels == ("Umzug", "fax")
    assert "Umzug" in chart.said


def test_large_numbers_are_written_out() -> None:
    """A million has no exponent, in neither language."""
    chart = Chart(
        key="deliveries",
        title="",
        said="",
        form=Form.BARS,
        labels=("a", "b"),
        series=(("n", (1_234_567, 12)),),
        unit="n",
    )
    for language in ("de", "en"):
        drawn = pictures.picture(chart, language)
        assert ">1234567<" in drawn
        assert "e+06" not in drawn


async def test_promises_that_were_withdrawn_are_not_denied(store: Database) -> None:
    """None was kept or broken: more is not said."""
    page = await outlined(Fortnight(store=store, now=UNTIL), "de")
    [chart] = [one for one in page.charts if one.key == "promises"]
    assert chart.said == "In diesem Zeitraum wurde kein Versprechen gehalten oder gebrochen."


def test_noughts_are_times_that_were_measured() -> None:
    """A clock that is ahead makes them: they are drawn, and are not called nothing; bars of noughts are."""
    drawn = Chart(key="answer", title="", said="", form=Form.LINES, labels=("a",), series=(("n", (0.0,)),), unit="s")
    assert not drawn.empty
    assert "<svg" in pictures.picture(drawn, "de")
    assert replace(drawn, series=(("n", (None,)),)).empty
    assert replace(drawn, form=Form.BARS).empty
