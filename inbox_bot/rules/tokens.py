"""Signed names: decides which Message-IDs and addresses in incoming mail are truly ours.

A name carries an 80-bit HMAC-SHA256, made for one purpose only, in lower-case base32, since mail systems fold the case
of local parts. A name says which delivery or ticket is meant; it never says who writes: not even an agent's own, since
addresses leak by forwarding.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from inbox_bot.model import Report

_MAC_OCTETS = 10
_TOKEN_BITS = 65  # thirteen base32 characters; with the MAC a local part stays below RFC 5321's 64 octets
_MESSAGE_ID = re.compile(r"<?([a-z2-7]{13,32})\.([a-z2-7]{16})@[^@\s]*")
# At the end of the local part: forwarders put their own prefix before ours (SRS0=…=, prvs=…=).
_BOUNCE = re.compile(r"(?:^|[+=-])b-([a-z2-7]{13,32})-([a-z2-7]{16})$")
_TICKET = re.compile(r"(?:^|[+=-])t-([1-9][0-9]{8})-([a-z2-7]{16})$")
# Days are counted from 1970, five digits until the year 2243.
_AGENT = re.compile(r"(?:^|[+=-])r-(([1-9][0-9]{8}|[a-z2-7]{13,32})-([1-9][0-9]{0,8})-([1-9][0-9]{4}))-([a-z2-7]{16})$")
_EPOCH = date(1970, 1, 1)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_LOCAL_PART = 64  # octets (RFC 5321 4.5.3.1.1)
_LONGEST = 998  # octets; no header line that we could have written is longer (RFC 5322 2.1.1)
_MOST = 1000  # names looked at in one mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Secrets for the MACs, at least one: the first signs, all verify (so that keys can be changed)."""

    keys: tuple[bytes, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.keys or not all(self.keys):
            raise ValueError("at least one key, and none empty")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Verified names in one mail. `answered`: delivery tokens of our Message-IDs, nearest first; `bounced`: the
    delivery token of a return path of ours among the recipients; `returned`: that of the mail which a report is about;
    `numbers`: tickets whose address was written to; `ours`: the delivery token of the mark that all our mails bear
    (`X-Inbox-Bot`), so that it is one of them."""

    answered: tuple[str, ...] = ()
    bounced: str = ""
    returned: str = ""
    numbers: tuple[str, ...] = ()
    ours: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What an agent's reply address says. `about`: a ticket's number, or the delivery token of the notice that he
    answers; `agent`: his id; `until`: the last day (UTC) on which the address is good."""

    about: str
    agent: int
    until: date


def new_token(bits: Callable[[int], int]) -> str:
    """A random name for a delivery. `bits(n)` gives n random bits."""
    value = bits(_TOKEN_BITS)
    return "".join(_ALPHABET[value >> shift & 31] for shift in range(_TOKEN_BITS - 5, -1, -5))


def message_id(keys: Keys, token: str, domain: str) -> str:
    """The Message-ID of a delivery, with angle brackets."""
    return f"<{token}.{_sign(keys.keys[0], 'message-id', token)}@{domain}>"


def thread_id(keys: Keys, token: str, domain: str) -> str:
    """A name for a delivery's References that is no mail's Message-ID: relays that rewrite the one leave the other."""
    return message_id(keys, token, f"thread.{domain}")


def return_path(keys: Keys, token: str, address: str) -> str:
    """The envelope sender of a delivery, so that its bounce names it."""
    return _extended(address, f"b-{token}-{_sign(keys.keys[0], 'return-path', token)}")


def ticket_address(keys: Keys, number: str, address: str) -> str:
    """The Reply-To of a ticket's mails, so that an answer names it."""
    return _extended(address, f"t-{number}-{_sign(keys.keys[0], 'ticket', number)}")


def agent_address(keys: Keys, about: str, agent: int, until: date, address: str) -> str:
    """The Reply-To of a mail to one agent, so that his answer names him and what he answers (see `Answering`).

    Raises ValueError where the names do not fit, also into a local part: the inbox's own should have 15 octets at most.
    """
    named = f"{about}-{agent}-{(until - _EPOCH).days}"
    extended = _extended(address, f"r-{named}-{_sign(keys.keys[0], 'agent', named)}")
    local = _local_part(extended)
    if _AGENT.search(local) is None or len(extended.rpartition("@")[0]) > _LOCAL_PART:
        raise ValueError(f'"{extended}" cannot be an agent\'s reply address')
    return extended


def token_of(keys: Keys, message_id: str) -> str:
    """The delivery token in a Message-ID of ours, "" for any other text."""
    match = _MESSAGE_ID.match(_folded(message_id))
    return _verified(keys, "message-id", match)


def find(
    keys: Keys,
    *,
    recipients: Iterable[str],
    references: Iterable[str],
    marks: Iterable[str] = (),
    report: Report | None = None,
) -> Found:
    """All names of ours in a mail; text of any kind is taken, and what does not verify is as if it were not there."""
    answered = dict.fromkeys(token_of(keys, reference) for reference in islice(references, _MOST))
    bounced = ""
    numbers: dict[str, None] = {}
    for recipient in islice(recipients, _MOST):
        local = _local_part(recipient)
        bounced = bounced or _verified(keys, "return-path", _BOUNCE.search(local))
        numbers[_verified(keys, "ticket", _TICKET.search(local))] = None
    return Found(
        answered=tuple(token for token in answered if token),
        bounced=bounced,
        returned=_returned(keys, report) if report else "",
        numbers=tuple(number for number in numbers if number),
        ours=next(filter(None, (token_of(keys, mark) for mark in islice(marks, _MOST))), ""),
    )


def for_agents(recipients: Iterable[str]) -> bool:
    """Whether one of the recipients has the form of an agent's reply address, ours and good or not."""
    return any(_AGENT.search(_local_part(one)) for one in islice(recipients, _MOST))


def answering(keys: Keys, recipients: Iterable[str], now: datetime) -> Answering | None:
    """The agent's reply address that a mail was sent to; None where there is none that is ours and good at `now`, and
    where there are two that differ.

    Who knows the address may be anybody: the sender must be proven to be this agent as well.
    """
    found: set[Answering] = set()
    for recipient in islice(recipients, _MOST):
        match = _AGENT.search(_local_part(recipient))
        if match is not None and _signed(keys, "agent", match[1], match[5]):
            day = _EPOCH + timedelta(days=int(match[4]))
            found.add(Answering(about=match[2], agent=int(match[3]), until=day))
    good = [one for one in found if now.astimezone(UTC).date() <= one.until]
    return good[0] if len(found) == 1 and good else None


def _returned(keys: Keys, report: Report) -> str:
    """The returned mail's own Message-ID, else the first name in its References, where `thread_id` stands; later ones
    are of older mails of the same thread."""
    named = (token_of(keys, one) for one in (report.original_message_id, *report.original_references[:_MOST]))
    return next((token for token in named if token), "")


def _sign(key: bytes, purpose: str, text: str) -> str:
    mac = hmac.digest(key, f"{purpose}\0{text}".encode(), "sha256")
    return b32encode(mac[:_MAC_OCTETS]).decode().lower()


def _verified(keys: Keys, purpose: str, match: re.Match[str] | None) -> str:
    if match is None:
        return ""
    text, mac = match.groups()
    return text if _signed(keys, purpose, text, mac) else ""


def _signed(keys: Keys, purpose: str, text: str, mac: str) -> bool:
    # All keys are tried whatever the outcome, so that the time taken tells nothing.
    matching = [hmac.compare_digest(_sign(key, purpose, text), mac) for key in keys.keys]
    return any(matching)


def _folded(text: str) -> str:
    return text.strip().lower() if len(text) <= _LONGEST and text.isascii() else ""


def _local_part(address: str) -> str:
    folded = _folded(address)
    inner = folded[folded.rfind("<") + 1 :].rstrip("> ")
    return inner.rpartition("@")[0].strip('"')


def _extended(address: str, extension: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local}{'-' if '+' in local else '+'}{extension}@{domain}"
