"""What is parted again: each gets back what is his, and nobody reads or moves what is another's. On both databases."""

from dataclasses import replace

import pytest

from inbox_bot.care import Form
from inbox_bot.errors import UsageError
from inbox_bot.flows import addressing, authorising, customers, drafting, exporting, marking, merging
from inbox_bot.model import TicketState
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from tests.unit.linking_day import MAIL, Linking, a_mail
from tests.unit.scenario_house import tickets

IDA = "Ida Sommer <ida@post.example>"


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def a_matter(day: Linking, n: int) -> None:
    """Eva's mail about something new, four days later."""
    day.later(days=4)
    await day.takes(replace(a_mail(f"Sache {n}.", id=n, subject=f"Sache {n}"), at=day.now))


async def test_the_links_of_another_are_not_listed_nor_exported(day: Linking) -> None:
    """The id of Eva's second address is Ida's own as a customer: that makes none of Eva's links hers."""
    await day.begins()
    await day.mails(id=1, subject=await day.invited())
    await day.mails(id=2, sender=IDA)
    async with day.store.read() as tx:
        [eva] = await tx.find_customers(MAIL)
        [ida] = await tx.find_customers("ida@post.example")
        linked = [one.id for one in await tx.identities(eva.id)]
    assert ida.id in linked
    assert len(await customers.changes(day.house, MAIL)) == 1
    assert await customers.changes(day.house, "ida@post.example") == []
    pieces = dict([piece async for piece in exporting.export(day.house, "ida@post.example", "anna")])
    data = pieces["data.json"]
    assert isinstance(data, dict)
    assert data["links"] == []


async def test_who_was_linked_out_of_several_goes_back_to_them(day: Linking) -> None:
    """With what he wrote since; nobody is made up."""
    await day.begins()
    await day.mails(id=1)
    await day.mails(id=2, sender=IDA)
    await customers.merge(day.house, MAIL, "ida@post.example", "anna", "one household")
    before = await day.owners()
    await customers.link(day.house, "ida@post.example", "1001", "anna", "so it looked")
    day.later(minutes=5)
    await day.mails("Noch etwas.", id=3, sender=IDA)
    done = await customers.unlink(day.house, "ida@post.example", "anna", "it was wrong")
    assert await day.owners() == before
    assert {one.address for one in done.identities} == {MAIL, "ida@post.example"}
    assert {customer for customer, _ in (await day.belongs()).values()} == set(before.values())


async def test_where_they_were_there_is_nobody_any_more(day: Linking) -> None:
    """Their customer became another meanwhile: he gets a record of his own, with all that is his."""
    await day.begins()
    await day.mails(id=1)
    await day.mails(id=2, sender=IDA)
    await customers.merge(day.house, MAIL, "ida@post.example", "anna", "one household")
    await customers.link(day.house, "ida@post.example", "1001", "anna", "so it looked")
    await customers.merge(day.house, "1001", MAIL, "anna", "all one")
    done = await customers.unlink(day.house, "ida@post.example", "anna", "it was wrong")
    assert [one.address for one in done.identities] == ["ida@post.example"]
    owners = await day.owners()
    assert owners["1001"] == owners[MAIL] != owners["ida@post.example"]
    assert (await day.belongs())["<m2@post.example>"][0] == owners["ida@post.example"]


@pytest.mark.parametrize("goes_on", ["mail", "x"])
@pytest.mark.parametrize("by", ["code", "anna"])
async def test_merged_tickets_are_parted_with_their_customers(day: Linking, by: str, goes_on: str) -> None:
    """Each number is its owner's again: an answer to the one cannot go to the other."""
    await day.begins()
    await day.mails("Schon länger.", id=1)
    await day.sends()
    before, owned = await day.belongs(), await tickets(day)
    if by == "anna":
        await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    else:
        await day.mails(id=2, subject=await day.invited())
    x, mail = owned
    first, second = (x, mail) if goes_on == "mail" else (mail, x)
    await merging.merge(day.house, first.number, second.number, "anna", "one matter")
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    after = await day.belongs()
    assert {key: after[key] for key in before} == before
    for one in owned:
        async with day.store.read() as tx:
            found = await tx.ticket(one.number)
        assert found is not None
        assert (found.number, found.customer, found.merged_into) == (one.number, one.customer, None)
        assert found.state is TicketState.NEW


async def test_what_is_of_one_side_stays_merged(day: Linking) -> None:
    """Only where the two sides' tickets lie together are they parted."""
    await day.begins()
    await day.mails("Schon länger.", id=1)
    await a_matter(day, 2)
    x, one, two = await tickets(day)
    await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    await merging.merge(day.house, one.number, two.number, "anna", "one matter")
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    assert [t.merged_into for t in await tickets(day)] == [None, two.id, None]
    after = await day.belongs()
    assert [after[f"<m{n}@post.example>"][1] for n in (1, 2)] == [two.number] * 2
    assert after["5001"][1] == x.number


