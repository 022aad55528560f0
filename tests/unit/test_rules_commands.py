"""Commands in an agent's mail: done as written, or not at all, and never sent to a customer as text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules.commands import HELP, Command, Name, Orders, asks_to_undo, read

ANSWER = "Der Techniker kommt am Freitag."


def orders(*commands: tuple[str, str], text: str = "") -> Orders:
    return Orders(commands=tuple(Command(name=Name(name), argument=arg) for name, arg in commands), text=text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANSWER, orders(text=ANSWER)),
        ("", orders()),
        ("/note\nKunde rief an.", orders(("note", ""), text="Kunde rief an.")),
        ("/note Kunde rief an.", orders(("note", ""), text="Kunde rief an.")),
        ("/note Kunde rief an.\n\nMorgen wieder.", orders(("note", ""), text="Kunde rief an.\n\nMorgen wieder.")),
        ("/assign anna", orders(("assign", "anna"))),
        ("/Assign  Anna Berg \n\n" + ANSWER, orders(("assign", "Anna Berg"), text=ANSWER)),
        ("/resolve\n" + ANSWER, orders(("resolve", ""), text=ANSWER)),
        ("/RESOLVE", orders(("resolve", ""))),
        ("/reopen", orders(("reopen", ""))),
        ("/promise Friday 17:00\n" + ANSWER, orders(("promise", "Friday 17:00"), text=ANSWER)),
        ("/template Ask-Details", orders(("template", "ask-details"))),
        ("/dm\n" + ANSWER, orders(("dm", ""), text=ANSWER)),
        ("/public\n" + ANSWER, orders(("public", ""), text=ANSWER)),
        ("/dm\n/template thanks", orders(("dm", ""), ("template", "thanks"))),
        ("/anyway\n" + ANSWER, orders(("anyway", ""), text=ANSWER)),
        ("/undo", orders(("undo", ""))),
        ("/undo\nViele Grüße\nAnna", orders(("undo", ""), text="Viele Grüße\nAnna")),
        ("/help", orders(("help", ""))),
        (
            "\n\n/assign ben\n\n/promise Freitag 17:00\n/resolve\n\n" + ANSWER,
            orders(("assign", "ben"), ("promise", "Freitag 17:00"), ("resolve", ""), text=ANSWER),
        ),
        # As mail programs write them: byte order mark, no-break spaces, soft hyphen, carriage return.
        ("\ufeff/note\u00a0\r\nText", orders(("note", ""), text="Text")),
        ("\u00a0/assign\u00a0anna", orders(("assign", "anna"))),
        ("/re\u00adsolve", orders(("resolve", ""))),
        # Slashes that are text.
        (f"{ANSWER}\n/note", orders(text=f"{ANSWER}\n/note")),
        (f"/resolve\n{ANSWER}\n/assign anna", orders(("resolve", ""), text=f"{ANSWER}\n/assign anna")),
        ("/home/anna/brief.txt ist das Ziel", orders(text="/home/anna/brief.txt ist das Ziel")),
        ("/etc/hosts", orders(text="/etc/hosts")),
        ("/fritz.box aufrufen", orders(text="/fritz.box aufrufen")),
        ("1/2 ist erledigt", orders(text="1/2 ist erledigt")),
        ("/2 ist erledigt", orders(text="/2 ist erledigt")),
        ("01/02/2026", orders(text="01/02/2026")),
        ("/ und \\", orders(text="/ und \\")),
        ("Ja/Nein", orders(text="Ja/Nein")),
        ("//cdn.acme.example/bild", orders(text="//cdn.acme.example/bild")),
    ],
)
def test_read(text: str, expected: Orders) -> None:
    """Commands, their arguments and the rest."""
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("/resolv\nText", 'unknown command "/resolv", did you mean /resolve?; /help lists all'),
        ("/xyz", 'unknown command "/xyz"; /help lists all'),
        ("/home is where", 'unknown command "/home"; /help lists all'),
        ("/assign", "/assign needs one thing behind it: /assign NAME"),
        ("/assign " + "x" * 300, "/assign needs one thing behind it: /assign NAME"),
        ("/promise\nFreitag", "/promise needs one thing behind it: /promise TIME"),
        ("/template zwei worte", "/template needs the name of one template, in one word"),
        ("/template ../x", "/template needs the name of one template, in one word"),
        ("/resolve jetzt", "/resolve takes nothing behind it"),
        ("/dm Hallo", "/dm takes nothing behind it"),
        ("/undo bitte", "/undo takes nothing behind it"),
        # Meant as a command: it must not go out as text.
        ("/note: der Kunde lügt", 'write "/note" at the beginning of its line, with a space behind it'),
        ("/note/der Kunde lügt", 'write "/note" at the beginning'),
        ("/ note der Kunde lügt", 'write "/note" at the beginning'),
        ("*/note* der Kunde lügt", 'write "/note" at the beginning'),
        ("> /note der Kunde lügt", 'write "/note" at the beginning'),
        ("//note der Kunde lügt", 'write "/note" at the beginning'),
        ("\\note der Kunde lügt", 'write "/note" at the beginning'),
        ("\uff0fnote der Kunde lügt", 'write "/note" at the beginning'),
        ("(/note) der Kunde lügt", 'write "/note" at the beginning'),
        # What does not go together.
        ("/assign anna\n/assign ben", "/assign is given twice"),
        ("/undo\n/resolve", "/undo stands alone"),
        ("/resolve\n/help", "/help stands alone"),
        ("/dm\n/public\nText", "/dm and /public contradict each other"),
        ("/resolve\n/reopen", "/resolve and /reopen contradict each other"),
        ("/note\n/dm\nText", "/note and /dm contradict each other"),
        ("/note\n/template x", "/note and /template contradict each other"),
        ("/note", "/note needs a text"),
        ("/dm", "/dm needs a text to send"),
        ("/anyway\n\n", "/anyway needs a text to send"),
    ],
)
def test_refused(text: str, reason: str) -> None:
    """The reason in one line, and neither a command nor a text that anybody could act on."""
    found = read(text)
    assert found.refused.startswith(reason)
    assert "\n" not in found.refused
    assert found == Orders(refused=found.refused)


def test_answer() -> None:
    """A note, and what stands below /undo and /help, is never meant for the customer."""
    assert read(f"/assign anna\n{ANSWER}").answer == ANSWER
    for silent in (f"/note {ANSWER}", f"/note\n/resolve\n{ANSWER}", f"/undo\n{ANSWER}", f"/help\n{ANSWER}"):
        assert read(silent).commands
        assert read(silent).answer == ""


def test_lookup() -> None:
    """Commands are found by name."""
    found = read("/promise Friday 17:00\n" + ANSWER)
    assert found.argument(Name.PROMISE) == "Friday 17:00"
    assert (found.has(Name.PROMISE), found.has(Name.NOTE), found.argument(Name.ASSIGN)) == (True, False, "")


def test_help_names_every_command() -> None:
    """The list that agents get is complete."""
    assert all(f"/{name}" in HELP for name in Name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/undo\n\nAm 3.3.2026 um 10:00 schrieb Acme:\n> /note", True),
        ("\n\ufeff/Undo \n-- \nAnna", True),
        ("/undo bitte", False),
        ("Text\n/undo", False),
        ("> /undo", False),
        ("", False),
    ],
)
def test_undo_is_seen_in_a_whole_mail(text: str, expected: bool) -> None:
    """Who has a minute to stop an answer is understood whatever his mail program puts below."""
    assert asks_to_undo(text) is expected


LINE = st.one_of(
    st.sampled_from([f"/{name}" for name in Name]),
    st.sampled_from(
        ["/assign anna", "/promise Friday 17:00", "/template thanks", "/note x", "", " ", "/etc/x", ANSWER]
    ),
    st.text(max_size=30),
)


@given(st.lists(LINE, max_size=8).map("\n".join))
def test_no_command_is_sent(text: str) -> None:
    """Whatever is written: what is meant for the customer does not begin with one of our commands, and a refusal
    leaves nothing."""
    found = read(text)
    first = found.text.partition("\n")[0].split()
    assert not found.answer or not first or first[0].lower() not in {f"/{name}" for name in Name}
    assert not found.refused or (found.commands, found.text, found.answer) == ((), "", "")


@given(st.lists(st.sampled_from(list(Name)[1:8]), max_size=3, unique=True), st.lists(LINE, max_size=4))
def test_text_survives(names: list[Name], below: list[str]) -> None:
    """All lines from the first line of text on are text, unchanged."""
    arguments = {Name.ASSIGN: " anna", Name.PROMISE: " Friday", Name.TEMPLATE: " thanks"}
    commands = [f"/{name}{arguments.get(name, '')}" for name in names]
    found = read("\n".join([*commands, ANSWER, *below]))
    if not found.refused:
        assert [one.name for one in found.commands] == names
        assert found.answer == "\n".join([ANSWER, *below]).strip()


@pytest.mark.parametrize("text", ["/" * 200_000, "/a" * 200_000, "\n" * 200_000, "/note " + "x" * 200_000])
def test_hostile_text_costs_little(text: str) -> None:
    """Text made to be slow is read in about a second at most."""
    begun = time.process_time()
    read(text)
    assert time.process_time() - begun < 3
