"""What an agent does to tickets, people and waiting replies, and what he reads."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Conflict, UsageError
from inbox_bot.flows import approving, desk, reading, settling, team
from inbox_bot.model import Channel, DeliveryState, Direction, Kind, TicketState, Visibility
from inbox_bot.records import Delivery, LogEntry
from inbox_bot.store.database import Database
from tests.unit.desk_house import HANDLE, MAIL, NOW, NUMBER, WRITTEN, Office, a_mail, a_post, a_ticket


@pytest.fixture
async def office(store: Database) -> Office:
    office = Office(store)
    await office.agent()
    return office


async def log_of(office: Office) -> list[LogEntry]:
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        return await tx.log(ticket.id)


async def the_delivery(office: Office) -> Delivery:
    found = (await reading.dossier(office.house, NUMBER)).entries
    [delivery] = [delivery for entry in found for delivery, _ in entry.deliveries]
    return delivery


def waiting_reply(**fields: object) -> Delivery:
    delivery = Delivery(
        id=-9,
        token="public1",
        inbox="x",
        channel=Channel.TWITTER,
        kind=Kind.ACKNOWLEDGEMENT,
        visibility=Visibility.PUBLIC,
        to="1001",
        payload=b"x",
        created_at=NOW,
        due_at=NOW,
        message=-8,
        ticket=-103,
        identity=-102,
        carries_number=True,
        automatic=True,
        approval=True,
    )
    return replace(delivery, **fields)  # type: ignore[arg-type]  # a builder takes any field


def our_post() -> object:
    return a_post(id=-8, direction=Direction.OUTGOING, external_id="", automatic=True, text="Ticket 427-918-354")


# --- who acts


async def test_the_only_agent_needs_no_name(office: Office) -> None:
    """With one agent --as may be left out; with two the refusal names both."""
    await office.case(a_mail())
    assert (await settling.resolve(office.house, WRITTEN, "")).state is TicketState.RESOLVED
    await office.agent("ben", "BN")
    with pytest.raises(UsageError, match="agents: anna, ben"):
        await settling.reopen(office.house, WRITTEN, "")
    await settling.reopen(office.house, WRITTEN, "BN")
    assert [(one.who, one.what) for one in await log_of(office)] == [("anna", "resolve"), ("ben", "reopen")]


async def test_an_unknown_agent_is_refused_with_the_way_to_add_him(office: Office) -> None:
    """The line can be copied."""
    await office.case(a_mail())
    with pytest.raises(
        UsageError, match=r'unknown agent "x": add it with: inbox-bot agent add x --initials XY --address …'
    ):
        await desk.note(office.house, WRITTEN, "text", "x")


async def test_a_disabled_agent_cannot_act(office: Office) -> None:
    """What he did stays; adding the name again brings him back with his id."""
    await office.case(a_mail())
    before = await team.disable(office.house, "ANNA")
    with pytest.raises(UsageError, match="no agent yet"):
        await settling.resolve(office.house, WRITTEN, "")
    with pytest.raises(UsageError, match="disabled"):
        await settling.resolve(office.house, WRITTEN, "anna")
    with pytest.raises(UsageError, match="already"):
        await team.disable(office.house, "anna")
    again = await team.add(office.house, "Anna", "ab", "Anna@ACME.example")
    assert (again.id, again.name, again.address) == (before.id, "anna", "Anna@acme.example")
    await settling.resolve(office.house, WRITTEN, "anna")


async def test_an_agents_domain_is_kept_as_dns_knows_it(office: Office) -> None:
    """In ASCII, so that it is compared with what stands in mails; the name before it stays as it was written."""
    await team.add(office.house, "ben", "BN", "Ben@STRAßE.example")
    ben = next(one for one in await team.agents(office.house) if one.name == "ben")
    assert ben.address == "Ben@xn--strae-oqa.example"


@pytest.mark.parametrize(
    ("name", "initials", "address"),
    [
        ("anna", "XY", "a@acme.example"),
        ("ben", "AB", "b@acme.example"),
        ("ben", "^", "b@acme.example"),
        ("ben", "BN", "nowhere"),
        ("be\x1bn", "BN", "b@acme.example"),
        ("ben", "BN", "Hilfe+ben@acme.example"),
    ],
)
async def test_agents_are_told_apart(office: Office, name: str, initials: str, address: str) -> None:
    """A name or initials in use, and what is none, are refused; nobody is added."""
    with pytest.raises(UsageError):
        await team.add(office.house, name, initials, address)
    assert [one.name for one in await team.agents(office.house)] == ["anna"]


# --- tickets


@pytest.mark.parametrize("written", [NUMBER, WRITTEN, f"#{WRITTEN}", "427 918 354", "Ticket 427.918.354"])
async def test_any_spelling_of_a_number_is_taken(office: Office, written: str) -> None:
    """As people write and dictate it."""
    await office.case(a_mail())
    assert (await settling.resolve(office.house, written, "")).number == NUMBER


@pytest.mark.parametrize(
    ("written", "why"), [("427-918-355", "check digit"), ("hello", "nine digits"), ("100000006", "there is no ticket")]
)
async def test_a_wrong_number_is_named_as_such(office: Office, written: str, why: str) -> None:
    """A mistyped number is told from an unknown one."""
    with pytest.raises(UsageError, match=why):
        await settling.resolve(office.house, written, "")


async def test_a_note_stays_with_the_team(office: Office) -> None:
    """It stands in the timeline under the agent's name and goes nowhere."""
    await office.case(a_mail())
    _, id, told = await desk.note(office.house, WRITTEN, "zurückgerufen", "anna")
    assert told == []
    last = (await reading.dossier(office.house, NUMBER)).entries[-1]
    assert (last.message.id, last.agent, last.message.visibility) == (id, "anna", Visibility.INTERNAL)
    assert last.deliveries == ()
    with pytest.raises(UsageError, match="empty"):
        await desk.note(office.house, WRITTEN, " ", "anna")


