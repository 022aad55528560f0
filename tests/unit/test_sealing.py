"""What the key file hides: nobody reads or moves it without the file, and keys can be changed."""

import os

import pytest

from inbox_bot.config.sealing import Sealer

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
CONTENT = b'{"refresh": "geheim"}'


def sealer(*keys: bytes) -> Sealer:
    """One with these keys."""
    return Sealer(lambda: keys)


def test_only_the_key_opens_it() -> None:
    """The content does not show, comes back whole, looks different each time, and opens with no other key."""
    sealed = sealer(OLD).close(CONTENT, "mail/imap")
    assert b"geheim" not in sealed
    assert sealer(OLD).open(sealed, "mail/imap") == CONTENT
    assert sealer(OLD).close(CONTENT, "mail/imap") != sealed
    assert sealer(NEW).open(sealed, "mail/imap") is None


def test_keys_can_be_changed() -> None:
    """A new key on top seals; what the old one sealed is still opened, and no longer once the old one is gone."""
    sealed = sealer(OLD).close(CONTENT, "x/x")
    both = sealer(NEW, OLD)
    assert both.open(sealed, "x/x") == CONTENT
    assert sealer(NEW).open(both.close(CONTENT, "x/x"), "x/x") == CONTENT


def test_it_belongs_to_its_account() -> None:
    """A row moved to another inbox or purpose does not open."""
    sealed = sealer(OLD).close(CONTENT, "x/x")
    assert sealer(OLD).open(sealed, "y/x") is None


@pytest.mark.parametrize("place", [0, 1, 12, 13, 20, -1])
def test_a_changed_bit_is_noticed(place: int) -> None:
    """Nothing that was tampered with, cut or made up is taken for content."""
    sealed = bytearray(sealer(OLD).close(CONTENT, "x/x"))
    sealed[place] ^= 1
    assert sealer(OLD).open(bytes(sealed), "x/x") is None
    for other in (b"", b"\x01", bytes(sealed[:13]), os.urandom(64)):
        assert sealer(OLD).open(other, "x/x") is None
