"""`run --once` over five hundred mixed things from a real Dovecot and the sandbox's X, seen from the customers."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from inbox_bot.app import open_store
from inbox_bot.model import Channel, Direction
from inbox_bot.rules.numbers import pretty
from inbox_bot.sandbox.x import Post, World, serve
from tests.dovecot import Dovecot
from tests.e2e import mixed_answers, mixed_mail, mixed_posts
from tests.e2e.house import House, write_config
from tests.e2e.mixed import Expected, Mail, Town
from tests.e2e.mixed_answers import Answer
from tests.e2e.mixed_posts import Scene
from tests.e2e.seen import NUMBER, Letter, letters_by_person
from tests.smtpsink import Sink, smtp_sink

SEED = 427

OUTCOMES = {"filed", "duplicate", "echo", "automatic", "bounce", "receipt", "junk", "refused", "quarantined"}
KINDS = {
    "number_not_delivered", "unanswered", "delivery_failed", "delivery_uncertain", "quarantined", "inbox_failing",
    "ledger_unbalanced",
}  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Play:
    """One house between its peers, and all that was put in so far."""

    house: House
    sink: Sink
    scene: Scene
    dovecot: Dovecot
    user: str
    mails: list[Mail] = field(default_factory=list)
    mirrored: int = 0  # posts and DMs of ours that the next poll sees again

    def deliver(self, mails: list[Mail]) -> None:
        """Put mails into the mailbox."""
        self.mails += mails
        self.dovecot.append(self.user, [mail.raw for mail in mails])

    @property
    def by_mail(self) -> list[Expected]:
        """All expectations of mails."""
        return [mail.expected for mail in self.mails]

    async def once(self, status: int) -> None:
        """One pass. What we have posted before it comes back to us in it."""
        self.mirrored = len(self.ours())
        ran = await self.house.run("run", "--once")
        assert ran.status == status, f"{ran.out}\n{ran.err}"
        assert "Traceback" not in ran.err, ran.err

    def ours(self) -> list[object]:
        """Posts and DMs that the house itself has sent."""
        put_in = {one.external_id for one in self.scene.expected}
        world = self.scene.world
        posts = [post for post in world.posts.values() if post.author is world.me and str(post.id) not in put_in]
        dms = [dm for dm in world.dms.values() if dm.sender is world.me and str(dm.id) not in put_in]
        return [*posts, *dms]


@asynccontextmanager
async def playing(folder: Path, dovecot: Dovecot) -> AsyncIterator[Play]:
    """Mailbox, X and sink around one configuration."""
    world = World()
    world.limits.lift()
    user = dovecot.new_user()
    async with smtp_sink() as sink, serve(world) as url:
        house = write_config(
            folder, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, x=(url, world)
        )  # fmt: skip
        scene = Scene(world=world, town=Town(SEED, "posts"))
        yield Play(house=house, sink=sink, scene=scene, dovecot=dovecot, user=user)


async def test_mixed_run(tmp_path: Path, dovecot: Dovecot) -> None:
    """Each number reaches its customer exactly once, every answer its ticket, and no machine hears from us."""
    now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mails must be young
    async with playing(tmp_path, dovecot) as play:
        play.deliver(mixed_mail.first_round(Town(SEED, "mail"), now))
        mixed_posts.first_round(play.scene)
        await play.once(0)
        await check_ledger(play)
        numbers = check_numbers(play)
        await check_tickets(play, numbers, missing=set())
        await check_audit(play.house, set())
        await check_nothing_is_said_again(play, 0)

        answers = {marker: as_answer(letter) for marker, letter in check_letters(play).items()}
        mails, lost = mixed_answers.second_round(Town(SEED, "second"), now, answers, play.mails)
        play.deliver(mails)
        mixed_posts.second_round(play.scene)
        await play.once(1)
        await check_ledger(play)
        numbers = check_numbers(play)
        taken_back = {numbers[marker] for marker in lost}
        await check_tickets(play, numbers, missing=taken_back)
        await check_audit(play.house, taken_back)
        await check_places(play, numbers)
        await check_show(play, numbers)
        await check_nothing_is_said_again(play, 1)
        assert len(play.mails) + len(play.scene.expected) >= 500


def as_answer(letter: Letter) -> Answer:
    """A letter as what its reader can answer."""
    return Answer(
        subject=str(letter.message["Subject"]),
        message_id=str(letter.message["Message-ID"]),
        reply_to=letter.message["Reply-To"].addresses[0].addr_spec,
        return_path=letter.return_path,
        number=letter.number,
    )


async def check_ledger(play: Play) -> None:
    """One line for each thing, with the fate it was made for."""
    ledger = await play.house.json("ledger")
    assert set(ledger) == {"counts", "balanced"}
    assert ledger["balanced"] is True
    assert all({"inbox", "outcome", "count"} <= set(line) for line in ledger["counts"])
    counts = {(line["inbox"], line["outcome"]): line["count"] for line in ledger["counts"] if line["count"]}
    assert {outcome for _, outcome in counts} <= OUTCOMES
    wanted = Counter(("mail", one.outcome) for one in play.by_mail)
    wanted.update(("x", one.outcome) for one in play.scene.expected)
    wanted["x", "echo"] += play.mirrored
    assert counts == dict(+wanted)


def check_numbers(play: Play) -> dict[str, str]:
    """The number of each ticket by the marker that opened it, each carried by exactly one answer to that message."""
    numbers = {marker: letter.number for marker, letter in check_letters(play).items()} | check_posts(play)
    twice = [number for number, count in Counter(numbers.values()).items() if count > 1]
    assert not twice
    return numbers


def check_letters(play: Play) -> dict[str, Letter]:
    """Who wrote a mail that deserves it has his letters; nobody else has any. Gives the first one by marker."""
    letters = letters_by_person(play.sink.mails)
    people = {one.person.address for one in play.by_mail if one.answered != "no" or one.receipt}
    assert set(letters) == people
    opened = {one.marker: one_answer(letters, one) for one in play.by_mail if one.opens}
    for address, got in letters.items():
        check_amount(address, got, play.by_mail, opened)
    for one in play.by_mail:
        receipts = [letter for letter in letters.get(one.person.address, []) if letter.receipt]
        if one.opens:
            assert len(receipts) == one.receipt, one
            assert all(letter.return_path == "" for letter in receipts)
    return opened


def one_answer(letters: dict[str, list[Letter]], one: Expected) -> Letter:
    """The one letter that answers the mail which opened a ticket, well-formed and marked as automatic."""
    got = [letter for letter in letters[one.person.address] if not letter.receipt]
    # A mail without a name of its own cannot be named; its author wrote nothing else.
    answers = [letter for letter in got if not one.external_id or letter.answers == one.external_id]
    assert len(answers) == 1, (one, answers)
    letter = answers[0]
    assert letter.number, one
    assert letter.number in letter.text, one
    assert letter.return_path.startswith("hilfe+b-"), one
    assert str(letter.message["Auto-Submitted"]).startswith("auto-replied")
    assert letter.message["Bcc"] is None
    assert letter.message["Cc"] is None
    return letter


def check_amount(address: str, got: list[Letter], expected: Iterable[Expected], opened: dict[str, Letter]) -> None:
    """All a person got besides receipts: one letter a ticket, and for what followed at least one, at most one each."""
    of_his = [one for one in expected if one.person.address == address]
    shared = [one for one in of_his if one.answered == "shared"]
    further = [letter for letter in got if not letter.receipt and letter not in opened.values()]
    assert len(further) <= len(shared), address
    assert bool(further) == bool(shared), address
    assert {letter.number for letter in further} <= {opened[one.thread].number for one in shared}


def check_posts(play: Play) -> dict[str, str]:
    """One public reply to each mention that opened a ticket, DMs only to those who wrote one. Gives the numbers."""
    world, expected = play.scene.world, play.scene.expected
    numbers: dict[str, str] = {}
    put_in = {one.external_id for one in expected}
    said = [
        post
        for post in world.posts.values()
        if post.author is world.me and post.reply_to is not None and str(post.id) not in put_in
    ]
    answered = Counter(first_version(post.reply_to) for post in said if post.reply_to)
    mentions = {
        first_version(play.scene.posts[one.marker]): one for one in expected if one.opens and is_post(play, one)
    }
    assert dict(answered) == dict.fromkeys(mentions, 1)
    for post in said:
        assert post.reply_to is not None
        found = NUMBER.findall(post.text)
        assert len(found) == 1, post.text
        numbers[mentions[first_version(post.reply_to)].marker] = found[0]
    wrote = {
        one.person.handle for one in expected if one.marker in play.scene.dms and not one.kind.startswith("elsewhere")
    }
    for handle, user in play.scene.users.items():
        ours = [dm for dm in world.dms_to(user) if str(dm.id) not in put_in]
        mine = [one for one in expected if one.person.handle == handle and one.marker in play.scene.dms]
        owed = [one for one in mine if one.answered != "no"]
        assert handle in wrote or not ours, handle
        assert bool(ours) == bool(owed), (handle, ours)
        assert len(ours) <= len(owed), (handle, ours)
        for one in owed:
            found = NUMBER.findall(ours[0].text)
            assert len(found) == 1, ours[0].text
            if one.opens:
                numbers[one.marker] = found[0]
        for dm in ours:
            assert numbers[owed[0].thread] in dm.text
    return numbers


def is_post(play: Play, one: Expected) -> bool:
    """Whether it was said in public."""
    return one.marker in play.scene.posts


def first_version(post: Post) -> int:
    """The id that stays the same over edits."""
    return post.versions[0]


async def check_tickets(play: Play, numbers: dict[str, str], missing: set[str]) -> None:
    """The list holds these tickets and no other; all numbers have arrived but those that came back."""
    tickets = await play.house.json("tickets", "--all", "--limit", "100000")
    keys = {
        "number", "status", "customer", "subject", "channel", "opened_at", "assignee", "number_delivered_at",
    }  # fmt: skip
    assert all(keys <= set(ticket) for ticket in tickets)
    assert sorted(ticket["number"] for ticket in tickets) == sorted(numbers.values())
    assert {ticket["number"] for ticket in tickets if ticket["number_delivered_at"] is None} == missing
    assert {ticket["channel"] for ticket in tickets} <= {"email", "twitter"}


async def check_audit(house: House, missing: set[str]) -> None:
    """Nothing is out of order but the numbers that came back."""
    audit = await house.json("audit")
    assert set(audit) == {"findings"}
    assert all({"kind", "number", "detail"} <= set(finding) for finding in audit["findings"])
    assert {finding["kind"] for finding in audit["findings"]} <= KINDS
    found = {finding["number"] for finding in audit["findings"] if finding["kind"] == "number_not_delivered"}
    assert found == missing
    others = [finding for finding in audit["findings"] if finding["number"] not in missing]
    assert not others


async def check_nothing_is_said_again(play: Play, status: int) -> None:
    """A further pass sends nothing and files nothing but our own words, seen again."""
    before = (len(play.sink.mails), len(play.ours()))
    await play.once(status)
    assert (len(play.sink.mails), len(play.ours())) == before
    await check_ledger(play)


async def check_places(play: Play, numbers: dict[str, str]) -> None:
    """Every message lies in the ticket of its thread, and what opens none in none."""
    where = await places(play)
    for one in [*play.by_mail, *play.scene.expected]:
        if one.outcome == "filed":
            assert where[one.marker] == numbers.get(one.thread, ""), one


async def places(play: Play) -> dict[str, str]:
    """The number of the ticket in which each marker is on record, "" for none."""
    found: dict[str, str] = {}
    posts = {one.external_id: one.marker for one in play.scene.expected}
    mails = {one.marker for one in play.by_mail if one.outcome == "filed"}
    store = await open_store(f"sqlite:///{play.house.folder / 'inbox.db'}")
    try:
        async with store.read() as tx:
            tickets = {
                row[0].id: pretty(row[0].number) for row in await tx.tickets(states=(), customer=None, limit=9999)
            }
            id = 0
            while (message := await tx.message(id := id + 1)) is not None:
                number = tickets.get(message.ticket or 0, "")
                if message.channel is Channel.TWITTER and message.external_id in posts:
                    found[posts[message.external_id]] = number
                elif message.direction is Direction.INCOMING:
                    # A word of refusal has no room for a marker; ids may be those of another mail.
                    words = message.text if "Zx" in message.text else message.external_id
                    found |= {marker: number for marker in mails if marker in words}
    finally:
        await store.close()
    return found


async def check_show(play: Play, numbers: dict[str, str]) -> None:
    """The dossier of a ticket has the fixed shape and tells both sides of the story."""
    answered = next(one for one in play.by_mail if one.kind == "answer")
    shown: dict[str, Any] = await play.house.json("show", numbers[answered.thread])
    assert {"ticket", "customer", "timeline"} <= set(shown)
    assert shown["ticket"]["number"] == numbers[answered.thread]
    assert {"id", "name", "identities"} <= set(shown["customer"])
    identities = [(one["channel"], one["address"]) for one in shown["customer"]["identities"]]
    assert identities == [("email", answered.person.address)]
    keys = {"id", "direction", "channel", "visibility", "at", "text", "deliveries"}
    assert all(keys <= set(entry) for entry in shown["timeline"])
    assert any(answered.marker in entry["text"] for entry in shown["timeline"])
    eight_bit = next(one for one in play.by_mail if one.kind == "bare Latin-1")
    letter = await play.house.json("show", numbers[eight_bit.marker])
    assert f"Gruß\n{eight_bit.person.name}" in letter["timeline"][0]["text"]
    sent = [entry for entry in shown["timeline"] if entry["direction"] == "outgoing"]
    assert len(sent) >= 2
    for entry in sent:
        assert [{"state", "to", "evidence"} <= set(delivery) for delivery in entry["deliveries"]] == [True]
        assert entry["deliveries"][0]["state"] in ("sent", "delivered")
