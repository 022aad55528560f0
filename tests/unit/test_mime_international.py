"""Addresses with other than ASCII letters: read as they are written, written as RFC 6532 and RFC 5890 have it."""

from email import message_from_string, policy

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.errors import Unsendable
from inbox_bot.model import Address, Channel, Incoming
from tests.unit.mime_builders import NOW, built, facts, mail, read


def to(address: str, name: str = "") -> Address:
    """A mail address."""
    return Address(channel=Channel.EMAIL, address=address, name=name)


@pytest.mark.parametrize("local", ["ü", "jürgen.müller", "имя", "用户", "d\u00e9j\u00e0-vu+x"])
def test_a_local_part_stays_as_it_is(local: str) -> None:
    """RFC 6532 3.2: UTF-8 in the address, never an encoded word (RFC 2047 5); only To is other than ASCII."""
    raw = built(to=to(f"{local}@kunde.example", "Jürgen Müller"), subject="Störung")
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert [line for line in lines if not line.isascii()] == [
        line for line in lines if f"{local}@kunde.example".encode() in line
    ]
    assert b"=?utf-8?q?J=C3=BCrgen" in head
    assert b"Subject: =?utf-8?" in head
    assert body.isascii()
    found = message_from_string(raw.decode(), policy=policy.SMTPUTF8)
    assert [one.addr_spec for one in found["To"].addresses] == [f"{local}@kunde.example"]


def test_mail_to_an_ascii_address_stays_ascii() -> None:
    """Whatever name, subject and text hold: RFC 2047 for those, so that any server takes it."""
    assert built(to=to("juergen@kunde.example", "Jürgen 用户"), subject="Störung ☎", text="Grüße").isascii()


@pytest.mark.parametrize(
    "address",
    [
        "a\u0085b@kunde.example",  # NEL ends a line for some readers
        "a\u2028b@kunde.example",
        "a\u202eb@kunde.example",  # bidi override
        "a\u00a0b@kunde.example",
        "a\u200bb@kunde.example",
        "ü b@kunde.example",
        "ü<b@kunde.example",
        "ü\r\nBcc: x@kunde.example",
        "ü..b@kunde.example",
        "ü" * 33 + "@kunde.example",  # 66 octets
        "\ud800@kunde.example",
        "=?utf-8?q?=C3=BC?=@kunde.example",
    ],
)
def test_what_is_no_letter_gets_into_no_header(address: str) -> None:
    """Controls, spaces, marks that turn the direction, encoded words, more than 64 octets: refused when written."""
    with pytest.raises(Unsendable):
        built(to=to(address))


def test_a_copy_must_not_make_the_customers_mail_undeliverable() -> None:
    """A Cc that needs SMTPUTF8 is refused where it is written; the customer's relay may not offer it."""
    with pytest.raises(Unsendable, match="SMTPUTF8"):
        built(cc=("jürgen@kunde.example",))


def test_domains_are_a_labels() -> None:
    """RFC 5890: what goes out, like what came in, names a domain in ASCII."""
    raw = built(to=to("eva@bücher.example"), cc=("paul@straße.example",))
    assert raw.isascii()
    assert b"eva@xn--bcher-kva.example" in raw
    assert b"paul@xn--strae-oqa.example" in raw


@pytest.mark.parametrize(
    ("field", "address"),
    [
        ("Jürgen <jürgen@kunde.example>", "jürgen@kunde.example"),
        ("用户@例え.example", "用户@xn--r8jz45g.example"),
        ("=?utf-8?q?j=C3=BCrgen?=@kunde.example", "jürgen@kunde.example"),  # as Python itself writes it
    ],
)
def test_a_sender_is_who_he_is_but_not_beyond_doubt(field: str, address: str) -> None:
    """He gets his answer where he writes from; letters that look alike prove nothing, so it is not sound."""
    found = read(mail(f"From: {field}"))
    assert found.author is not None
    assert found.author.address == address
    assert found.mail is not None
    assert not found.mail.from_sound


def test_an_encoded_word_smuggles_no_second_address() -> None:
    """What it holds must be a local part; else the address stays as it is written, and no mail goes there."""
    found = read(mail("From: =?utf-8?q?a=40ok.example=3E=2C_b?=@evil.example"))
    assert found.author is not None
    assert found.author.address.endswith("@evil.example")
    assert found.author.address.count("@") == 1
    with pytest.raises(Unsendable):
        built(to=found.author)


def test_what_we_write_is_read_back() -> None:
    """Our own mail to such an address, come back, names it in To."""
    raw = built(to=to("jürgen@kunde.example"))
    assert facts(raw).recipients == ("jürgen@kunde.example",)
    assert isinstance(parse(raw, key="7:1", at=NOW), Incoming)
