"""Starts Debian's Dovecot privately on free loopback ports, one for each pytest process; any user name has a mailbox.

Use it with `pytest_plugins = ["tests.dovecot"]` (test module or root conftest). It fails where Dovecot is missing.
"""

import grp
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from imapclient import IMAPClient  # type: ignore[import-untyped]  # ships none

from tests.certificate import Certificate, certificate

__all__ = ["Dovecot", "certificate", "dovecot"]

PASSWORD = "sesame"
_START_SECONDS = 20

_CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{home}/mail/%u
mail_uid = {uid}
mail_gid = {gid}
mail_fsync = never
mail_max_userip_connections = 1000
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
ssl = yes
ssl_cert = <{home}/certificate.pem
ssl_key = <{home}/key.pem
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
{settings}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    """A running server. `port` speaks plain text and STARTTLS, `tls_port` TLS, with `ca_file` as trust."""

    host: str
    port: int
    tls_port: int
    ca_file: str
    password: str
    pid: int
    home: Path
    uid: int
    gid: int
    _count: Iterator[int] = field(default_factory=itertools.count)

    def new_user(self) -> str:
        """A name nobody has used: an empty mailbox."""
        return f"user{next(self._count)}"

    def append(
        self,
        user: str,
        mails: Sequence[bytes],
        internaldate: datetime | None = None,
        folder: str = "INBOX",
        *,
        new: bool = True,
    ) -> None:
        """Deliver by writing Maildir files, as a delivery agent would; UIDs follow the order. `new`: as \\Recent."""
        box = self._folder(user, folder)
        for mail in mails:
            count = next(self._count)
            size = len(mail)
            wire = size + mail.count(b"\n") - mail.count(b"\r\n")
            name = f"{int(time.time())}.M{count:09}P{self.pid}.mx,S={size},W={wire}"
            path = box / "tmp" / name
            path.write_bytes(mail)
            self._own(path)
            if internaldate:
                os.utime(path, (internaldate.timestamp(), internaldate.timestamp()))
            path.rename(box / "new" / name if new else box / "cur" / f"{name}:2,")

    def forget_uids(self, user: str) -> None:
        """As after a restored backup: the mails are there, their UIDs and UIDVALIDITY are new."""
        box = self._folder(user, "INBOX")
        for path in [*box.glob("dovecot-uidlist"), *box.glob("dovecot.index*"), *box.glob("dovecot.list.index*")]:
            path.unlink()

    def connect(self, user: str) -> IMAPClient:
        """A second client in somebody's mailbox, logged in."""
        client = IMAPClient(self.host, self.port, ssl=False, timeout=20)
        client.login(user, self.password)
        return client

    @contextmanager
    def visiting(self, user: str) -> Iterator[Any]:
        """The same, logged out at the end."""
        client = self.connect(user)
        try:
            yield client
        finally:
            client.logout()

    def _folder(self, user: str, folder: str) -> Path:
        box = self.home / "mail" / user
        self._make(box)
        if folder != "INBOX":
            box = box / ("." + folder.replace("/", "."))
            self._make(box)
        for part in ("tmp", "new", "cur"):
            self._make(box / part)
        return box

    def _make(self, path: Path) -> None:
        # Dovecot makes the same folders when a running daemon logs in: whoever comes first, both go on.
        with suppress(FileExistsError):
            path.mkdir()
            self._own(path)

    def _own(self, path: Path) -> None:
        if os.getuid() == 0:
            os.chown(path, self.uid, self.gid)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def dovecot(certificate: Certificate) -> Iterator[Dovecot]:
    """The server, stopped and wiped at the end."""
    with own_dovecot(certificate) as server:
        yield server


@contextmanager
def own_dovecot(certificate: Certificate, *, settings: str = "") -> Iterator[Dovecot]:
    """Another server, with more settings, for one test."""
    # not pytest's own folder: Dovecot's unprivileged processes must get there, and socket paths have 108 bytes
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        with running(home, certificate, settings=settings) as server:
            yield server
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def running(home: Path, certificate: Certificate, *, port: int = 0, settings: str = "") -> Iterator[Dovecot]:
    """A Dovecot on the folder `home`, whose mail outlives it. `port` 0 takes a free one; `settings` are Dovecot's."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.fail("Dovecot is missing: apt-get install dovecot-imapd", pytrace=False)
    home.chmod(0o755)
    root = os.getuid() == 0
    user = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.getuid())
    shutil.copy(certificate.certificate, home / "certificate.pem")
    shutil.copy(certificate.key, home / "key.pem")
    (home / "mail").mkdir(exist_ok=True)
    if root:
        os.chown(home / "mail", user.pw_uid, user.pw_gid)
    port, tls_port = port or free_port(), free_port()
    (home / "dovecot.conf").write_text(
        _CONFIGURATION.format(
            home=home,
            internal="dovecot" if root else user.pw_name,
            internal_group="dovecot" if root else grp.getgrgid(user.pw_gid).gr_name,
            login="dovenull" if root else user.pw_name,
            uid=user.pw_uid,
            gid=user.pw_gid,
            port=port,
            tls_port=tls_port,
            password=PASSWORD,
            settings=settings,
        )
    )
    with (home / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [program, "-F", "-c", str(home / "dovecot.conf")], stdout=errors, stderr=errors, start_new_session=True
        )
    try:
        _await_greeting(process, home, port)
        yield Dovecot(
            host="127.0.0.1",
            port=port,
            tls_port=tls_port,
            ca_file=str(certificate.certificate),
            password=PASSWORD,
            pid=process.pid,
            home=home,
            uid=user.pw_uid,
            gid=user.pw_gid,
        )
    finally:
        process.terminate()
        process.wait(_START_SECONDS)
        with suppress(ProcessLookupError):  # those of its group that serve a client live on for ten seconds
            os.killpg(process.pid, signal.SIGKILL)


def _await_greeting(process: subprocess.Popen[bytes], home: Path, port: int) -> None:
    """Dovecot says nowhere else that it is ready."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as probe:
                if probe.recv(16).startswith(b"* OK"):
                    return
        except OSError:
            time.sleep(0.02)
    said = "".join(path.read_text() for path in (home / "stderr", home / "log") if path.exists())
    pytest.fail(f"Dovecot did not start: {said[-2000:]}", pytrace=False)
