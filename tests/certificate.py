"""Makes certificates that only their own file as `ca_file` makes valid, if their name and days are right."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """PEM files."""

    certificate: Path
    key: Path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """Valid for a day, made once per session."""
    return make(tmp_path_factory.mktemp("certificate"))


def make(folder: Path, *, names: str = "DNS:localhost,IP:127.0.0.1", days: int = 1) -> Certificate:
    """Its own issuer, for these names; with `days` below zero it has expired."""
    if shutil.which("openssl") is None:
        pytest.fail("OpenSSL's program is missing: apt-get install openssl", pytrace=False)
    made = Certificate(certificate=folder / "certificate.pem", key=folder / "key.pem")
    request, extensions = folder / "request.pem", folder / "extensions"
    extensions.write_text(f"subjectAltName={names}\nkeyUsage=critical,keyCertSign,digitalSignature\n")
    for arguments in (
        [
            *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-subj", "/CN=test", "-keyout", str(made.key), "-out", str(request)),
        ],
        [
            *("x509", "-req", "-in", str(request), "-signkey", str(made.key), "-days", str(days)),
            *("-extfile", str(extensions), "-out", str(made.certificate)),
        ],
    ):
        subprocess.run(["openssl", *arguments], check=True, capture_output=True)
    return made
