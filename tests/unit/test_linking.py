"""Two addresses become one person by a code that came back, or by an agent; never by a guess. On both databases."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.care import Grouping
from inbox_bot.cli.shape import shape
from inbox_bot.errors import UsageError
from inbox_bot.flows import customers, handing
from inbox_bot.model import Channel, Kind
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from tests.unit.flow_house import post
from tests.unit.linking_day import CODE, MAIL, Linking, a_mail


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


@pytest.mark.parametrize("way", ["subject", "text", "address"])
async def test_a_mail_with_the_code_joins_and_its_arrival_is_told_by_dm(day: Linking, way: str) -> None:
    """The tweet's customer and the mail's are one, on one ticket; the DM says that the mail is there, once."""
    await day.begins()
    code = await day.invited()
    told = {
        "subject": {"subject": f"Umzug {code}"},
        "text": {"text": f"Anbei alles. {code.upper()}"},
        "address": {"to": f"hilfe+{code}@acme.example"},
    }[way]
    await day.mails(**told)  # type: ignore[arg-type]  # mails' own texts
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]
    assert len({number for _, number in (await day.belongs()).values()}) == 1
    async with day.store.read() as tx:
        people = await tx.identities(owners[MAIL])
        [linked] = await tx.regroupings([Grouping.LINK], of=owners[MAIL])
    assert all(one.proven and one.proven_at is not None for one in people)
    assert (linked.who, linked.evidence) == ("the customer", "code sent by DM")
    arrived = [
        message for message, delivery in await day.deliveries()
        if delivery.kind is Kind.CONFIRMATION and delivery.channel is Channel.TWITTER and message.automatic
    ]  # fmt: skip
    assert len(arrived) == 1
    assert "angekommen" in arrived[0].text


async def test_the_angry_are_told_nothing_by_a_machine(day: Linking) -> None:
    """They are one person all the same; that it arrived a person tells."""
    await day.begins()
    await day.sends()
    code = await day.invited()
    await day.sends()
    before = len(await day.deliveries())
    await day.mails(f"{code} Das ist eine Frechheit, mein Anwalt meldet sich!", id=1, subject="Beschwerde")
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]
    assert len(await day.deliveries()) == before


async def test_a_first_dm_is_offered_the_mail_address(day: Linking) -> None:
    """Where the house wants it: the acknowledgement brings a code, the mail with it joins; a post gets none."""
    day.policy = replace(day.policy, offer_mail=True)
    await day.begins()
    [text] = [message.text for message, _ in await day.deliveries()]
    [code] = set(CODE.findall(text))
    assert f"hilfe+link-{code}@acme.example" in text
    await day.mails(id=1, subject=f"link-{code}")
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]
    await day.takes(post(id=9100, author="1003"))
    assert not any("link-" in message.text for message, sent in await day.deliveries() if sent.visibility == "public")


async def test_no_code_is_handed_on(day: Linking) -> None:
    """Whoever reads a dossier could say with it that he is the customer; the rest of the text is there."""
    day.policy = replace(day.policy, offer_mail=True)
    await day.begins()
    [number] = {found for _, found in (await day.belongs()).values()}
    found, _ = await handing.handed_on(day.house, number, "", "umzug.html", shape)
    assert sum("hilfe+link-…@acme.example" in one.message.text for one in found.entries) == 1
    assert not any(CODE.search(f"{one.message.subject} {one.message.text}") for one in found.entries)


async def test_nor_one_in_the_subject_of_a_ticket(day: Linking) -> None:
    """A mail with a code that does not count, since nothing proves its sender, opens a ticket of that subject."""
    await day.begins()
    code = await day.invited()
    await day.mails("Hier mein Code.", result="fail", subject=f"Mein Code {code}")
    found, page = await handing.handed_on(day.house, "eva.winter@post.example", "", "umzug.json", shape)
    assert found.ticket is not None
    assert found.ticket.subject == "Mein Code link-…"
    assert not CODE.search(json.dumps(page))


async def test_who_was_known_by_mail_brings_all_his_tickets(day: Linking) -> None:
    """What he had before belongs to the one customer, too; both numbers stay his."""
    await day.begins()
    await day.mails("Schon länger.", id=1)
    before = await day.belongs()
    code = await day.invited()
    await day.mails(id=2, subject=code)
    after = await day.belongs()
    assert len({customer for customer, _ in after.values()}) == 1
    assert after["<m1@post.example>"][1] == before["<m1@post.example>"][1]
    assert after["<m2@post.example>"][1] == before["5001"][1]


async def test_a_dm_with_the_code_that_went_by_mail(day: Linking) -> None:
    """The other way round needs no mail server's verdict: he has read what went to that mailbox."""
    day.authserv_id = ""
    await day.begins()
    await day.mails(id=1)
    code = await day.invited(Channel.TWITTER, MAIL)
    await day.writes(f"Hier der Text: {code}", id=5002)
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]


