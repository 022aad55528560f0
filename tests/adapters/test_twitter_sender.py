"""Posts and direct messages over HTTP: what goes out, what is refused beforehand, what is found again."""

from datetime import timedelta

import pytest

from inbox_bot.errors import Uncertain, Unsendable
from inbox_bot.sandbox.x import World
from tests.adapters.x_builders import NOW, draft, parcel, scene, world_at


async def test_a_public_reply_and_a_direct_message_go_out() -> None:
    """X's ids are the evidence; a summoned reply costs a cent, a DM one and a half."""
    world = world_at()
    kim = world.add_user("kim")
    post = world.post(kim, "@acme_hilft hallo")
    world.dm(kim, "hallo")
    async with scene(world) as x:
        sender = x.account.sender
        public = draft(kim, "Guten Tag, Nummer 427-918-354", answers=post, automatic=True)
        sent = await sender.send(parcel(public, sender.compose(public), NOW))
        [reply] = world.replies_to(kim)
        assert (sent.external_id, sent.spend, reply.reply_to) == (str(reply.id), 10_000, post)
        assert reply.written == "Guten Tag, Nummer 427-918-354"
        private = draft(kim, "Guten Tag & <willkommen>", dm=True)
        sent = await sender.send(parcel(private, sender.compose(private), NOW))
        [message] = world.dms_to(kim)
        assert (sent.external_id, sent.spend, message.text) == (str(message.id), 15_000, "Guten Tag & <willkommen>")


@pytest.mark.parametrize(
    ("text", "dm"), [("x" * 281, False), ("€" * 141, False), ("", False), ("x" * 10_001, True), ("", True)]
)
async def test_what_x_would_refuse_is_refused_when_it_is_written(text: str, dm: bool) -> None:
    """Weighted length and emptiness are known before anything is queued."""
    async with scene(World()) as x:
        with pytest.raises(Unsendable):
            x.account.sender.compose(draft(World().add_user("kim"), text, dm=dm))


async def test_an_automatic_post_bears_no_link() -> None:
    """A link makes a post cost twenty times as much."""
    async with scene(World()) as x:
        with pytest.raises(Unsendable):
            x.account.sender.compose(draft(World().add_user("kim"), "siehe https://acme.com/hilfe", automatic=True))


async def test_nobody_is_answered_who_did_not_name_us() -> None:
    """X's summon rule: refused for good, with X's words."""
    world = world_at()
    kim = world.add_user("kim")
    post = world.post(kim, "ganz ohne euch")
    async with scene(world) as x:
        wanted = draft(kim, "Guten Tag", answers=post)
        with pytest.raises(Unsendable, match="mention or quote"):
            await x.account.sender.send(parcel(wanted, x.account.sender.compose(wanted), NOW))


async def test_nobody_gets_a_message_who_never_wrote_one() -> None:
    """X allows a DM only after the other side wrote first."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        wanted = draft(kim, "Guten Tag", dm=True)
        with pytest.raises(Unsendable, match="allows no DM"):
            await x.account.sender.send(parcel(wanted, x.account.sender.compose(wanted), NOW))


@pytest.mark.parametrize("dm", [False, True])
async def test_what_was_stored_before_the_answer_was_lost_is_found(dm: bool) -> None:
    """The look-up adopts its id, and nothing is there twice."""
    world = world_at()
    kim = world.add_user("kim")
    post = world.post(kim, "@acme_hilft hallo")
    world.dm(kim, "hallo")
    async with scene(world) as x:
        wanted = draft(kim, "Guten Tag & viele Grüße an @kim: https://acme.com", answers=None if dm else post, dm=dm)
        ready = parcel(wanted, x.account.sender.compose(wanted), NOW)
        world.fail("dm" if dm else "post", "lost")
        with pytest.raises(Uncertain):
            await x.account.sender.send(ready)
        world.advance(60)
        found = await x.account.sender.find(ready)
        stored = world.dms_to(kim) if dm else world.replies_to(kim)
        assert [one.id for one in stored] == [int(found.external_id) if found else 0]


@pytest.mark.parametrize("dm", [False, True])
async def test_an_older_equal_text_is_not_taken_for_ours(dm: bool) -> None:
    """What was there before the attempt began is another delivery's."""
    world = world_at()
    kim = world.add_user("kim")
    post = world.post(kim, "@acme_hilft hallo")
    world.dm(kim, "hallo")
    if dm:
        world.dm(world.me, "Guten Tag", to=kim)
    else:
        world.post(world.me, "Guten Tag", reply_to=post)
    world.advance(3600)
    async with scene(world) as x:
        wanted = draft(kim, "Guten Tag", answers=None if dm else post, dm=dm)
        ready = parcel(wanted, x.account.sender.compose(wanted), NOW + timedelta(hours=1))
        assert await x.account.sender.find(ready) is None


async def test_a_duplicate_is_looked_up() -> None:
    """X refuses the same words twice: perhaps ours got through before, so the look-up must tell."""
    world = world_at()
    kim = world.add_user("kim")
    post = world.post(kim, "@acme_hilft hallo")
    async with scene(world) as x:
        wanted = draft(kim, "Guten Tag", answers=post)
        ready = parcel(wanted, x.account.sender.compose(wanted), NOW)
        first = await x.account.sender.send(ready)
        with pytest.raises(Uncertain, match="duplicate"):
            await x.account.sender.send(ready)
        found = await x.account.sender.find(ready)
        assert found is not None
        assert found.external_id == first.external_id
