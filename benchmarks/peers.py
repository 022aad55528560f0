"""The peers of a measurement: a private Dovecot and an SMTP sink, both processes of their own on loopback."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.certificate import Certificate
from tests.dovecot import Dovecot, own_dovecot


@dataclass(frozen=True, slots=True, kw_only=True)
class Sink:
    """The sink's process; see `benchmarks.sink`."""

    port: int
    _given: IO[str]
    _said: IO[str]

    def count(self) -> int:
        """How many mails it has taken since it was cleared."""
        return self._ask("count")

    def clear(self) -> None:
        """Forget them."""
        self._ask("clear")

    def mails(self, folder: Path) -> list[tuple[list[str], bytes]]:
        """(recipients, bytes) of each; `folder` is for a while a place for them."""
        path = folder / "mails.json"
        self._ask(f"dump {path}")
        found = json.loads(path.read_text())
        path.unlink()
        return [(rcpts, data.encode("latin-1")) for rcpts, data in found]

    def _ask(self, question: str) -> int:
        self._given.write(question + "\n")
        self._given.flush()
        return int(self._said.readline())


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    """Both, with a folder for what is measured."""

    dovecot: Dovecot
    sink: Sink
    folder: Path

    def mailbox(self, mails: Sequence[bytes]) -> str:
        """A user whose mailbox holds these; Dovecot has looked at it, so that its indexes are written."""
        user = self.dovecot.new_user()
        self.deliver(user, mails)
        return user

    def deliver(self, user: str, mails: Sequence[bytes]) -> None:
        """Put mails into a mailbox, and let Dovecot look at it."""
        self.dovecot.append(user, mails)
        with self.dovecot.connect(user) as client:
            client.select_folder("INBOX", readonly=True)


@contextmanager
def peers() -> Iterator[Peers]:
    """Start them, stop and wipe them at the end."""
    if shutil.which("dovecot", path="/usr/sbin:/usr/bin") is None:
        sys.exit("Dovecot is missing: apt-get install dovecot-imapd")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        server = stack.enter_context(own_dovecot(_certificate(folder)))
        yield Peers(dovecot=server, sink=stack.enter_context(_sink()), folder=folder)


@contextmanager
def _sink() -> Iterator[Sink]:
    command = [sys.executable, "-m", "benchmarks.sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Sink(port=int(process.stdout.readline()), _given=process.stdin, _said=process.stdout)
        process.stdin.close()


def _certificate(folder: Path) -> Certificate:
    """What the fixture asks for; nothing here speaks TLS."""
    made = Certificate(certificate=folder / "certificate.pem", key=folder / "key.pem")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "1", "-subj", "/CN=localhost", "-keyout", str(made.key), "-out", str(made.certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return made
