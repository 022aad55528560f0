"""What `[reasons]` becomes: words, titles and pages by language; every fault of it in one list."""

from pathlib import Path
from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.config.reading import Table
from inbox_bot.config.reasons import reasons
from inbox_bot.rules.phishing import suspicious
from inbox_bot.rules.reasons import Reason
from tests.unit.config_builders import BRAND, MAIL, X, faults, loaded

PLAIN = BRAND + X + MAIL
TITLES = 'de = "Umzug", en = "Moving"'


def wrong(folder: Path, lines: str) -> list[str]:
    return faults(folder, f"{PLAIN}\n[reasons]\n{lines}\n")


def test_a_reason_has_words_titles_and_pages(tmp_path: Path) -> None:
    """One page for all, or one by language; words and pages may be left out."""
    config = loaded(
        tmp_path,
        f"""{PLAIN}
[reasons]
moving = {{ words = ["Umzug", "moving"], {TITLES}, link = "https://acme.example/umzug" }}
other = {{ de = "Sonstiges", en = "Something else" }}
[reasons.bill]
words = ["Rechnung"]
de = "Rechnung"
en = "Bill"
link = {{ de = "https://acme.example/de", en = "https://acme.example/en" }}
""",
    )
    page = "https://acme.example/umzug"
    assert config.reasons == {
        "moving": Reason(
            words=("Umzug", "moving"), titles={"de": "Umzug", "en": "Moving"}, links={"de": page, "en": page}
        ),
        "other": Reason(titles={"de": "Sonstiges", "en": "Something else"}),
        "bill": Reason(
            words=("Rechnung",),
            titles={"de": "Rechnung", "en": "Bill"},
            links={"de": "https://acme.example/de", "en": "https://acme.example/en"},
        ),
    }
    assert loaded(tmp_path, PLAIN).reasons == {}


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Names, titles, words, pages and unknown keys."""
    found = wrong(
        tmp_path,
        f"""
Moving = {{ {TITLES} }}
none = {{ {TITLES} }}
plain = ["Umzug"]
untitled = {{ de = "Umzug" }}
long = {{ de = "{"ä" * 61}", en = "Moving" }}
words = {{ words = [7], {TITLES} }}
clear = {{ {TITLES}, link = "http://acme.example/umzug" }}
pages = {{ {TITLES}, link = {{ de = "acme.example", fr = "https://acme.example" }} }}
odd = {{ {TITLES}, url = "https://acme.example" }}
""",
    )
    told = [
        "reasons.Moving: is no name of a reason",
        "reasons.none: is no name of a reason",
        "reasons.plain: must be a section, not a list",
        "reasons.untitled.en: missing; say what customers read",
        "reasons.long.de: is longer than 60 characters",
        "reasons.words.words[0]: 7 is no word",
        'reasons.clear.link: "http://acme.example/umzug" must be the address of a page of yours',
        'reasons.pages.link.de: "acme.example" must be the address',
        "reasons.pages.link.fr: unknown key",
        "reasons.odd.url: unknown key",
    ]
    assert [next((line for line in found if line.startswith(one)), one) for one in told] == found


def test_thirty_are_enough(tmp_path: Path) -> None:
    """A longer list is none from which an agent chooses."""
    lines = [f"r{number} = {{ {TITLES} }}" for number in range(31)]
    assert wrong(tmp_path, "\n".join(lines)) == ["reasons: 31 are too many to choose from; write at most 30"]
    assert len(loaded(tmp_path, f"{PLAIN}\n[reasons]\n" + "\n".join(lines[:30])).reasons) == 30


@given(
    st.builds(
        "https://{}{}".format,
        (st.text("abxn-.", max_size=9) | st.text("ab.@:[]012é", max_size=9)).map(lambda host: host + ".example"),
        st.text("/?#&=%.ab", max_size=9) | st.text("/.,;:!()\"'<>ä ab", max_size=9),
    )
)
def test_a_page_that_is_taken_never_looks_like_phishing(link: str) -> None:
    """What the check of templates would object to is refused in the configuration already."""
    values = {"link": link, "de": "Umzug", "en": "Moving"}
    table = Table({"moving": values}, "reasons", [])
    [one] = reasons(table, {"moving": values}).values()
    if not table.faults:
        own = urlsplit(link).hostname or ""
        assert suspicious(f"Siehe {one.links['de']}. Gern.", "", own=[own]) == []
    else:
        assert one.links == {}
