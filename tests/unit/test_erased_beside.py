"""What a customer has left beside his messages is erased, too, and nothing of anybody else's. On both databases."""

import asyncio
from dataclasses import replace
from hashlib import sha256

import pytest
from sqlalchemy import select

from inbox_bot.care import Grouping
from inbox_bot.errors import UsageError
from inbox_bot.flows import authorising, customers, desk, erasing, merging
from inbox_bot.flows.answering import reply
from inbox_bot.flows.authorising import Grant
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.writing import References, queue
from inbox_bot.model import Channel, Kind, Outcome, TicketState, Visibility
from inbox_bot.ports import Rendered, Transaction
from inbox_bot.records import LedgerLine, Notice
from inbox_bot.store.database import Database
from inbox_bot.store.filing import unpacked
from inbox_bot.store.schema import deliveries, identities, log, messages, notices, raws
from inbox_bot.views import Lookup
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW, a_mail
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.scenario_house import tickets
from tests.unit.test_scenarios_bounces import dsn

MAIL = "quittenbaum@post.example"
EVA = f"Eva Winter <{MAIL}>"
IDA = "Ida Sommer <ida@post.example>"


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def kept(day: Day) -> bytes:
    """All bytes that are kept, as they came, in small letters."""

    def look(db: object) -> list[bytes]:
        rows = db.execute(select(raws.c.packed, raws.c.data))  # type: ignore[attr-defined]  # a connection
        return [unpacked(packed, bytes(data)) for packed, data in rows]

    async with day.store.read() as tx:
        return b"\n".join(await tx._run(look)).lower()  # type: ignore[attr-defined]  # beneath the port


async def words(day: Day) -> str:
    """All of the log's details and of the notices."""

    def look(db: object) -> list[str]:
        columns = (log.c.detail, notices.c.subject, notices.c.text)
        return [str(value) for one in columns for (value,) in db.execute(select(one))]  # type: ignore[attr-defined]

    async with day.store.read() as tx:
        return "\n".join(await tx._run(look)).lower()  # type: ignore[attr-defined]  # beneath the port


async def test_no_bytes_are_left_of_what_came_beside_his_messages(day: Day) -> None:
    """Neither of a mail that came twice, nor of the report about our answer, of our post that came back, of what was
    refused, parked or written by his machine before anybody knew him; another's bytes stay."""
    await day.agent()
    machine = mail("Bin in Urlaub.", "Auto-Submitted: auto-replied", id=8, sender=EVA, subject="Abwesend")
    await day.takes(machine)
    first = mail("Mein Quittenbaum.", id=1, sender=EVA)
    await day.takes(first, replace(first, key="9:1"))
    await day.takes(mail("Ihre Leitung.", id=2, sender=IDA))
    await day.sends()
    [path] = [draft.return_path for draft in day.mail.drafts if MAIL in str(draft.to)]
    await day.takes(dsn(day, path, 1, at=MAIL))
    found = dict(await day.outcomes())
    assert (found["9:1"], found["8:1"], found["7:8"]) == ("duplicate", "bounce", "automatic")
    before = await kept(day)
    assert b"quittenbaum" in before
    await erasing.erase(day.house, MAIL, "anna", "")
    after = await kept(day)
    assert b"quittenbaum" not in after
    assert b"bin in urlaub" not in after
    assert b"ihre leitung" in after
    assert dict(await day.outcomes()) == found


async def test_no_bytes_are_left_of_what_came_from_x(day: Day) -> None:
    """His retweet was refused, and our message to him came back: both lines stay, empty."""
    await day.agent()
    await day.takes(replace(dm("Bitte um Hilfe."), raw=b'{"id": "5001", "sender_id": "1001"}'))
    await day.sends()
    [(_, sent)] = await day.deliveries()
    ours = replace(dm("Ihre Nummer.", id=7, own=True), external_id=sent.external_id, raw=b'{"text": "quittenbaum"}')
    again = post("RT", id=9009, retweet=True)
    await day.takes(ours, replace(again, raw=b'{"author_id": "1001", "text": "quittenbaum"}'))
    other = replace(post("RT", id=9010, author="10012", retweet=True), raw=b'{"author_id": "10012"}')
    await day.takes(other)
    assert {"echo", "refused"} <= {outcome for _, outcome in await day.outcomes()}
    await erasing.erase(day.house, "1001", "anna", "")
    assert await kept(day) == b'{"author_id": "10012"}'


