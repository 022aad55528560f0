"""Adapters to the outside: X, IMAP, SMTP, and the form of mails."""
