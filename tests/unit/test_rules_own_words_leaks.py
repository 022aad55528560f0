"""Own words, by invented letters: whatever is quoted in whatever way, six words of ours in a row never go on."""

import re
import textwrap
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inbox_bot.rules.own_words import own_words

OURS = ["priorität", "kündigung", "Vertrag", "4711", "Störung", "zurück", "router", "geht", "seit", "montag", "nicht"]
HIS = ["wir", "schicken", "Ihnen", "morgen", "einen", "neuen", "Apparat,", "ohne", "Kosten.", "gern", "geschehen!"]

OUR_LINE = st.lists(st.sampled_from(OURS), min_size=1, max_size=14).map(" ".join)
NOTICE = st.lists(
    st.one_of(OUR_LINE, OUR_LINE, st.just(""), st.just("-- "), st.just("Hallo,")), min_size=1, max_size=12
)
ANSWER = st.lists(st.lists(st.sampled_from(HIS), min_size=1, max_size=9).map(" ".join), min_size=1, max_size=4)
INTRODUCTIONS = [
    "Am Di., 3. März 2026 um 10:15 Uhr schrieb Acme Hilfe <hilfe@acme.example>:",
    "Am Di., 3. März 2026 um 10:15 Uhr schrieb Acme <\nhilfe+r-abcdefghijklm-3-20515-abcdefghijklmnop@acme.example>:",
    "On Tue, Mar 3, 2026 at 10:15 AM Acme Help <hilfe@acme.example> wrote:",
    "On 3. Mar 2026, at 10:15, Acme Help <hilfe@acme.example> wrote:",
    "On Tue, Mar 03, 2026 at 10:15:00AM +0100, Acme Help wrote:",
    "Am 03.03.26 um 10:15 schrieb Acme Hilfe:",
    "Le mar. 3 mars 2026 à 10:15, Acme <hilfe@acme.example> a écrit :",
]
BLOCKS = [
    "Von: Acme Hilfe <hilfe@acme.example>\nGesendet: Dienstag, 3. März 2026 10:15\nAn: Anna Berg\nBetreff: Ticket",
    "________________________________\nFrom: Acme Help <h@acme.example>\nSent: Tuesday, March 3, 2026 10:15 AM\n"
    "To: Anna Berg <anna@acme.example>\nSubject: New ticket",
    "-----Ursprüngliche Nachricht-----\nVon: Acme Hilfe <hilfe@acme.example>\nGesendet: Dienstag\nAn: Anna\nBetreff: x",
    "Gesendet: Dienstag, 3. März 2026 um 10:15 Uhr\nVon: Acme Hilfe\nAn: anna@acme.example\nBetreff: Ticket",
    "Von: Acme\n\nDatum: Dienstag\n\nAn: Anna Berg,\n Ben Thal\n\nBetreff: Ticket",
]


def plain(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.replace("\u00ad", "").replace("\u00a0", " ").lower())


def runs(text: str) -> set[tuple[str, ...]]:
    said = plain(text)
    return {tuple(said[at : at + 6]) for at in range(len(said) - 5)}


def quoted(notice: list[str], mark: str = "> ") -> list[str]:
    return [f"{mark}{line}".rstrip() for line in notice]


@st.composite
def mangled(draw: st.DrawFn, notice: list[str]) -> list[str]:
    """A notice as a mail program may repeat it: wrapped, with soft hyphens, no-break spaces, links, capitals."""
    text = "\n".join(notice)
    kind = draw(st.sampled_from(["as it is", "wrapped", "joined", "hyphens", "no-break", "capitals", "spaced"]))
    if kind == "wrapped":
        width = draw(st.sampled_from([20, 40, 72]))
        return [part for line in notice for part in textwrap.wrap(line, width) or [""]]
    if kind == "joined":
        return [" ".join(block.split("\n")) for block in text.split("\n\n")]
    changed = {
        "as it is": text,
        "hyphens": text.replace("ung", "u\u00adng"),
        "no-break": text.replace(" ", "\u00a0"),
        "capitals": text.upper(),
        "spaced": text.replace(" ", "  ").replace("4711", "4711<https://acme.example/4711>"),
    }
    return changed[kind].split("\n")


