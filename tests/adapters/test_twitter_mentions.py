"""Mentions over HTTP: where a poll begins and ends, that none is lost or given twice, and what reading costs."""

import json
from datetime import timedelta

import pytest

from inbox_bot.channels.twitter.snowflake import id_at, iso_seconds, time_of
from inbox_bot.errors import Paused
from inbox_bot.model import Incoming, Unreadable
from tests.adapters.x_builders import NOW, Canned, asked, canned_scene, scene, world_at

_ME, _POST, _FOUND = 10_000, 1_000, 5_000  # micro-dollars


@pytest.mark.parametrize(
    ("start", "texts"),
    [
        ("now", ["@acme_hilft neu"]),
        ("all", ["@acme_hilft uralt", "@acme_hilft von gestern", "@acme_hilft neu"]),
        ("2026-03-01", ["@acme_hilft von gestern", "@acme_hilft neu"]),
    ],
)
async def test_the_first_run_begins_where_start_says(start: str, texts: list[str]) -> None:
    """With "now" it gives what comes from here on, a date what is there since then, "all" everything; oldest first."""
    world = world_at()
    kim = world.add_user("kim")
    world.post(kim, "@acme_hilft uralt", at=NOW - timedelta(days=5))
    world.post(kim, "@acme_hilft von gestern", at=NOW - timedelta(hours=21))
    async with scene(world, start=start) as x:
        before = await x.texts(x.mentions)
        world.advance(30)
        world.post(kim, "@acme_hilft neu")
        assert before + await x.texts(x.mentions) == texts


async def test_a_poll_asks_from_a_quarter_of_an_hour_before_the_newest_known() -> None:
    """since_id overlaps by 15 minutes, and what is on record is not given again."""
    world = world_at()
    kim = world.add_user("kim")
    newest = world.post(kim, "@acme_hilft eins")
    async with scene(world) as x:
        assert await x.texts(x.mentions) == ["@acme_hilft eins"]
        world.advance(60)
        assert await x.texts(x.mentions) == []
    first, second = asked(world, "mentions")
    assert "since_id" not in first
    assert second["since_id"] == str(id_at(newest.at - timedelta(minutes=15)))
    assert first["max_results"] == second["max_results"] == "100"


async def test_a_mention_that_shows_up_late_and_out_of_order_is_given() -> None:
    """A post with a lower id than one already given is not lost."""
    world = world_at()
    kim, lee = world.add_user("kim"), world.add_user("lee")
    world.post(kim, "@acme_hilft spät", late=1)
    world.advance(60)
    world.post(lee, "@acme_hilft pünktlich")
    async with scene(world) as x:
        assert await x.texts(x.mentions) == ["@acme_hilft pünktlich"]
        world.advance(60)
        assert await x.texts(x.mentions) == ["@acme_hilft spät"]


async def test_once_an_hour_the_day_is_read_again_for_nothing() -> None:
    """What shows up later than the overlap is found by the sweep; re-reads on the same UTC day cost nothing."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        await x.poll(x.mentions)
        world.post(kim, "@acme_hilft sehr spät", late=4)
        world.advance(1800)
        world.post(kim, "@acme_hilft pünktlich")
        assert await x.texts(x.mentions) == ["@acme_hilft pünktlich"]
        world.advance(900)
        x.take_spent()
        assert await x.texts(x.mentions) == []
        world.advance(1000)
        assert await x.texts(x.mentions) == []  # the hour is over: this sweep is the last one that misses it
        assert x.take_spent() == 0
        world.advance(3600)
        assert await x.texts(x.mentions) == ["@acme_hilft sehr spät"]
        assert x.take_spent() == _POST
    sweeps = [one["start_time"] for one in asked(world, "mentions") if "start_time" in one]
    assert sweeps == ["2026-03-02T00:00:00Z"] * 2
    assert not asked(world, "search")


async def test_a_sweep_stays_within_the_utc_day() -> None:
    """Just after midnight UTC yesterday is not read (and paid) again."""
    world = world_at(NOW.replace(hour=23, minute=30))
    kim = world.add_user("kim")
    world.post(kim, "@acme_hilft gestern")
    async with scene(world) as x:
        await x.poll(x.mentions)
        world.advance(3500)
        await x.poll(x.mentions)
        x.take_spent()
        world.advance(200)
        await x.poll(x.mentions)
        assert x.take_spent() == 0
    swept = [one["start_time"] for one in asked(world, "mentions") if "start_time" in one]
    assert swept == ["2026-03-03T00:00:00Z"]


async def test_the_same_post_is_counted_once_a_utc_day() -> None:
    """Our account's first read costs a user; a mention $0.001 once; the overlap after midnight is charged again."""
    world = world_at(NOW.replace(hour=23, minute=50))
    kim = world.add_user("kim")
    world.post(kim, "@acme_hilft eins")
    world.post(kim, "@acme_hilft zwei")
    async with scene(world) as x:
        await x.poll(x.mentions)
        assert x.take_spent() == _ME + 2 * _POST
        await x.poll(x.mentions)
        assert x.take_spent() == 0
        world.advance(660)
        await x.poll(x.mentions)
        assert x.take_spent() == 2 * _POST


