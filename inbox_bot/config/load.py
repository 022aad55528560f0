"""Turns the configuration file into a `Config`, or raises one ConfigError with everything that is wrong in it."""

import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from inbox_bot.config import gateway, inboxes, metrics, opening, reasons, team
from inbox_bot.config.reading import Table, closest, is_loopback
from inbox_bot.config.secret import Secrets
from inbox_bot.config.shape import (
    Acknowledge,
    Brand,
    Config,
    Database,
    EmailInbox,
    Notify,
    PublicReplies,
    Retention,
    Security,
    Threading,
)
from inbox_bot.errors import ConfigError
from inbox_bot.model import Priority
from inbox_bot.rules.incidents import Pace
from inbox_bot.rules.targets import Targets

_LANGUAGES = ("de", "en")  # those whose templates are shipped
_LONGEST = 1000  # opening hours of a target
_LISTED = 30  # days for which the audit lists what is in quarantine, or from nobody


def load(path: Path | None, environ: Mapping[str, str]) -> Config:
    """Read the file `path`, else `$INBOX_BOT_CONFIG`, else `./inbox-bot.toml`.

    Relative paths in it start at its own folder. Files in `$CREDENTIALS_DIRECTORY` are systemd's and need no rights
    of ours; a database cannot lie there. Raises `ConfigError` with all faults at once; each begins with the
    key's path (inboxes counted from 0, in the file's order).
    """
    path = (path or Path(environ.get("INBOX_BOT_CONFIG") or "inbox-bot.toml")).absolute()
    root = Table(_parsed(path), "", [])
    secrets = Secrets(folder=path.parent, environ=environ)

    brand = _brand(root.section("brand"), path.parent)
    database = _database(root.section("database"), secrets)
    security = _security(root.section("security"), database, path.parent)
    notify_table = root.section("notify")
    notify = Notify(to=notify_table.addresses("to"))
    notify_table.finish()
    acknowledge = _acknowledge(root.section("acknowledge"))
    threading_table = root.section("threading")
    threading = Threading(young_hours=threading_table.number("young_hours", 72.0, least=0))
    threading_table.finish()
    hours = opening.read(root.section("hours"))
    targets = _targets(root.section("targets"))
    pace = _pace(root.section("incidents"))
    topics, tiers = team.topics(root.section("topics"), _named(root, "topics"))
    why = reasons.reasons(root.section("reasons"), _named(root, "reasons"))
    assign, approval = team.assign(root.section("assign")), team.approval(root.section("approval"))
    retention = _retention(root.section("retention"))
    privacy = team.privacy(root.section("privacy"))
    surveys = team.surveys(root.section("surveys"))
    twitter, email = inboxes.read(root, secrets, notify.to)
    by_mail = gateway.read(root.section("gateway"), secrets, email)
    watched = metrics.read(root.section("metrics"), environ)
    root.finish()

    if secrets.inline and secrets.exposed(path):
        root.faults.append(f"{secrets.inline[0]}: others can read {path} and the secrets in it; run: chmod 600 {path}")
    if root.faults:
        raise ConfigError(root.faults)
    return Config(
        path=path,
        warnings=(*_shared_folder(database), *_in_clear(email), *gateway.warnings(by_mail, email)),
        brand=brand,
        database=database,
        security=security,
        notify=notify,
        acknowledge=acknowledge,
        threading=threading,
        hours=hours,
        targets=targets,
        pace=pace,
        topics=topics,
        tiers=tiers,
        reasons=why,
        assign=assign,
        approval=approval,
        privacy=privacy,
        surveys=surveys,
        retention=retention,
        gateway=by_mail,
        metrics=watched,
        twitter=twitter,
        email=email,
    )


def _in_clear(inboxes: Sequence[EmailInbox]) -> Iterator[str]:
    """Where an operator chose to do without TLS over a network."""
    for inbox in inboxes:
        for name, peer in (("imap", inbox.imap), ("smtp", inbox.smtp)):
            if peer.security == "none" and not is_loopback(peer.host):
                yield f'{inbox.name} {name}: mail and password go to {peer.host} in clear text; set security = "tls"'


def _named(root: Table, key: str) -> Mapping[str, object]:
    """A section whose keys are names that the company gives."""
    given = root.given(key)
    return given if isinstance(given, dict) else {}


