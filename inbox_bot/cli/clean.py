"""Makes text from outside safe to print: nothing a terminal obeys, nothing invisible, nothing that reorders."""

import re

_ESCAPES = re.compile(
    # OSC, DCS, PM, APC, SOS with their text up to the terminator; where none follows, only their beginning goes, so
    # that nobody hides the rest of a message. The text's class excludes every beginning: linear time.
    r"(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])(?:[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c))?"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    r"|\x1b[ -/]*[0-~]?"  # all other sequences
)
_BREAKS = re.compile(r"\r\n?|[\x85\u2028\u2029]")
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi marks, embeddings, overrides, isolates
    "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # zero width; not the joiners that scripts need
    "\U000e0000-\U000e007f]"  # tags: text that no one sees
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """The text with its line feeds and tabs, without anything that a terminal obeys or a reader cannot see."""
    plain = _BREAKS.sub("\n", _ESCAPES.sub("", text))
    return _SURROGATES.sub("\ufffd", _UNSEEN.sub("", plain))


def clean_line(text: str) -> str:
    """The same on one line, for a table's cell."""
    return _SPACES.sub(" ", clean(text)).strip()