async def test_a_ticket_is_given_and_taken(office: Office) -> None:
    """`tickets --mine` shows what an agent has."""
    await office.case(a_mail())
    await office.agent("ben", "BN")
    await desk.assign(office.house, WRITTEN, "ben", "anna")
    mine = await reading.tickets(office.house, reading.Wanted(mine="ben"), 5)
    assert [(row[0].number, row[2]) for row in mine] == [(NUMBER, "ben")]
    assert not await reading.tickets(office.house, reading.Wanted(mine="anna"), 5)
    _, owner = await desk.assign(office.house, WRITTEN, "", "anna")
    assert owner is None


async def test_the_newest_tickets_come_even_behind_junk(office: Office) -> None:
    """A filter that the store does not know must not shorten the list."""
    await office.case(a_mail())
    rest = [a_ticket(id=-200 - n, number=f"10000{n:04}", customer=1, junk=True) for n in range(40)]
    await office.save(*rest)
    found = await reading.tickets(office.house, reading.Wanted(), 3)
    assert [row[0].number for row in found] == [NUMBER]
    assert len(await reading.tickets(office.house, reading.Wanted(junk=True), 3)) == 3


async def test_junk_stops_what_has_not_gone(office: Office) -> None:
    """The queued acknowledgement is withdrawn and the owed one waits; undo owes it again, once."""
    await office.case(
        a_mail(acknowledge_at=NOW),
        our_post(),  # type: ignore[arg-type]  # a message
        waiting_reply(approval=False),
    )
    await desk.junk(office.house, WRITTEN, "", undo=False)
    found = await reading.dossier(office.house, NUMBER)
    assert found.ticket is not None
    assert found.ticket.junk
    async with office.store.read() as tx:
        assert await tx.owed(NOW, 9) == []
    assert (await the_delivery(office)).state is DeliveryState.WITHDRAWN
    with pytest.raises(UsageError, match="already junk"):
        await desk.junk(office.house, WRITTEN, "", undo=False)
    await desk.junk(office.house, WRITTEN, "", undo=True)
    found = await reading.dossier(office.house, NUMBER)
    assert [e.message.acknowledge_at for e in found.entries if e.message.channel is Channel.EMAIL] == [NOW]