def _parsed(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise ConfigError([f"{path}: there is no such file; `inbox-bot init` writes one, --config names one"]) from exc
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError([f"{path}: not valid TOML: {exc}"]) from exc
    except UnicodeDecodeError as exc:
        raise ConfigError([f"{path}: not UTF-8 (byte {exc.start}); save it as UTF-8"]) from exc
    except OSError as exc:
        raise ConfigError([f"{path}: cannot be read: {exc.strerror}; make it readable for this user"]) from exc


def _brand(table: Table, folder: Path) -> Brand:
    templates = table.path_to("templates", folder)
    try:
        there = templates is None or templates.is_dir()
    except OSError:  # a folder without rights, a name too long
        there = False
    if not there:
        table.fault("templates", f"there is no readable folder {templates}; make it, or leave the key out")
    brand = Brand(
        name=table.text("name", needed='write the company\'s name, e.g. name = "Acme"'),
        language=table.choice("language", "de", _LANGUAGES),
        timezone=_zone(table),
        footer=table.text("footer"),
        privacy_url=table.url("privacy_url"),
        templates=templates,
    )
    table.finish()
    return brand


def _zone(table: Table) -> str:
    from zoneinfo import ZoneInfo, available_timezones

    name = table.text("timezone", "Europe/Berlin")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown name, path outside the zones, a folder of them
        near = closest(name, sorted(available_timezones()))
        table.fault("timezone", f'"{name}" is no known time zone{near}; e.g. "Europe/Berlin"')
    return name


def _database(table: Table, secrets: Secrets) -> Database:
    url = secrets.find(table, "url", "database").reveal() or "sqlite:///inbox.db"
    if table.at("url") in secrets.inline and not _has_password(url):
        secrets.inline.remove(table.at("url"))
    table.finish()
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest[1:] not in ("", ":memory:"):
        file = secrets.folder / rest[1:]
        if secrets.from_systemd(file):
            table.fault("url", "needs an absolute path under systemd, e.g. sqlite:////var/lib/inbox-bot/inbox.db")
        return Database(url=f"sqlite:///{file}", file=file)
    if scheme in ("postgresql", "postgres"):
        return Database(url=f"postgresql://{rest}", file=None)
    table.fault("url", 'unknown kind of database; write "sqlite:///inbox.db" or "postgresql://user@host/db"')
    return Database(url="", file=secrets.folder / "inbox.db")


def _shared_folder(database: Database) -> tuple[str, ...]:
    """Where everybody may make files beside the database. (Without the sticky bit the store refuses such a folder.)"""
    folder = database.file.parent if database.file is not None else None
    try:
        shared = folder is not None and bool(folder.stat().st_mode & stat.S_IWOTH)
    except OSError:  # it is made later, or the store says what is wrong with it
        shared = False
    return (f"database.url: everybody can make files in {folder}; give the database one of its own",) if shared else ()


def _has_password(url: str) -> bool:
    login, at, _ = url.partition("://")[2].rpartition("@")
    return bool(at) and ":" in login


def _security(table: Table, database: Database, folder: Path) -> Security:
    key_file = table.path_to("key_file", folder)
    table.finish()
    if key_file is None and database.file is None:
        table.fault("key_file", f"needed with PostgreSQL; name a file that all processes share, e.g. {folder / 'keys'}")
    beside = database.file or folder / "inbox-bot"
    return Security(key_file=key_file or beside.with_name(f"{beside.name}.keys"))


def _acknowledge(table: Table) -> Acknowledge:
    words: tuple[PublicReplies, ...] = ("auto", "approve", "off")
    acknowledge = Acknowledge(
        public=table.choice("public", "auto", words),
        public_per_hour=table.whole("public_per_hour", 60, least=0, most=100_000),
        max_age_hours=table.number("max_age_hours", 72.0, least=0),
        mdn=table.flag("mdn", default=True),
        coalesce_seconds=table.number("coalesce_seconds", 300.0, least=0),
        per_hour=table.whole("per_hour", 10, least=1, most=1000),
        newcomers_per_hour=table.whole("newcomers_per_hour", 1000, least=0, most=1_000_000),
        offer_mail=table.flag("offer_mail", default=False),
    )
    table.finish()
    return acknowledge


def _targets(table: Table) -> Targets:
    targets = Targets(
        hours={one: found for one in Priority if (found := table.number(f"{one}_hours", 0.0, least=0))},
        remind=table.whole("remind_percent", 75, least=1, most=100) / 100,
    )
    for one, found in targets.hours.items():
        if found > _LONGEST:
            table.fault(f"{one}_hours", f"more than {_LONGEST} opening hours are no target; write fewer, or 0 for none")
    table.finish()
    return targets


def _pace(table: Table) -> Pace:
    """How fast those are told whom an incident affects."""
    pace = Pace(
        mails=table.whole("mails_per_hour", 36_000, least=1, most=3_600_000),
        dms=table.whole("dms_per_hour", 40, least=1, most=10_000),
    )
    table.finish()
    return pace


def _retention(table: Table) -> Retention:
    def days(key: str, least: int) -> int:
        found = table.whole(key, 0, least=0, most=36_500)
        if 0 < found < least:
            table.fault(key, f"{found} is too few: the audit lists them for {least} days; write {least} or more, or 0")
        return found

    retention = Retention(
        raw_days=days("raw_days", 1),
        attachments_days=days("attachments_days", 1),
        payload_days=days("payload_days", 1),
        closed_tickets_days=days("closed_tickets_days", 1),
        junk_days=days("junk_days", _LISTED),
        quarantine_days=days("quarantine_days", _LISTED),
        log_days=days("log_days", 1),
        customers_days=days("customers_days", 1),
    )
    table.finish()
    return retention