@pytest.mark.parametrize("why", ["forged", "silent", "used", "too old", "wrong channel", "unknown", "in public"])
async def test_what_does_not_count_links_nobody(day: Linking, why: str) -> None:
    """And nobody is told why: the message is filed as any other."""
    await day.begins()
    code = await day.invited()
    if why == "used":
        await day.mails(id=1, subject=code, sender="Ida Sommer <ida@post.example>")
    if why == "too old":
        day.later(days=7)
    if why == "unknown":
        code = "link-abcdefghij"
    if why == "wrong channel":
        await day.writes(code, id=5009, author="1002")
    elif why == "in public":
        assert not any(
            code in message.text for message, delivery in await day.deliveries() if delivery.visibility == "public"
        )
        return
    else:
        result = {"forged": "fail", "silent": ""}.get(why, "pass")
        await day.mails(id=2, subject=f"Umzug {code}", result=result)
    owners = await day.owners()
    other = "1002" if why == "wrong channel" else MAIL
    assert owners[other] != owners["1001"]
    for message, _ in await day.deliveries():
        if message.identity is not None and message.channel is Channel.EMAIL:
            assert "Code" not in message.text


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Cc", "To", "Subject"])
async def test_anothers_signed_mail_sent_on_links_nobody(day: Linking, header: str) -> None:
    """Who has a code and some mail of Eva's can send that on to the code's address, or put a header above it: her
    server's signature holds all the same, and she has read no code."""
    await day.begins()
    code = await day.invited()
    told = f"{header}: hilfe+{code}@acme.example"
    await day.takes(a_mail("Ja, der Schrank ist noch da.", told, id=1, to="kevin@post.example", subject="Re: Schrank"))
    owners = await day.owners()
    assert owners.get(MAIL) != owners["1001"]


@pytest.mark.parametrize("place", ["subject", "address", "text"])
@pytest.mark.parametrize("whose", ["ours", "another's"])
async def test_an_answer_to_anothers_mail_does_not_say_who_she_is(day: Linking, whose: str, place: str) -> None:
    """Whoever mails Eva can choose subject and Reply-To, and she answers without a look: only what she writes herself
    counts then; in an answer to a mail of ours all of it."""
    await day.begins()
    await day.mails("Schon länger.", id=1)
    await day.sends()
    code = await day.invited()
    [ours] = [message.external_id for message, sent in await day.deliveries() if sent.to == MAIL]
    answered = ours if whose == "ours" else "<k1@kevin.example>"
    told = {
        "subject": {"subject": f"Re: Schrank {code}"},
        "address": {"to": f"Kevin <hilfe+{code}@acme.example>", "subject": "Re: Schrank"},
        "text": {"text": f"Ja. {code}", "subject": "Re: Schrank"},
    }[place]
    text = told.pop("text", "Ja, er ist noch da.")
    await day.takes(a_mail(text, f"In-Reply-To: {answered}", id=2, **told))
    owners = await day.owners()
    assert (owners[MAIL] == owners["1001"]) is (whose == "ours" or place == "text")


async def test_a_code_that_all_can_read_is_worth_nothing(day: Linking) -> None:
    """Eva posts it by mistake: whoever comes with it, in the same poll or later, is not taken for her."""
    await day.begins()
    code = await day.invited()
    await day.takes(post(f"@acme wohin mit {code.upper()}?", id=9001, author="1003"))
    await day.mails(id=2, subject=code, sender="Ida Sommer <ida@post.example>")
    owners = await day.owners()
    assert owners["ida@post.example"] != owners["1001"]
    fresh = await day.invited()
    await day.mails(id=3, subject=fresh)
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]


async def test_where_nothing_shows_who_wrote_the_mailbox_is_asked(day: Linking) -> None:
    """A house whose mail server says nothing sends a code to the mailbox; that code, written by DM, links."""
    day.authserv_id = ""
    await day.begins()
    await day.mails(id=1)
    code = await day.invited()
    await day.mails(id=2, subject=code)
    owners = await day.owners()
    assert owners[MAIL] != owners["1001"]
    sent = [m.text for m, d in await day.deliveries() if d.channel is Channel.EMAIL and d.kind is Kind.CONFIRMATION]
    assert len(sent) == 1
    await day.writes(next(word for word in sent[0].split() if word.startswith("link-")), id=5003)
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]


