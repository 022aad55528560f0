"""The [gateway] section: what it says, and every fault at once with what to do."""

from pathlib import Path

import pytest

from inbox_bot.config import Gateway
from inbox_bot.config.gateway import proofs
from tests.certificate import make
from tests.unit.config_builders import BRAND, MAIL, X, faults, loaded

ON = BRAND + MAIL + "[gateway]\nenabled = true\n"


def test_left_out_nobody_answers_by_mail(tmp_path: Path) -> None:
    """It has to be wanted."""
    assert loaded(tmp_path, BRAND + MAIL).gateway is None
    assert loaded(tmp_path, BRAND + MAIL + "[gateway]\nundo_seconds = 5\n").gateway is None


def test_defaults(tmp_path: Path) -> None:
    """On this machine alone, by the first mail inbox's address."""
    assert loaded(tmp_path, ON).gateway == Gateway(address="hilfe@acme.example")


def test_everything(tmp_path: Path) -> None:
    """Each key says what it is for; the password may come from the environment."""
    made = make(tmp_path)
    text = f"""
listen = "[::]:24"
protocol = "lmtp"
hostname = "desk.acme.example"
certificate = "{made.certificate}"
key = "{made.key}"
client_ca = "{made.certificate}"
require_tls = true
user = "relay"
relays = ["10.0.0.5", "10.1.0.0/16", "2001:db8::/32"]
max_bytes = 1000000
undo_seconds = 0
address = "desk@Acme.Example"
"""
    found = loaded(tmp_path, ON + text, {"INBOX_BOT_GATEWAY_PASSWORD": "geheim"}).gateway
    assert found is not None
    assert (found.host, found.port, found.protocol, found.address) == ("::", 24, "lmtp", "desk@acme.example")
    assert found.relays == ("10.0.0.5", "10.1.0.0/16", "2001:db8::/32")
    assert found.password.reveal() == "geheim"
    assert "geheim" not in repr(found)
    nothing = loaded(tmp_path, ON + 'listen = ""\n').gateway
    assert nothing is not None
    assert nothing.port is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('listen = "8025"', "gateway.listen: "),
        ('listen = "127.0.0.1:99999"', "gateway.listen: "),
        ('listen = "0.0.0.0:8025"', "gateway.listen: "),
        ('listen = ""\naddress = "desk@acme.example"', "gateway.address: "),
        ('address = "kundendienst.privat@acme.example"', "gateway.address: "),
        ('address = "desk"', "gateway.address: "),
        ('protocol = "http"', "gateway.protocol: "),
        ('user = "relay"', "gateway.password: "),
        ('password = "x"', "gateway.user: "),
        ("require_tls = true", "gateway.require_tls: "),
        ('certificate = "inbox-bot.toml"', "gateway.key: "),
        ('certificate = "inbox-bot.toml"\nkey = "inbox-bot.toml"', "gateway.certificate: "),
        ('client_ca = "inbox-bot.toml"', "gateway.client_ca: "),
        ('client_ca = "missing.pem"', "gateway.client_ca: "),
        ("max_bytes = 5", "gateway.max_bytes: "),
        ('relays = "10.0.0.5"', "gateway.relays: must be a list"),
        ('relays = ["mx.acme.example"]', 'gateway.relays[0]: "mx.acme.example" is no address or network'),
        ("relays = [10]", "gateway.relays[0]: 10 is no address or network"),
        ('relays = ["10.0.0.5", "10.0.0.5/16"]', 'gateway.relays[1]: "10.0.0.5/16" is no address or network'),
        ('relays = ["0.0.0.0/0"]', 'gateway.relays[0]: "0.0.0.0/0" is everybody'),
        ("undo_seconds = -1", "gateway.undo_seconds: "),
        ("undo = 60", "gateway.undo: unknown key"),
    ],
)
def test_faults(tmp_path: Path, text: str, fault: str) -> None:
    """One line each, with the key's path."""
    found = faults(tmp_path, ON + text + "\n")
    assert any(line.startswith(fault) for line in found), found


def test_beyond_this_machine_it_listens_to_somebody(tmp_path: Path) -> None:
    """A login, a certificate or a relay: without one of them only strangers would speak to it."""
    made = make(tmp_path)
    text = f'listen = "0.0.0.0:8025"\ncertificate = "{made.certificate}"\nkey = "{made.key}"\nrequire_tls = true\n'
    (line,) = faults(tmp_path, ON + text)
    assert line == (
        "gateway.listen: 0.0.0.0 is not this machine alone; say who hands mails over: "
        "relays, client_ca, or user and password"
    )
    for one in ('relays = ["10.0.0.5"]', f'client_ca = "{made.certificate}"', 'user = "relay"\npassword = "x"'):
        assert loaded(tmp_path, ON + text + one + "\n").gateway


def test_needs_a_mailbox_with_plus_addresses(tmp_path: Path) -> None:
    """Without one there is no reply address."""
    without = MAIL.replace("[inbox.imap]", "plus_address = false\n[inbox.imap]")
    assert any("gateway.address" in line for line in faults(tmp_path, BRAND + without + "[gateway]\nenabled = true\n"))
    assert any("gateway.enabled" in line for line in faults(tmp_path, BRAND + X + "[gateway]\nenabled = true\n"))


def test_that_nothing_proves_a_mail_is_warned_of(tmp_path: Path) -> None:
    """A login, the mail server's word or a signature: one of them is needed."""
    blind = ON.replace('password = "geheim"', 'password = "geheim"\nverify_dkim = false')
    assert [line for line in loaded(tmp_path, blind).warnings if line.startswith("gateway: ")]
    assert not loaded(tmp_path, blind + 'user = "relay"\npassword = "x"\n').warnings
    named = blind.replace("[inbox.imap]", '[inbox.imap]\nauthserv_id = "mx.acme.example"')
    assert [line for line in loaded(tmp_path, named).warnings if line.startswith("gateway: ")]
    assert not loaded(tmp_path, named + 'relays = ["127.0.0.1"]\n').warnings
    assert not loaded(tmp_path, named + 'listen = ""\n').warnings
    assert not loaded(tmp_path, ON).warnings


def test_what_proves_a_writer_is_told(tmp_path: Path) -> None:
    """All of it, and nothing that does not: no DKIM where it is not looked at, no relay that has no name for it."""

    def told(text: str) -> list[str]:
        config = loaded(tmp_path, text)
        assert config.gateway is not None
        return list(proofs(config.gateway, config.email))

    named = ON.replace("[inbox.imap]", '[inbox.imap]\nauthserv_id = "mx.acme.example"')
    relays = 'relays = ["10.0.0.5", "10.1.0.0/16"]\n'
    assert told(ON) == ["DKIM"]
    assert told(ON + 'user = "relay"\npassword = "x"\n') == ["DKIM", 'who logs in as "relay"']
    assert told(named) == ["DKIM"]
    assert told(named + 'listen = ""\n') == ["DKIM", "authserv_id"]
    assert told(named + relays) == ["DKIM", "what the relays 10.0.0.5, 10.1.0.0/16 say"]
    blind = ON.replace('password = "geheim"', 'password = "geheim"\nverify_dkim = false')
    assert told(blind + relays) == []


def test_relays_that_nobody_hears_are_warned_of(tmp_path: Path) -> None:
    """Their verdicts bear a name that was never given."""
    (warning,) = loaded(tmp_path, ON + 'relays = ["10.0.0.5"]\n').warnings
    assert warning.startswith("gateway: nothing that its relays say")
