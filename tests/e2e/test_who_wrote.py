"""The program at a mailbox whose server says who wrote: `check` finds its name, and a forged From gets nowhere."""

from datetime import UTC, datetime
from pathlib import Path

from tests.dovecot import Dovecot
from tests.e2e.house import write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import letters_by_person
from tests.smtpsink import smtp_sink

EVA = Person(name="Eva Winter", address="eva@post.example", handle="eva")
RECEIVED = b"Received: from out.post.example ([192.0.2.7]) by mx.acme.example with ESMTPS id x1; "


def verdict(result: str, marker: str, subject: str = "Anschluss") -> bytes:
    """A mail with Eva's From, and what our server found about it."""
    now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mail must be young
    raw = compose(EVA, subject, f"Es geht nicht. {marker}\n", now, marker)
    found = f"Authentication-Results: mx.acme.example; dmarc={result} header.from=post.example\r\n".encode()
    return found + RECEIVED + now.strftime("%a, %d %b %Y %H:%M:%S +0000").encode() + b"\r\n" + raw


async def test_a_forged_sender_gets_nowhere(tmp_path: Path, dovecot: Dovecot) -> None:
    """Without authserv_id `check` says so and proposes the name; with it the number opens its ticket to the proven
    sender alone, and `show` marks the other one."""
    user = dovecot.new_user()
    dovecot.append(user, [verdict("pass", "Zxeins")])
    async with smtp_sink() as sink:
        house = write_config(tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port)
        assert (await house.run("run", "--once")).status == 0
        checked = {one["what"]: one for one in await house.json("check")}
        assert checked["mail senders"]["line"].endswith('authserv_id = "mx.acme.example"')
        assert "is believed" in checked["mail senders"]["line"]

        house.config.write_text(house.config.read_text().replace(
            "[inbox.imap]", '[inbox.imap]\nauthserv_id = "mx.acme.example"'
        ))  # fmt: skip
        checked = {one["what"]: one for one in await house.json("check")}
        assert checked["mail senders"]["line"].startswith("proven by what mx.acme.example says")
        number = letters_by_person(sink.mails)[EVA.address][0].number
        dovecot.append(
            user, [verdict("fail", "Zxzwei", f"Ticket {number}"), verdict("pass", "Zxdrei", f"Ticket {number}")]
        )
        assert (await house.run("run", "--once")).status == 0
        rows = await house.json("tickets")
        assert len(rows) == 2
        shown = await house.json("show", number)
        texts = [entry["text"] for entry in shown["timeline"] if entry["direction"] == "incoming"]
        assert ["Zxdrei" in text for text in texts] == [False, True]
        assert not any("Zxzwei" in text for text in texts)
        other = next(row["number"] for row in rows if row["number"] != number)
        assert "sender not proven" in (await house.run("show", other)).out
        assert (await house.run("show", number)).out.count("sender not proven") == 1  # the first, when nobody was asked
