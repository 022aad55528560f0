"""Where two people are parted, what one who acts for the one of them wrote stays with that one. On both databases."""

from dataclasses import replace

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import authorising, customers
from inbox_bot.records import Ticket
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from tests.unit.linking_day import MAIL, Linking, a_mail

MIRA = "Mira Winter <mira@post.example>"
SECRET = "das Geheime"


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def opened(day: Linking, subject: str) -> Ticket:
    """The ticket with this subject."""
    async with day.store.read() as tx:
        found = await tx.tickets(states=(), customer=None, limit=100)
    return next(row[0] for row in found if row[0].subject == subject)


async def authorised(day: Linking, ticket: Ticket) -> int:
    """Mira may act for the ticket's customer, who said so by telephone; the id of it."""
    told = authorising.Grant(
        key=ticket.number, person="Mira", identity="mira@post.example", evidence="by telephone", who="anna"
    )
    return (await authorising.grant(day.house, told)).authorisation.id


@pytest.mark.parametrize("since", ["before they were linked", "since then"])
async def test_what_a_representative_wrote_stays_in_its_ticket(day: Linking, since: str) -> None:
    """Mira wrote about the mail's matter: the X account's history never holds it, and it stays where it was."""
    await day.begins()
    await day.mails("Hallo.", id=1, sender=MIRA, subject="Hallo")
    if since == "since then":
        await day.mails("Schon länger.", id=2, subject="Anderes")
        await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    day.later(days=4)
    await day.takes(replace(a_mail("Mein Umzug.", id=3, subject="Umzug"), at=day.now))
    if since != "since then":
        await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    ticket = await opened(day, "Umzug")
    await authorised(day, ticket)
    await day.mails(f"Zu {numbers.pretty(ticket.number)}: {SECRET}.", id=4, sender=MIRA, subject="Umzug")
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    owners = await day.owners()
    async with day.store.read() as tx:
        here = await tx.timeline(owners[MAIL], ticket.id)
        theirs = await tx.timeline(owners["1001"])
        found = await tx.ticket(ticket.number)
    assert found is not None
    assert found.customer == owners[MAIL]
    [said] = [one.message for one in here if SECRET in one.message.text]
    assert said.customer == owners[MAIL]
    assert not any(SECRET in one.message.text for one in theirs)
    assert len({number for _, number in (await day.belongs()).values()}) == (4 if since == "since then" else 3)


@pytest.mark.parametrize("joined", ["linked", "merged", "merged twice", "linked and merged"])
async def test_whom_he_has_authorised_acts_for_him_alone(day: Linking, joined: str) -> None:
    """Entered by word of mouth before the two were joined: parted, Mira acts for Eva and for nobody else."""
    await day.begins()
    await day.mails("Mein Umzug.", id=1, subject="Umzug")
    await day.mails("Hallo.", id=2, sender=MIRA)
    await day.mails("Guten Tag.", id=3, sender="Ida Sommer <ida@post.example>")
    await authorised(day, await opened(day, "Umzug"))
    into = "1001" if joined in {"linked", "merged"} else "ida@post.example"
    if joined.startswith("linked"):
        await customers.link(day.house, MAIL, into, "anna", "so it looked")
    else:
        await customers.merge(day.house, into, MAIL, "anna", "so it looked")
    if into != "1001":
        await customers.merge(day.house, "1001", into, "anna", "so it looked")
    meanwhile = authorising.Grant(key="1001", person="Thilo", evidence="by telephone", who="anna")
    await authorising.grant(day.house, meanwhile)
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    owners = await day.owners()
    async with day.store.read() as tx:
        found = {key: [one.person for one in await tx.authorisations_of(owners[key])] for key in ("1001", MAIL)}
    assert found == {"1001": ["Thilo"], MAIL: ["Mira"]}


async def test_who_is_parted_after_a_merge_has_his_own_record_again(day: Linking) -> None:
    """With how he is addressed, and the merge stands as taken back."""
    await day.begins()
    await day.mails(id=1)
    before = await day.owners()
    done = await customers.merge(day.house, "1001", MAIL, "anna", "so it looked")
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    assert await day.owners() == before
    [merge, *_] = await customers.changes(day.house, "1001")
    assert (merge.id, merge.undone_by) == (done.regrouping, "anna")


async def test_a_merge_is_found_and_taken_back_after_another_one(day: Linking) -> None:
    """Both are listed; the first one can be taken back once the second is, and it says so."""
    await day.begins()
    await day.mails(id=1)
    await day.mails(id=2, sender=MIRA)
    before = await day.owners()
    first = await customers.merge(day.house, "mira@post.example", MAIL, "anna", "so it looked")
    second = await customers.merge(day.house, "1001", "mira@post.example", "anna", "so it looked")
    both = [first.regrouping, second.regrouping]
    assert [one.id for one in await customers.changes(day.house, MAIL)] == both
    with pytest.raises(UsageError, match="first take back what came later"):
        await customers.unmerge(day.house, both[0], "anna", "two people")
    for id in reversed(both):
        await customers.unmerge(day.house, id, "anna", "two people")
    assert await day.owners() == before
