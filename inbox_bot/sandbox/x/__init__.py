"""A look-alike of X's API on loopback, for tests and the demo: `World` holds what is said, `serve` answers for it."""

from inbox_bot.sandbox.x.serving import serve
from inbox_bot.sandbox.x.things import Dm, Keys, Media, Post, User
from inbox_bot.sandbox.x.world import World

__all__ = ["Dm", "Keys", "Media", "Post", "User", "World", "serve"]
