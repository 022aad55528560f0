"""The two families of X's field names: which one is asked in, and how the other is found when X refuses it."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from inbox_bot.channels.twitter.fields import Spelling
from inbox_bot.channels.twitter.parse import read_dm, read_post
from inbox_bot.errors import Paused
from inbox_bot.model import Incoming
from tests.adapters.x_builders import Canned, asked, canned_scene, draft, parcel, scene, world_at

BOTH_WAYS = pytest.mark.parametrize(
    ("first", "taken"), [(Spelling.TWEET, Spelling.POST), (Spelling.POST, Spelling.TWEET)]
)
_REFUSED = Canned(
    status=400,
    body={
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": "https://api.x.com/2/problems/invalid-request",
        "errors": [{"parameters": {"tweet.fields": ["note_tweet"]}, "message": "The value is not one of [id,text]"}],
    },
)


@BOTH_WAYS
async def test_reading_goes_over_to_the_spelling_that_x_takes(first: Spelling, taken: Spelling) -> None:
    """One refused call, then everything is read in full: author, thread, long text, the DM's sender."""
    world = world_at(spelling=taken.value)
    kim = world.add_user("kim", "Kim Laue")
    long = "@acme_hilft " + ("sehr lang " * 60).strip()
    question = world.post(kim, "@acme_hilft geht nicht")
    world.post(kim, long, reply_to=question)
    world.dm(kim, "hallo")
    async with scene(world, spelling=first) as x:
        one, two = await x.poll(x.mentions)
        assert isinstance(one, Incoming)
        assert isinstance(two, Incoming)
        assert one.author is not None
        assert one.author.address == str(kim.id)
        assert two.text == long
        assert two.references == (str(question.id),)
        dm = await x.only(x.dms)
        assert dm.author is not None
        assert dm.author.address == str(kim.id)
        await x.poll(x.posts)
    refused, *others = [call.status for call in world.calls if call.endpoint in {"mentions", "dms", "posts"}]
    assert (refused, set(others)) == (400, {200})


@BOTH_WAYS
async def test_direct_messages_alone_find_the_spelling_too(first: Spelling, taken: Spelling) -> None:
    """The fields of a DM have the same parameter in both; its values differ, and a refused value is enough."""
    world = world_at(spelling=taken.value)
    world.dm(world.add_user("kim"), "hallo")
    async with scene(world, spelling=first) as x:
        assert await x.texts(x.dms) == ["hallo"]


@BOTH_WAYS
async def test_writing_needs_no_spelling_but_its_look_up_does(first: Spelling, taken: Spelling) -> None:
    """POST has one body in both documents and is never repeated; what proves an uncertain one is read by GET."""
    world = world_at(spelling=taken.value)
    kim = world.add_user("kim")
    question = world.post(kim, "@acme_hilft geht nicht")
    world.dm(kim, "hallo")
    async with scene(world, spelling=first) as x:
        for answered in (draft(kim, "Guten Tag", answers=question), draft(kim, "Guten Abend", dm=True)):
            ready = parcel(answered, x.account.sender.compose(answered), world.now())
            sent = await x.account.sender.send(ready)
            found = await x.account.sender.find(ready)
            assert found is not None
            assert found.external_id == sent.external_id
    assert [call.status for call in world.calls if call.method == "POST"] == [201, 201]
    assert [call.status for call in world.calls if call.status >= 400] == [400]


async def test_a_refused_post_is_never_sent_again_in_another_spelling() -> None:
    """A 400 to a POST is an answer about this text, whatever parameter it names."""
    world = world_at()
    kim = world.add_user("kim")
    question = world.post(kim, "@acme_hilft geht nicht")
    world.fail("post", "bad_request", detail="post.fields is not valid")
    async with scene(world) as x:
        answer = draft(kim, "Guten Tag", answers=question)
        with pytest.raises(Exception, match="does not accept this text"):
            await x.account.sender.send(parcel(answer, x.account.sender.compose(answer), world.now()))
    assert len([call for call in world.calls if call.method == "POST"]) == 1


async def test_calls_that_run_together_all_find_the_other_spelling(caplog: pytest.LogCaptureFixture) -> None:
    """The switch is made once; a call that was refused while another made it is simply asked again."""
    world = world_at(spelling="post")
    kim = world.add_user("kim")
    world.post(kim, "@acme_hilft geht nicht")
    world.dm(kim, "hallo")
    with caplog.at_level(logging.WARNING):
        async with scene(world) as x:
            brought = await asyncio.gather(*(x.poll(source) for source in (x.mentions, x.dms, x.posts)))
    assert [len(items) for items in brought] == [1, 1, 0]
    assert [record.message for record in caplog.records].count("x.spelling_switched") == 1


async def test_a_restart_asks_in_the_configured_spelling_again() -> None:
    """Nothing is remembered: a refused call is free, and X may have changed meanwhile."""
    world = world_at(spelling="post")
    kim = world.add_user("kim")
    for _ in range(2):
        world.post(kim, "@acme_hilft geht nicht")
        async with scene(world) as x:
            assert await x.texts(x.mentions)
    statuses = [call.status for call in world.calls if call.endpoint == "mentions"]
    assert statuses == [400, 200, 400, 200]
    assert "tweet.fields" in asked(world, "mentions")[2]


async def test_two_refused_spellings_do_not_alternate() -> None:
    """Both refused: the stream waits with an alarm, and goes on as configured once X has come to its senses."""
    targets: list[str] = []
    well = Canned(body={"meta": {"result_count": 0}})

    def say(method: str, target: str) -> Canned:
        targets.append(target)
        return _REFUSED if len(targets) <= 3 else well

    async with canned_scene(say) as x:
        for _ in range(2):
            with pytest.raises(Paused) as stopped:
                await x.poll(x.posts)
            assert stopped.value.alarm
        assert await x.poll(x.posts) == ()
    assert ["post.fields" in target for target in targets] == [False, True, False, False]


async def test_the_parameter_may_be_named_in_the_error_alone() -> None:
    """X's own form: the words are general, `errors[].parameters` has the name."""

    def say(method: str, target: str) -> Canned:
        return Canned(body={"meta": {"result_count": 0}}) if "post.fields" in target else _REFUSED

    async with canned_scene(say) as x:
        assert await x.poll(x.posts) == ()


def test_both_spellings_are_read_whatever_was_asked() -> None:
    """A post and a DM of either family give the same message."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    old = {
        "id": "12",
        "author_id": "5",
        "text": "kurz",
        "note_tweet": {"text": "in voller Länge"},
        "referenced_tweets": [{"type": "replied_to", "id": "11"}],
        "edit_history_tweet_ids": ["10", "12"],
    }
    renamed = {"tweet": "post", "tweets": "posts"}
    new = {"_".join(renamed.get(part, part) for part in key.split("_")): value for key, value in old.items()}
    assert "note_post" in new
    assert "edit_history_post_ids" in new
    one, two = read_post(old, {}, "7", now), read_post(new, {}, "7", now)
    assert isinstance(one, Incoming)
    assert isinstance(two, Incoming)
    assert (one.text, one.references, one.post) == (two.text, two.references, two.post)
    assert one.text == "in voller Länge"
    assert one.post is not None
    assert one.post.first_id == "10"
    dm = read_dm({"id": "3", "sender_id": "5", "text": "hallo", "dm_conversation_id": "5-7"}, {}, "7", now)
    assert isinstance(dm, Incoming)