@st.composite
def letters(draw: st.DrawFn) -> tuple[list[str], str]:
    """A notice and a letter that answers it, in any of the usual and some unusual ways."""
    notice = draw(NOTICE)
    answer = draw(ANSWER)
    body = draw(mangled(notice))
    mark = draw(st.sampled_from(["> ", ">", ">> ", "> > ", "| ", "", ""]))
    body = quoted(body, mark) if mark else body
    head = draw(st.sampled_from(["", *INTRODUCTIONS, *BLOCKS])).split("\n")
    where = draw(st.sampled_from(["top", "bottom", "both", "among", "within"]))
    if where == "among":
        for line in answer:
            body.insert(draw(st.integers(0, len(body))), line)
        whole = [*head, *body]
    elif where == "within":
        at = draw(st.integers(0, len(body) - 1))
        body[at] = f"{body[at]} {answer[0]}" if draw(st.booleans()) else f"{answer[0]} {body[at]}"
        whole = [*answer[1:], "", *head, "", *body]
    else:
        whole = [
            *(answer if where in ("top", "both") else []), "", *head, *([""] * draw(st.integers(0, 1))), *body, "",
            *(answer if where in ("bottom", "both") else []),
        ]  # fmt: skip
    return notice, "\n".join(whole)


@settings(max_examples=500, deadline=None)
@given(letters())
def test_nothing_of_ours_goes_on(case: tuple[list[str], str]) -> None:
    """No six words of the notice in a row, and nothing of it that has a line of its own, are in what goes on."""
    notice, letter = case
    found = own_words(letter, sent=["\n".join(notice)])
    greetings = {("hallo",) * 6}  # may stand in any letter
    assert not runs(found.text) & runs("\n".join(notice)) - greetings
    assert "hilfe+r-" not in found.text
    lines = {tuple(plain(line)) for line in notice} - {(), ("hallo",)}
    assert not lines & {tuple(plain(line)) for line in found.text.split("\n")}
    assert bool(found.refused) == (not found.text)


@settings(max_examples=400, deadline=None)
@given(NOTICE, ANSWER, st.sampled_from(INTRODUCTIONS + BLOCKS), st.data())
def test_his_own_words_go_on(notice: list[str], answer: list[str], head: str, data: st.DataObject) -> None:
    """Above a quote, below a marked one and among marked lines his words are all kept, in their order."""
    own = "\n".join(answer)
    body = data.draw(mangled(notice))
    among = [part for line in answer for part in (*quoted(body), line)]
    forms = {
        "alone": own,
        "above": f"{own}\n\n{head}\n\n" + "\n".join(body),
        "above marks": f"{own}\n\n{head}\n" + "\n".join(quoted(body)),
        "below marks": f"{head}\n" + "\n".join(quoted(body)) + f"\n\n{own}\n",
        "among marks": f"{head}\n" + "\n".join(among),
        "signed": f"{own}\n\n-- \nAnna Berg\nAcme GmbH\n\n{head}\n" + "\n".join(quoted(body)),
        "from a mobile": f"{own}\n\nVon meinem iPhone gesendet\n\n"
        + "\n".join(quoted([head.partition("\n")[0], *body])),
    }
    form = data.draw(st.sampled_from(sorted(forms)))
    assume(form != "above" or plain(" ".join(body)))  # else nothing was quoted at all
    found = own_words(forms[form], sent=["\n".join(notice)])
    if not found.refused or form != "above":
        assert (found.refused, plain(found.text)) == ("", plain(own))


@settings(max_examples=300, deadline=None)
@given(NOTICE, ANSWER, st.sampled_from(BLOCKS), st.booleans())
def test_unmarked_quotes(notice: list[str], answer: list[str], head: str, signed: bool) -> None:
    """Below and among lines that no program marked his words are kept whole, or nothing goes out."""
    own = "\n".join(answer)
    letter = f"{head}\n\n" + "\n".join(notice) + f"\n\n{own}\n" + "\n-- \nAnna Berg\n" * signed
    found = own_words(letter, sent=["\n".join(notice)])
    assert found.refused or plain(found.text) == plain(own)


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text(letter: str, notice: str) -> None:
    """Text of any kind is taken; there is a text to send, or a reason."""
    found = own_words(letter, sent=[notice])
    assert bool(found.text) != bool(found.refused)


HOSTILE = [
    "> a\n" * 9_999, "--\n" * 9_999, "-- \n" * 9_999, "Von: x\n" * 9_999, "Von:\n\n" * 4_999, "x:\n" * 9_999,
    "Am x schrieb y:\n" * 9_999, "_____\n" * 9_999, "\n" * 9_999, "Hallo\n" * 9_999, "a " * 99_000, "\n" * 199_000,
    ("Am " + "schrieb " * 55 + ":\n") * 400, "a\n" * 9_999, "(https://" * 20_000, "<https:" * 25_000,
]  # fmt: skip


@pytest.mark.parametrize("letter", HOSTILE)
def test_hostile_text_costs_little(letter: str) -> None:
    """Text made to be slow costs seconds at most."""
    begun = time.process_time()
    own_words(letter, sent=["a a a a a a a\nHallo\nx:\n" * 1000])
    assert time.process_time() - begun < 10
