"""The password: a question that anybody may ask is answered, a matter of the account waits for proof, a wife may speak
for her husband as long as he lets her. Real processes; only time is ours."""

from datetime import timedelta
from pathlib import Path

from tests.dovecot import Dovecot
from tests.e2e.desk import THILO, Desk, opened
from tests.e2e.mixed import Person
from tests.e2e.waiting import until

MIRA = Person(name="Mira Brandt", address="mira@post.example", handle="mira_b")
TOPICS = """
[topics]
password = ["passwort"]
contract = { words = ["vertrag"], tier = "account" }
"""
SCRIPT = "Das darf ich Ihnen leider nicht sagen, nur mit Telefonpasswort."
HOW = "Das Passwort fürs Portal setzen Sie auf der Seite „Zugang“ selbst neu, mit der Nummer auf Ihrer Rechnung."


async def reaches(desk: Desk, person: Person, words: str, *command: str) -> None:
    """Anna has read all, and a command sends words to somebody."""
    await desk.team("show", command[1] if command[0] == "reply" else command[2], "--as", "anna")
    await desk.team(*command)
    await until(lambda: any(words in letter.text for letter in desk.letters(person.address)))


async def anybody_is_told_how(desk: Desk) -> str:
    """Nobody asks who he is; a refusal by the script is stopped, and what may go instead is named. The number."""
    number = await desk.opened("Mein Passwort fürs Portal ging an eine fremde Nummer. Was muss ich tun?")
    refused = await desk.stopped("reply", number, "--text", SCRIPT, "--as", "anna")
    assert '"password" is public' in refused, refused
    await reaches(desk, THILO, "Seite „Zugang“", "reply", number, "--text", HOW, "--as", "anna")
    desk.writes(
        "Vollmacht", "Ich bin die Ehefrau. Was braucht es, damit ich für meinen Mann sprechen darf?", person=MIRA
    )
    await until(lambda: bool(desk.letters(MIRA.address)))
    hers = desk.letters(MIRA.address)[0].number
    await reaches(
        desk, MIRA, "Ein Formular ist dafür nicht nötig", "reply", hers, "--template", "authorise", "--as", "anna"
    )
    return number


async def the_account_waits_for_proof(desk: Desk, number: str) -> None:
    """Its data goes to nobody who only says who he is; the stop names the way, which works."""
    before = len(desk.letters())
    desk.writes("Vertrag", "Und wann endet mein Vertrag?")
    await until(lambda: len(desk.letters()) > before)
    await desk.team("topic", number, "contract", "--as", "anna")
    answer = ("reply", number, "--text", "Ihr Vertrag endet am 31. März 2028.", "--as", "anna")
    stopped = await desk.stopped(*answer)
    assert "nothing proves that he is the customer" in stopped
    assert "--template prove" in stopped
    assert "customer invite" in stopped
    await desk.stopped(*answer, "--anyway")
    await reaches(desk, THILO, "dass Sie es sind", "reply", number, "--template", "prove", "--as", "anna")
    await reaches(desk, THILO, "link-", "customer", "invite", number, "--to", "x", "--as", "anna")
    code = next(word for letter in desk.letters() for word in letter.text.split() if word.startswith("link-"))
    desk.world.dm(desk.thilo, code)
    await until(lambda: any("angekommen und gehört zu Ihrem Ticket" in letter.text for letter in desk.letters()))
    await desk.team("show", number, "--as", "anna")
    await desk.team(*answer)
    await until(lambda: any("endet am 31. März 2028" in dm.text for dm in desk.world.dms_to(desk.thilo)))


async def she_speaks_for_him(desk: Desk, number: str) -> None:
    """From his word on and no longer than he said; what is asked for afterwards is not shown to her."""
    last = (desk.clock.now() + timedelta(days=7)).date().isoformat()
    asked = f"Es geht um Ticket {number}: Wann endet der Vertrag?"
    await desk.team(
        "authorise", number, MIRA.name, "--identity", MIRA.address, "--for", "contract", "--from", "heute",
        "--until", last, "--evidence", "he said so by DM", "--as", "anna",
    )  # fmt: skip
    desk.writes("Vertrag", asked, person=MIRA)
    await until(lambda: desk.letters(MIRA.address)[-1].number == number)
    await reaches(
        desk, MIRA, "Der Vertrag endet 2028", "reply", number, "--text", "Der Vertrag endet 2028.", "--as", "anna"
    )
    refused = await desk.stopped("reply", number, "--template", "authorise", "--as", "anna")
    assert "authoris" in refused, refused
    desk.clock.advance(9 * 24 * 3600.0)
    before = len(desk.letters(MIRA.address))
    desk.writes("Vertrag", f"Noch einmal zu Ticket {number}: Und was kostet er?", person=MIRA)
    await until(lambda: len(desk.letters(MIRA.address)) > before)
    assert desk.letters(MIRA.address)[-1].number not in ("", number)


async def test_the_password(tmp_path: Path, dovecot: Dovecot) -> None:
    """Public, account, and the spouse, as the customers see it."""
    async with opened(tmp_path, dovecot, more=TOPICS) as desk:
        number = await anybody_is_told_how(desk)
        await the_account_waits_for_proof(desk, number)
        await she_speaks_for_him(desk, number)
        assert (await desk.json("ledger"))["balanced"] is True
