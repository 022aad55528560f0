"""Acknowledgement: when a message is confirmed, and which read receipts are answered."""

from datetime import timedelta

import pytest

from inbox_bot.model import Incoming, MailFacts
from inbox_bot.records import Identity
from inbox_bot.rules.acknowledge import (
    Due,
    Policy,
    When,
    answered_meanwhile,
    due,
    postponed,
    read_receipt,
    worth_offering,
)
from tests.unit.rules_builders import EVA, EVA_ON_X, INBOX, NOW, a_mail, a_post, a_ticket, an_identity

POLICY = Policy()
ON_X = an_identity(EVA_ON_X)


def decide(
    item: Incoming | None = None,
    *,
    identity: Identity | None = None,
    quiet: str = "",
    opens: bool = True,
    public_done: bool = False,
    ago: tuple[float, ...] = (),
    public_last_hour: int = 0,
    policy: Policy = POLICY,
) -> Due:
    return due(
        item or a_mail(),
        quiet=quiet,
        identity=identity or an_identity(),
        opens=opens,
        public_done=public_done,
        automatic=[NOW - timedelta(seconds=seconds) for seconds in ago],
        public_last_hour=public_last_hour,
        policy=policy,
        hold_seconds=60,
        now=NOW,
    )


def test_a_new_ticket_is_acknowledged_at_once() -> None:
    """The first message goes at once, with the number."""
    assert decide().when is When.NOW
    assert decide().at == NOW


def test_further_messages_share_an_acknowledgement() -> None:
    """Within the window after the last one they wait for its end; later they are due at once."""
    soon = decide(opens=False, ago=(100,))
    assert (soon.when, soon.at) == (When.LATER, NOW + timedelta(seconds=200))
    late = decide(opens=False, ago=(301,))
    assert (late.when, late.at) == (When.LATER, NOW)


def test_a_new_ticket_waits_when_the_hourly_limit_is_reached() -> None:
    """The number is late, not lost: it falls due when the oldest of the hour's messages is an hour old."""
    full = decide(ago=tuple(range(100, 1100, 100)))
    assert full.when is When.LATER
    assert full.at == NOW - timedelta(seconds=1000) + timedelta(hours=1)
    assert postponed([NOW] * 9, POLICY) is None
    assert postponed([NOW] * 10, POLICY) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"opted_out_at": NOW}, "wants no automatic"),
        ({"undeliverable_at": NOW + timedelta(hours=1)}, "takes no mail"),
    ],
)
def test_who_cannot_or_will_not_be_told_gets_nothing(changes: dict[str, object], reason: str) -> None:
    """Opt-out and a hard bounce end automatic messages."""
    verdict = decide(identity=an_identity(EVA, 1, **changes))
    assert verdict.when is When.NEVER
    assert reason in verdict.reason


def test_quiet_wins() -> None:
    """What triage calls quiet is never acknowledged, and the reason is kept."""
    assert decide(quiet="too old") == Due(when=When.NEVER, reason="too old")


def test_a_mention_gets_one_public_reply_after_the_hold() -> None:
    """One per ticket, 60 s later, since posts can be edited."""
    first = decide(a_post(), identity=ON_X)
    assert (first.when, first.at, first.approval) == (When.NOW, NOW + timedelta(seconds=60), False)
    assert decide(a_post(), identity=ON_X, public_done=True).when is When.NEVER
    assert decide(a_post(), identity=ON_X, opens=False).when is When.NOW


def test_public_replies_can_need_approval_or_be_off() -> None:
    """The setting and the hourly brake ask for a person; off sends none."""
    assert decide(a_post(), identity=ON_X, policy=Policy(public="approve")).approval
    assert decide(a_post(), identity=ON_X, public_last_hour=60).approval
    assert decide(a_post(), identity=ON_X, policy=Policy(public="off")).when is When.NEVER


def receipt_mail(**facts: object) -> Incoming:
    values: dict[str, object] = {
        "headers": (),
        "from_sound": True,
        "return_path": EVA.address,
        "recipients": (INBOX,),
        "mdn_to": (EVA.address,),
    }
    return a_mail(facts=MailFacts(**(values | facts)))  # type: ignore[arg-type]  # a builder takes any field


@pytest.mark.parametrize(
    ("facts", "answered"),
    [
        ({}, True),
        ({"mdn_to": ()}, False),
        ({"mdn_to": (EVA.address, "other@post.example")}, False),
        ({"mdn_to": ("other@post.example",)}, False),
        ({"return_path": None}, False),
        ({"return_path": ""}, False),
        ({"return_path": "EVA.WINTER@post.example"}, False),
        ({"return_path": '"eva.winter"@POST.example'}, True),
        ({"mdn_to": ("eva.winter+tag@post.example",)}, False),
        ({"folder_flags": ("$MDNSent",)}, False),
        ({"headers": (("disposition-notification-options", "x=required,y"),)}, False),
        ({"mdn_to": (INBOX,), "return_path": INBOX}, False),
    ],
)
def test_read_receipts_follow_rfc_8098(facts: dict[str, object], answered: bool) -> None:
    """One address, equal to the Return-Path (local part case-sensitive after unquoting), not sent before, not us."""
    to = read_receipt(receipt_mail(**facts), ticket=a_ticket(), policy=POLICY, own=frozenset({INBOX}), proven=True)
    assert to == (EVA.address if answered else None)


def test_a_read_receipt_for_an_unproven_sender_goes_to_from_alone() -> None:
    """It names the ticket: who writes another's From under an envelope of his own learns nothing by it."""
    own: frozenset[str] = frozenset()
    spoofed = receipt_mail(mdn_to=("max@evil.example",), return_path="max@evil.example")
    assert read_receipt(spoofed, ticket=a_ticket(), policy=POLICY, own=own, proven=False) is None
    assert read_receipt(spoofed, ticket=a_ticket(), policy=POLICY, own=own, proven=True) == "max@evil.example"
    assert read_receipt(receipt_mail(), ticket=a_ticket(), policy=POLICY, own=own, proven=False) == EVA.address


def test_read_receipts_can_be_switched_off() -> None:
    """`mdn = false` answers none; without a ticket there is nothing to confirm."""
    mail = receipt_mail()
    assert read_receipt(mail, ticket=a_ticket(), policy=Policy(mdn=False), own=frozenset(), proven=True) is None
    assert read_receipt(mail, ticket=None, policy=POLICY, own=frozenset(), proven=True) is None


def test_a_dm_is_offered_only_to_who_wrote_one() -> None:
    """X forbids a DM to somebody who never sent one; mail is always private and open."""
    assert worth_offering(EVA.channel, an_identity())
    assert not worth_offering(EVA_ON_X.channel, ON_X)
    assert worth_offering(EVA_ON_X.channel, an_identity(EVA_ON_X, wrote_dm_at=NOW))
    assert not worth_offering(EVA.channel, an_identity(blocked_at=NOW))


def test_an_answer_of_the_same_second_does_not_count() -> None:
    """INTERNALDATE has whole seconds: a mail that came just after the answer must still be confirmed."""
    ticket = a_ticket(last_outgoing_at=NOW + timedelta(milliseconds=300), number_delivered_at=NOW)
    assert not answered_meanwhile(ticket, NOW)
    assert answered_meanwhile(ticket, NOW - timedelta(seconds=1))
    assert not answered_meanwhile(a_ticket(last_outgoing_at=NOW), NOW - timedelta(hours=1))
