"""The log: one line an event, whatever a field holds, and nothing of a mail in a traceback."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.cli.logs import Fields
from inbox_bot.errors import Paused


def line(event: str = "taken", error: BaseException | None = None, **fields: object) -> str:
    """The text of one record."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("inbox_bot", logging.WARNING, __file__, 1, event, None, info)
    vars(record).update(fields)
    return Fields().format(record)


def test_words_stay_plain() -> None:
    """What an operator greps for."""
    assert line(inbox="mail", retry=4).endswith("WARNING taken inbox=mail retry=4")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a b", '"a b"'),
        ("", '""'),
        ('x" outcome="filed', '"x\\" outcome=\\"filed"'),
        ("a=b", '"a=b"'),
        ("x\n2026-01-01T00:00:00 ERROR forged", '"x 2026-01-01T00:00:00 ERROR forged"'),
        ("\x1b[2J\x1b]52;c;AAAA\x07rot\x9b31m", "rot"),
        ("abc\u202egpj", "abcgpj"),
        ("\\", '"\\\\"'),
    ],
)
def test_a_value_forges_nothing(value: str, written: str) -> None:
    """No second line, no second field, nothing that a terminal obeys."""
    assert line(reason=value).endswith(f" reason={written}")


@given(st.text())
def test_any_value_stays_in_its_place(value: str) -> None:
    """One line, and one field with its end where it belongs."""
    found = line(reason=value)
    assert len(found.splitlines()) == 1
    rest = found.partition(" reason=")[2]
    assert rest == rest.strip()
    assert " " not in rest or (rest[0] == '"' and rest[-1] == '"')


def failing(words: str) -> Exception:
    """An error with a cause, as libraries raise them around what they were given."""

    def raising(error: Exception, cause: Exception | None = None) -> None:
        raise error from cause

    try:
        try:
            raising(ValueError(words))
        except ValueError as cause:
            raising(KeyError(words), cause)
    except KeyError as error:
        return error
    raise AssertionError


def test_a_traceback_names_places_and_kinds_only() -> None:
    """Further in than any event, without the words of errors that are not ours."""
    first, *rest = line("lot_failed", failing("eva@kunde.example schrieb\n2026-01-01T00:00:00 ERROR x")).split("\n")
    assert first.endswith("lot_failed")
    assert all(one.startswith("    ") for one in rest)
    text = "\n".join(rest)
    assert "eva@" not in text
    assert "2026-01-01" not in text
    assert text.index("builtins.ValueError") < text.index("builtins.KeyError")
    assert "in failing" in text
    assert line("intake_failed", Paused("login refused\x1b[2J")).endswith("inbox_bot.errors.Paused: login refused")
