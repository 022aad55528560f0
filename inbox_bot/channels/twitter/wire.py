"""Reads X's JSON without trusting its shape: getters that give an empty value where a field is missing or odd."""

from collections.abc import Mapping
from dataclasses import dataclass

JsonObject = Mapping[str, object]


def text_of(source: JsonObject, *names: str) -> str:
    """The first of these fields that is a non-empty string; X renames fields, so all spellings are given."""
    return next((value for name in names if isinstance(value := source.get(name), str) and value), "")


def object_of(source: JsonObject, *names: str) -> JsonObject:
    """The first of these fields that is an object, else an empty one."""
    return next((value for name in names if isinstance(value := source.get(name), dict)), {})


def objects_of(source: JsonObject, *names: str) -> list[JsonObject]:
    """The objects in the first of these fields that is a list."""
    found: object = next((value for name in names if isinstance(value := source.get(name), list)), [])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def texts_of(source: JsonObject, *names: str) -> list[str]:
    """The strings in the first of these fields that is a list."""
    found: object = next((value for name in names if isinstance(value := source.get(name), list)), [])
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a listing: its things as X gave them (any JSON value), the media they name by key, the ids of
    users that came along (they are billed), and the token of the next page ("" = there is none)."""

    things: tuple[object, ...]
    media: Mapping[str, JsonObject]
    users: tuple[str, ...]
    next_token: str


def read_page(answer: JsonObject) -> Page:
    """`data` is missing in an empty answer; `errors` may stand beside data and are about other resources."""
    data = answer.get("data")
    includes = object_of(answer, "includes")
    return Page(
        things=tuple(data) if isinstance(data, list) else (),
        media={key: one for one in objects_of(includes, "media") if (key := text_of(one, "media_key"))},
        users=tuple(key for one in objects_of(includes, "users") if (key := text_of(one, "id"))),
        next_token=text_of(object_of(answer, "meta"), "next_token"),
    )
