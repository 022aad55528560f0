"""Finds, checks and renders the texts that people get: files with a header, filled in by a sandboxed Jinja2."""

from inbox_bot.texts.facts import BrandFacts
from inbox_bot.texts.files import shipped
from inbox_bot.texts.templates import Templates

__all__ = ["BrandFacts", "Templates", "shipped"]
