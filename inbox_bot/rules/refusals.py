"""Refusals: decides whether a text refuses to tell the customer something, by patterns in German and English."""

import re

_LONGEST = 20_000  # characters of a text that are looked at
_FEW = r"(?:[^\s.!?]+\s+){0,6}?"  # words between
_TELL = (
    r"(?:sagen|mitteilen|nennen|beantworten|verraten|herausgeben|auskunft\s+(?:geben|erteilen)|"
    r"auskünfte\s+(?:geben|erteilen)|weitergeben)"
)
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\w)(?:darf|dürfen|kann|können)\s+(?:ich|wir)\s+{_FEW}(?:nicht|keine)\s+{_FEW}{_TELL}(?!\w)",
        rf"(?<!\w)(?:ich|wir)\s+(?:darf|dürfen|kann|können)\s+{_FEW}(?:nicht|keine)\s+{_FEW}{_TELL}(?!\w)",
        rf"(?<!\w)(?:(?:darf|dürfen)\s+(?:ich|wir)|(?:ich|wir)\s+(?:darf|dürfen))\s+{_FEW}nichts\s+{_FEW}{_TELL}(?!\w)",
        rf"(?<!\w)(?:erteilen|geben)\s+wir\s+{_FEW}keine\s+(?:auskunft|auskünfte)(?!\w)",
        rf"(?<!\w)(?:erst|zuerst|zunächst)\s+{_FEW}(?:legitimieren|identifizieren|ausweisen|verifizieren)(?!\w)",
        r"(?<!\w)nur\s+(?:(?:an|mit|für)\s+)?(?:dem|den|der|die)\s+(?:vertrags|konto|anschluss)inhaber\w{0,6}(?!\w)",
        rf"(?<!\w)(?:aus\s+datenschutzgründen|wegen\s+des\s+datenschutzes)\s+{_FEW}(?:nicht|kein|keine)(?!\w)",
        r"(?<!\w)nur\s+(?:mit|nach|gegen)\s+(?:\w+\s+){0,2}(?:telefon|kunden|service)-?(?:passwort|kennwort|pin)(?!\w)",
        r"(?<!\w)ohne\s+(?:\w+\s+){0,2}(?:telefon|kunden|service)-?(?:passwort|kennwort|pin)\s+(?:[^\s.!?]+\s+){0,5}?(?:nicht|keine)",
        r"(?<!\w)(?:we|i)\s+(?:can\s?not|can['’]t|may\s+not|(?:are|am)\s+not\s+allowed\s+to|(?:are|am)\s+unable\s+to)\s+"
        r"(?:tell|disclose|share|reveal|give\s+(?:you|out)|answer|say|discuss)(?!\w)",
        r"(?<!\w)we\s+(?:do\s+not|don['’]t)\s+(?:disclose|share|reveal|give\s+out)(?!\w)",
        r"(?<!\w)(?:verify|confirm|prove)\s+your\s+identity\s+(?:first|before)(?!\w)",
        r"(?<!\w)only\s+(?:to|with)\s+the\s+(?:account|contract)\s+holder(?!\w)",
        r"(?<!\w)for\s+(?:data\s+protection|privacy)\s+reasons,?\s+(?:[^\s.!?]+\s+){0,6}?(?:not|no|can['’]t)(?!\w)",
        r"(?<!\w)only\s+(?:with|after)\s+(?:\w+\s+){0,2}(?:telephone|phone|customer)\s+(?:password|pin)(?!\w)",
    )
)


_UNKNOWN = re.compile(
    r"\s*,?\s*(?:wann|wie\s+lange|bis\s+wann|ab\s+wann|(?:you\s+)?(?:yet|when|how\s+long)|(?:you\s+)?exactly)(?!\w)",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"(?<!\w)noch\s+(?:nicht|keine)(?!\w)", re.IGNORECASE)


def find(text: str) -> str:
    """The first words that refuse, "" = none do. Who cannot say it yet, or not when, refuses nothing."""
    plain = text[:_LONGEST]
    found = [one for pattern in _PATTERNS for one in pattern.finditer(plain) if not _is_unknown(plain, one)]
    return min(found, key=lambda one: one.start())[0] if found else ""


def _is_unknown(text: str, found: re.Match[str]) -> bool:
    may = re.search(r"d[aü]rf|allowed|may", found[0], re.IGNORECASE)
    return not may and bool(_NOT_YET.search(found[0]) or _UNKNOWN.match(text, found.end()))
