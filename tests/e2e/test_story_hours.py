"""The night before a holiday: nothing that the desk says contradicts its opening hours, known and new customers are
served as they wrote, and the figures say by channel how long they waited. Real processes; time is ours."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.dovecot import Dovecot
from tests.e2e.desk import THILO, Desk, opened
from tests.e2e.mixed import Person
from tests.e2e.waiting import until

BERLIN = ZoneInfo("Europe/Berlin")
HOURS = (
    "\n[hours]\n"
    + "".join(
        f'{day} = ["08:00-18:00"]\n'
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    )
    + 'country = "DE"\n[targets]\nnormal_hours = 2\n[assign]\nautomatic = false\n'
)
EVA = Person(name="Eva Neu", address="eva.neu@post.example", handle="eva_neu")


def eve(now: datetime) -> datetime:
    """The next Christmas Eve, at eight in the evening: the two days after it are holidays."""
    here = now.astimezone(BERLIN)
    found = datetime(here.year, 12, 24, 20, 0, tzinfo=BERLIN)
    return found if found > here else found.replace(year=here.year + 1)


async def said(desk: Desk, person: Person, subject: str, text: str) -> str:
    """He mails; the acknowledgement."""
    before = len(desk.letters(person.address))
    desk.writes(subject, text, person=person)
    await until(lambda: len(desk.letters(person.address)) > before)
    return desk.letters(person.address)[-1].text


async def test_night_and_holiday(tmp_path: Path, dovecot: Dovecot) -> None:
    """Told when somebody is there; nothing falls due meanwhile; first come, first served; measured by opening hours."""
    async with opened(tmp_path, dovecot, hours=HOURS) as desk:
        desk.clock.advance((eve(desk.clock.now()) - desk.clock.now()).total_seconds())
        first = await said(desk, THILO, "Rechnung", "Meine Rechnung stimmt nicht.")
        assert "Das nächste Mal ist am 27. Dezember" in first
        assert "um 08:00 Uhr jemand da" in first
        public = desk.world.add_user("nachts", "Nachts Wach")
        desk.world.post(public, f"@{desk.world.me.handle} ist da jemand?")
        await until(lambda: bool(desk.world.replies_to(public)))
        assert "Uhr" not in desk.world.replies_to(public)[0].text  # no hours, so none that could be wrong

        desk.clock.advance(38 * 3600.0)  # the morning of the second holiday
        second = await said(desk, EVA, "Umzug", "Ich ziehe um.")
        assert "Das nächste Mal ist am 27. Dezember" in second
        assert await desk.json("tickets", "--overdue") == []

        desk.clock.advance(
            (eve(desk.clock.now() - timedelta(days=9)) + timedelta(days=2, hours=13) - desk.clock.now()).total_seconds()
        )
        assert desk.clock.now().astimezone(BERLIN).strftime("%d.%m. %H") == "27.12. 09"
        assert await desk.json("tickets", "--overdue") == []
        names = {row["number"]: row["customer"] for row in await desk.json("tickets")}
        taken = [names[(await desk.json("next", "--as", "anna"))["number"]] for _ in range(3)]
        assert taken.index(THILO.name) < taken.index(EVA.name)  # a known one and a new one, by when they wrote
        status = await said(desk, THILO, "Re: Rechnung", "Wie ist der Stand?")
        assert "Das nächste Mal" not in status  # somebody is there

        for row in await desk.json("tickets"):
            if row["channel"] == "email":
                await desk.team("show", row["number"], "--as", "anna")
                await desk.team("reply", row["number"], "--text", "Wir sehen uns das an.", "--anyway", "--as", "anna")
        stats = await desk.json("stats", "--by", "channel", "--since", "7d")
        mail = next(one for one in stats["groups"] if one["group"] == "email")
        assert mail["first_answer"]["wall"]["longest"] > 24 * 3600
        assert mail["first_answer"]["open"]["longest"] < 2.5 * 3600
        assert mail["acknowledgement"]["p90"] < 120
