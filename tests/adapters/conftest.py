"""The real peers that adapters are tested against."""

from tests.dovecot import certificate, dovecot

__all__ = ["certificate", "dovecot"]
