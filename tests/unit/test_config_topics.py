"""What `[topics]` becomes: words, and the tiers of topics that are not public."""

from pathlib import Path

from inbox_bot.template import Tier
from tests.unit.config_builders import BRAND, MAIL, X, faults, loaded

PLAIN = BRAND + X + MAIL


def test_a_topic_is_public_unless_it_says_otherwise(tmp_path: Path) -> None:
    """A list of words, or a table with a tier."""
    config = loaded(
        tmp_path, PLAIN + '\n[topics]\nbilling = ["Rechnung"]\ncontract = { words = ["Vertrag"], tier = "account" }\n'
    )
    assert config.topics == {"billing": ("Rechnung",), "contract": ("Vertrag",)}
    assert config.tiers == {"contract": Tier.ACCOUNT}


def test_an_unknown_tier_is_a_fault(tmp_path: Path) -> None:
    """And so are a table without words and an unknown key."""
    found = faults(tmp_path, PLAIN + '\n[topics]\na = { words = ["x"], tier = "secret" }\nb = { tier = "account" }\n')
    assert any('topics.a.tier: "secret" is none' in one for one in found)
    assert any("topics.b" in one and "has no words" in one for one in found)
