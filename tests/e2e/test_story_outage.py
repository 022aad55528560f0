"""Sixty hours without mail: three hundred customers by mail, direct message and post; each is told once by the way that
works, nobody is asked how satisfied he is, and the all-clear asks whether it works. Real processes; time is ours."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from inbox_bot.sandbox.x.things import User
from tests.dovecot import Dovecot
from tests.e2e.desk import Desk, opened
from tests.e2e.mixed import Person
from tests.e2e.seen import NUMBER
from tests.e2e.waiting import until

MAILS, DMS, POSTS = 230, 50, 20
SETTINGS = """
[incidents]
mails_per_hour = 360000
dms_per_hour = 10000

[surveys]
enabled = true
"""
HOUR = 3600.0


class Outage:
    """The desk and the three hundred."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.by_mail = [
            Person(name=f"Kunde {n}", address=f"kunde{n}@post.example", handle=f"k{n}") for n in range(MAILS)
        ]
        self.by_dm: list[User] = [desk.world.add_user(f"dm{n}", f"Kundin {n}") for n in range(DMS)]
        self.by_post: list[User] = [desk.world.add_user(f"post{n}", f"Leser {n}") for n in range(POSTS)]
        self.seen = 0
        self.mailed: Counter[tuple[str, str]] = Counter()

    async def write(self, first: int, last: int) -> None:
        """These of those by mail write, and with the first of them all others."""
        for person in self.by_mail[first:last]:
            self.desk.writes("Störung", "Meine Mails kommen seit heute Nacht nicht an.", person=person)
        if not first:
            for user in self.by_dm:
                self.desk.world.dm(user, "Keine Mails! Was ist los?")
            for user in self.by_post:
                self.desk.world.post(user, f"@{self.desk.world.me.handle} meine Mails sind weg #mailtot")

    def told(self, words: str) -> tuple[int, int]:
        """(mails, direct messages) with these words."""
        for mail in self.desk.sink.mails[self.seen :]:
            self.seen += 1
            text = mail.data.decode("utf-8", "replace").replace("=\r\n", "")
            for known in ("Netzteil", "Ersatzteil", "wieder.", "Ticketnummer", "zufrieden"):
                self.mailed[known, mail.rcpts[0]] += known in text
        mails = sum(count for (known, to), count in self.mailed.items() if known == words and "kunde" in to)
        return mails, sum(words in dm.text for user in self.by_dm for dm in self.desk.world.dms_to(user))

    async def all_told(self, words: str) -> None:
        """Each has it once."""
        await until(lambda: self.told(words) == (MAILS, DMS), 120)


async def begins(outage: Outage) -> str:
    """Eighty write before anybody knows; the others are told so in their acknowledgements. The incident's number."""
    desk = outage.desk
    await outage.write(0, 80)
    await until(lambda: outage.told("Ticketnummer") == (80, DMS), 120)
    local = await desk.json(
        "incident", "open", "Mailserver gestört", "--also", "en=Mail server down", "--match", "mail|#mailtot",
        "--since", moment(desk, -2), "--next-update", moment(desk, 5), "--as", "anna",
    )  # fmt: skip
    assert local["tickets"] == 80 + DMS + POSTS
    await outage.write(80, MAILS)
    await until(lambda: outage.told("Ticketnummer")[0] == MAILS, 120)
    last = desk.letters(outage.by_mail[-1].address)[0].text
    assert "Mailserver gestört" in last
    assert "spätestens" in last
    return str(local["incident"])


def moment(desk: Desk, hours: float) -> str:
    """So many hours from the story's now, as an agent types it (brand's zone)."""
    return (desk.clock.now() + timedelta(hours=hours)).astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M")


async def test_sixty_hours(tmp_path: Path, dovecot: Dovecot) -> None:
    """From the first complaint to the last yes."""
    async with opened(tmp_path, dovecot, more=SETTINGS) as desk:
        outage = Outage(desk)
        incident = await begins(outage)
        numbers = {NUMBER.findall(dm.text)[0] for user in outage.by_dm for dm in desk.world.dms_to(user)[:1]}
        assert len(numbers) == DMS

        desk.clock.advance(4 * HOUR)
        plan = await desk.json("incident", "update", incident, "Ein Netzteil ist defekt.", "--as", "anna", "--dry-run")
        assert plan["recipients"] == {"email": MAILS, "twitter": DMS}
        assert plan["unreachable"] == POSTS
        text = ("Ein Netzteil ist defekt.", "--next-update", moment(desk, 10), "--post", "--as", "anna", "--yes")
        await desk.team("incident", "update", incident, *text)
        await outage.all_told("Netzteil")
        await until(lambda: any("Netzteil" in one.text for one in desk.world.posts.values()))

        desk.clock.advance(12 * HOUR)  # and nobody has said anything
        await until(lambda: desk.told("rieke", f"incident {incident}"), 90)
        await desk.team(
            "incident", "update", incident, "Das Ersatzteil kommt morgen.", "--next-update", moment(desk, 48),
            "--as", "anna", "--yes",
        )  # fmt: skip
        await outage.all_told("Ersatzteil")

        desk.clock.advance(44 * HOUR)
        await desk.team("incident", "close", incident, "Der Mailserver läuft wieder.", "--as", "anna", "--yes")
        await outage.all_told("wieder.")
        yes, no = outage.by_mail[:2]
        for person, said in ((yes, "Ja, danke!"), (no, "Nein, immer noch nicht.")):
            [letter] = [one for one in desk.letters(person.address) if "JA oder NEIN" in one.text]
            desk.writes(f"Re: {letter.message['Subject']}", said, person=person, to=str(letter.message["Reply-To"]))
        desk.world.dm(outage.by_dm[0], "ja läuft")

        async def standing() -> dict[str, object]:
            found: dict[str, object] = await desk.json("incident", "show", incident)
            return found

        found = await standing()
        for _ in range(60):
            if (found["works"], found["fails"]) == (2, 1):
                break
            found = await standing()
        assert (found["works"], found["fails"]) == (2, 1)
        [urgent] = [row for row in await desk.json("tickets") if row["priority"] == "urgent"]
        assert urgent["customer"] == no.name

        desk.clock.advance(30 * HOUR)  # no question for satisfaction to anybody who was affected
        decided = await desk.json("surveys")
        for _ in range(60):
            if decided["decisions"]:
                break
            decided = await desk.json("surveys")
        assert {(one["asked"], one["reason"]) for one in decided["decisions"]} == {(False, "an incident touches him")}
        assert outage.told("zufrieden") == (0, 0)
        assert outage.told("Netzteil") == outage.told("Ersatzteil") == (MAILS, DMS)
        assert (await desk.json("ledger"))["balanced"] is True
