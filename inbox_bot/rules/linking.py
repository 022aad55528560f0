"""Linking: decides what a code that proves an address is worth, and which signs only suggest that two are one person.

A code goes by a private way to an address that we know. Whoever comes with it from another proven address has read what
we sent there, so both are his. Names, numbers and addresses in a text prove nothing: they are for an agent to look at.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import islice

from inbox_bot.care import Invitation
from inbox_bot.model import Channel, Incoming, Visibility

VALID = timedelta(days=7)
"""So long a code works."""
SAME_NAME = 5
"""So many customers may have a name before it says nothing any more."""
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # nothing that looks like something else: no l, o, 0, 1
_LENGTH = 10
_CODE = re.compile(rf"(?<![a-z0-9])link-([{_ALPHABET}]{{{_LENGTH}}})(?![a-z0-9])", re.IGNORECASE)
_MOST = 5  # codes that one message may try
_NAMED = re.compile(r"(?<![\w.+%@-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}(?![\w-])")
_HANDLE = re.compile(r"(?<![\w@.])@(\w{2,15})(?![\w.@-])", re.ASCII)
_LONGEST = 20_000  # characters of a text that are looked at


def new_code(bits: Callable[[int], int]) -> str:
    """A code of fifty random bits; `bits(n)` gives n."""
    value = bits(5 * _LENGTH)
    return "".join(_ALPHABET[value >> 5 * place & 31] for place in range(_LENGTH))


def written(code: str) -> str:
    """As people see and copy it."""
    return f"link-{code}"


def address(code: str, inbox: str) -> str:
    """The mail address that carries a code."""
    local, _, domain = inbox.rpartition("@")
    return f"{local}+{written(code)}@{domain}"


def hidden(text: str) -> str:
    """A text without the codes in it."""
    return _CODE.sub("link-…", text)


def codes_in(incoming: Incoming, *, answers_us: bool = True) -> tuple[str, ...]:
    """The codes that a private message bears: in subject or text as he wrote them, or in the address he wrote to. Of an
    answer to somebody else's mail (not `answers_us`) the text alone counts: the other chose subject and Reply-To."""
    if _shown(incoming):
        return ()
    return _codes(incoming, led=bool(incoming.references) and not answers_us)


def published(incoming: Incoming) -> tuple[str, ...]:
    """The codes that a message shows to others, in public or in a group: they are worth nothing any more."""
    return _codes(incoming) if _shown(incoming) else ()


def _shown(incoming: Incoming) -> bool:
    group = incoming.post is not None and incoming.post.group
    return group or incoming.visibility is not Visibility.PRIVATE


def _codes(incoming: Incoming, *, led: bool = False) -> tuple[str, ...]:
    """Of a mail only what its one Subject, its one To and its text say: whoever has a signed mail of another's can send
    it on to any address of ours, and put further headers above it, and the signature still holds."""
    places = [incoming.text[:_LONGEST]]
    if incoming.mail is None:
        places.append(incoming.subject)
    elif not led:
        headers = [name for name, _ in incoming.mail.headers]
        places += [incoming.subject] if headers.count("subject") == 1 else []
        to = incoming.mail.header("to") if headers.count("to") == 1 else ""
        places += [one.rpartition("@")[0] for one in to.split(",")[:50]]
    found = (match[1].lower() for place in places for match in _CODE.finditer(place))
    return tuple(islice(dict.fromkeys(found), _MOST))


def refusal(invitation: Invitation | None, channel: Channel, address: str, now: datetime) -> str:
    """Why a code does not count, "" = it does. Nobody outside is ever told which."""
    if invitation is None:
        return "there is no such code"
    if invitation.used_at is not None:
        return "the code has been used"
    if now >= invitation.expires_at:
        return "the code is too old"
    if invitation.channel is not channel:
        return f"the code is for {invitation.channel}"
    if invitation.address and invitation.address.casefold() != address.casefold():
        return "the code is for another address"
    return ""


def spellings(name: str) -> frozenset[str]:
    """How a name may stand on record, in letters of which only A to Z are made small: no database is sure to know the
    small ones of others. Empty = it says too little: one word, or no letters."""
    words = name.split()
    if len(words) < 2 or not any(c.isalpha() for c in name):
        return frozenset()
    plain = " ".join(words)
    ways = (plain, plain.lower(), plain.upper(), plain.title(), plain.casefold())
    return frozenset("".join(c.lower() if c.isascii() else c for c in way) for way in ways)


def named_in(text: str) -> tuple[set[str], set[str]]:
    """(mail addresses, X handles without @) that a text names, in small letters."""
    text = text[:_LONGEST]
    mails = {one.casefold() for one in _first(match[0] for match in _NAMED.finditer(text))}
    handles = {one.casefold() for one in _first(match[1] for match in _HANDLE.finditer(text))}
    return mails, handles


def _first(found: Iterable[str]) -> Iterable[str]:
    return islice(found, 10)
