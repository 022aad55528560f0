"""inbox-bot: a support inbox for X and e-mail in which no customer is lost."""

__version__ = "0.1.0"