async def test_whom_he_authorised_goes_with_him(day: Linking) -> None:
    """Who said it decides: nobody acts for another after the two have been parted."""
    await day.begins()
    await day.mails("Meine Frau darf für mich sprechen.", id=1)
    await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    said = [one.id for one in await day.filed() if one.direction == "incoming"]
    for place, key in enumerate(("1001", MAIL)):
        grant = authorising.Grant(key=key, person=key, evidence="", message=said[place], who="anna")
        await authorising.grant(day.house, grant)
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    owners = await day.owners()
    async with day.store.read() as tx:
        for key in ("1001", MAIL):
            assert [one.person for one in await tx.authorisations_of(owners[key])] == [key]


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("by", ["code", "anna"])
async def test_how_he_is_addressed_comes_along_and_goes_again(day: Linking, by: str, own: bool) -> None:
    """Where only the mail's customer was addressed so far, the one he becomes is addressed so, until they part."""
    await day.begins()
    await day.mails("Schon länger.", id=1)
    await addressing.fix(day.house, MAIL, "anna", Form.SIE, "Frau Winter", forget=False)
    if own:
        await addressing.fix(day.house, "1001", "anna", Form.DU, "Eva", forget=False)
    if by == "anna":
        await customers.link(day.house, MAIL, "1001", "anna", "he said so")
    else:
        await day.mails(id=2, subject=await day.invited())
    assert (await addressing.of(day.house, "1001")).called == ("Eva" if own else "Frau Winter")
    await customers.unlink(day.house, MAIL, "anna", "her sister's")
    here, there = await addressing.of(day.house, "1001"), await addressing.of(day.house, MAIL)
    assert (here.form, here.called) == ((Form.DU, "Eva") if own else (Form.UNKNOWN, ""))
    assert (there.form, there.called) == (Form.SIE, "Frau Winter")


async def test_a_draft_that_went_along_comes_back(day: Linking) -> None:
    """As long as nobody has gone on with it where the two were one; what was begun there stays there."""
    await day.agent()
    await day.agent("ben", "BB")
    for n in (1, 2):
        await a_matter(day, n)
    one, two = await tickets(day)
    for who in ("anna", "ben"):
        await drafting.keep(day.house, one.number, f"Zur Sache, {who}", who)
    day.later(minutes=1)
    await merging.merge(day.house, one.number, two.number, "anna", "one matter")
    day.later(minutes=1)
    await drafting.keep(day.house, two.number, "Zu beidem", "ben")
    await merging.unmerge(day.house, one.number, "anna", "two matters")
    async with day.store.read() as tx:
        assert [(d.agent, d.text) for d in await tx.drafts_of(one.id)] == [(1, "Zur Sache, anna")]
        assert [(d.agent, d.text) for d in await tx.drafts_of(two.id)] == [(2, "Zu beidem")]


async def test_tags_that_went_along_go_again(day: Linking) -> None:
    """Those that the other had before stay."""
    await day.agent()
    for n in (1, 2):
        await a_matter(day, n)
    one, two = await tickets(day)
    await marking.tag(day.house, one.number, ["vip", "umzug"], "anna")
    await marking.tag(day.house, two.number, ["vip", "router"], "anna")
    await merging.merge(day.house, one.number, two.number, "anna", "")
    assert (await marking.tags_of(day.house, [two.id]))[two.id] == ("router", "umzug", "vip")
    await merging.unmerge(day.house, one.number, "anna", "")
    found = await marking.tags_of(day.house, [one.id, two.id])
    assert found == {one.id: ("umzug", "vip"), two.id: ("router", "vip")}


async def test_what_was_merged_on_is_parted_in_turn(day: Linking) -> None:
    """Else its messages would be left behind: the second merge is taken back first."""
    await day.agent()
    for n in (1, 2, 3):
        await a_matter(day, n)
    before, (one, two, three) = await day.belongs(), await tickets(day)
    await merging.merge(day.house, one.number, two.number, "anna", "")
    await merging.merge(day.house, two.number, three.number, "anna", "")
    with pytest.raises(UsageError, match=f"first run: inbox-bot unmerge {numbers.pretty(two.number)}"):
        await merging.unmerge(day.house, one.number, "anna", "")
    await merging.unmerge(day.house, two.number, "anna", "")
    await merging.unmerge(day.house, one.number, "anna", "")
    assert await day.belongs() == before
