"""The story of a move, as the desk makes it impossible: promises without an owner, claims without evidence, texts that
contradict the case, two teams against each other, form letters for the angry. Real processes; only time is ours."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.dovecot import Dovecot
from tests.e2e.desk import Desk, opened
from tests.e2e.waiting import until


@pytest.fixture
async def desk(tmp_path: Path, dovecot: Dovecot) -> AsyncIterator[Desk]:
    async with opened(tmp_path, dovecot) as desk:
        yield desk


async def test_a_promise_is_kept_or_owned_up_to(desk: Desk) -> None:
    """ "The colleagues will get back to you today", and nobody did: now somebody owns it, is reminded, and where it
    passes all the same the customer hears it from us."""
    number = await desk.opened("Ich bitte um die Verlegung meiner Leitung.")
    text = "Die Kollegen melden sich in zwei Stunden bei Ihnen."
    await desk.team("show", number, "--as", "anna")
    err = await desk.stopped("reply", number, "--as", "anna", "--text", text)
    assert "in zwei Stunden" in err
    assert "--promised" in err
    await desk.team("reply", number, "--as", "anna", "--text", text, "--promised", "--owner", "ben")
    await until(lambda: any(text in letter.text for letter in desk.letters()))
    [promise] = await desk.json("promises")
    assert (promise["owner"], promise["state"], promise["overdue"]) == ("ben", "open", False)

    desk.clock.advance(100 * 60)
    await until(lambda: desk.told("ben", "in zwei Stunden"))
    before = len(desk.letters())
    desk.clock.advance(30 * 60)
    await until(lambda: len(desk.letters()) > before)
    honest = desk.letters()[-1]
    assert honest.number == number
    await until(lambda: desk.told("rieke", number))
    assert "„in zwei Stunden“" in honest.text
    assert "nicht eingehalten" in honest.text
    assert (await desk.json("stats"))["promises"]["broken"] == 1
    [broken] = await desk.json("promises", "--all")
    assert (broken["state"], broken["owner"], broken["told_at"] is not None) == ("broken", "ben", True)


async def test_what_is_said_to_be_done_is_on_record(desk: Desk) -> None:
    """ "Executed on 1 March", said the team, and the line worked on."""
    number = await desk.opened("Bitte kündigen Sie den alten Anschluss.")
    await desk.team("show", number, "--as", "anna")
    text = "Die Kündigung wurde am 1. März ausgeführt."
    err = await desk.stopped("reply", number, "--as", "anna", "--text", text)
    assert f"inbox-bot action add {number}" in err
    assert not any("ausgeführt" in letter.text for letter in desk.letters())
    await desk.team("action", "add", number, "cancel line", "--ref", "4711", "--confirmed-by", "ben", "--as", "anna")
    queued = (await desk.team("reply", number, "--as", "anna", "--text", text, "--json")).json()
    await until(lambda: any(text in letter.text for letter in desk.letters()))
    err = await desk.stopped(
        "correct",
        number,
        "--as",
        "anna",
        "--message",
        str(queued["message"]),
        "--wrong",
        "storniert",
        "--text",
        "Sie ist erst beantragt.",
    )
    assert 'does not say "storniert"' in err
    await desk.team(
        "correct",
        number,
        "--as",
        "anna",
        "--message",
        str(queued["message"]),
        "--wrong",
        "wurde am 1. März ausgeführt",
        "--text",
        "Sie ist erst beantragt.",
    )
    await until(lambda: any("erst beantragt" in letter.text for letter in desk.letters()))
    assert "„wurde am 1. März ausgeführt“" in desk.letters()[-1].text
    assert "Das war falsch." in desk.letters()[-1].text
    [taken_back] = await desk.json("action", "list", number)
    assert taken_back["taken_back_at"] is not None
    assert f"action add {number}" in await desk.stopped("reply", number, "--as", "anna", "--text", text)


async def test_two_teams_do_not_answer_against_each_other(desk: Desk) -> None:
    """Shop and hotline and online team: whoever answers sees what the other said a minute ago."""
    number = await desk.opened("Wo ist mein Auftrag?")
    for name in ("anna", "ben"):
        await desk.team("show", number, "--as", name)
    [row] = await desk.json("tickets")
    assert row["looking"] == ["anna", "ben"]
    await desk.team("reply", number, "--as", "ben", "--text", "Es gibt gar keinen Auftrag.")
    err = await desk.stopped("reply", number, "--as", "anna", "--text", "Ihr Auftrag liegt uns vor.")
    assert "we answered:\nEs gibt gar keinen Auftrag." in err
    desk.writes("Re: Umzug", "Ich habe ihn doch vor mir.", to=str(desk.letters()[0].message["Reply-To"]))
    await until(lambda: sum(one.message["Auto-Submitted"] is not None for one in desk.letters()) == 2)
    err = await desk.stopped("reply", number, "--as", "anna", "--text", "Ihr Auftrag liegt uns vor.")
    assert "the customer wrote:\nIch habe ihn doch vor mir." in err
    await desk.team("reply", number, "--as", "ben", "--text", "Doch, ich sehe ihn.", "--anyway")
    await until(lambda: any("Doch, ich sehe ihn." in letter.text for letter in desk.letters()))
    assert not any("liegt uns vor" in letter.text for letter in desk.letters())
    log = (await desk.json("show", number))["log"]
    assert any(one["who"] == "ben" and "anyway" in f"{one['what']} {one['detail']}" for one in log), log


async def test_a_solved_matter_gets_no_form_letter(desk: Desk) -> None:
    """After seventeen days and the solution came a form to sign: held until the customer or a supervisor reopens."""
    number = await desk.opened("Die Leitung ist noch nicht umgezogen.")
    await desk.team("show", number, "--as", "anna")
    rows = {row["name"]: row for row in await desk.json("template", "list", "--ticket", number)}
    assert rows["demand"]["fits"]
    await desk.team("reply", number, "--as", "anna", "--text", "Die Leitung liegt jetzt bei Ihnen.", "--resolve")
    await desk.team("show", number, "--as", "ben")
    form = ("reply", number, "--as", "ben", "--template", "demand")
    for arguments in (form, (*form, "--anyway")):
        assert "held until a supervisor or the customer reopens" in await desk.stopped(*arguments)
    assert "templates stay held until a supervisor" in (await desk.team("reopen", number, "--as", "ben")).out
    assert "held until a supervisor" in await desk.stopped(*form)
    assert "stay held" not in (await desk.team("reopen", number, "--as", "rieke")).out
    await desk.team(*form)


async def test_an_angry_answer_meets_a_person(desk: Desk) -> None:
    """ "Your matter has been settled, we understand your annoyance" is no answer to anger: nothing automatic is."""
    number = await desk.opened("Die Leitung ist tot.")
    desk.writes(
        "Re: Umzug",
        "Das ist eine Unverschämtheit! Ich gehe jetzt zum Anwalt.",
        to=str(desk.letters()[0].message["Reply-To"]),
    )
    await until(lambda: desk.told("rieke", number))
    await until(lambda: desk.told("anna", number))
    assert any("Ich gehe jetzt zum Anwalt." in letter.text for letter in desk.letters("rieke@acme.example"))
    [row] = await desk.json("tickets")
    assert (row["priority"], row["angry_at"] is not None) == ("urgent", True)
    await desk.team("show", number, "--as", "anna")
    await desk.team("reply", number, "--as", "anna", "--text", "Das tut uns leid. Ich sehe mir Ihren Fall selbst an.")
    await until(lambda: len(desk.letters()) == 2)
    assert [letter.message["Auto-Submitted"] is None for letter in desk.letters()] == [False, True]
