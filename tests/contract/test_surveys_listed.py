"""Decisions about questions for satisfaction: on the command line, and when customers turn out to be one person."""

from pathlib import Path

import pytest

from inbox_bot.flows import customers, merging
from inbox_bot.store.database import Database, open_store
from tests.contract.shell import Shell
from tests.unit.flow_house import mail
from tests.unit.scenario_house import tickets
from tests.unit.survey_day import SurveyDay

IDA = "Ida <ida@post.example>"


@pytest.mark.slow
async def test_the_list_says_who_was_asked_and_who_was_not(tmp_path: Path) -> None:
    """As a table with the mean, and as JSON; nothing at all is said plainly."""
    url = f"sqlite:///{tmp_path / 'inbox.db'}"
    day = SurveyDay(open_store(url))
    await day.agent()
    shell = Shell(tmp_path, url)
    assert "[surveys] is switched off" in shell("surveys")
    await day.settled()
    await day.settled(id=2, subject="Rechnung", text="Die Rechnung fehlt.")
    await day.asks()
    draft = day.mail.drafts[-1]
    reply = mail(
        "4, ging so", f"In-Reply-To: {draft.message_id}", id=3, subject=f"Re: {draft.subject}", to=draft.reply_to,
        at=day.now,
    )  # fmt: skip
    await day.takes(reply)
    await day.store.close()
    found = shell.json("surveys", "--since", "9999d")
    assert (found["decided"], found["asked"], found["answered"], found["mean"]) == (2, 1, 1, 4.0)
    assert found["distribution"] == {"1": 0, "2": 0, "3": 0, "4": 1, "5": 0}
    not_asked, asked = found["decisions"]
    assert (not_asked["asked"], not_asked["reason"]) == (False, "he was asked not long ago")
    assert (asked["score"], asked["comment"], asked["customer"]) == (4, "ging so", "Eva Winter")
    printed = shell("surveys", "--since", "9999d")
    assert "asked 1 of 2, answered 1, mean 4.0 (1: 0, 2: 0, 3: 0, 4: 1, 5: 0)" in printed
    assert "he was asked not long ago" in printed


async def test_who_becomes_one_with_another_was_asked_as_well(store: Database) -> None:
    """His decisions go along, and come back with him."""
    day = SurveyDay(store)
    await day.agent()
    await day.settled()
    await day.asks()
    await day.settled(id=2, sender=IDA)
    merged = await customers.merge(day.house, "eva.winter@post.example", "ida@post.example", "anna", "one person")
    await day.asks()
    assert [one.asked for one in await day.decided()] == [True, False]
    assert len({one.customer for one in await day.decided()}) == 1
    await customers.unmerge(day.house, merged.regrouping, "anna", "two persons")
    assert len({one.customer for one in await day.decided()}) == 2


async def test_the_answer_finds_the_ticket_that_goes_on(store: Database) -> None:
    """Merged since the question, the score is of the one that was asked about, and its message lies in the other."""
    day = SurveyDay(store)
    await day.agent()
    await day.settled()
    await day.asks()
    await day.takes(mail("Die Rechnung fehlt.", id=2, subject="Rechnung", at=day.now))
    first, second = await tickets(day)
    await merging.merge(day.house, first.number, second.number, "anna", "one matter")
    draft = next(one for one in day.mail.drafts if one.kind.value == "survey")
    reply = mail("5", f"In-Reply-To: {draft.message_id}", id=3, subject="Re: x", to=draft.reply_to, at=day.now)
    await day.takes(reply)
    [survey] = await day.decided()
    assert (survey.ticket, survey.score) == (first.id, 5)
    async with day.store.read() as tx:
        entries = await tx.timeline(second.customer, second.id)
    assert "5" in [one.message.text.strip() for one in entries]
