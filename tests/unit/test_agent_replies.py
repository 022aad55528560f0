"""Answers as the usual mail programs write them: read from the whole mail, only the agent's own words remain."""

import re
import tomllib
from pathlib import Path

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Incoming
from inbox_bot.rules import commands
from inbox_bot.rules.own_words import Answer, own_words
from tests.unit.mime_builders import NOW

DATA = Path(__file__).parents[1] / "data" / "agent_replies"
EXPECTED = tomllib.loads((DATA / "expected.toml").read_text(encoding="utf-8"))
REPLY_ADDRESS = "hilfe+r-427918354-3-20549-kq7c2nqz5xj3w4ab@acme.example"


def notice(name: str) -> str:
    return (DATA / f"notice-{EXPECTED[name]['notice']}.txt").read_text(encoding="utf-8")


def read(name: str) -> Answer:
    found = parse((DATA / f"{name}.eml").read_bytes(), key="7:1", at=NOW, whole=True)
    assert isinstance(found, Incoming), found
    assert found.quoted == ""
    return own_words(found.text, sent=[notice(name)], secrets=[REPLY_ADDRESS])


def runs(text: str) -> set[tuple[str, ...]]:
    said = re.findall(r"\w+", text.lower())
    return {tuple(said[at : at + 6]) for at in range(len(said) - 5)}


def test_every_mail_is_expected() -> None:
    """No mail lies here unread: thirty at least, of every program."""
    names = {path.stem for path in DATA.glob("*.eml")}
    assert names == set(EXPECTED)
    assert len(names) >= 30
    for program in ("gmail-web", "outlook-desktop", "outlook-web", "apple-mail", "apple-ios", "thunderbird", "mutt"):
        assert sum(name.startswith(program) for name in names) >= 3


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_own_words(name: str) -> None:
    """The text that was written, no more and no less; or the reason why nothing goes out."""
    found, expected = read(name), EXPECTED[name]
    assert found.text == expected.get("text", "")
    assert expected.get("refused", "") in found.refused
    assert bool(found.refused) == ("refused" in expected)
    assert not runs(found.text) & runs(notice(name))


def test_commands_are_read_from_what_remains() -> None:
    """Commands above a quote act, and the text below them is the answer."""
    orders = commands.read(read("gmail-web-de-commands").text)
    assert [(one.name, one.argument) for one in orders.commands] == [
        ("assign", "Ben Thal"),
        ("promise", "Donnerstag 12:00"),
    ]
    assert orders.answer == read("gmail-web-de-top").text