@pytest.mark.parametrize("fields", [{"quiet": "spam"}, {"number_delivered_at": NOW}])
async def test_undoing_junk_owes_nothing_where_nothing_was_owed(office: Office, fields: dict[str, object]) -> None:
    """A number that arrived, or was never to be sent, is not sent by the undo."""
    await office.case(a_mail(), ticket=a_ticket(junk=True, **fields))
    await desk.junk(office.house, WRITTEN, "", undo=True)
    [entry] = (await reading.dossier(office.house, NUMBER)).entries
    assert entry.message.acknowledge_at is None


# --- people


@pytest.mark.parametrize("key", [MAIL, MAIL.upper(), f"@{HANDLE}", HANDLE, "1001"])
async def test_block_is_reversible(office: Office, key: str) -> None:
    """By address, handle or id; only that identity is meant; what waits to go to it is withdrawn."""
    await office.case(
        a_mail(),
        our_post(),  # type: ignore[arg-type]  # a message
        waiting_reply(approval=False),
    )
    [blocked] = await desk.block(office.house, key, "", undo=False)
    assert blocked.blocked_at == NOW
    there = blocked.channel is Channel.TWITTER
    assert (await the_delivery(office)).state is (DeliveryState.WITHDRAWN if there else DeliveryState.QUEUED)
    [free] = await desk.block(office.house, key, "", undo=True)
    assert (free.id, free.blocked_at) == (blocked.id, None)


@pytest.mark.parametrize("key", ["nobody@post.example", "@", "", "Eva Winter"])
async def test_nobody_is_blocked_by_chance(office: Office, key: str) -> None:
    """Only an address, handle or id names a person."""
    await office.case(a_mail())
    with pytest.raises(UsageError, match="nobody is known"):
        await desk.block(office.house, key, "", undo=False)


# --- approval


async def test_a_public_reply_waits_for_a_person(office: Office) -> None:
    """It is listed with its ticket; approved it goes out, and waits no more."""
    await office.case(a_post(), our_post(), waiting_reply())  # type: ignore[arg-type]  # a message
    [one] = await approving.waiting(office.house)
    assert (one.number, one.text) == (NUMBER, "Ticket 427-918-354")
    [done] = await approving.approve(office.house, WRITTEN, "", yes=True)
    assert done.delivery == one.delivery
    assert not await approving.waiting(office.house)
    async with office.store.write() as tx:
        [parcel] = await tx.claim("x", 5, "w", NOW + timedelta(minutes=5), NOW + timedelta(minutes=1))
    assert parcel.id == one.delivery
    assert [entry.what for entry in await log_of(office)] == ["approve"]


async def test_a_public_reply_can_be_refused(office: Office) -> None:
    """Refused it never goes out; a ticket without one is told so."""
    await office.case(a_post(), our_post(), waiting_reply())  # type: ignore[arg-type]  # a message
    assert len(await approving.approve(office.house, "", "", yes=False)) == 1
    async with office.store.write() as tx:
        assert not await tx.claim("x", 5, "w", NOW + timedelta(minutes=5), NOW + timedelta(minutes=1))
    with pytest.raises(UsageError, match="waits for approval"):
        await approving.approve(office.house, WRITTEN, "", yes=True)


async def test_a_conflict_runs_the_act_again(office: Office) -> None:
    """Another process was first: the act runs once more on what is now on record; a lasting conflict is told."""
    tries = 0

    async def act(tx: object) -> int:
        nonlocal tries
        tries += 1
        if tries < desk.MOST_TRIES:
            raise Conflict("taken")
        return tries

    assert await desk.committed(office.house, act) == desk.MOST_TRIES

    async def never(tx: object) -> int:
        raise Conflict("taken")

    with pytest.raises(Conflict):
        await desk.committed(office.house, never)