async def test_a_parked_mail_that_only_names_him_is_somebody_elses(day: Day) -> None:
    """It is still to be read; one that he wrote himself is not."""
    await day.agent()
    await day.takes(mail(id=1, sender=EVA))
    head = b"Subject: x\r\nFrom: %s\r\n\r\nan " + MAIL.encode()
    async with day.store.write() as tx:
        await park(tx, "8:1", head % b"ida@post.example")
        await park(tx, "8:2", head % MAIL.encode())
    await erasing.erase(day.house, MAIL, "anna", "")
    assert await kept(day) == (head % b"ida@post.example").lower()


async def park(tx: Transaction, key: str, content: bytes) -> None:
    """A mail that could not be read."""
    digest = sha256(content).hexdigest()
    line = LedgerLine(
        inbox="mail", stream="mail", key=key, outcome=Outcome.QUARANTINED, reason="too big", at=NOW, raw=digest
    )
    await tx.save(Filing(raws={digest: content}, ledger=[line], taken=1))


async def test_no_words_are_left_in_log_and_notices(day: Day) -> None:
    """However his address was typed when he was blocked; and of a bounce that no ticket is named by."""
    await day.agent()
    await day.takes(mail(id=1, sender=EVA))
    await desk.block(day.house, "Quittenbaum@Post.example", "anna", undo=False)
    await desk.block(day.house, MAIL, "anna", undo=True)
    told = [
        Notice(kind="bounce", at=day.now, subject=f"a bounce about {one}", text="")
        for one in (MAIL, "ida@post.example")
    ]
    async with day.store.write() as tx:
        await tx.save(Filing(notices=told))
    await erasing.erase(day.house, MAIL, "anna", "")
    assert "quittenbaum" not in await words(day)
    assert "a bounce about ida@post.example" in await words(day)


async def test_erasing_one_leaves_anothers_merge_as_it_was(day: Day) -> None:
    """Her own id is also that of a ticket of Eva's: what Eva's tickets were is still known, so that they part again."""
    await day.agent()
    await day.takes(mail(id=1, sender=IDA))
    for n in (2, 3):
        day.later(days=4)
        await day.takes(mail(id=n, sender=EVA, subject=f"Sache {n}", at=day.now))
    async with day.store.read() as tx:
        [eva] = await tx.find_customers(MAIL)
    _, first, second = await tickets(day)
    assert first.id == eva.id  # so that both ids meet
    await day.takes(mail(id=5, sender="Ben <ben@post.example>", at=day.now))
    await merging.merge(day.house, first.number, second.number, "anna", "one Quittenbaum")
    async with day.store.read() as tx:
        [ben] = await tx.find_customers("ben@post.example")
    assert ben.id == second.id
    await erasing.erase(day.house, "ben@post.example", "anna", "")
    done = await merging.unmerge(day.house, first.number, "anna", "")
    assert (done.other.state, done.other.merged_into) == (TicketState.NEW, None)


async def test_why_his_tickets_were_merged_goes_with_him(day: Day) -> None:
    """Whatever their ids are."""
    await day.agent()
    await day.takes(mail(id=1, sender=IDA))
    await day.takes(mail(id=4, sender="Ben <ben@post.example>"))
    for n in (2, 3):
        day.later(days=4)
        await day.takes(mail(id=n, sender=IDA if n == 2 else EVA, subject=f"Sache {n}", at=day.now))
    day.later(days=4)
    await day.takes(mail(id=6, sender=EVA, subject="Sache 6", at=day.now))
    *_, first, second = await tickets(day)
    assert first.customer == second.customer not in (first.id, second.id)
    await merging.merge(day.house, first.number, second.number, "anna", "one Quittenbaum")
    await erasing.erase(day.house, MAIL, "anna", "")
    async with day.store.read() as tx:
        found = await tx.regroupings(list(Grouping), of=first.id)
    assert [one.why for one in found] == [""]


async def test_who_was_merged_into_him_is_listed_too(day: Day) -> None:
    """A backup from before the merge has two to be erased again; the shell of one that goes on is nobody to erase."""
    await day.agent()
    await day.takes(mail(id=1, sender=IDA), mail(id=2, sender=EVA))
    done = await customers.merge(day.house, "ida@post.example", MAIL, "anna", "one person")
    [kept] = {one.customer for one in done.identities}
    async with day.store.read() as tx:
        [other] = [id for id in (1, 2) if id != kept and await tx.customer(id)]
    with pytest.raises(UsageError, match=f"goes on as #{kept}"):
        await erasing.erase(day.house, f"#{other}", "anna", "")
    await erasing.erase(day.house, MAIL, "anna", "")
    found = [(one.customer, one.counts) for one in await erasing.erasures(day.house)]
    assert [id for id, _ in found] == [kept, other]
    assert found[1][1] == f"with #{kept}"
    assert (await erasing.erase(day.house, f"#{other}", "anna", "")).customer == other


