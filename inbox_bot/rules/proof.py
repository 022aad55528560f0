"""Proof: decides whether a mail's sender is shown to be who From says, by what, and how far he is to be believed.

From is free text. It is proven by our own mail server's verdict (RFC 8601), or by a DKIM signature of From's own domain
that we checked ourselves; everything else in a mail could be written by anybody.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from inbox_bot.model import Incoming, MailFacts

ON_X = "x"
_LONGEST = 4096  # characters of one header; real ones have a few hundred, and the parser is quadratic
_MOST = 20  # headers of one mail
_SILENT = {"none", "neutral", "temperror"}  # neither yes nor no (RFC 8601 2.7)
# A handover within the house (RFC 2033): LMTP is spoken to no stranger. Nothing that its sender names can forge this
# form: what he gives in HELO is followed by the address he came from and by one more "by" and "with".
_HANDED_OVER = re.compile(
    r"from\s+[^\s;]+\s+by\s+[^\s;]+\s+with\s+(?:UTF8)?LMTPS?A?(?:\s+(?:id|for)\s+[^\s;]+)*\s*;[\w\s:,+-]*",
    re.IGNORECASE,
)


class Standing(StrEnum):
    """How far a sender is to be believed. proven = shown by somebody we trust; believed = nothing shows it, and the
    mailbox has nothing that could (no `authserv_id`); doubtful = it could have been shown and was not."""

    PROVEN = "proven"
    BELIEVED = "believed"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`by`: what shows who wrote ("dmarc", "dkim post.example", "spf post.example", "x"), "" = nothing does; `reason`:
    why that is so."""

    standing: Standing
    by: str
    reason: str


def judge(incoming: Incoming, *, authserv_id: str, form: bool = False) -> Proof:
    """Whether the author of this message is proven. `authserv_id`: the name under which our mail server writes
    Authentication-Results, "" = it writes none. `form`: a contact form wrote, and the author is whom it names."""
    if incoming.mail is None:
        return Proof(standing=Standing.PROVEN, by=ON_X, reason="X says who writes")
    by, reason = "", "a contact form takes any address"
    if not form:
        by, reason = _shown(incoming, incoming.mail, authserv_id)
    if by:
        return Proof(standing=Standing.PROVEN, by=by, reason=reason)
    believed = not authserv_id and (form or incoming.mail.from_sound)
    return Proof(standing=Standing.BELIEVED if believed else Standing.DOUBTFUL, by="", reason=reason)


def worth_checking(incoming: Incoming, *, authserv_id: str) -> bool:
    """Whether a DKIM signature of this mail, checked by us, could prove what our server's verdict does not."""
    mail = incoming.mail
    if mail is None or not mail.from_sound or incoming.author is None or not mail.header("dkim-signature"):
        return False
    contrary, by, _ = _by_verdicts(mail, _domain(incoming), authserv_id)
    return not by and not contrary


def contrary(incoming: Incoming, *, authserv_id: str) -> bool:
    """Whether our own mail server's verdict speaks against From."""
    return incoming.mail is not None and _by_verdicts(incoming.mail, _domain(incoming), authserv_id)[0]


def servers(mail: MailFacts) -> list[str]:
    """The authserv-ids that stand where only our own mail server can have written, each once, topmost first."""
    return list(dict.fromkeys(str(header.authserv_id) for header in _readable(_above_border(mail))))


def _shown(incoming: Incoming, mail: MailFacts, authserv_id: str) -> tuple[str, str]:
    """(by what, why)."""
    if not mail.from_sound or incoming.author is None:
        return "", "From is missing, more than one, or defective"
    domain = _domain(incoming)
    contrary, by, reason = _by_verdicts(mail, domain, authserv_id)
    if contrary or by:
        return by, reason
    if mail.signed_by and mail.signed_by == domain:
        return f"dkim {domain}", "signature of From's own domain, checked by us"
    return "", reason


def _domain(incoming: Incoming) -> str:
    return incoming.author.address.rpartition("@")[2].lower() if incoming.author else ""


