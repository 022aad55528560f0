"""Decides which characters bytes from a mail stand for, and takes out those that must never be stored."""

import codecs
import re
from functools import lru_cache

# What senders write -> what they mean. Latin-1 is read as its superset windows-1252 (WHATWG Encoding 4.2), the
# older Chinese, Japanese and Korean sets as the supersets that their mailers use.
_ALIASES = {
    "ansi": "cp1252",
    "ansi-x3.110-1983": "latin-1",
    "ascii-8bit": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "ks-c-5601-1987": "cp949",
    "euc-kr": "cp949",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "macintosh": "mac-roman",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "x-sjis": "cp932",
    "x-windows-949": "cp949",
}
# Text codecs only: charset names reach `codecs.lookup`, which also knows unicode_escape, punycode, idna, rot13, zip …
_ALLOWED = re.compile(
    r"ascii|utf-?(?:7|8|16|32)(?:-[bl]e|-sig)?|utf_8_sig|iso8859-\d+|cp\d+|koi8-[rut]|mac-\w+|big5(?:hkscs)?"
    r"|gb2312|gbk|gb18030|euc_\w+|iso2022_\w+|shift_jis\w*|hz|johab|tis-620|kz1048|ptcp154|hp-roman8"
)
_NAME = re.compile(r"[a-z0-9][a-z0-9._:+-]*")
_C_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_C_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")
_BAD_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


@lru_cache(maxsize=512)
def codec(charset: str) -> str:
    """Python's name of an allowed text codec for a declared charset; "" where there is none. Never raises."""
    found = _NAME.search(charset[:100].lower().replace("_", "-"))
    if found is None:
        return ""
    name = _ALIASES.get(found[0], found[0])
    for candidate in (name, name.removeprefix("x-"), name.replace("cp-", "cp"), name.replace("win-", "cp")):
        try:
            known = codecs.lookup(candidate).name
        except (LookupError, ValueError):
            continue
        if _ALLOWED.fullmatch(known):
            return known
    return ""


def decode(data: bytes, charset: str = "") -> str:
    """Declared charset, else UTF-8, else windows-1252, else Latin-1: always text without lone surrogates."""
    declared = codec(charset) if charset else ""
    for name in (declared, "utf-8"):
        if not name:
            continue
        try:
            return _SURROGATE.sub("\ufffd", data.decode(name))  # UTF-7 and UTF-16 can carry lone ones
        except (UnicodeError, ValueError):
            continue
    name = declared or "utf-8"
    if name not in ("ascii", "utf-7"):
        # One damaged or cut-off character must not turn a whole letter into mojibake.
        text = data.decode(name, "replace")
        strange, lost = len(text) - len(text.encode("ascii", "ignore")), text.count("\ufffd")
        if lost * 10 < strange or (lost == 1 < strange and text.endswith("\ufffd")):
            return _SURROGATE.sub("\ufffd", text)
    try:
        return data.decode("cp1252")
    except UnicodeError:
        return data.decode("latin-1")


def clean_text(text: str) -> str:
    """Lines end in LF; no NUL, C0 (but tab), C1, noncharacter or lone surrogate is left."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _BAD_IN_TEXT.search(text):
        text = _SURROGATE.sub("\ufffd", _C_IN_TEXT.sub("", text))
    return text


def clean_line(text: str) -> str:
    """One line without control characters or lone surrogates; each of them becomes one space."""
    if not (text.isascii() and text.isprintable()):
        text = _SURROGATE.sub("\ufffd", _C_IN_LINE.sub(" ", text))
    return text.strip()