async def test_who_acted_for_another_acts_no_more(day: Day) -> None:
    """Eva is erased: that Ida had authorised her is over, so that somebody else can be asked for."""
    await day.agent()
    await day.takes(mail(id=1, sender=EVA), mail(id=2, sender=IDA))
    grant = Grant(key="ida@post.example", person="Eva Winter", identity=MAIL, evidence="by telephone", who="anna")
    await authorising.grant(day.house, grant)
    await erasing.erase(day.house, MAIL, "anna", "")
    async with day.store.read() as tx:
        [ida] = await tx.find_customers("ida@post.example")
        [one] = await tx.authorisations_of(ida.id)
    assert (one.person, one.evidence, one.withdrawn_at) == ("", "", day.now)
    assert "eva winter" not in await words(day)
    number = (await tickets(day))[1].number
    answer = Answer(number=number, who="anna", text="Bitte senden Sie uns eine Vollmacht.", anyway=True)
    assert (await reply(day.house, answer)).text


async def test_what_was_erased_does_not_come_back_by_parting(day: Day) -> None:
    """Neither as a customer nor as an open ticket: there is nothing to part any more, and nobody to write to."""
    await day.agent()
    await day.takes(mail(id=1, sender=EVA), mail(id=2, sender=IDA))
    done = await customers.merge(day.house, MAIL, "ida@post.example", "anna", "one person")
    first, second = await tickets(day)
    await merging.merge(day.house, first.number, second.number, "anna", "one matter")
    await erasing.erase(day.house, MAIL, "anna", "")
    with pytest.raises(UsageError, match="or erased"):
        await customers.unmerge(day.house, done.regrouping, "anna", "")
    with pytest.raises(UsageError, match="its words were erased"):
        await merging.unmerge(day.house, first.number, "anna", "")
    assert {one.state for one in await tickets(day)} == {TicketState.CLOSED}


async def test_what_he_writes_while_he_is_erased_is_erased_too(day: Day) -> None:
    """The intake has just looked him up when it begins: it waits until his mail and our answer are filed."""
    await day.agent()
    await day.takes(mail(id=1, sender=EVA))
    await day.sends()
    [ticket] = await tickets(day)
    async with day.store.write() as tx:
        known = await tx.gather(Lookup(addresses=frozenset({(Channel.EMAIL, MAIL)})), day.now)
        [identity] = known.identities.values()
        erased = asyncio.create_task(erasing.erase(day.house, MAIL, "anna", ""))
        # without a lock it has read what is his long before this ends; with one it cannot
        await asyncio.wait({erased}, timeout=0.5)
        owner = {"id": -1, "customer": ticket.customer, "identity": identity.id}
        late = a_mail(**owner, ticket=ticket.id, external_id="<late@post.example>", text="Noch ein Quittenbaum.")
        filing = Filing(messages=[late], identities=[replace(identity, name="Quittenbaum")])
        rendered = Rendered(text="Quittenbaum, ja.", subject="")
        how = {"kind": Kind.ACKNOWLEDGEMENT, "visibility": Visibility.PRIVATE, "at": day.now, "due_at": day.now}
        queue(day.house, filing, References(last=-9), ticket=ticket, identity=identity, rendered=rendered, **how)  # type: ignore[arg-type]  # as in a builder
        await tx.save(filing)
    await erased
    sent = len(day.mail.parcels)
    await day.sends()
    assert len(day.mail.parcels) == sent
    assert await said(day, "quittenbaum") == []


async def test_his_own_mail_domain_is_forgotten(day: Day) -> None:
    """That somebody was new from it is counted by the hour; of a domain that others have the count stays."""
    await day.agent()
    await day.takes(mail(id=1, sender="Eva <eva@quittenbaum.example>"), mail(id=2, sender="Eva <eva@post.example>"))
    await day.takes(mail(id=3, sender=IDA))
    await erasing.erase(day.house, "eva@quittenbaum.example", "anna", "")
    await erasing.erase(day.house, "eva@post.example", "anna", "")
    async with day.store.read() as tx:
        met = await tx.newcomers(["quittenbaum.example", "post.example"], day.now)
    assert dict(met) == {"post.example": 2}


async def said(day: Day, word: str) -> list[str]:
    """In which columns of messages, identities and deliveries a word stands."""
    columns = (messages.c.text, identities.c.name, identities.c.address, deliveries.c.payload, deliveries.c.to)

    def look(db: object) -> list[str]:
        found = [(str(one), value) for one in columns for (value,) in db.execute(select(one))]  # type: ignore[attr-defined]
        return [name for name, value in found if word in str(value).lower()]

    async with day.store.read() as tx:
        return await tx._run(look)  # type: ignore[attr-defined, no-any-return]  # beneath the port