def _by_verdicts(mail: MailFacts, domain: str, authserv_id: str) -> tuple[bool, str, str]:
    """What our own server found: (whether it speaks against him, by what he is proven, why)."""
    own = authserv_id.strip().lower()
    if not own:
        return False, "", "no authserv_id is configured"
    named = [value for value in _above_border(mail) if own in value.lower()]
    headers = [header for header in _readable(named) if header.authserv_id == own]
    if not headers:
        return False, "", "no Authentication-Results of our own server"
    results = [result for header in headers for result in header.results if hasattr(result, "method")]
    dmarc = [result for result in results if result.method == "dmarc"]
    said = {result.result for result in dmarc} - _SILENT
    if said - {"pass"}:
        return True, "", f"DMARC: {', '.join(sorted(said))}"
    if any(_domains(result, "header", "from") - {domain} for result in dmarc):
        return True, "", "our server read another From than we did"
    if said and all(_domains(result, "header", "from") for result in dmarc):
        return False, "dmarc", "DMARC passed at our server"
    return _by_alignment(results, domain)


def _by_alignment(results: list[Any], domain: str) -> tuple[bool, str, str]:
    """What DMARC would conclude (RFC 7489 3.1) where no DMARC verdict is given: one pass of From's domain is enough,
    a pass beside a failure is none."""
    failed = ""
    for method in ("dkim", "spf"):
        found = {r.result for r in results if r.method == method and _is_aligned(_signer(r), domain)} - _SILENT
        if found == {"pass"}:
            return False, f"{method} {domain}", f"{method.upper()} of From's domain passed at our server"
        if found:
            failed = failed or f"{method.upper()} of From's domain: {', '.join(sorted(found))}"
        if "pass" in found:
            break
    return bool(failed), "", failed or "our server found nothing that proves From"


def _signer(result: Any) -> set[str]:
    """The domains that a DKIM or SPF result is about."""
    if result.method == "spf":
        return _domains(result, "smtp", "mailfrom")
    return _domains(result, "header", "d") or _domains(result, "header", "i")


def _domains(result: Any, kind: str, name: str) -> set[str]:
    values = [one.value or "" for one in result.properties if one.type == kind and one.name == name]
    return {value.rpartition("@")[2].lower().rstrip(".") for value in values}


def _is_aligned(domains: set[str], author: str) -> bool:
    """From's own domain, or one above it: who holds that, holds From's too. RFC 7489 also takes one beside or below,
    where both belong to one organisation; which they are is only known from a list of all public suffixes."""
    return bool(domains) and all(
        domain == author or ("." in domain and author.endswith(f".{domain}")) for domain in domains
    )


def _above_border(mail: MailFacts) -> Iterator[str]:
    """The values of Authentication-Results where no sender can have written one: above the Received of the server that
    took the mail from outside, which is the topmost but for handovers within the house; none where there is none."""
    found: list[str] = []
    for name, value in mail.headers:
        if name == "received" and not _handed_over(value):
            yield from found[:_MOST]
            return
        if name == "authentication-results" and len(value) <= _LONGEST and value.isascii():
            found.append(value)


def _handed_over(received: str) -> bool:
    if len(received) > _LONGEST or "lmtp" not in received.lower():
        return False
    outside = _without_comments(received)
    return outside is not None and _HANDED_OVER.fullmatch(outside.strip()) is not None


def _without_comments(value: str) -> str | None:
    """None where comments do not balance or hide something: then nothing is concluded."""
    kept: list[str] = []
    depth = 0
    for character in value:
        if character in '\\"':
            return None
        depth += (character == "(") - (character == ")")
        if depth < 0:
            return None
        if not depth and character != ")":
            kept.append(character)
        elif character == "(":
            kept.append(" ")
    return None if depth else "".join(kept)


def _readable(values: Iterable[str]) -> Iterator[Any]:
    """Those that follow RFC 8601's grammar to the end, parsed; whatever does not proves nothing."""
    for value in values:
        try:
            header = _parser()(value)
        except Exception:  # noqa: S112  # whatever a parser makes of other people's text: not readable
            continue
        yield header


@cache
def _parser() -> Callable[[str], Any]:
    import authres  # type: ignore[import-untyped]  # ships no types; 0.04 s, needed only where mail comes in

    class Strict(authres.core.AuthenticationResultsHeader):  # type: ignore[misc]
        """By default the parser reads on behind what it does not understand."""

        def __init__(self, features: object) -> None:
            super().__init__(features, strict=True)

    features = authres.all_features()
    return lambda value: Strict.parse_value(features, value)
