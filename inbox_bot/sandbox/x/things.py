"""The sandbox's users, posts and direct messages as data."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """An account on the sandbox's X."""

    id: int
    handle: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The OAuth 1.0a values of the account under test, named as `open_account` takes them."""

    consumer_key: str
    consumer_secret: str
    access_token: str
    access_token_secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture or film; `key` as X writes it (`3_123`), `kind` photo, video or animated_gif."""

    key: str
    kind: str = "photo"
    url: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Post:
    """One version of a post. `prefix` are the handles that X put before a reply, `written` what the author typed.
    `versions` are the ids of all versions, first one first. `late`: by how many polls it shows up late."""

    id: int
    author: User
    at: datetime
    written: str
    prefix: str = ""
    conversation: int = 0
    reply_to: "Post | None" = None
    quote: "Post | None" = None
    retweet_of: "Post | None" = None
    versions: list[int] = field(default_factory=list)
    media: tuple[Media, ...] = ()
    language: str = "de"
    late: int = 0
    deleted: bool = False

    @property
    def text(self) -> str:
        """All that is shown, unescaped."""
        return self.prefix + self.written

    @property
    def current(self) -> bool:
        """Whether this is the newest version and still there."""
        return not self.deleted and self.id == self.versions[-1]


@dataclass(slots=True, kw_only=True, eq=False)
class Dm:
    """A direct message event. `conversation` joins both ids (smaller first), or is one number for a group."""

    id: int
    sender: User
    conversation: str
    at: datetime
    text: str
    media: tuple[Media, ...] = ()
    late: int = 0
    event_type: str = "MessageCreate"


@dataclass(slots=True, kw_only=True)
class Fault:
    """Something that goes wrong at an endpoint ("*" = at any) for `times` calls, once `after` others have gone well;
    kinds: see `faults`."""

    endpoint: str
    kind: str
    times: int
    detail: str = ""
    code: int = 0
    seconds: float = 0.0
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as it came in; `endpoint` is the sandbox's name for it."""

    endpoint: str
    method: str
    path: str
    parameters: tuple[tuple[str, str], ...]
    body: str
    status: int
    answer: str
