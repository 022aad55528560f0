"""Answering by mail with files: his go along, a mail of ours in any disguise does not, and nothing vanishes."""

from email.message import EmailMessage

import pytest

from inbox_bot.casework import AgentMail
from inbox_bot.flows import agent_mail, desk
from inbox_bot.model import Outcome
from inbox_bot.ports import Store
from tests.unit.agent_day import OWN, AgentDay, address_of, body, mail, reply, written_to

NOTE = "Kulanz bis zwanzig Euro ist der Kundin zu geben"
PDF = "Content-Type: application/pdf; name=Vertrag.pdf\nContent-Disposition: attachment\n\nx\n"


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna's house, in which Eva has written."""
    return await written_to(store)


async def noted(day: AgentDay) -> EmailMessage:
    """The mail to Anna that shows a note."""
    async with day.store.read() as tx:
        ((ticket, _, _),) = await tx.tickets(states=(), customer=None, limit=9)
    await desk.note(day.house, ticket.number, NOTE, "anna")
    await day.takes(mail("Und die Rechnung?", *OWN, id=2))
    notice = await day.told()
    assert NOTE in body(notice)
    return notice


async def encloses(day: AgentDay, to: EmailMessage, *parts: str, text: str = "Anbei der Auftrag.") -> AgentMail:
    """Anna answers with these parts behind her text."""
    head = reply(to, "", quoted=False, id=f"{abs(hash((parts, text)))}@acme.example").partition(b"MIME-Version")[0]
    own = f"Content-Type: text/plain; charset=utf-8\n\n{text}\n"
    whole = "".join(f"--b\n{part}" for part in (own, *parts))
    mixed = f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{whole}--b--\n"
    return await agent_mail.received(
        day.house, head + mixed.replace("\n", "\r\n").encode(), to=address_of(to), vouched=False, relayed=True
    )


def part(media_type: str, name: str = "", *, disposition: str = "attachment", charset: str = "utf-8") -> str:
    """The head of a part."""
    named = f'; name="{name}"' if name else ""
    file = f'; filename="{name}"' if name else ""
    return f"Content-Type: {media_type}; charset={charset}{named}\nContent-Disposition: {disposition}{file}\n\n"


@pytest.mark.parametrize(
    "head",
    [
        part("text/plain", "ATT00001.txt"),
        part("text/html", "ATT00001.htm", disposition="inline"),
        part("text/plain"),
        part("application/octet-stream", "Verlauf"),
        part("application/ms-tnef", "winmail.dat"),
        part("application/octet-stream", "winmail.dat"),
        part("application/vnd.ms-outlook", "Auftrag"),
        part("application/octet-stream", "Auftrag.msg"),
        part("application/octet-stream", "Notiz.EML"),
    ],
)
@pytest.mark.parametrize("mark", ["> ", "", "<br>"])
async def test_our_mail_as_a_file(day: AgentDay, head: str, mark: str) -> None:
    """It comes back with the reason; nothing goes out."""
    notice = await noted(day)
    quote = "".join(f"{mark}{line}\n" for line in body(notice).splitlines())
    assert (await encloses(day, notice, head + quote)).outcome is Outcome.REFUSED
    back = body((await day.letters())[-1])
    assert "a mail is attached" in back or "holds lines of the mail that we sent you; leave it out" in back
    day.later(hours=1)
    assert not await day.customers()


@pytest.mark.parametrize(
    "line",
    [NOTE, "<p>Kulanz bis <b>zwanzig</b> Euro ist<br>der Kundin</p>", "Kulanz bis 20 Euro ist der Kund?n zu geben"],
)
async def test_one_line_of_ours_in_a_file(day: AgentDay, line: str) -> None:
    """Among whatever else, changed or not."""
    notice = await noted(day)
    fate = await encloses(day, notice, part("text/html", "Auftrag.htm") + f"Auftrag vom Montag\n{line}\nsechs Meter\n")
    assert (fate.outcome, "Auftrag.htm holds lines" in fate.reason) == (Outcome.REFUSED, True)


async def test_a_text_of_his_own_goes_along(day: AgentDay) -> None:
    """What shares no more than a greeting with ours; one that is too long to be compared comes back."""
    notice = await noted(day)
    long = part("text/plain", "lang.txt") + "Kabel\n" * 200_000
    fate = await encloses(day, notice, long)
    assert (fate.outcome, "lang.txt is too long" in fate.reason) == (Outcome.REFUSED, True)
    own = part("text/plain", "Auftrag.txt") + "Guten Tag\nSechs Meter Kabel, zwei Dosen\n"
    assert (await encloses(day, notice, own, PDF)).outcome is Outcome.FILED
    day.later(minutes=2)
    (answer,) = await day.customers()
    assert [one.get_filename() for one in answer.iter_attachments()] == ["Auftrag.txt", "Vertrag.pdf"]


async def test_only_pictures_in_the_text_stay(day: AgentDay) -> None:
    """A logo that the letter shows is left out and named; a photo beside it goes along."""
    html = 'Content-Type: text/html\n\n<p>Anbei der Auftrag.</p><img src="cid:logo">\n'
    logo = "Content-Type: image/png; name=logo.png\nContent-ID: <logo>\nContent-Disposition: inline\n\nx\n"
    photo = "Content-Type: image/jpeg; name=Plan.jpg\nContent-Disposition: attachment\n\nxyz\n"
    shown = photo.replace("\n", "\nContent-ID: <logo2>\n", 1).replace("Plan", "Foto")
    assert (await encloses(day, await day.told(), html, logo, photo, shown)).outcome is Outcome.FILED
    assert "[logo.png]" in body((await day.letters())[-1])
    day.later(minutes=2)
    (answer,) = await day.customers()
    assert [one.get_filename() for one in answer.iter_attachments()] == ["Plan.jpg", "Foto.jpg"]


@pytest.mark.parametrize("text", ["/note Vertrag liegt bei.", "/resolve"])
async def test_a_file_that_would_vanish(day: AgentDay, text: str) -> None:
    """A note and orders keep no files: the mail comes back and says so, nothing of it is done."""
    notice, before = await day.told(), await day.everything()
    fate = await encloses(day, notice, PDF, text=text)
    assert (fate.outcome, "Vertrag.pdf would go nowhere" in fate.reason) == (Outcome.REFUSED, True)
    kept = ("deliveries:", "log:")  # the mail that comes back, and that it did
    added = set(await day.everything()) - set(before)
    assert {row.partition(":")[0] + ":" for row in added} <= set(kept)
    assert (await encloses(day, notice, PDF, text="/help")).outcome is Outcome.FILED
