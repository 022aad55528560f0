"""A template's header: every key and word is checked, and all that is wrong is said at once."""

from dataclasses import fields

import pytest

from inbox_bot.model import Act, TicketState, Visibility
from inbox_bot.template import UNSETTLED, Template, Tier
from inbox_bot.texts.headers import Header, read

LEAST = 'visibility = "private"'


def header(*lines: str) -> Header:
    """Of a faultless one."""
    found, faults = read("\n".join(("+++", *lines, "+++", "Hallo")))
    assert faults == []
    assert found is not None
    return found


def faults(*lines: str) -> list[str]:
    """Of a faulty one."""
    return read("\n".join(("+++", *lines, "+++", "Hallo")))[1]


def test_every_key_is_carried() -> None:
    """What the header says is what others are told of the template."""
    found = header(
        'title = "T"', LEAST, "automatic = true", 'subject = "{{ tag }}"', 'tier = "account"', 'topic = "line-move"',
        'states = ["open", "resolved"]', 'needs = ["answered", "tag:vip"]', 'refuses = ["authorised", "resolved"]',
        'asks = ["customer_number"]', 'says = ["cancelled"]', "promises = true", 'links = ["parcels.example"]',
    )  # fmt: skip
    assert found == Header(
        title="T",
        visibility=Visibility.PRIVATE,
        automatic=True,
        subject="{{ tag }}",
        tier=Tier.ACCOUNT,
        topic="line-move",
        states=frozenset({TicketState.OPEN, TicketState.RESOLVED}),
        needs=("answered", "tag:vip"),
        refuses=("authorised", "resolved"),
        asks=("customer_number",),
        says=(Act.CANCELLED,),
        promises=True,
        links=("parcels.example",),
    )
    assert {one.name for one in fields(Header)} - {"subject"} <= {one.name for one in fields(Template)}


def test_what_is_not_said_is_harmless() -> None:
    """Without `states` a template goes only where the matter is not settled; without the rest it claims nothing."""
    found = header(LEAST)
    assert found.states == UNSETTLED == {TicketState.NEW, TicketState.OPEN, TicketState.PENDING}
    assert (found.tier, found.says, found.promises, found.automatic) == (Tier.PUBLIC, (), False, False)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('refuse = ["resolved"]', "unknown key refuse in the header; is it refuses?"),
        ('claims = ["ordered"]', "unknown key claims in the header; is it says?"),
        ("reviewed = true", "unknown key reviewed in the header; remove it"),
        ('tier = "secret"', "tier 'secret': must be one of public, account, sensitive"),
        ('tier = "sensitiv"', "tier 'sensitiv': is it sensitive?"),
        ("tier = 1", "tier 1: must be one of public, account, sensitive"),
        ('states = ["resolvd"]', 'states "resolvd": is it resolved?'),
        ('states = "open"', 'states must be a list of texts, such as states = ["…"]'),
        ('says = ["canceled"]', 'says "canceled": is it cancelled?'),
        ('needs = ["Has answered"]', 'needs "Has answered": must be a fact, such as answered or action:cancelled'),
        ('asks = ["a:b:c"]', 'asks "a:b:c": must be a fact, such as customer_number'),
        ('links = ["https://parcels.example/x"]', 'links "https://parcels.example/x": must be a host'),
        ('topic = "Line move"', "topic must be a word in small letters, such as line-move"),
        ("promises = 2", "promises must be true or false"),
        ("automatic = 1", "automatic must be true or false"),
        ("title = 1", "title must be a text"),
    ],
)
def test_each_fault_has_its_line(line: str, said: str) -> None:
    """It names the key, what is wrong, and the word that was probably meant."""
    [fault] = faults(LEAST, line)
    assert fault.startswith(said)


def test_all_faults_are_said_at_once() -> None:
    """Nobody mends a header line by line."""
    found = faults('visibility = "team"', "frm = 1", 'tier = "x"', 'says = ["sold", "ordered"]')
    assert [one.split()[0] for one in found] == ["unknown", "visibility", "tier", "says"]
