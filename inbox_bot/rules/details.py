"""Details: decides which personal data stands in a text: telephone, IBAN, mail address, customer number, birthday."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from inbox_bot.care import DetailKind
from inbox_bot.rules import detail_words as lists
from inbox_bot.rules import numbers
from inbox_bot.rules.days import days as written
from inbox_bot.rules.kept import Privacy

LONGEST = 30_000
"""So many characters of a text are looked at."""
_MOST = 200  # of a kind in one text
_GAP = r" \t\u00a0\u2009\u202f"
_DASH = r"\-\u2010-\u2015\u2212"
_DOTS = r"·•∙|"

_STRETCH = re.compile(
    rf"(?<![\w@#=$€/+{_DASH}])(?<!\d[.,:])(?:\+[{_GAP}]?\(?|\(\+?|)\d[\d{_GAP}{_DASH}()/.{_DOTS}]{{4,34}}\d(?![\w@%€$])"
)
_STRAY = re.compile(rf"[{_GAP}]\d\Z")  # "… 2 Fragen" is no part of a number
_CURRENCY = re.compile(rf"[{_GAP}]{{0,2}}(?:€|\$|EUR\b|Euro\b|,\d)")
_BY_TWOS = re.compile(rf"\+?\d{{1,2}}(?:[{_GAP}/{_DASH}]{{1,3}}\d{{1,2}}){{4,14}}")
_SERVICES = (3, 4, 5, 28, 29)  # toll free, premium, shared cost, company-wide numbers: nobody's own (phonenumbers)
_REFERENCE = re.compile(
    rf"(?<![^\W_])(?:{'|'.join(sorted(map(re.escape, lists.REFERENCES), key=len, reverse=True))})[^\W\d_]{{0,16}}"
    r"(?:[\s:.#-]{1,3}(?:nummer|number|nr|no|id))?[\s:.#-]{0,4}(?:(?:ist|is|lautet)\s{1,3})?\Z",
    re.IGNORECASE,
)
_REACH = 44  # characters before digits in which such a word stands

_IBAN = re.compile(rf"(?:(?<![^\W_])|(?<=iban))[A-Z][{_GAP}]?[A-Z][{_GAP}-]?\d[{_GAP}]?\d", re.IGNORECASE)
_IBAN_LETTERS = (15, 34)
_IBAN_GAPS = re.compile(rf"[{_GAP}{_DASH}{_DOTS}\n\r>./_]")

# A name on X has no space behind its @.
_AT = rf"(?:@|[{_GAP}]?@[{_GAP}]|[{_GAP}]?[(\[{{<](?:at|ät)[)\]}}>][{_GAP}]?)"
_DOT = rf"(?:\.|[{_GAP}]?[(\[{{<](?:dot|punkt)[)\]}}>][{_GAP}]?)"
_MAIL = re.compile(
    rf"(?<![\w.+%@-])[\w+%-]{{1,64}}(?:\.[\w+%-]{{1,64}}){{0,6}}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,6}}",
    re.IGNORECASE,
)
_AROUND_AT = re.compile(_AT, re.IGNORECASE)
_AROUND_DOT = re.compile(_DOT, re.IGNORECASE)

_LABEL = "|".join(sorted(map(re.escape, lists.CUSTOMER_NUMBERS), key=len, reverse=True))
_LABELLED = re.compile(
    rf"(?<!\w)(?:{_LABEL})(?:[\s:.#=(„“”\"'»«{_DASH}]|ist\b|is\b|lautet\b|mine\b|meine\b){{1,8}}"
    r"([A-Z]{0,4}[ -]?\d(?:[ ./-]?\d){3,15})(?!\w)",
    re.IGNORECASE,
)
_LABELLED_BEHIND = re.compile(
    r"(?<![\w.,-])([A-Z]{0,4}[ -]?\d(?:[ ./-]?\d){4,15})\s?"
    r"(?:\(|=\s?|(?:ist|is)\s(?:(?:ihre|deine|eure|meine|die|your|my|the)\s)?)"
    rf"(?:{_LABEL})(?!\w)",
    re.IGNORECASE,
)

_BIRTHDAY = re.compile(
    rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, lists.BIRTHDAYS), key=len, reverse=True))})(?!\w)", re.IGNORECASE
)
_NEAR = 40  # characters between such a word and the day


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Personal data in a text: its kind, its one spelling (E.164; letters and digits; small letters; ISO date),
    and the words and place in the text."""

    kind: DetailKind
    value: str
    phrase: str
    span: tuple[int, int]


