"""The move of an internet line, all of its eighteen days: one customer on three ways, his wife, a team of three. Each
step is what happened to a customer once; what is checked must be true instead. Real processes; only time is ours."""

import json
from dataclasses import dataclass
from pathlib import Path

from tests.dovecot import Dovecot
from tests.e2e.desk import THILO, Desk, opened
from tests.e2e.mixed import Person
from tests.e2e.seen import NUMBER, Letter
from tests.e2e.waiting import until

MIRA = Person(name="Mira Brandt", address="mira@post.example", handle="mira_b")
TOPICS = """
[topics]
contract = ["vertrag", "umzug", "kündigung"]
"""
HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(slots=True)
class Story:
    """The desk, and what the customer has in his hands."""

    desk: Desk
    number: str = ""

    # --- what he sees

    def posts(self) -> list[str]:
        """Our public answers to him."""
        return [post.text for post in self.desk.world.replies_to(self.desk.thilo)]

    def dms(self) -> list[str]:
        """Our messages to him."""
        return [dm.text for dm in self.desk.world.dms_to(self.desk.thilo)]

    async def dm(self, text: str) -> str:
        """He writes one; what comes back."""
        before = len(self.dms())
        self.desk.world.dm(self.desk.thilo, text)
        await until(lambda: len(self.dms()) > before)
        return self.dms()[-1]

    async def tweets(self, text: str) -> str:
        """He mentions us; what comes back in public."""
        before = len(self.posts())
        self.desk.world.post(self.desk.thilo, f"@{self.desk.world.me.handle} {text}")
        await until(lambda: len(self.posts()) > before)
        return self.posts()[-1]

    async def mails(self, subject: str, text: str, *, to: str = "", receipt: bool = False) -> list[Letter]:
        """He mails; what comes back by mail."""
        before = len(self.desk.letters())
        headers = [("Disposition-Notification-To", THILO.address)] if receipt else []
        self.desk.writes(subject, text, to=to or "hilfe@acme.example", headers=headers)
        await until(lambda: len(self.desk.letters()) >= before + 1 + receipt)
        return self.desk.letters()[before:]

    # --- what the team does

    async def says(self, who: str, text: str, *options: str) -> None:
        """One of the team answers, and it arrives."""
        before = len(self.dms()) + len(self.desk.letters()) + len(self.posts())
        await self.desk.team("show", self.number, "--as", who)
        await self.desk.team("reply", self.number, "--as", who, "--text", text, *options)
        await until(lambda: len(self.dms()) + len(self.desk.letters()) + len(self.posts()) > before)

    async def may_not_say(self, who: str, text: str, *options: str) -> str:
        """One of the team is stopped; by what."""
        await self.desk.team("show", self.number, "--as", who)
        return await self.desk.stopped("reply", self.number, "--as", who, "--text", text, *options)


async def test_eighteen_days(tmp_path: Path, dovecot: Dovecot) -> None:
    """From the first tweet to the solution: every line of the story that the team's desk can make true."""
    async with opened(tmp_path, dovecot, more=TOPICS, authserv_id="mx.acme.example") as desk:
        story = Story(desk)
        await first_day(story)
        await the_second_day(story)
        await first_week(story)
        await day_seventeen(story)
        await day_eighteen(story)
        assert (await desk.json("ledger"))["balanced"] is True
        findings = (await desk.run("audit", "--json")).json()["findings"]
        assert not {"number_not_delivered", "delivery_failed", "ledger_unbalanced"} & {one["kind"] for one in findings}


async def first_day(story: Story) -> None:
    """He tweets; is asked for a mail; three hours later he mails and writes a DM "just to be safe"."""
    desk = story.desk
    public = await story.tweets("Mein Anschluss zieht nicht mit um. Wer kümmert sich?")
    [story.number] = NUMBER.findall(public)
    desk.clock.advance(3 * HOUR)
    dm = await story.dm("Sicherheitshalber auch hier: es geht um meinen Umzug.")
    assert story.number in dm  # the tweet's ticket

    # he is offered to prove his mail address, and proves it: the mail's arrival is told where he waits for it
    before = len(story.dms())
    await desk.team("customer", "invite", story.number, "--to", "email", "--as", "anna")
    await until(lambda: len(story.dms()) > before)
    code = next(word for word in story.dms()[-1].split() if word.startswith("link-"))
    before = len(story.dms())
    desk.writes(f"Umzug {code}", "Bitte verlegen Sie meine Leitung in die Lange Straße.")
    await until(lambda: len(story.dms()) > before)
    assert "angekommen" in story.dms()[-1]
    rows = await desk.json("tickets")
    assert [row["number"] for row in rows] == [story.number], rows
    page = await desk.json("show", story.number)
    assert {one["channel"] for one in page["customer"]["identities"]} == {"twitter", "email"}
    assert all(one["proven"] for one in page["customer"]["identities"])

    # "Status?", two and a half hours later
    desk.clock.advance(2.5 * HOUR)
    status = await story.dm("Status?")
    assert story.number in status


