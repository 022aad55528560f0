"""X behind the ports: mentions, own posts and plain DMs in, posts and DMs out; tweepy loads with the first account."""

from inbox_bot.channels.twitter.account import Account, open_account

__all__ = ["Account", "open_account"]
