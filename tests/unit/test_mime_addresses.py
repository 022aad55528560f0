"""Addresses: who wrote, and whether that is beyond doubt."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.addresses import mailboxes
from tests.unit.mime_builders import facts, mail, read


@pytest.mark.parametrize(
    ("field", "address", "name", "sound"),
    [
        ("Eva <eva@kunde.example>", "eva@kunde.example", "Eva", True),
        ("eva@kunde.example", "eva@kunde.example", "", True),
        ("<eva@Kunde.EXAMPLE>", "eva@kunde.example", "", True),
        ('"Müller, Eva" <Eva.M@kunde.example>', "Eva.M@kunde.example", "Müller, Eva", True),
        ("eva@kunde.example (Eva M.)", "eva@kunde.example", "Eva M.", True),
        ("=?utf-8?q?Eva_M=C3=BCller?= <eva@kunde.example>", "eva@kunde.example", "Eva Müller", True),
        ('"a \\"b\\" c" <eva@kunde.example>', "eva@kunde.example", 'a "b" c', True),
        ("agent@ok.example <x@evil.example>", "x@evil.example", "agent@ok.example", False),
        ("<agent@ok.example> <x@evil.example>", "agent@ok.examplex@evil.example", None, False),
        ("John Doe.<a@b.example>", "a@b.example", "John Doe.", True),
        ("a@b.example, c@d.example", "a@b.example", "", False),
        ("Gruppe: a@b.example, c@d.example;", "a@b.example", "", False),
        ("<@relay.example:a@b.example>", "a@b.example", "", False),
        ("foo..bar@b.example", "foo..bar@b.example", "", False),
        ('"foo.bar"@b.example', "foo.bar@b.example", "", True),
        ('"foo bar"@b.example', '"foo bar"@b.example', "", False),
        ("Big Bug bug@b.example", "bug@b.example", "", False),
        ("=?utf-8?q?=0A?= <a@b.example>", "a@b.example", "", True),
        ("Eva <eva@bücher.example>", "eva@xn--bcher-kva.example", "Eva", False),
        ("a@b.example\x00", "a@b.example", "", False),
        ("Eva (a (nested) comment) <eva@kunde.example> (end)", "eva@kunde.example", "Eva", True),
    ],
)
def test_author(field: str, address: str, name: str | None, sound: bool) -> None:
    """The author is who the address field names; anything that another reader could see otherwise is not sound."""
    found = read(mail(f"From: {field}"))
    assert found.mail is not None
    assert found.mail.from_sound is sound
    if name is not None:
        assert found.author is not None
        assert (found.author.address, found.author.name) == (address, name)


@pytest.mark.parametrize(
    "field", ["", "<>", "MAILER DAEMON <>", "undisclosed:; (comment)", "foo", "<", "r@", "to@[x", '"']
)
def test_no_author(field: str) -> None:
    """A From without an address gives no author, and is not sound; a Sender does not stand in for it."""
    found = read(mail(f"From: {field}", "Sender: list@other.example"))
    assert found.author is None
    assert not facts(mail(f"From: {field}")).from_sound


def test_missing_and_double_from() -> None:
    """Without From the Sender counts, else the return path; two From fields are never sound."""
    assert (author := read(b"Sender: s@b.example\r\n\r\nx").author)
    assert author.address == "s@b.example"
    assert (author := read(b"Return-Path: <r@b.example>\r\n\r\nx").author)
    assert author.address == "r@b.example"
    double = facts(mail("From: a@b.example", "From: a@b.example"))
    assert not double.from_sound


def test_recipients_as_written() -> None:
    """Every field that names a recipient counts, each address once and in its own spelling (tokens live there)."""
    found = facts(
        mail(
            "To: hilfe+T.abcDEF@Acme.example, Paul <paul@kunde.example>,",
            "Cc: undisclosed-recipients:;",
            "Delivered-To: hilfe@acme.example",
            "X-Original-To: hilfe+x@acme.example",
            "Envelope-To: paul@kunde.example",
        )
    )
    assert found.recipients == (
        "hilfe+T.abcDEF@Acme.example",
        "paul@kunde.example",
        "hilfe@acme.example",
        "hilfe+x@acme.example",
    )


def test_return_path() -> None:
    """Missing is None, null is "", otherwise the address."""
    assert facts(mail()).return_path is None
    assert facts(mail("Return-Path: <>")).return_path == ""
    assert facts(mail("Return-Path: <b@c.example>")).return_path == "b@c.example"


def test_list_is_capped() -> None:
    """Of a list of thousands a thousand are read."""
    field = ", ".join(f"u{number}@b.example" for number in range(3000))
    assert len(mailboxes(field)) == 1000


@pytest.mark.parametrize(
    "field", ["(" * 60_000, "," * 60_000, "a" * 60_000 + "@", '"' * 60_000, "<" * 60_000, "a " * 30_000]
)
def test_hostile_lists_cost_linear_time(field: str) -> None:
    """60 kB that make the stdlib recurse or take seconds are read in well under one."""
    begun = time.process_time()
    mailboxes(field)
    assert time.process_time() - begun < 1


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab@.<>(),:;"\\ []é=?\r\n\x00', max_size=60))
def test_any_field(field: str) -> None:
    """Whatever a field holds, reading it gives addresses with exactly one usable @, or nothing."""
    for found in mailboxes(field):
        local, _, domain = found.address.rpartition("@")
        assert local
        assert domain
        assert not set(found.address.replace('"' + found.address.rpartition("@")[0].strip('"') + '"', "")) & set(
            "\r\n\x00"
        )


@pytest.mark.parametrize(
    "value",
    [f"{'x' * 3000}@post.example", f"Kim <kim@{'a.' * 1500}example>", f"Kim <{'x' * 308}@post.example> (no)"],
)
def test_an_address_longer_than_any_mail_server_takes_is_none(value: str) -> None:
    """RFC 5321 4.5.3.1: nobody could be written there, and only one of the two databases could keep it."""
    assert mailboxes(value) == []
    assert [one.address for one in mailboxes(f"{value}, eva@post.example")] == ["eva@post.example"]


@pytest.mark.parametrize("unseen", ["\x80", "\x85", "\u200b", "\u202e", "\u2028", "\u00ad", "\ufeff", "\U000e0041"])
def test_what_is_not_seen_is_marked(unseen: str) -> None:
    """An address with a character that nobody sees is neither sound nor, by leaving it out, somebody else's."""
    for value in (f"Eva <eva{unseen}@post.example>", f"eva@post{unseen}.example", f'"eva{unseen}"@post.example'):
        for found in mailboxes(value):
            assert not found.sound
            assert unseen not in found.address
            assert found.address != "eva@post.example"
