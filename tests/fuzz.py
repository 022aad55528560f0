"""Feeds the parsers of mails, reports, numbers and tokens for a while: `python -m tests.fuzz --seconds 60`.

On a crash, a broken promise or a hang it prints the bytes and the seed that lead there, and ends with status 1.
"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Incoming
from inbox_bot.rules import numbers, tokens
from tests.rendering import shown_safely, valid
from tests.unit.desk_house import NOW
from tests.unit.mime_builders import mail

HANG_SECONDS = 10
_KEYS = tokens.Keys(keys=(b"k" * 32, b"o" * 32))
_OURS = tokens.message_id(_KEYS, "abcdefghijklm", "acme.example")
_PATH = tokens.return_path(_KEYS, "abcdefghijklm", "hilfe@acme.example")
_TICKET = tokens.ticket_address(_KEYS, "427918354", "hilfe@acme.example")
_HEAD = (
    "From: Eva <eva@post.example>",
    "To: hilfe@acme.example",
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?= [#427-918-354]",
    "Message-ID: <1@post.example>",
    f"In-Reply-To: {_OURS}",
)
_RETURNED = f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {_OURS}\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"


def _report(kind: str, part: str, *fields: str) -> bytes:
    body = "--b\r\nContent-Type: text/plain\r\n\r\nReport.\r\n"
    body += f"--b\r\nContent-Type: message/{part}\r\n\r\n" + "\r\n".join(fields) + "\r\n\r\n" + _RETURNED
    return mail(*_HEAD, f"Content-Type: multipart/report; report-type={kind}; boundary=b", body=body)


_MIME = (
    mail(*_HEAD, "Content-Type: text/plain; charset=utf-8", body="Guten Tag,\r\n\r\n> alt\r\n-- \r\nEva\r\n"),
    mail(
        *_HEAD,
        "Content-Type: multipart/mixed; boundary=b",
        body="--b\r\nContent-Type: text/html; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+\r\n"
        "--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe=\r\n"
        "--b\r\nContent-Disposition: attachment; filename*0*=utf-8''%C3%A4; filename*1=b.pdf\r\n\r\nx\r\n--b--\r\n",
    ),
    mail(*_HEAD, "Content-Type: text/html", body="<p>a<table><td><a href=x>b</a><script>c</script><!-- d -->&lt;"),
)
_DSN = (
    _report(
        *(
            "delivery-status",
            "delivery-status",
            "Reporting-MTA: dns; mx.post.example",
            f"Original-Envelope-Id: {_PATH}",
        ),
        *("", "Original-Recipient: rfc822; eva+2Bx@post.example", "Action: failed", "Status: 5.1.1"),
        "Diagnostic-Code: smtp; 550 5.1.1 no such user",
    ),
    mail("From: MAILER-DAEMON <>", "Subject: failure notice", body="<eva@post.example>:\r\nno such user\r\n"),
)
_MDN = (
    _report(
        *("disposition-notification", "disposition-notification", "Final-Recipient: rfc822; eva@post.example"),
        *(f"Original-Message-ID: {_OURS}", "Disposition: manual-action/MDN-sent-manually; displayed"),
    ),
)
_NUMBERS = (
    b"Nr. 427-918-354, [#427-918-354] 427.918.354 (427 918 354)",
    "４２７－９１８－３５４ 0049 30 1234567".encode(),
)
_TOKENS = tuple(f"{one}\n".encode() for one in (_OURS, _PATH, _TICKET, f"SRS0=x=y=post.example={_PATH}"))
_BITS = (
    *(b"\r\n", b"\n", b"\r", b"\x00", b"\x1b[2J", b"--b", b"--b--\r\n", b"=?utf-8?q?", b"?=", b"=", b"<", b">", b"@"),
    *(b'"', b"(", b";", b":", b"\xff\xfe", b"\xed\xa0\xbd", "\u202e".encode(), b"Content-Type: ", b"multipart/mixed"),
    *(
        b"message/rfc822",
        b"charset=utf-7",
        b"base64",
        b"boundary=b",
        b"9" * 40,
        b"a" * 1000,
        b"<div>" * 50,
        b"\r\n\r\n",
    ),
)


def mutated(seeds: tuple[bytes, ...], draw: random.Random) -> bytes:
    """One of the seeds with up to a dozen changes: cut out, doubled, swapped, overwritten, mixed with another."""
    data = bytearray(draw.choice(seeds))
    for _ in range(draw.randint(1, 12)):
        at = draw.randint(0, len(data))
        end = min(len(data), at + draw.choice((1, 1, 2, 8, 40, 200)))
        match draw.randrange(6):
            case 0:
                del data[at:end]
            case 1:
                data[at:at] = data[at:end] * draw.choice((1, 1, 2, 30))
            case 2:
                data[at:end] = draw.randbytes(end - at)
            case 3:
                data[at:at] = draw.choice(_BITS)
            case 4:
                data[at:end] = draw.choice(_BITS)
            case _:
                other = draw.choice(seeds)
                start = draw.randint(0, len(other))
                data[at:at] = other[start : start + draw.choice((4, 40, 400))]
    return bytes(data[:200_000])


def read_mail(data: bytes) -> None:
    """A mail is read, and shows safely; also its reports and the names in it."""
    found = parse(data, key="7:1", at=NOW)
    assert found.raw == data
    if not isinstance(found, Incoming):
        valid(found.reason)
        assert found.reason
        assert not data.strip() or "header" in found.reason or "recursion" in found.reason, found.reason
        return
    shown_safely(found)
    assert found.mail is not None
    report = found.mail.report
    assert report is None or report.lines
    named = tokens.find(_KEYS, references=found.references, recipients=found.mail.recipients, report=report)
    # Nobody but us can make a name: whatever is found is one that stood in the seeds.
    assert set(named.answered) | {named.bounced, named.returned} <= {"abcdefghijklm", ""}
    assert set(named.numbers) <= {"427918354"}


def read_numbers(data: bytes) -> None:
    """Each number found has nine digits, is found again as we write it, and is not called mistyped."""
    text = data.decode("utf-8", "replace")
    for number in numbers.find(text):
        assert len(number) == 9
        assert numbers.parse(numbers.pretty(number)) == number
        assert not numbers.mistyped(numbers.pretty(number))
        assert number in numbers.find(numbers.tag(number))
    numbers.parse(text)
    numbers.mistyped(text)


def read_tokens(data: bytes) -> None:
    """No changed name is taken for ours."""
    for name in data.decode("utf-8", "surrogateescape").split("\n"):
        assert tokens.token_of(_KEYS, name) in ("abcdefghijklm", "")
        found = tokens.find(_KEYS, references=(name,), recipients=(name,), report=None)
        assert set(found.answered) | {found.bounced} <= {"abcdefghijklm", ""}
        assert set(found.numbers) <= {"427918354"}


TARGETS: dict[str, tuple[tuple[bytes, ...], Callable[[bytes], None]]] = {
    "mime": (_MIME, read_mail),
    "dsn": (_DSN, read_mail),
    "mdn": (_MDN, read_mail),
    "numbers": (_NUMBERS, read_numbers),
    "tokens": (_TOKENS, read_tokens),
}


class Hang(Exception):
    """One input took longer than HANG_SECONDS."""


def fuzz(name: str, seconds: float, seed: int, most: int = sys.maxsize) -> Iterator[int]:
    """Feed one parser until the time is up or `most` inputs are read; gives how many. Raises what the parser raised,
    with the input in a note."""
    seeds, take = TARGETS[name]
    draw, end, count = random.Random(seed), time.monotonic() + seconds, 0
    while count < most and time.monotonic() < end:
        data = mutated(seeds, draw)
        signal.setitimer(signal.ITIMER_REAL, HANG_SECONDS)
        try:
            take(data)
        except Exception as error:
            error.add_note(f"{name}, seed {seed}, input {count}: {data!r}")
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        count += 1
    yield count


def _hung(_number: int, _frame: FrameType | None) -> None:
    raise Hang(f"one input took more than {HANG_SECONDS} seconds")


def main() -> int:
    """All parsers one after the other, each for its share of the time."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60, help="for all together")
    options.add_argument("--seed", type=int, default=None, help="as printed by an earlier run")
    given = options.parse_args()
    seed = random.SystemRandom().getrandbits(32) if given.seed is None else given.seed
    signal.signal(signal.SIGALRM, _hung)
    for name in TARGETS:
        (count,) = fuzz(name, given.seconds / len(TARGETS), seed)
        sys.stdout.write(f"{name}: {count} inputs, no crash (seed {seed})\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