def find(text: str, privacy: Privacy) -> list[Found]:
    """The personal data in a text, by place. What is ours, ticket numbers, order numbers, prices and days are none."""
    found = list(_all(text, privacy))
    if not found:
        return []
    ours = _ours(privacy)
    return sorted((one for one in found if not _is_ours(one, ours)), key=lambda one: one.span)


def labelled(text: str, privacy: Privacy) -> list[Found]:
    """The customer numbers and days of birth alone: what no shape, only a word beside it tells."""
    plain = _Plain(text)
    return [*_customer_numbers(plain, privacy.customer_number), *_birthdays(plain)]


# --- each kind


def _all(text: str, privacy: Privacy) -> Iterator[Found]:
    plain = _Plain(text)
    yield from _mails(plain)
    ibans = list(_ibans(plain))
    yield from ibans
    taken = [one.span for one in ibans]
    customers = [one for one in _customer_numbers(plain, privacy.customer_number) if not _within(one.span, taken)]
    yield from customers
    taken += [one.span for one in customers]
    yield from (one for one in _phones(plain, privacy.region) if not _within(one.span, taken))
    yield from _birthdays(plain)


def _mails(plain: "_Plain") -> Iterator[Found]:
    for one in islice(_MAIL.finditer(plain.text), _MOST):
        local, domain = _AROUND_AT.split(one[0], maxsplit=1)
        whole = f"{local}@{_AROUND_DOT.sub('.', domain)}".casefold()
        if any(c.isalpha() for c in whole.rpartition(".")[2]):
            yield _found(plain, DetailKind.MAIL, whole, *one.span())


def _ibans(plain: "_Plain") -> Iterator[Found]:
    for begin in islice(_IBAN.finditer(plain.text), _MOST):
        end = _end_of_iban(plain.text, begin.start())
        if end:
            value = "".join(c for c in plain.text[begin.start() : end] if c.isalnum()).upper()
            yield _found(plain, DetailKind.IBAN, value, begin.start(), end)


def _end_of_iban(text: str, start: int) -> int:
    """Where the IBAN that begins here ends, 0 = none does."""
    letters = ""
    for at in range(start, min(len(text), start + 60)):
        if text[at].isascii() and text[at].isalnum():
            letters += text[at]
        elif letters and not _IBAN_GAPS.match(text[at]):
            break
        # behind the last digit a word may begin at once
        over = at + 1 == len(text) or not text[at + 1].isalnum() or (text[at].isdigit() and text[at + 1].isalpha())
        if (
            text[at].isalnum()
            and over
            and _IBAN_LETTERS[0] <= len(letters) <= _IBAN_LETTERS[1]
            and _valid_iban(letters)
        ):
            return at + 1
    return 0


def _valid_iban(letters: str) -> bool:
    from stdnum import iban  # 20 ms, where something looks like one

    return bool(iban.is_valid(letters.upper()))


def _customer_numbers(plain: "_Plain", pattern: str) -> Iterator[Found]:
    seen: set[str] = set()
    labelled = (_LABELLED, _LABELLED_BEHIND)
    found = [(one.span(1), one[1]) for how in labelled for one in islice(how.finditer(plain.text), _MOST)]
    if pattern:
        ours = re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", plain.text, re.IGNORECASE)
        found += [(one.span(), one[0]) for one in islice(ours, _MOST)]
    for span, phrase in found:
        value = "".join(c for c in phrase if c.isalnum()).upper()
        if value not in seen and not _is_ticket(plain.text, span):
            seen.add(value)
            yield _found(plain, DetailKind.CUSTOMER_NUMBER, value, *span)


def _is_ticket(text: str, span: tuple[int, int]) -> bool:
    """Whether these digits are written as a ticket number is: in three threes, or behind "Ticket" or "#"."""
    written, before = text[slice(*span)], text[max(0, span[0] - _REACH) : span[0]]
    named = re.search(r"(?:#|ticket\w{0,12}[\s.:#-]{0,4})\Z", before, re.IGNORECASE)
    dashed = re.fullmatch(r"\d{3}-\d{3}-\d{3}", written)
    return bool((named or dashed) and numbers.parse(written))