async def the_second_day(story: Story) -> None:
    """What the matter needs is asked once, in private, and never again; who addresses him how stays so."""
    desk = story.desk
    desk.clock.advance(DAY)
    ask = "Hallo Herr Brandt, bitte nennen Sie uns Ihre Kundennummer."
    await story.says("anna", ask, "--dm")
    desk.clock.advance(3 * HOUR)
    await story.dm("Meine Kundennummer ist 4711998.")
    again = await story.may_not_say("ben", "Hallo Herr Brandt, wie lautet Ihre Kundennummer?", "--dm")
    assert "customer number" in again
    assert "given on" in again
    other = await story.may_not_say("ben", "Hallo Thilo, ich sehe mir das für dich an.", "--dm")
    assert "Herr Brandt" in other
    leak = await story.may_not_say("ben", "Danke, mit der 4711998 finden wir Sie.", "--public")
    assert "4711998" in leak

    # the hotline finds him by whatever he says
    for key in (story.number, f"@{THILO.handle}", THILO.address, "4711998"):
        assert story.number in (await desk.team("show", key)).out, key
    # he asks in public: nothing of the matter stands there
    post = await story.tweets("Wie ist der Stand?")
    assert "Direktnachricht" in post
    desk.clock.advance(HOUR)


async def first_week(story: Story) -> None:
    """Claims need an action, promises an owner; the technician gets what was agreed; nothing is asked twice unseen."""
    desk = story.desk
    desk.clock.advance(4 * DAY)
    claim = "Die Kündigung wurde am 1. März ausgeführt."
    assert "action add" in await story.may_not_say("anna", claim, "--dm")
    await story.says("anna", "Die Kollegen melden sich morgen bei Ihnen.", "--dm", "--promised", "--owner", "ben")
    status = await story.dm("Wie ist der Stand?")
    assert "morgen" in status or "zugesagt" in status, status
    handed = desk.house.folder / "umzug.html"
    await desk.team("dossier", story.number, "--out", str(handed), "--as", "anna")
    assert "Lange Straße" in handed.read_text()
    await desk.team("dossier", story.number, "--out", str(handed.with_suffix(".json")), "--as", "anna")
    assert json.loads(handed.with_suffix(".json").read_text())
    desk.clock.advance(2 * DAY)  # and nobody called: he hears it from us
    await until(lambda: any("nicht eingehalten" in one for one in [*story.dms(), *(x.text for x in desk.letters())]))

    # his wife: nothing is told to her, until he has said that she may
    desk.writes("Unser Umzug", f"Es geht um Ticket {story.number}. Wie weit ist das?", person=MIRA)
    await until(lambda: bool(desk.letters(MIRA.address)))
    hers = desk.letters(MIRA.address)[0]
    assert hers.number not in ("", story.number)
    await desk.team(
        "authorise", story.number, MIRA.name, "--identity", MIRA.address, "--from", "heute",
        "--evidence", "by telephone, asked by Anna", "--as", "anna",
    )  # fmt: skip
    desk.writes(
        "Umzug", f"Ticket {story.number}: Mein Mann ist ab Montag nicht da, bitte rufen Sie mich an.", person=MIRA
    )
    await until(lambda: len(desk.letters(MIRA.address)) >= 2)
    assert desk.letters(MIRA.address)[-1].number == story.number


async def day_seventeen(story: Story) -> None:
    """Two mails with a request for a receipt, the same story for the third time, a form letter that forgets."""
    desk = story.desk
    desk.clock.advance(9 * DAY)
    for text in ("Bitte verlegen Sie endlich meine Leitung.", "Ich bitte noch einmal: verlegen Sie meine Leitung."):
        letters = await story.mails(f"[#{story.number}] Umzug", text, receipt=True)
        assert any(letter.receipt for letter in letters)
    confirmed = await story.dm("Bitte bestätigen Sie mir den Eingang meiner Mails.")
    assert confirmed.count(f"E-Mail „[#{story.number}] Umzug“") == 2
    await desk.team("confirm", story.number, "--as", "ben")
    desk.clock.advance(HOUR)
    # the third time no machine answers: a supervisor is called
    desk.writes(f"[#{story.number}] Umzug", "Zum dritten Mal: verlegen Sie endlich meine Leitung.")
    await until(lambda: desk.told("rieke", "Zum dritten Mal"))
    demand = await story.may_not_say("ben", "", "--template", "demand")
    assert "speak for the customer" in demand, demand


async def day_eighteen(story: Story) -> None:
    """Solved, told when he can check it; then nothing more is sent about it, and his anger meets a person."""
    desk = story.desk
    await desk.team("action", "add", story.number, "fix line", "--ref", "T-1", "--confirmed-by", "ben", "--as", "anna")
    await story.says("anna", "Guten Tag Herr Brandt, Ihre Leitung liegt jetzt in der Langen Straße.", "--resolve")
    held = await story.may_not_say("ben", "", "--template", "demand")
    assert "held" in held
    before = len(story.dms())
    desk.world.dm(desk.thilo, "Drei Tage danach ein Formular? Das ist eine Unverschämtheit, ich gehe zum Anwalt!")
    await until(lambda: desk.told("rieke", "Unverschämtheit"))
    [row] = [row for row in await desk.json("tickets") if row["number"] == story.number]
    assert row["priority"] == "urgent"
    assert len(story.dms()) == before
