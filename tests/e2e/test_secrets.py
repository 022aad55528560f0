"""Every secret of a whole configuration, planted and searched for: in no output, log, process title, database byte."""

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil

from inbox_bot.sandbox.relay_server import mail_relay
from inbox_bot.sandbox.x import World, serve
from tests.dovecot import Dovecot
from tests.e2e.house import House, write_config
from tests.e2e.test_daemon import ANNA, mail
from tests.e2e.waiting import until

IMAP, WRONG_IMAP, SMTP = "Zq1-imap-Geheimnis", "Zq2-imap2 \"Geheim\\nis'", "Zq3-smtp-Geheimnis"
DATABASE = "Zq4-datenbank-Geheimnis"


def spellings(secret: str) -> Iterator[bytes]:
    """The ways in which it could slip out: as it is, in JSON, in a URL, in Base64 (alone, or as SASL sends it)."""
    yield secret.encode()
    yield secret.encode("unicode_escape")
    yield quote(secret, safe="").encode()
    yield base64.b64encode(secret.encode()).rstrip(b"=")[:-1]
    yield base64.b64encode(b"\x00hilfe@acme.example\x00" + secret.encode()).rstrip(b"=")[:-1]


def leaks(secrets: list[str], where: dict[str, bytes]) -> list[str]:
    """Which secret stands where."""
    return [
        f"{secret} in {place}"
        for place, text in where.items()
        for secret in secrets
        if any(one in text for one in spellings(secret))
    ]


def processes(pid: int) -> dict[str, bytes]:
    """Command lines of a process and what it started, and the environment of the latter."""
    found = {}
    for one in [parent := psutil.Process(pid), *parent.children(recursive=True)]:
        found[f"command line of {one.name()} {one.pid}"] = Path(f"/proc/{one.pid}/cmdline").read_bytes()
        if one.pid != pid:
            found[f"environment of {one.pid}"] = Path(f"/proc/{one.pid}/environ").read_bytes()
    return found


def written(folder: Path) -> dict[str, bytes]:
    """Every file that a run left, but the configuration and the keys themselves."""
    own = {"inbox-bot.toml", "keys"}
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in own}


async def test_no_secret_gets_out(tmp_path: Path, dovecot: Dovecot) -> None:
    """Logins refused by IMAP, SMTP and X, everything else working, verbose: nothing shows a password, token or key."""
    assert dovecot.password not in (IMAP, WRONG_IMAP)
    user = dovecot.new_user()
    dovecot.append(user, [mail(ANNA, "Zxeins")])
    world = World()
    async with mail_relay({}, login=("hilfe@acme.example", "ein-anderes")) as relay, serve(world) as url:
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=relay.port, coalesce_seconds=0,
            environment={"INBOX_BOT_ZWEI_IMAP_PASSWORD": WRONG_IMAP},
        )  # fmt: skip
        text = house.config.read_text() + f'user = "hilfe@acme.example"\npassword = "{SMTP}"\n'
        second = text[text.index("[[inbox]]") :].replace('name = "mail"', 'name = "zwei"')
        second = second.replace("hilfe@", "zwei@").replace(f'user = "{user}"', f'user = "{dovecot.new_user()}"')
        second = second.replace(f'password = "{dovecot.password}"\n', "")
        tokens = {key: f"Zq5-{key}-Geheimnis" for key in ("consumer_key", "consumer_secret", "access_token")}
        tokens["access_token_secret"] = "Zq6-ats-Geheimnis"
        x = f'[[inbox]]\nname = "x"\nchannel = "twitter"\nbase_url = "{url}"\n'
        x += "".join(f'{key} = "{value}"\n' for key, value in tokens.items())
        house.config.write_text(f"{text}\n{second}\n{x}")
        secrets = [WRONG_IMAP, SMTP, *tokens.values()]
        seen: dict[str, bytes] = {}
        for command in (
            ("run", "--once", "--verbose"),
            ("check",), ("check", "--json"), ("audit",), ("audit", "--json"), ("ledger", "--lines"),
            ("tickets", "--all", "--json"), ("show", "anna@post.example"), ("show", "anna@post.example", "--json"),
            ("--help",), ("run", "--help"), ("systemd",), ("template", "list"), ("run", "--once", "--no-such-option"),
        ):  # fmt: skip
            ran = await house.run(*command)
            seen[" ".join(command)] = f"{ran.out}\n{ran.err}".encode()
        assert b"refused the login" in seen["check"]
        assert seen["check"].count(b"WRONG") >= 3, seen["check"].decode()
        assert b"Anna" in seen["show anna@post.example --json"]
        async with house.daemon("--verbose") as daemon:
            await until(lambda: sum("intake_failed" in line for line in daemon.err) >= 2)
            seen |= processes(daemon.process.pid)
            assert await daemon.stop() == 0
        seen["daemon"] = "\n".join(daemon.err).encode()
        files = written(tmp_path)
        assert any(content.startswith(b"SQLite format 3") for content in files.values())
        keys = [line for line in (tmp_path / "keys").read_text().split() if len(line) > 30]
        assert keys
        assert not leaks([*secrets, *keys], seen | files)
        assert not leaks([dovecot.password], {place: one for place, one in seen.items() if place != "systemd"} | files)


async def test_a_configuration_that_cannot_be_read_shows_nothing(tmp_path: Path) -> None:
    """Whatever is wrong around a secret: the fault names the key, never its value; likewise a database out of reach."""
    house = write_config(tmp_path, imap=(1, "hilfe", IMAP), smtp_port=1)
    sound = house.config.read_text()
    seen: dict[str, bytes] = {}
    for place, broken in enumerate(
        (
            sound.replace(f'"{IMAP}"', f'"{IMAP}'),
            sound.replace(f'"{IMAP}"', f'["{IMAP}"]'),
            sound.replace(f'"{IMAP}"', f'"{IMAP}"\npassword_file = "{IMAP}-datei"').replace(f"{IMAP}-datei", "keine"),
            sound.replace("password =", "pasword ="),
            sound.replace("port = 1\n", 'port = "eins"\n'),
        )
    ):
        house.config.write_text(broken)
        ran = await house.run("check")
        assert ran.status == 1
        assert "Traceback" not in ran.err
        seen[f"fault {place}"] = f"{ran.out}\n{ran.err}".encode()
    house.config.write_text(sound)
    for mode, status in ((0o644, 1), (0o600, 1)):
        house.config.chmod(mode)
        ran = await house.run("check")
        assert ran.status == status
        assert ("chmod 600" in ran.err) == (mode == 0o644)
        seen[f"mode {mode:o}"] = f"{ran.out}\n{ran.err}".encode()
    for url in (f"postgresql://inbox:{DATABASE}@127.0.0.1:1/inbox", f"mysql://inbox:{DATABASE}@127.0.0.1:1/inbox"):
        elsewhere = House(folder=tmp_path, environment={"INBOX_BOT_DATABASE_URL": url, "PGCONNECT_TIMEOUT": "2"})
        for command in (("check",), ("run", "--once"), ("audit",)):
            ran = await elsewhere.run(*command)
            assert ran.status == 1
            seen[f"{url[:8]} {command}"] = f"{ran.out}\n{ran.err}".encode()
    assert not leaks([IMAP, DATABASE], seen | written(tmp_path))
    assert house.config.stat().st_mode & 0o077 == 0
