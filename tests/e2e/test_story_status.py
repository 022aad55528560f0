"""The story of a move, asked after: how it stands is said at once, by mail, DM and mention; real processes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from inbox_bot.sandbox.x import World, serve
from tests.dovecot import Dovecot
from tests.e2e.house import House, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import NUMBER, Letter, letters_by_person
from tests.smtpsink import smtp_sink

THILO = Person(name="Thilo Brandt", address="thilo@post.example", handle="thilo_b")


async def once(house: House) -> None:
    """One round of the daemon."""
    ran = await house.run("run", "--once")
    assert ran.status == 0, ran.out + ran.err


async def test_how_does_it_stand(tmp_path: Path, dovecot: Dovecot) -> None:
    """By mail with the number, by DM without one: the state, the last answer, the next promised time and who has it; in
    public only that it was answered. "Did you get it?" gets the list. The hotline reads the same words."""
    user = dovecot.new_user()
    world = World()
    world.limits.lift()
    marks = iter(range(1, 99))

    def writes(subject: str, text: str) -> None:
        now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mail must be young
        dovecot.append(user, [compose(THILO, subject, text + "\n", now, f"Zx{next(marks)}")])

    def letters() -> list[Letter]:
        return letters_by_person(sink.mails).get(THILO.address, [])

    async with smtp_sink() as sink, serve(world) as url:
        house = write_config(
            tmp_path,
            imap=(dovecot.port, user, dovecot.password),
            smtp_port=sink.port,
            x=(url, world),
            hold_seconds=0,
            coalesce_seconds=0,
        )
        await house.run("agent", "add", "anna", "--initials", "AB", "--address", "anna@acme.example")
        writes("Umzug", "Ich ziehe um und bitte um die Verlegung meiner Leitung.")
        thilo = world.add_user(THILO.handle, THILO.name)
        world.dm(thilo, "Ich habe Ihnen wegen meines Umzugs geschrieben.")
        await once(house)
        number = letters()[0].number
        by_dm = NUMBER.findall(world.dms_to(thilo)[0].text)[0]
        await house.run("assign", number, "anna")
        due = datetime.now(UTC) + timedelta(days=2)  # noqa: TID251  # likewise
        promised = await house.run("promise", number, f"{due:%Y-%m-%d} 12:00", "Termin", "--as", "anna")
        assert promised.status == 0, promised.err

        writes("Nachfrage", f"Wie ist der Stand von Ticket {number}?")
        world.dm(thilo, "Gibt es schon etwas Neues?")
        await once(house)
        told = letters()[-1]
        assert told.number == number
        for words in ("noch nicht beantwortet", "Zuständig: anna", f"spätestens am {due.day}. ", "Umzug"):
            assert words in told.text, told.text
        assert "Unsere letzte Antwort: noch keine" in world.dms_to(thilo)[-1].text
        assert by_dm in world.dms_to(thilo)[-1].text
        assert (await house.run("status", number)).out.splitlines()[2:-4] == told.text.splitlines()[2:-4]

        before = len(world.dms_to(thilo))
        world.post(thilo, f"@{world.me.handle} Haben Sie meine Nachricht bekommen?")
        await once(house)
        await once(house)
        assert len(world.dms_to(thilo)) == before + 1
        assert "Hiermit bestätigen wir Ihnen" in world.dms_to(thilo)[-1].text
        [public] = [one.text for one in world.replies_to(thilo)]
        assert "gerade per Direktnachricht geantwortet" in public
        assert not NUMBER.findall(public)

        shown = (await house.run("show", number)).out
        assert "→ status sent" in shown
        assert "Unsere letzte Antwort: noch keine" in shown
        assert (await house.json("ledger"))["balanced"] is True
        assert len(await house.json("tickets")) == 2