def _phones(plain: "_Plain", region: str) -> Iterator[Found]:
    text = plain.text
    dated = [span for _, span in written(text)]
    for one in islice(_STRETCH.finditer(text), _MOST):
        start, end = one.span()
        apart = _BY_TWOS.fullmatch(text, start, end)
        if not apart and text[end : end + 1].strip(" ") == "" and (stray := _STRAY.search(text, start, end)):
            end = stray.start()
        before = text[max(0, start - _REACH) : start]
        if _within((start, end), dated) or any(start <= day[0] < end for day in dated):
            continue
        if _REFERENCE.search(before) or _CURRENCY.match(text, end):
            continue
        value = _phone(text[start:end], region)
        if value:
            yield _found(plain, DetailKind.PHONE, value, start, end)


def _phone(written: str, region: str) -> str:
    """In E.164, "" = nobody's number: not a valid one, or a service."""
    import phonenumbers  # 30 ms, where something looks like one

    plain = re.sub(f"[{_DOTS}]", " ", written)
    if _BY_TWOS.fullmatch(plain):  # too many groups for a number
        plain = re.sub(r"[^\d+]", "", plain)
    matches = phonenumbers.PhoneNumberMatcher(plain, region, leniency=phonenumbers.Leniency.VALID, max_tries=20)
    for match in matches:
        if phonenumbers.number_type(match.number) in _SERVICES:
            return ""
        return str(phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164))
    return ""


def _birthdays(plain: "_Plain") -> Iterator[Found]:
    labels = [one.span() for one in islice(_BIRTHDAY.finditer(plain.text), _MOST)]
    if not labels:
        return
    for day, (start, end) in written(plain.text):
        if any(0 <= start - right <= _NEAR or 0 <= left - end <= _NEAR // 2 for left, right in labels):
            yield _found(plain, DetailKind.BIRTHDAY, day, start, end)


# --- what is ours


@lru_cache(maxsize=8)
def _ours(privacy: Privacy) -> frozenset[tuple[DetailKind, str]]:
    nobody = Privacy(region=privacy.region)
    return frozenset((one.kind, one.value) for text in privacy.own for one in _all(text, nobody))


def _is_ours(found: Found, ours: frozenset[tuple[DetailKind, str]]) -> bool:
    if found.kind is not DetailKind.MAIL:
        return (found.kind, found.value) in ours
    local, _, domain = found.value.rpartition("@")
    return bool({(DetailKind.MAIL, found.value), (DetailKind.MAIL, f"{local.partition('+')[0]}@{domain}")} & ours)


# --- the text


_UNSEEN = "\ufe0e\ufe0f\u20e3"  # what makes a picture of a digit
_WIDE = re.compile("[\uff01-\uff5e\ufe50-\ufe6b]")


def plain(text: str) -> str:
    """As it is looked at: digits and signs of one shape, without what nobody sees."""
    return _Plain(text).text


class _Plain:
    """A text in composed form, without what nobody sees; `span` gives the place in the text as it came."""

    def __init__(self, text: str) -> None:
        self._text = text = text[:LONGEST]
        self._places: list[int] | None = None
        if text.isascii():
            self.text = text
            return
        pieces: list[str] = []
        self._places = []
        for at, char in enumerate(text):
            if unicodedata.category(char) == "Cf" or char in _UNSEEN:
                continue
            same = unicodedata.normalize("NFKC", char) if char.isalnum() or _WIDE.match(char) else char
            pieces.append(same if len(same) == 1 else char)
            self._places.append(at)
        self._places.append(len(text))
        self.text = "".join(pieces)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From a place in `text` to that in the text as it came."""
        return (start, end) if self._places is None else (self._places[start], self._places[end - 1] + 1)

    def phrase(self, start: int, end: int) -> str:
        """The words as they came."""
        return self._text[slice(*self.span(start, end))]


def _found(plain: _Plain, kind: DetailKind, value: str, start: int, end: int) -> Found:
    return Found(kind=kind, value=value, phrase=plain.phrase(start, end), span=plain.span(start, end))


def _within(span: tuple[int, int], others: Iterable[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)
