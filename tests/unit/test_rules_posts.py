"""Posts: what may go out on X, how long it is there, and where it may be split."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.errors import Unsendable
from inbox_bot.rules import posts


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("abc", 3),
        ("äöüß", 4),
        ("a\r\nb", 3),
        ("€", 2),
        ("„Ja“ – gut", 10),
        ("👩‍👩‍👧", 2),
        ("日本", 4),
        ("https://acme.example.com/a/very/long/path/that/is/longer/than/all", 23),
        ("acme.support", 23),
        ("a\u0308", 1),
    ],
)
def test_weight(text: str, length: int) -> None:
    """X counts links as 23, emoji and wide characters as 2, after NFC."""
    assert posts.weight(text) == length


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("x" * 293, "13 characters too long"),
        ("siehe https://acme.example/hilfe", "https://acme.example/hilfe"),
        ("siehe acme.support bitte", "acme.support, and a post with a link costs $0.20"),
        ("$ABC und $DEF steigen", "cashtag"),
        ("\ufeffHallo", "character that X refuses"),
    ],
)
def test_problems_of_posts(text: str, words: str) -> None:
    """What X refuses, or what costs much, is told to the writer in one line."""
    problem = posts.problem(text, public=True, urls_allowed=False)
    assert words in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    "text", ["Guten Tag!", "x" * 280, "$ABC steigt um 5$ und $5", "Mail an hilfe@acme.example", "node.js z.B. v1.2"]
)
def test_fine_posts(text: str) -> None:
    """Prices, mail addresses and one cashtag are no problem."""
    assert posts.problem(text, public=True, urls_allowed=False) == ""


def test_links_where_a_person_wants_them() -> None:
    """A link can be allowed; a direct message may hold one in any case."""
    assert posts.problem("siehe acme.support", public=True, urls_allowed=True) == ""
    assert posts.problem("siehe acme.support", public=False, urls_allowed=False) == ""


def test_limits() -> None:
    """The limit is a setting for posts and 10,000 plain characters for direct messages."""
    assert posts.problem("x" * 281, public=True, urls_allowed=True, limit=25_000) == ""
    assert posts.problem("€" * 10_000, public=False, urls_allowed=True) == ""
    assert "2 characters too long" in posts.problem("x" * 10_002, public=False, urls_allowed=True)
    assert "too long" in posts.problem("x" * 200_000, public=True, urls_allowed=True)


def test_split_not_needed() -> None:
    """What fits stays one post without a number."""
    assert posts.split(" Guten Tag! ") == ("Guten Tag!",)


def test_split_at_a_sentence() -> None:
    """The cut is after the last sentence that fits, with its closing quotation mark."""
    first = "Wir haben die Leitung geprüft. „Sie ist in Ordnung.“"
    second = "Der Techniker kommt dennoch morgen zwischen acht und zwölf Uhr zu Ihnen."
    parts = posts.split(f"{first} {second}", limit=100)
    assert parts == (f"{first} (1/2)", f"{second} (2/2)")
    assert posts.split(f"{'a ' * 30}\n\n{'b ' * 30}", limit=80)[0] == f"{('a ' * 30).strip()} (1/2)"


def test_split_in_a_long_sentence() -> None:
    """Where no sentence ends early enough the cut is at a space, never in a link."""
    text = "wort " * 40 + "https://acme.example.com/" + "x" * 100 + " wort" * 20
    parts = posts.split(text)
    assert len(parts) == 2
    assert all(posts.weight(part) <= 280 for part in parts)
    assert any("x" * 100 in part for part in parts)


def test_split_into_more_than_two() -> None:
    """More parts only where they are allowed."""
    text = "Das ist ein Satz. " * 40
    with pytest.raises(Unsendable, match="too long for 2 posts"):
        posts.split(text)
    assert len(posts.split(text, parts=4)) == 3
    for hopeless in ("x" * 300, "", "日本" * 200):
        with pytest.raises(Unsendable):
            posts.split(hopeless, parts=9)


@settings(max_examples=40)
@given(
    st.lists(
        st.sampled_from(["Satz.", "wort", "Über", "acme.support", "€", "👍", "Ja!", "\n", "lang" * 8]), max_size=90
    )
)
def test_split_loses_nothing(words: list[str]) -> None:
    """All words arrive in order, each part fits, and the numbers count up to the last."""
    text = " ".join(words)
    try:
        parts = posts.split(text, limit=100, parts=9)
    except Unsendable:
        assert not text.strip() or posts.weight(text) > 100
        return
    assert all(posts.weight(part) <= 100 for part in parts)
    bare = [re.sub(r" \(\d/\d\)$", "", part) for part in parts]
    assert " ".join(bare).split() == text.split()
    if len(parts) > 1:
        assert [part[-5:] for part in parts] == [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Guten Tag!", "Guten Tag!"),
        ("Guten  Tag!\nBis bald", "@eva_w Guten Tag! Bis bald"),
        ("@eva_w Guten Tag!", "@eva_w @acme Guten Tag!"),
        ("A & B < C", "A &amp; B &lt; C"),
        ("siehe acme.support und https://x.example/lang", "siehe https://t.co/a1 und https://t.co/b2"),
        ("siehe https://acme.support/hilfe?a=b.", "siehe https://t.co/a1."),
        ("siehe https://acme.example?zu=acme.support ja", "siehe https://t.co/a1 ja"),
        ("Foto anbei", "@eva_w Foto anbei https://t.co/pic"),
        ("u\u0308ber", "über"),
    ],
)
def test_same(ours: str, theirs: str) -> None:
    """X escapes, shortens links, adds handles and picture links; it is the same text all the same."""
    assert posts.same(ours, theirs)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("Guten Tag!", "Guten Tag"), ("Ja", "@eva_w Nein"), ("", ""), ("", "@eva_w"), ("Text (1/2)", "Text (2/2)"),
     ("siehe acme.support", "siehe")],
)  # fmt: skip
def test_not_same(ours: str, theirs: str) -> None:
    """Another text is another text, and nothing equals nothing."""
    assert not posts.same(ours, theirs)


@settings(max_examples=50)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Any text has a length and a judgement; escaped by X it is still the same."""
    assert posts.weight(text) >= 0
    problem = posts.problem(text, public=True, urls_allowed=False)
    assert "\n" not in problem
    if text.strip() and "&" not in text and not text.lstrip().startswith("@"):
        assert posts.same(text, html.escape(text, quote=False)) or not text.split()
