"""The loops while the way to the mailbox fails, and while the server says what it should not."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dovecot import Dovecot
from tests.faults.matrix import Matrix
from tests.faults.proxy import Proxy, Word
from tests.faults.serving import serving

LASTS = 1.5  # seconds of fault that are counted
MOST = 12  # connections meanwhile: from a tenth of a second on the pauses double
SOON = 20.0  # recovery, with pauses that have grown so far, and a second of patience


def reply(verb: bytes, words: bytes, *, hang_up: bool = False) -> Callable[[bytes], Word | None]:
    """The server answers this command so, whatever it would have said."""

    def interfere(said: bytes) -> Word | None:
        tag, _, rest = said.partition(b" ")
        if not rest.upper().startswith(verb):
            return None
        return Word(octets=words.replace(b"TAG", tag) + b"\r\n", hang_up=hang_up)

    return interfere


def silence(verb: bytes) -> Callable[[bytes], Word | None]:
    """The server never answers this command."""
    return lambda said: Word() if verb in said.upper() else None


def only(**settings: object) -> Callable[[Proxy], None]:
    """The proxy's settings."""

    def set_up(proxy: Proxy) -> None:
        for name, value in settings.items():
            setattr(proxy, name, value)

    return set_up


FAULTS: dict[str, tuple[Callable[[Proxy], None], str]] = {
    "reset in a literal": (only(cut_down=3000), "does not work"),
    "reset in the greeting": (only(cut_down=10), "does not work"),
    "reset in a command": (only(cut_up=15), "does not work"),
    "noise": (only(garbage=True), "does not work"),
    "black hole": (only(black_hole=True), "timed out"),
    "half open": (only(half_open=True), "timed out"),
    "BYE at LOGIN": (only(interfere=reply(b"LOGIN", b"* BYE Going down", hang_up=True)), "does not work"),
    "BYE at LOGIN, without an end": (only(interfere=reply(b"LOGIN", b"* BYE Going down")), "does not work"),
    "BYE at EXAMINE": (only(interfere=reply(b"EXAMINE", b"* BYE Going down", hang_up=True)), "does not work"),
    "BYE at SEARCH": (only(interfere=reply(b"UID SEARCH", b"* BYE Going down", hang_up=True)), "does not work"),
    "BYE at FETCH": (only(interfere=reply(b"UID FETCH", b"* BYE Going down", hang_up=True)), "does not work"),
    "NO at FETCH": (only(interfere=reply(b"UID FETCH", b"TAG NO [SERVERBUG] Disk")), "SERVERBUG"),
    "NO at LOGIN": (only(interfere=reply(b"LOGIN", b"TAG NO [AUTHENTICATIONFAILED] No")), "correct `user`"),
    "NO [UNAVAILABLE] at LOGIN": (only(interfere=reply(b"LOGIN", b"TAG NO [UNAVAILABLE] Later")), "takes no login now"),
    "NO at EXAMINE": (only(interfere=reply(b"EXAMINE", b"TAG NO Locked")), "cannot be opened"),
    "BAD at SEARCH": (only(interfere=reply(b"UID SEARCH", b"TAG BAD What?")), "does not work"),
    "never answers SEARCH": (only(interfere=silence(b"UID SEARCH")), "timed out"),
    "never answers FETCH": (only(interfere=silence(b"UID FETCH")), "timed out"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_mailbox_is_read_once_the_fault_is_over(
    tmp_path: Path, dovecot: Dovecot, fault: str, matrix: Matrix
) -> None:
    """While it lasts the audit says what is wrong, few connections are made; afterwards each mail is answered once."""
    row = matrix("IMAP", fault)
    async with serving(tmp_path, dovecot) as scene:
        scene.write()
        await scene.all_answered(30)
        break_it, words = FAULTS[fault]
        break_it(scene.imap)
        scene.imap.cut()
        scene.write(3, "Sehr lang. " * 300)
        await scene.finding("inbox_failing", words)
        before = scene.imap.connections
        await asyncio.sleep(LASTS)
        made = scene.imap.connections - before
        assert made <= MOST
        assert "filed" in await scene.ledger()
        scene.imap.heal()
        took = await scene.all_answered(SOON)
        await scene.in_order()
        row.came(f"audit: inbox_failing ({words}), {made} connections in {LASTS} s, all in order {took:.1f} s after")


async def test_a_server_that_forgets_its_idle_is_asked_all_the_same(
    tmp_path: Path, dovecot: Dovecot, matrix: Matrix
) -> None:
    """It never tells of new mail, nor that IDLE has ended: the next poll notices and takes another connection."""
    row = matrix("IMAP", "forgets IDLE")
    async with serving(tmp_path, dovecot) as scene:
        scene.write()
        await scene.all_answered(30)
        idling = asyncio.Event()

        def interfere(said: bytes) -> Word | None:
            if said.upper().rstrip().endswith(b"IDLE"):
                idling.set()
                return Word(octets=b"+ idling\r\n")
            return Word() if said.upper().startswith(b"DONE") else None

        scene.imap.interfere = interfere
        await asyncio.wait_for(idling.wait(), 20)
        before = scene.imap.connections
        scene.write(2)
        took = await scene.all_answered(SOON)
        made = scene.imap.connections - before
        assert made <= MOST
        scene.imap.heal()
        await scene.in_order()
        row.came(f"polled all the same, {took:.1f} s after the mail came, {made} new connections")


async def test_a_slow_line_is_slow_and_nothing_else(tmp_path: Path, dovecot: Dovecot, matrix: Matrix) -> None:
    """Half a second of latency for each piece and a narrow band: no failure."""
    row = matrix("IMAP", "latency and little bandwidth")
    async with serving(tmp_path, dovecot, patience=10) as scene:
        scene.imap.latency, scene.imap.bandwidth = 0.1, 50_000
        scene.smtp.latency, scene.smtp.bandwidth = 0.1, 50_000
        scene.write(3)
        took = await scene.all_answered(30)
        await scene.in_order()
        assert scene.imap.connections == 1
        row.came(f"answered after {took:.1f} s on one connection")
