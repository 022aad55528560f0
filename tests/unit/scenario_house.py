"""What the scenarios share: looking at tickets and findings, delivery reports, our own sightings on X."""

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Direction, Incoming
from inbox_bot.records import Identity, Ticket
from tests.unit.flow_house import Day, mail


async def tickets(day: Day) -> list[Ticket]:
    """All tickets, oldest first."""
    async with day.store.read() as tx:
        return [ticket for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=1000)]


async def texts(day: Day, ticket: Ticket) -> list[str]:
    """What came in, as the dossier lists it."""
    async with day.store.read() as tx:
        entries = await tx.timeline(ticket.customer, ticket.id)
    return [entry.message.text for entry in entries if entry.message.direction is Direction.INCOMING]


async def kinds(day: Day) -> set[str]:
    """The kinds of what the audit finds."""
    return {finding.kind for finding in await day.findings()}


async def identities(day: Day, key: str = "eva.winter@post.example") -> list[Identity]:
    """The identities of all customers that this address finds."""
    async with day.store.read() as tx:
        return [one for customer in await tx.find_customers(key) for one in await tx.identities(customer.id)]


async def reports(day: Day, action: str, *, id: int, path: str = "") -> None:
    """A DSN (RFC 3464) comes in, about our first mail or about the one with this return path."""
    lines = (
        "Return-Path: <>",
        "From: MAILER-DAEMON <mailer-daemon@post.example>",
        f"To: {path or day.mail.drafts[0].return_path}",
        "Subject: Delivery Status Notification",
        f"Message-ID: <dsn{id}@post.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Report.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.post.example",
        "",
        "Final-Recipient: rfc822; eva.winter@post.example",
        f"Action: {action}",
        f"Status: {'5.1.1' if action == 'failed' else '2.0.0'}",
        "",
        "--b--",
    )
    parsed = parse("\r\n".join(lines).encode(), key=f"7:{id}", at=day.now)
    assert isinstance(parsed, Incoming), parsed.reason
    await day.takes(parsed)


async def two_matters(day: Day) -> tuple[Ticket, Ticket]:
    """Eva has written two mails about two matters, some days apart; neither number has left yet."""
    await day.agent()
    await day.takes(mail("Mein Anschluss geht nicht.", id=1, subject="Anschluss"))
    day.later(days=4)
    await day.takes(mail("Meine Rechnung stimmt nicht.", id=2, subject="Rechnung", at=day.now))
    first, second = await tickets(day)
    return first, second