async def test_signs_only_suggest(day: Linking) -> None:
    """Another's number, name or address: noted once for the team, and everybody keeps his own ticket."""
    await day.begins()
    number = next(iter((await day.belongs()).values()))[1]
    await day.mails(f"Es geht um {numbers.pretty(number)}.", id=1)
    await day.mails("Fragen Sie eva.winter@post.example.", id=2, sender="Ida Sommer <ida@post.example>")
    await day.mails("Hallo.", id=3, sender="EVA WINTER <ew@post.example>")
    owners = await day.owners()
    assert len(set(owners.values())) == 4
    found = await customers.suggestions(day.house, "", 100)
    assert [(one.guess.value, one.detail) for one, _, _ in found] == [
        ("ticket number quoted", numbers.pretty(number)),
        ("address named in a text", MAIL),
        ("same name", "EVA WINTER"),
    ]
    await customers.dismiss(day.house, found[0][0].id, "anna")
    assert len(await customers.suggestions(day.house, "", 100)) == 2
    with pytest.raises(UsageError, match="no open suggestion"):
        await customers.dismiss(day.house, found[0][0].id, "anna")


async def test_unlinking_gives_each_his_own_again(day: Linking) -> None:
    """Also what came since: a mail in the other's ticket gets one of its own, whose number he is told."""
    await day.begins()
    await day.mails("Schon länger.", id=1)
    before = await day.belongs()
    code = await day.invited()
    await day.mails(id=2, subject=code)
    await day.writes("Noch etwas.", id=5002)
    done = await customers.unlink(day.house, MAIL, "anna", "her sister's")
    assert [one.address for one in done.identities] == [MAIL]
    owners = await day.owners()
    assert owners[MAIL] != owners["1001"]
    after = await day.belongs()
    assert after["<m1@post.example>"] == before["<m1@post.example>"]
    assert after["5001"] == before["5001"]
    assert after["5002"] == before["5001"]
    assert after["<m2@post.example>"][0] == owners[MAIL]
    assert after["<m2@post.example>"][1] not in {number for _, number in before.values()}
    listed = await customers.changes(day.house, "1001")
    assert [one.grouping for one in listed] == [Grouping.LINK, Grouping.UNLINK, Grouping.UNLINK]
    assert (listed[0].undone_by, listed[0].undone_why) == ("anna", "her sister's")


async def test_merging_customers_and_back(day: Linking) -> None:
    """An agent joins two, and takes it back by the id of the merge; what came meanwhile goes to its owner."""
    await day.begins()
    await day.mails(id=1)
    before = await day.belongs()
    done = await customers.merge(day.house, "1001", MAIL, "anna", "one contract")
    assert len(set((await day.owners()).values())) == 1
    with pytest.raises(UsageError, match="one customer already"):
        await customers.merge(day.house, "1001", MAIL, "anna", "again")
    day.later(minutes=5)
    await day.mails("Und noch etwas.", id=2)
    await customers.unmerge(day.house, done.regrouping, "anna", "two contracts")
    after = await day.belongs()
    assert {key: after[key] for key in before} == before
    assert after["<m2@post.example>"][0] == (await day.owners())[MAIL]
    with pytest.raises(UsageError, match="taken back already, by anna"):
        await customers.unmerge(day.house, done.regrouping, "anna", "twice")


async def test_who_cannot_be_invited(day: Linking) -> None:
    """A code stands in no public post, and goes nowhere without a way."""
    await day.begins()
    await day.mails(id=1)
    with pytest.raises(UsageError, match="no direct message yet"):
        await customers.invite(day.house, MAIL, Channel.EMAIL, "anna")
    with pytest.raises(UsageError, match="no mail address"):
        await customers.invite(day.house, "1001", Channel.TWITTER, "anna")
    with pytest.raises(UsageError, match="only address"):
        await customers.unlink(day.house, MAIL, "anna", "")


async def test_one_code_for_two_mails_at_once(day: Linking) -> None:
    """In one lot the first that comes is linked, the other is a stranger's."""
    await day.begins()
    code = await day.invited()

    await day.takes(
        a_mail(id=1, subject=code), a_mail(id=2, subject=code, sender="Ida Sommer <ida@post.example>"),
    )  # fmt: skip
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"] != owners["ida@post.example"]


async def test_a_week_later_a_new_code_is_needed(day: Linking) -> None:
    """Up to the last moment it works."""
    await day.begins()
    code = await day.invited()
    day.later(days=7)
    day.now -= timedelta(seconds=1)
    await day.mails(id=1, subject=code)
    owners = await day.owners()
    assert owners[MAIL] == owners["1001"]
