"""Language: decides whether a message is answered in German or English, the two that are shipped."""

import re

_SHIPPED = ("de", "en")
# Short German sentences are often taken for their nearest relatives ("wann kommt der Techniker?").
_GERMAN = {"de", "lb", "nds", "gsw", "als", "bar"}
_NOISE = re.compile(
    r"^[ \t]*[>|].*$"  # quoted lines
    r"|https?://\S+|www\.\S+"
    r"|[@#][\w.-]+"  # handles and tags
    r"|[\w.+-]+@[\w.-]+"
    r"|\d[\d.,:/-]*",
    re.MULTILINE,
)
_ENOUGH = 4000  # characters; a detector gains nothing from more
_FOREIGN_OCTETS = 40  # a shorter text is too often taken for a language that it is not
_CERTAIN = 80  # per cent of the text


def detect(text: str, *, hint: str = "", customer: str = "", brand: str = "de") -> str:
    """Gives "de" or "en"; the first that says so of: X's `hint`, the text, the customer's last language, the brand's.

    A text that is certainly in a language we do not ship is answered in the customer's last language, else in
    English: whoever writes French to us is more likely to read that than German.
    """
    if hint in _SHIPPED:
        return hint
    spoken = _spoken(text)
    if spoken in _SHIPPED:
        return spoken
    if customer in _SHIPPED:
        return customer
    if spoken:
        return "en"
    return brand if brand in _SHIPPED else "en"


def _spoken(text: str) -> str:
    """Gives "de", "en", "foreign" or "" for unknown."""
    import pycld2  # type: ignore[import-untyped]  # ships no types; 6 MiB that most commands never need

    # What is not printable (controls, surrogates, unassigned) is all that the detector takes exception to.
    plain = " ".join(_NOISE.sub(" ", text[:_ENOUGH]).split())
    if not plain.isprintable():
        plain = "".join(c if c.isprintable() else " " for c in plain)
    reliable, octets, guesses = pycld2.detect(plain)
    _, code, share, _ = guesses[0]
    if not reliable or code == "un":
        return ""
    if code in _GERMAN:
        return "de"
    if code == "en":
        return "en"
    return "foreign" if octets >= _FOREIGN_OCTETS and share >= _CERTAIN else ""
