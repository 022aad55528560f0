"""Reads the [gateway] section: whether and how agents answer by mail."""

from collections.abc import Iterator, Sequence
from ipaddress import ip_network
from pathlib import Path

from inbox_bot.config.reading import Table, is_loopback
from inbox_bot.config.secret import Secrets
from inbox_bot.config.shape import EmailInbox, Gateway, GatewayProtocol

_PROTOCOLS: tuple[GatewayProtocol, ...] = ("smtp", "lmtp")
_LONGEST = 15  # octets before the @: with the signed extension a local part stays below 64 (RFC 5321 4.5.3.1.1)


def read(table: Table, secrets: Secrets, inboxes: Sequence[EmailInbox]) -> Gateway | None:
    """The section, None where it is not enabled; its faults are noted in the table."""
    enabled = table.flag("enabled", default=False)
    host, port = table.place("listen", "127.0.0.1:8025", example="127.0.0.1:8025")
    gateway = Gateway(
        address=_address(table, inboxes, needed=enabled),
        undo_seconds=table.whole("undo_seconds", 60, least=0, most=3600),
        host=host,
        port=port,
        protocol=table.choice("protocol", "smtp", _PROTOCOLS),
        hostname=table.text("hostname"),
        certificate=table.readable("certificate", secrets.folder),
        key=table.readable("key", secrets.folder),
        require_tls=table.flag("require_tls", default=False),
        client_ca=table.readable("client_ca", secrets.folder),
        user=table.text("user"),
        password=secrets.find(table, "password", "gateway"),
        relays=tuple(_relays(table)),
        max_bytes=table.whole("max_bytes", 26_214_400, least=65_536, most=268_435_456),
    )
    table.finish()
    if enabled:
        _fit(table, gateway, inboxes)
    return gateway if enabled else None


def proofs(gateway: Gateway, inboxes: Sequence[EmailInbox]) -> Iterator[str]:
    """What shows who wrote an agent's mail, in a few words each; nothing where nothing does."""
    inbox = _mailbox(gateway, inboxes)
    if inbox.imap.verify_dkim:
        yield "DKIM"
    if gateway.user:
        yield f'who logs in as "{gateway.user}"'
    if gateway.client_ca:
        yield "who shows a certificate of client_ca"
    if inbox.imap.authserv_id and gateway.port is None:
        yield "authserv_id"
    elif inbox.imap.authserv_id and gateway.relays:
        yield f"what the relays {', '.join(gateway.relays)} say"


def warnings(gateway: Gateway | None, inboxes: Sequence[EmailInbox]) -> Iterator[str]:
    """Where nothing can prove who wrote a mail, so that none is ever acted upon, and where relays say it in vain."""
    if gateway is None:
        return
    inbox = _mailbox(gateway, inboxes)
    heard = gateway.port is None or gateway.relays
    if not any(proofs(gateway, inboxes)):
        needed = "authserv_id" if heard else "authserv_id (and relays to gateway)"
        yield f"gateway: nothing proves who wrote an agent's mail; give {needed} or verify_dkim to {inbox.name}"
    elif gateway.relays and not inbox.imap.authserv_id:
        yield f"gateway: nothing that its relays say of a writer counts; give authserv_id to {inbox.name}"


def _mailbox(gateway: Gateway, inboxes: Sequence[EmailInbox]) -> EmailInbox:
    return next((one for one in inboxes if one.address == gateway.address), inboxes[0])


def _relays(table: Table) -> Iterator[str]:
    for place, written in enumerate(table.items("relays")):
        try:
            network = ip_network(written if isinstance(written, str) else "")
        except ValueError:
            said = f'"{written}"' if isinstance(written, str) else str(written)
            table.fault(f"relays[{place}]", f'{said} is no address or network; write "10.0.0.5" or "10.1.0.0/16"')
            continue
        if not network.prefixlen:
            table.fault(f"relays[{place}]", f'"{written}" is everybody; name your own mail servers')
        yield str(written)


def _address(table: Table, inboxes: Sequence[EmailInbox], *, needed: bool) -> str:
    own = table.address("address", needed="")
    if own or not needed:
        return own
    if not inboxes:
        table.fault("enabled", "answering by mail needs an email inbox to send from; add one")
        return ""
    if not inboxes[0].plus_address:
        table.fault("address", "missing; the first mail inbox has no plus-addresses, so name one that has")
    return inboxes[0].address


def _fit(table: Table, gateway: Gateway, inboxes: Sequence[EmailInbox]) -> None:
    """What does not go together."""
    if len(gateway.address.rpartition("@")[0].encode()) > _LONGEST:
        table.fault("address", f"has more than {_LONGEST} characters before the @; name a shorter one")
    if gateway.port is None and gateway.address and gateway.address not in {one.address for one in inboxes}:
        table.fault("address", "is no inbox's, and nothing listens; name an inbox's address, or give listen")
    if bool(gateway.user) != bool(gateway.password):
        table.fault("user" if gateway.password else "password", "user and password go together; give both or none")
    if bool(gateway.certificate) != bool(gateway.key):
        table.fault("key" if gateway.certificate else "certificate", "certificate and key go together; give both")
    elif gateway.certificate and gateway.key:
        _loaded(table, gateway.certificate, gateway.key, gateway.client_ca)
    for key, wanted in (("require_tls", gateway.require_tls), ("client_ca", gateway.client_ca)):
        if wanted and not gateway.certificate:
            table.fault(key, "needs a certificate of our own; give certificate and key")
    if gateway.port is not None and not is_loopback(gateway.host):
        beyond = f"{gateway.host} is not this machine alone"
        if not (gateway.certificate and gateway.require_tls):
            table.fault("listen", f"{beyond}; give certificate, key and require_tls = true")
        if not (gateway.relays or gateway.client_ca or gateway.user):
            table.fault("listen", f"{beyond}; say who hands mails over: relays, client_ca, or user and password")


def _loaded(table: Table, certificate: Path, key: Path, client_ca: Path | None) -> None:
    import ssl  # only where somebody listens with TLS

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ValueError) as exc:  # SSLError is an OSError
        table.fault("certificate", f"cannot be used with its key ({exc.__class__.__name__}); give PEM files that match")
    try:
        if client_ca:
            context.load_verify_locations(client_ca)
    except (OSError, ValueError) as exc:
        table.fault("client_ca", f"holds no certificates ({exc.__class__.__name__}); give a PEM file")