async def test_search_only_after_a_gap_and_only_for_us() -> None:
    """Away for longer than a sweep covers, the search's other index is asked, once; longer handles are not ours."""
    world = world_at()
    kim = world.add_user("kim")
    world.add_user("acme_hilft2")
    async with scene(world) as x:
        await x.poll(x.mentions)
        world.advance(3600)
        await x.poll(x.mentions)
        assert not asked(world, "search")
        world.advance(2 * 86_400)
        world.post(kim, "@acme_hilft verpasst", late=1)
        world.advance(60)
        x.take_spent()
        assert await x.texts(x.mentions) == ["@acme_hilft verpasst"]  # the listing missed it
        assert x.take_spent() == _FOUND
        world.advance(60)
        assert await x.texts(x.mentions) == []
    (search,) = asked(world, "search")
    assert search["query"] == "@acme_hilft -is:retweet"
    assert search["start_time"] == iso_seconds(NOW + timedelta(hours=1) - timedelta(minutes=15))


async def test_a_search_that_fails_costs_nothing_that_was_read_and_is_tried_again() -> None:
    """After a gap the listing's posts are given even where the search is refused; the next poll searches again."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        await x.poll(x.mentions)
        world.advance(2 * 86_400)
        world.post(kim, "@acme_hilft da")
        world.fail("search", "html")
        assert await x.texts(x.mentions) == ["@acme_hilft da"]
        world.advance(60)
        await x.poll(x.mentions)
        world.advance(60)
        await x.poll(x.mentions)
    assert len(asked(world, "search")) == 2


@pytest.mark.slow
async def test_more_mentions_than_the_listing_reaches_back_are_searched() -> None:
    """X's listing ends at 800 posts; what lies below comes from the search, and nothing twice."""
    world = world_at()
    kim = world.add_user("kim")
    async with scene(world) as x:
        await x.poll(x.mentions)
        world.advance(60)
        for number in range(830):
            world.post(kim, f"@acme_hilft Frage {number}")
        world.advance(60)
        assert await x.texts(x.mentions) == [f"@acme_hilft Frage {number}" for number in range(830)]
    assert len(asked(world, "search")) == 9


async def test_a_gap_deeper_than_one_search_is_searched_to_its_end() -> None:
    """A search that the cap on pages cut off goes on below what it has found, at the next poll."""
    me = {"id": "7001000101", "start": 0, "end": 11, "username": "acme_hilft"}
    top = id_at(NOW - timedelta(hours=1))
    stock = [str(top - (number << 32)) for number in range(1500)]  # one each second

    def answer(method: str, target: str) -> Canned:
        if "/mentions" in target:
            return Canned(body={"meta": {"result_count": 0}})
        given: dict[str, str] = dict(pair.split("=", 1) for pair in target.partition("?")[2].split("&"))
        ends = given.get("end_time", "").replace("%3A", ":")
        left = [one for one in stock if not ends or iso_seconds(time_of(int(one))) < ends]
        start = int(given.get("next_token", "0"))
        page = left[start : start + 100]
        posts = [{"id": one, "text": "@acme_hilft", "author_id": "5", "entities": {"mentions": [me]}} for one in page]
        token = {"next_token": str(start + 100)} if start + 100 < len(left) else {}
        meta: dict[str, object] = {"result_count": len(page), **token}
        return Canned(body={"data": posts, "meta": meta})

    async with canned_scene(answer) as x:
        x.cursors["mentions"] = json.dumps({"me": "7001000101", "polled": (NOW - timedelta(days=3)).timestamp()})
        found = [item.key for _ in range(3) for item in await x.poll(x.mentions)]
    assert len(found) == 1500


