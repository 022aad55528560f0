"""What the demo's screen and its customers' mails look like."""

import io
import re

import pytest

from inbox_bot.errors import InboxBotError
from inbox_bot.sandbox import letters
from inbox_bot.sandbox.cast import TILL
from inbox_bot.sandbox.screen import Block, Screen

SAYS = Block(head="Till tweets", text="Hallo\n\nWelt", style="says")
RECORD = Block(head="ledger", text="x: filed")


def shown(*, live: bool, width: int) -> list[str]:
    """The lines of one moment on both sides."""
    file = io.StringIO()
    screen = Screen(file, live=live, width=width)
    screen.row(customer=SAYS, team=RECORD)
    return [re.sub(r"\x1b\[[\d;]*m", "", line) for line in file.getvalue().splitlines()]


def test_wide_terminals_get_two_columns() -> None:
    """Both sides of a moment stand beside each other."""
    first = shown(live=True, width=140)[0]
    left, right = first.split("│")
    assert left.strip() == "→ Till tweets"
    assert "ledger" in right
    assert len(first) <= 140


@pytest.mark.parametrize(("live", "width"), [(True, 80), (False, 140)])
def test_narrow_terminals_and_files_get_lines_that_name_the_speaker(live: bool, width: int) -> None:
    """Customer first, then team; blank lines of a text are left out."""
    assert [line.rstrip() for line in shown(live=live, width=width)] == [
        "customer  → Till tweets",
        "          | Hallo",
        "          | Welt",
        "team      ledger",
        "          | x: filed",
    ]


def test_nothing_typed_reaches_the_terminal_as_an_escape() -> None:
    """The visitor's words come back as text; rich's own markup in them is text, too."""
    file = io.StringIO()
    Screen(file, live=False).row(customer=Block(head="a\x1b[2Jb", text="[red]c\u202ed"))
    assert file.getvalue() == "customer  a[2Jb\n          | [red]cd\n"


def test_a_customers_answer_refers_to_the_mail_it_answers() -> None:
    """In-Reply-To, the whole chain of References, the quoted text, and the wish for a receipt."""
    first = letters.read(
        letters.write(TILL, to="a@b.example", subject="Größe", text="eins", message_id="<1@p.example>", receipt=True)
    )
    second = letters.read(
        letters.write(TILL, to="a@b.example", subject="zwei", text="zwei", message_id="<2@p.example>", answers=first)
    )
    third = letters.read(
        letters.write(TILL, to="a@b.example", subject="drei", text="drei", message_id="<3@p.example>", answers=second)
    )
    assert (first.subject, first.in_reply_to, first.references) == ("Größe", "", ())
    assert third.in_reply_to == "<2@p.example>"
    assert third.references == ("<1@p.example>", "<2@p.example>")
    assert third.text.startswith("drei\n\n> zwei\n>\n> > eins")


def test_a_number_is_read_only_where_there_is_exactly_one() -> None:
    """The play stops at a text with no number or with two; the same number twice is one."""
    from inbox_bot.sandbox.play import number_in

    assert number_in("Ticket 427-918-355 (427-918-355)") == "427-918-355"
    with pytest.raises(InboxBotError):
        number_in("keine")
    with pytest.raises(InboxBotError):
        number_in("427-918-355, 427-918-356")
