"""Form of address: decides from an answer of the team how it addresses its reader, du or Sie, and by which name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from inbox_bot.care import Form
from inbox_bot.records import Customer
from inbox_bot.rules.du_sie import says_du, says_sie

_GREETING = re.compile(
    r"(?i:sehr\s+geehrte[rs]?|liebe[rs]?|hallo|hi|hey|moin|servus|gr(?:ü|ue)(?:ß|ss)\s+gott|"
    r"guten\s+(?:tag|morgen|abend)|dear|hello|good\s+(?:morning|afternoon|evening))\s+(?P<called>[^,!:;?\n]{2,60}?)"
    r"\s*[,!.:]?\s*"
)
_NAME = r"(?:(?:von|van|de|der|den|zu|di|da)\s+)*[^\W\d_a-zß-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*"
_FORMAL = re.compile(rf"(?:Herrn?|Frau|Mr|Mrs|Ms|Miss|Dr|Prof)\b\.?(?:\s+(?:Dr|Prof)\.)*(?:\s+{_NAME}){{1,3}}")
_FIRST = re.compile(rf"{_NAME}(?:\s+{_NAME})?")
_NOBODY = re.compile(
    r"(?i)\b(?:damen|herren|team|kund\w*|zusammen|alle|all|everyone|everybody|there|again|sir|madam|customer|wir|ihr|"
    r"danke|vielen|leider|kollegen|folks|noch|the|this|it|thank\w*|leute|du|guys|both|beide|und|and|techniker\w*)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """How a text addresses its reader; nothing where it is not clear. `called` as after the greeting."""

    form: Form = Form.UNKNOWN
    called: str = ""


def learnt(text: str, language: str) -> Address:
    """What an answer of the team shows; `language` of the text: only German has two forms. Title and surname with du,
    or both forms in one text, show nothing."""
    called = _called(text)
    if language != "de":
        return Address(called=called)
    du, sie = says_du(text), says_sie(text)
    if du and sie:
        return Address()
    formal = is_formal(called)
    if formal and du:
        return Address()
    form = Form.DU if du else Form.SIE if sie or formal else Form.UNKNOWN
    return Address(form=form, called=called)


TAKEN = "; with how he is addressed"
"""Stands in the evidence of what made two customers one, where only the other's record said that."""


def inherited(target: Customer | None, source: Customer | None) -> list[Customer]:
    """The customer who goes on, addressed as the one who goes into him was, where nothing was on record of himself."""
    if target is None or source is None or target.form or target.called or target.form_by:
        return []
    if not (source.form or source.called):
        return []
    return [replace(target, form=source.form, called=source.called, form_by=source.form_by)]


def given_back(customer: Customer, source: Customer) -> list[Customer]:
    """The customer without what he had from the other, unless it was changed since."""
    if (customer.form, customer.called, customer.form_by) != (source.form, source.called, source.form_by):
        return []
    return [replace(customer, form=Form.UNKNOWN, called="", form_by="")]


def facts(customer: Customer | None) -> Mapping[str, str]:
    """What templates need to address him: du or Sie, and by which name; "" where that is not on record."""
    return {"called": customer.called if customer else "", "form": customer.form.value if customer else ""}


def is_formal(called: str) -> bool:
    """Whether a name is title and surname."""
    return _FORMAL.fullmatch(called) is not None


def _called(text: str) -> str:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    # a greeting stands alone on its line, or ends with a comma or an exclamation mark
    head = re.match(r"[^,!\n]{1,80}[,!]", first)
    if head and _GREETING.fullmatch(first[head.end() :].strip()):
        return ""  # to two people
    found = _GREETING.fullmatch(head[0] if head else first)
    if found is None:
        return ""
    called = " ".join(found["called"].split())
    if _NOBODY.search(called):
        return ""
    return called if is_formal(called) or _FIRST.fullmatch(called) else ""