async def test_a_listing_is_read_to_its_end_page_by_page() -> None:
    """All pages are followed with the same since_id until no token comes; the cursor moves after the last one."""
    world = world_at()
    kim = world.add_user("kim")
    for number in range(230):
        world.post(kim, f"@acme_hilft {number}")
    async with scene(world, start="2026-03-01") as x:
        assert await x.texts(x.mentions) == [f"@acme_hilft {number}" for number in range(230)]
    calls = asked(world, "mentions")
    assert [("pagination_token" in one) for one in calls] == [False, True, True]
    assert len({one["since_id"] for one in calls}) == 1


@pytest.mark.parametrize("kind", ["limited", "html"])
async def test_what_was_read_before_a_stop_is_kept_and_the_rest_comes_later(kind: str) -> None:
    """A failure on the second page throws nothing away; the walk goes on from there, and nothing above is missed."""
    world = world_at()
    kim = world.add_user("kim")
    for number in range(150):
        world.post(kim, f"@acme_hilft {number}")
    async with scene(world) as x:
        await x.account.client.me()
        world.fail("mentions", kind, after=1, detail="Forbidden")
        found = await x.texts(x.mentions)
        assert found == [f"@acme_hilft {number}" for number in range(50, 150)]
        assert not x.more
        world.advance(16 * 60)
        world.post(kim, "@acme_hilft inzwischen")
        found += await x.texts(x.mentions)
        world.advance(60)
        found += await x.texts(x.mentions)
    assert sorted(found) == sorted([*(f"@acme_hilft {number}" for number in range(150)), "@acme_hilft inzwischen"])


def _post(number: int) -> dict[str, object]:
    return {"id": str(id_at(NOW) + number), "text": f"@acme_hilft {number}", "author_id": "7001008020"}


async def test_a_token_that_x_no_longer_takes_starts_from_the_newest_page() -> None:
    """An unfinished walk whose token X has forgotten (400) begins anew, and does not fail for ever."""
    targets: list[str] = []

    def answer(method: str, target: str) -> Canned:
        targets.append(target)
        if "pagination_token" in target:
            return Canned(status=400, body={"title": "Invalid Request", "detail": "[pagination_token] is not valid"})
        return Canned(body={"data": [_post(1)], "meta": {"result_count": 1}})

    async with canned_scene(answer) as x:
        x.cursors["mentions"] = json.dumps({"me": "7001000101", "resume": "old", "reached": 5})
        assert await x.texts(x.mentions) == ["@acme_hilft 1"]
        await x.poll(x.mentions)
    assert ["pagination_token" in one for one in targets] == [True, False, False]


@pytest.mark.parametrize(
    ("tokens", "fresh", "calls"),
    [
        pytest.param(["a"], False, 2, id="the same page for ever"),
        pytest.param(["a", "b"], True, 3, id="tokens in a circle"),
        pytest.param([], False, 2, id="new tokens for the same posts"),
    ],
)
async def test_tokens_without_end_end_the_walk(tokens: list[str], fresh: bool, calls: int) -> None:
    """A token that repeats, or a page that brings nothing new, ends the walk: no poll spins, none is given twice."""
    asked_for: list[str] = []

    def answer(method: str, target: str) -> Canned:
        turn = len(asked_for)
        asked_for.append(target)
        token = tokens[turn % len(tokens)] if tokens else f"new{turn}"
        return Canned(body={"data": [_post(turn if fresh else 0)], "meta": {"result_count": 1, "next_token": token}})

    async with canned_scene(answer) as x:
        await x.poll(x.mentions)
        assert not x.more
        assert len(asked_for) == calls


async def test_empty_pages_with_tokens_end_too() -> None:
    """Endless empty pages are left after a bounded number of calls, and the next poll begins anew."""
    asked_for: list[str] = []

    def answer(method: str, target: str) -> Canned:
        asked_for.append(target)
        return Canned(body={"meta": {"result_count": 0, "next_token": f"t{len(asked_for)}"}})

    async with canned_scene(answer) as x:
        assert await x.poll(x.mentions) == ()
        assert not x.more
        assert len(asked_for) == 10
        await x.poll(x.mentions)
        assert "pagination_token" not in asked_for[10]


