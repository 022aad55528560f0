"""Every way in which X fails, over HTTP: what the house is told, and that nothing secret is said on the way."""

import logging
import socket
from datetime import timedelta

import pytest

from inbox_bot.errors import Deferred, InboxBotError, Paused, Uncertain, Unsendable
from inbox_bot.sandbox.x import Keys, World
from tests.adapters.x_builders import NOW, Canned, canned_scene, draft, open_at, parcel, scene, world_at

_SOON = NOW + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("kind", "alarm", "least", "most", "words"),
    [
        ("credits", True, 15 * 60, 30 * 60, "402"),
        ("capped", True, 30 * 60, 24 * 3600, "cap"),
        ("unauthorized", True, 60, 30 * 60, "401"),
        ("not_enrolled", True, 60, 3600, "project"),
        ("limited", False, 1, 15 * 60 + 2, "limit"),
        ("limited_bare", False, 30, 15 * 60, "without saying"),
        ("html", False, 1, 5 * 60, "503"),
        ("empty", False, 1, 5 * 60, "503"),
        ("html200", False, 1, 5 * 60, "no JSON"),
        ("drop", False, 1, 5 * 60, "no usable answer"),
        ("forbidden", True, 60, 3600, "refuses"),
    ],
)
async def test_reading_pauses_and_says_why(kind: str, alarm: bool, least: float, most: float, words: str) -> None:
    """Whatever it is, the stream pauses for a while, with an alarm only where a person must act, and then goes on."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        await x.account.client.me()
        world.post(kim, "@acme_hilft hallo")
        world.fail("mentions", kind, detail="Forbidden")
        with pytest.raises(Paused, match=words) as caught:
            await x.poll(x.mentions)
        assert caught.value.alarm is alarm
        assert caught.value.until is not None
        assert least <= (caught.value.until - world.now()).total_seconds() <= most
        assert len([call for call in world.calls if call.endpoint == "mentions"]) <= 1  # nothing is retried by itself
        world.advance(most + 5)
        assert await x.texts(x.mentions) == ["@acme_hilft hallo"]


async def test_limits_without_reset_back_off_further_each_time() -> None:
    """429 without headers: longer and longer, never at once, at most a quarter of an hour."""
    world = world_at()
    waits = []
    async with scene(world) as x:
        await x.account.client.me()
        world.fail("mentions", "limited_bare", times=8)
        for _ in range(8):
            with pytest.raises(Paused) as caught:
                await x.poll(x.mentions)
            assert caught.value.until is not None
            waits.append((caught.value.until - world.now()).total_seconds())
            world.advance(waits[-1] + 1)
    assert waits == sorted(waits)
    assert waits[0] >= 30
    assert waits[-1] == 900


async def test_a_used_up_limit_is_not_tried() -> None:
    """X said that no call is left: the next one waits for the reset without asking."""
    world = world_at()
    world.limits.set("mentions", 1)
    async with scene(world) as x:
        await x.poll(x.mentions)
        calls = len(world.calls)
        with pytest.raises(Paused) as caught:
            await x.poll(x.mentions)
        assert len(world.calls) == calls
        assert not caught.value.alarm
        world.advance(901)
        await x.poll(x.mentions)


@pytest.mark.parametrize("dm", [False, True])
@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("credits", Paused),
        ("capped", Paused),
        ("unauthorized", Paused),
        ("limited", Paused),
        ("limited_bare", Paused),
        ("html", Uncertain),
        ("empty", Uncertain),
        ("html200", Uncertain),
        ("lost", Uncertain),
        ("restricted", Unsendable),
        ("no_dm", Unsendable),
        ("forbidden", Unsendable),
        ("bad_request", Unsendable),
    ],
)
async def test_writing_says_whether_it_may_have_happened(kind: str, error: type[InboxBotError], dm: bool) -> None:
    """Paused: nothing was sent. Unsendable: never will be. Uncertain: perhaps, so somebody must look. No second try."""
    world = world_at()
    kim = world.add_user("kim")
    post = world.post(kim, "@acme_hilft hallo")
    world.dm(kim, "hallo")
    async with scene(world) as x:
        await x.account.client.me()
        wanted = draft(kim, "Guten Tag", answers=None if dm else post, dm=dm)
        payload = x.account.sender.compose(wanted)
        world.fail("dm" if dm else "post", kind, detail="Not permitted")
        with pytest.raises(error):
            await x.account.sender.send(parcel(wanted, payload, _SOON))
        endpoint = "dm" if dm else "post"
        assert len([call for call in world.calls if call.endpoint == endpoint]) == 1


async def test_a_deleted_target_is_tried_once_more() -> None:
    """Right after a post X may call it invisible: once again after seconds, then never."""
    world = world_at()
    kim = world.add_user("kim")
    post = world.post(kim, "@acme_hilft hallo")
    async with scene(world) as x:
        wanted = draft(kim, "Guten Tag", answers=post)
        payload = x.account.sender.compose(wanted)
        world.delete(post)
        with pytest.raises(Deferred) as caught:
            await x.account.sender.send(parcel(wanted, payload, _SOON))
        assert caught.value.retry_after == 5
        with pytest.raises(Unsendable, match="deleted"):
            await x.account.sender.send(parcel(wanted, payload, _SOON, attempts=2))


async def test_nobody_there_is_certainly_not_sent() -> None:
    """No connection: a read pauses, a write is put off; neither is uncertain."""
    keys = Keys(consumer_key="a", consumer_secret="b", access_token="1-c", access_token_secret="d")
    account = open_at("http://127.0.0.1:9", keys, NOW.timestamp)
    world = World()
    wanted = draft(world.add_user("kim"), "Guten Tag", dm=True)
    with pytest.raises(Deferred, match="cannot be reached"):
        await account.sender.send(parcel(wanted, account.sender.compose(wanted), NOW))
    with pytest.raises(Paused, match="cannot be reached"):
        await account.probe()
    await account.close()


async def test_a_peer_that_says_nothing_is_given_up() -> None:
    """A time-out ends a read in a pause and leaves a write uncertain."""
    silent = socket.create_server(("127.0.0.1", 0))  # the kernel takes the connection, and nobody answers
    keys = Keys(consumer_key="a", consumer_secret="b", access_token="1-c", access_token_secret="d")
    account = open_at(f"http://127.0.0.1:{silent.getsockname()[1]}", keys, NOW.timestamp)
    account.client._seconds = 0.2  # the one number that a test cannot wait for
    wanted = draft(World().add_user("kim"), "Guten Tag", dm=True)
    with pytest.raises(Uncertain):
        await account.sender.send(parcel(wanted, account.sender.compose(wanted), NOW))
    with pytest.raises(Paused):
        await account.client.me()
    await account.close()
    silent.close()


async def test_a_redirect_is_not_followed() -> None:
    """The signature is for X alone; another host never sees the token."""

    def answer(method: str, target: str) -> Canned:
        return Canned(status=302, headers={"Location": "http://127.0.0.1:9/elsewhere"}, body={})

    async with canned_scene(answer) as x:
        with pytest.raises(Paused):
            await x.poll(x.mentions)


async def test_no_secret_is_logged_or_raised(caplog: pytest.LogCaptureFixture) -> None:
    """Not at DEBUG either, whatever fails: neither the four keys nor a signature."""
    caplog.set_level(logging.DEBUG)
    world = world_at()
    said = ""
    async with scene(world) as x:
        for kind in ("unauthorized", "html", "credits", "drop"):
            world.fail("*", kind)
            with pytest.raises(Paused) as caught:
                await x.poll(x.mentions)
            said += repr(caught.value) + repr(caught.value.__cause__)
            world.advance(7200)
        await x.poll(x.mentions)
        keys = world.account
        said += caplog.text + repr(x.account)
    for secret in (keys.consumer_secret, keys.access_token_secret, keys.access_token, "oauth_signature"):
        assert secret not in said
