"""Decides which mail addresses a field holds, and whether it is so free of defects that it may be trusted."""

import re
from dataclasses import dataclass

from inbox_bot.channels.mime.charsets import clean_line
from inbox_bot.channels.mime.fields import unfold, words
from inbox_bot.domains import ascii_domain
from inbox_bot.model import Address, Channel

MAX_ADDRESSES = 1000
_MAX_FIELD = 64 * 1024
_MAX_NAME = 200
_MAX_PLAIN = 1000
_MAX_ADDRESS = 320  # RFC 5321 4.5.3.1: 64 + 1 + 255; longer, it reaches nobody, and PostgreSQL could not index it

# RFC 5322's sets said by what is not in them: the same characters, in patterns that take a hundredth of the time to
# compile (a range up to U+10FFFF costs 10 ms each time it stands there).
_ATOM = r"[^\x00-\x20\"(),.:;<>@\[\\\]\x7f]+"
_ALNUM = r"[^\x00-/:-@\[-`{-\x7f]"
_LABEL = rf"{_ALNUM}(?:[^\x00-,./:-@\[-^`{{-\x7f]{{0,61}}{_ALNUM})?"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{_DOMAIN}"
_ADDR_SPEC = re.compile(_ADDRESS)
# The forms that nearly all mail has, in one match: `word word <a@b>`, `"text" <a@b>`, `a@b`.
_PLAIN = re.compile(
    rf"(?:(?:\"([^\"\\\x00-\x1f]*)\"[ \t]*|([^\"(),:;<>@\[\\\]\x00-\x1f]*))<({_ADDRESS})>|({_ADDRESS}))"
)
_QUOTED_LOCAL = re.compile(rf"\"((?:[^\"\\]|\\.){{1,64}})\"@({_DOMAIN})")
_LENIENT = re.compile(
    r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@(?:\[[0-9A-Za-z:.]{2,60}\]|[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+)"
)
_QUOTED = re.compile(r"\"[^\"]*\"")
# Controls, and what is not seen or reorders (not the joiners, which some scripts' domains need).
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_PIECE = re.compile(r"[^\"(),:;<>\\]+|[\"(),:;<>\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """One address of a field, as written; `sound` is False where the grammar of RFC 5322 3.4 had to be bent."""

    address: str
    name: str = ""
    sound: bool = True


def mailboxes(value: str) -> list[Mailbox]:
    """The addresses of a raw field body (folded, RFC 2047 words not yet decoded), at most MAX_ADDRESSES.

    Linear in the length, no recursion: `email.utils.getaddresses` differs between Python versions and recurses.
    A group's members are given as not sound. Entries without a usable address are left out.
    """
    value = unfold(value).strip()
    if len(value) < _MAX_PLAIN and (plain := _PLAIN.fullmatch(value)):
        name = plain[1] or plain[2] or ""
        found = [_mailbox(plain[3] or plain[4], name, sound=True)]
    else:
        found = _Scanner().read(value[:_MAX_FIELD])
    return [one for one in found if len(one.address) <= _MAX_ADDRESS]


def sound_single(values: list[str], found: list[Mailbox]) -> bool:
    """Whether From fields name exactly one author beyond doubt (one field, one defect-free ASCII address)."""
    return len(values) == 1 and len(found) == 1 and found[0].sound and found[0].address.isascii()


def is_addr_spec(address: str) -> bool:
    """RFC 5322 dot-atom @ domain, with non-ASCII letters allowed (RFC 6532), of RFC 5321's lengths."""
    local, _, domain = address.rpartition("@")
    return len(local) <= 64 and len(domain) <= 253 and _ADDR_SPEC.fullmatch(address) is not None


def is_international(address: str) -> bool:
    """Whether mail to this address needs SMTPUTF8 (RFC 6531); a domain alone never does."""
    return not address.rpartition("@")[0].isascii()


def in_ascii(address: str) -> str:
    """The address with its domain as A-labels, as a relay without SMTPUTF8 takes it."""
    local, _, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}@{ascii_domain(domain)}"


def canonical(mailbox: Mailbox) -> Address:
    """The model's address: domain in lower case and ASCII, local part as written."""
    local, _, domain = mailbox.address.rpartition("@")
    return Address(channel=Channel.EMAIL, address=f"{local}@{ascii_domain(domain)}", name=mailbox.name)


def _mailbox(address: str, name: str, *, sound: bool) -> Mailbox:
    name = clean_line(words(name))[:_MAX_NAME].strip() if name else ""
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    local, _, domain = address.rpartition("@")
    if "=?" in local:  # RFC 2047 5 forbids it; Python's own library writes non-ASCII local parts like this
        sound, plain = False, f"{words(local)}@{domain}"
        address = plain if is_addr_spec(plain) else address
    if not address.isascii() and _UNSEEN.search(address):
        # Marked, not taken out: what is left might be somebody else's address.
        sound, address = False, _UNSEEN.sub("\ufffd", address)
    return Mailbox(address=address, name="" if name == address else name, sound=sound and is_addr_spec(address))


class _Entry:
    """The pieces of one list entry while the scanner is inside it."""

    __slots__ = ("angle", "bare", "comments", "defect", "name")

    def __init__(self) -> None:
        self.name: list[str] = []  # atoms and the insides of quoted strings
        self.bare: list[str] = []  # the same with the quotes: where an address without <> stands
        self.comments: list[str] = []
        self.angle: str | None = None
        self.defect = False

    def put(self, state: str, text: str) -> None:
        """Add text where the scanner stands: inside <>, inside a comment, or outside."""
        if state == "<":
            self.angle = (self.angle or "") + text
        elif state == "(":
            self.comments.append(text)
        else:
            self.name.append(text)
            self.bare.append(text)

    def put_quoted(self, text: str) -> None:
        """Add a piece of a quoted string: its quotes matter only where no <> follows."""
        self.bare.append(text)
        if text != '"':
            self.name.append(text)

    def mailbox(self, *, sound: bool) -> Mailbox | None:
        """What the entry names, None where it holds no address."""
        sound = sound and not self.defect
        if self.angle is not None:
            name, candidate = "".join(self.name), self.angle.strip()
            if candidate.startswith("@") and ":" in candidate:  # RFC 5322 4.4 source route
                candidate, sound = candidate.rpartition(":")[2], False
            # `agent@ok.example <x@evil.example>`: another address in front is a defect that others read differently;
            # the same one is only clumsy, and some programs write it.
            front = _QUOTED.sub("", "".join(self.bare)).strip()
            sound = sound and ("@" not in front or front == candidate)
        else:
            name, candidate = "".join(self.comments), "".join(self.bare).strip()
        if _ADDR_SPEC.fullmatch(candidate):
            return _mailbox(candidate, name, sound=sound)
        if quoted := _QUOTED_LOCAL.fullmatch(candidate):
            plain = f"{quoted[1]}@{quoted[2]}"
            return _mailbox(plain if _ADDR_SPEC.fullmatch(plain) else candidate, name, sound=sound)
        lenient = _LENIENT.search(candidate[:_MAX_PLAIN])
        if lenient is None or not (domain := lenient[0].rpartition("@")[2].strip(".")):
            return None
        return _mailbox(f"{lenient[0].rpartition('@')[0]}@{domain}", name, sound=False)


class _Scanner:
    """Goes through an address list once, piece by piece; the state is "", `"`, `<` or `(`."""

    def __init__(self) -> None:
        self.found: list[Mailbox] = []
        self.entry = _Entry()
        self.in_group = False
        self.state = ""
        self.depth = 0

    def read(self, value: str) -> list[Mailbox]:
        pieces = iter(_PIECE.findall(value))
        for piece in pieces:
            if piece == "\\":
                escaped = next(pieces, "")
                self.entry.put(self.state, escaped[:1])
                piece = escaped[1:]
            if piece:
                self._take(piece)
        self._finish()
        return self.found

    def _take(self, piece: str) -> None:
        if self.state == '"':
            self.state = "" if piece == '"' else '"'
            self.entry.put_quoted(piece)
        elif piece == "(" or self.depth:
            self._comment(piece)
        elif piece in ",;":
            self._finish()
            self.in_group = self.in_group and piece != ";"
        elif self.state == "<":
            self.entry.defect |= piece == "<"
            self.state = "" if piece == ">" else "<"
            self.entry.put("<", piece.strip("<>"))
        else:
            self._outside(piece)

    def _comment(self, piece: str) -> None:
        """RFC 5322 3.2.2: comments nest, and may stand inside <>."""
        self.state = self.state or "("
        if piece in "()":
            self.depth += 1 if piece == "(" else -1
        else:
            self.entry.put("(", piece)
        if not self.depth and self.state == "(":
            self.state = ""

    def _outside(self, piece: str) -> None:
        entry = self.entry
        if piece == '"':
            self.state = '"'
            entry.bare.append(piece)
        elif piece == "<":
            entry.defect |= entry.angle is not None
            self.state, entry.angle = "<", ""
        elif piece == ":":
            self.entry, self.in_group = _Entry(), True
        elif piece in ">)":
            entry.defect = True
        else:
            entry.defect |= entry.angle is not None and not piece.isspace()
            entry.put("", piece)

    def _finish(self) -> None:
        mailbox = self.entry.mailbox(sound=not self.in_group and not self.state)
        if mailbox is not None and len(self.found) < MAX_ADDRESSES:
            self.found.append(mailbox)
        self.entry, self.state = _Entry(), ""
