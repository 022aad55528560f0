"""Our requests and the sandbox's answers against X's own OpenAPI documents, in both spellings of its field names."""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from inbox_bot.errors import InboxBotError
from inbox_bot.sandbox.x import Media, World
from inbox_bot.sandbox.x.things import Call
from tests.adapters.x_builders import NOW, draft, parcel, scene, world_at

_WHERE = os.environ.get("INBOX_BOT_X_OPENAPI", "")
_FILES = {"post": "x-openapi.json", "tweet": "x-openapi-2.166-tweetfields.json"}
_PATHS = {
    "me": "/2/users/me",
    "users": "/2/users",
    "mentions": "/2/users/{id}/mentions",
    "posts": "/2/users/{id}/tweets",
    "lookup": "/2/tweets",
    "search": "/2/tweets/search/recent",
    "post": "/2/tweets",
    "dms": "/2/dm_events",
    "dms_with": "/2/dm_conversations/with/{participant_id}/dm_events",
    "dm": "/2/dm_conversations/with/{participant_id}/messages",
}


class Document:
    """One OpenAPI document with its references."""

    def __init__(self, path: Path) -> None:
        self.whole: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    def resolved(self, thing: Mapping[str, Any]) -> Mapping[str, Any]:
        """What a `$ref` points at."""
        while "$ref" in thing:
            found: Any = self.whole
            for part in thing["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/")]
            thing = found
        return thing

    def operation(self, call: Call) -> Mapping[str, Any]:
        """What the document says of a call."""
        found: Mapping[str, Any] = self.whole["paths"][_PATHS[call.endpoint]][call.method.lower()]
        return found

    def parameters(self, call: Call) -> dict[str, Mapping[str, Any]]:
        """The query parameters of an operation by name."""
        found = [self.resolved(one) for one in self.operation(call).get("parameters", [])]
        return {one["name"]: one for one in found if one["in"] == "query"}

    def faults(self, value: object, schema: Mapping[str, Any]) -> list[str]:
        """What is wrong with a value; formats are not looked at, as X's own answers do not keep to all of them."""
        bare = {"components": self.whole["components"], **schema}
        found = Draft202012Validator(bare).iter_errors(value)
        return [f"{'/'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in found]


@pytest.fixture(params=sorted(_FILES))
def spelling(request: pytest.FixtureRequest) -> str:
    """Which family of field names X takes."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def document(spelling: str) -> Document:
    """X's document of that spelling."""
    if not _WHERE:
        pytest.skip("INBOX_BOT_X_OPENAPI names no folder with X's OpenAPI documents (.ci/run sets it)")
    place = Path(_WHERE)
    return Document((place if place.is_dir() else place.parent) / _FILES[spelling])


async def conversation(spelling: str) -> World:
    """Everything that the adapter asks X for, once."""
    world = world_at(spelling=spelling)
    kim = world.add_user("kim", "Kim Laue")
    async with scene(world) as x:
        for source in (x.mentions, x.dms, x.posts):  # empty answers
            await x.poll(source)
        picture = (Media(key="3_1", url="https://pbs.example/1.jpg"),)
        question = world.post(kim, "@acme_hilft mein Anschluss & mehr https://acme.com", media=picture)
        world.post(world.add_user("jo"), "@acme_hilft " + "sehr lang " * 60, quote=question)
        world.post(kim, "", retweet_of=question)
        world.dm(kim, "hallo <du>", media=picture)
        for answered in (draft(kim, "Guten Tag", answers=question), draft(kim, "Guten Abend", dm=True)):
            ready = parcel(answered, x.account.sender.compose(answered), NOW)
            await x.account.sender.send(ready)
            assert await x.account.sender.find(ready) is not None
        world.advance(60)
        for source in (x.mentions, x.dms, x.posts):
            await x.poll(source)
        await x.mentions.people([str(kim.id), "99"])
        world.advance(timedelta(hours=2).total_seconds())
        await x.poll(x.mentions)  # the sweep
        world.advance(timedelta(days=3).total_seconds())
        await x.poll(x.mentions)  # the search
        for kind in ("credits", "capped", "unauthorized", "html"):
            world.fail("mentions", kind)
            with pytest.raises(InboxBotError):
                await x.poll(x.mentions)
            world.advance(7200)
    return world


async def test_our_requests_are_such_as_x_documents(spelling: str, document: Document) -> None:
    """Only parameters, values and body fields that the document of this spelling knows, within its ranges."""
    world = await conversation(spelling)
    asked = [call for call in world.calls if call.status < 400]
    assert {call.endpoint for call in asked} >= set(_PATHS) - {"lookup"}
    for call in asked:
        known = document.parameters(call)
        for name, value in call.parameters:
            assert name in known, (call.endpoint, name)
            schema = document.resolved(known[name]["schema"])
            given: object = value.split(",") if schema.get("type") == "array" else value
            if schema.get("type") == "integer":
                given = int(value)
            assert document.faults(given, schema) == [], (call.endpoint, name, value)
        if call.method == "POST":
            body = document.operation(call)["requestBody"]["content"]["application/json"]["schema"]
            assert document.faults(json.loads(call.body), body) == [], call.body


async def test_the_sandbox_answers_as_x_documents(spelling: str, document: Document) -> None:
    """Each answer that our calls meet is one that the document allows."""
    world = await conversation(spelling)
    checked = set()
    for call in world.calls:
        if call.status >= 300:
            continue
        answers = document.operation(call)["responses"]
        content = document.resolved(answers[str(call.status)])["content"]["application/json"]
        assert document.faults(json.loads(call.answer), content["schema"]) == [], (call.endpoint, call.answer[:500])
        checked.add(call.endpoint)
    assert checked >= set(_PATHS) - {"lookup"}


async def test_a_broken_answer_would_be_noticed(document: Document) -> None:
    """The check itself: an answer of another shape is refused."""
    call = Call(endpoint="post", method="POST", path="/2/tweets", parameters=(), body="{}", status=201, answer="")
    schema = document.operation(call)["requestBody"]["content"]["application/json"]["schema"]
    assert document.faults({"text": 5}, schema)
    assert document.faults({"text": "a", "unheard_of": 1}, schema)
