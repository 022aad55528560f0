"""Fixtures of the adapters' tests."""

from tests.adapters.imap_box import box, ledger

__all__ = ["box", "ledger"]