async def test_a_long_backlog_comes_in_bounded_lots() -> None:
    """Ten pages a poll at most; `more` asks for the next lot at once, from where this one ended."""

    def answer(method: str, target: str) -> Canned:
        start = int(target.rpartition("pagination_token=")[2].partition("&")[0]) if "pagination_token" in target else 0
        token = {"next_token": str(start + 100)} if start < 1100 else {}
        posts = [_post(5000 - number) for number in range(start, start + 100)]
        meta: dict[str, object] = {"result_count": 100, **token}
        return Canned(body={"data": posts, "meta": meta})

    async with canned_scene(answer) as x:
        assert len(await x.poll(x.posts)) == 1000
        assert x.more
        assert len(await x.poll(x.posts)) == 200
        assert not x.more


async def test_an_answer_without_data_is_an_empty_one() -> None:
    """X leaves `data` out where there is nothing; a list of errors beside it is about other things."""
    partial = {"errors": [{"title": "Not Found Error", "detail": "x", "resource_id": "5"}], "meta": {"result_count": 0}}
    for body in ({"meta": {"result_count": 0}}, {}, partial, {"data": None, "meta": None}):
        async with canned_scene(lambda method, target, body=body: Canned(body=body)) as x:  # type: ignore[misc]  # a default binds it
            assert await x.poll(x.mentions) == ()


async def test_what_cannot_be_read_is_given_as_unreadable_with_its_bytes() -> None:
    """Odd objects among good ones never stop a poll: each becomes one Unreadable with a stable key, once."""
    odd: list[object] = ["text", 5, None, {"text": "no id"}, {"id": "abc"}, {"id": str(id_at(NOW) + 9), "text": "x"}]
    body = {"data": [_post(1), *odd, _post(2)], "meta": {"result_count": 8}}
    async with canned_scene(lambda method, target: Canned(body=body)) as x:
        items = await x.poll(x.mentions)
        bad = [item for item in items if isinstance(item, Unreadable)]
        assert [item.text for item in items if isinstance(item, Incoming)] == ["@acme_hilft 1", "@acme_hilft 2"]
        assert sorted(json.dumps(json.loads(item.raw)) for item in bad) == sorted(map(json.dumps, odd))
        assert all(item.reason for item in bad)
        assert await x.poll(x.mentions) == ()


async def test_odd_fields_in_a_post_do_not_make_it_unreadable() -> None:
    """Fields of an unexpected type are taken as missing; the id gives the time; NUL and half surrogates go."""
    thing = _post(3) | {
        "created_at": "soon", "entities": [], "attachments": {"media_keys": [7, None]}, "note_tweet": "x",
        "referenced_tweets": {"type": "quoted"}, "edit_history_tweet_ids": "1", "display_text_range": ["0"], "lang": 7,
        "conversation_id": None, "text": "@acme_hilft \0 \ud83d",
    }  # fmt: skip
    async with canned_scene(lambda method, target: Canned(body={"data": [thing]})) as x:
        item = await x.only(x.mentions)
    assert item.at == NOW
    assert item.text == "@acme_hilft  \N{REPLACEMENT CHARACTER}"
    assert item.attachments == ()
    assert item.post is not None
    assert item.post.first_id == item.external_id
    item.text.encode()


async def test_a_search_finds_nothing_that_is_not_about_us() -> None:
    """Search matches words; a post that names only a longer handle is left out."""
    mine = {"entities": {"mentions": [{"id": "7001000101", "username": "acme_hilft", "start": 0, "end": 11}]}}
    other = {"entities": {"mentions": [{"id": "9", "username": "acme_hilft2", "start": 0, "end": 12}]}}
    found = {"data": [_post(1) | mine, _post(2) | other, _post(3)], "meta": {"result_count": 3}}

    def answer(method: str, target: str) -> Canned:
        return Canned(body=found if "/search/" in target else {"meta": {"result_count": 0}})

    async with canned_scene(answer) as x:
        x.cursors["mentions"] = json.dumps({"me": "7001000101", "polled": (NOW - timedelta(days=3)).timestamp()})
        assert await x.texts(x.mentions) == ["@acme_hilft 1"]


async def test_no_call_while_x_says_that_the_limit_is_used_up() -> None:
    """A limit's headers are obeyed before X has to refuse: Paused until the reset, without an alarm, no call made."""
    world = world_at()
    world.limits.set("mentions", 1)
    async with scene(world) as x:
        await x.poll(x.mentions)
        with pytest.raises(Paused) as stop:
            await x.poll(x.mentions)
        assert stop.value.until == NOW + timedelta(seconds=901)
        assert not stop.value.alarm
        assert len(asked(world, "mentions")) == 1
        world.advance(902)
        assert await x.poll(x.mentions) == ()
