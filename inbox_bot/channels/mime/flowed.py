"""Undoes format=flowed (RFC 3676): lines that a mail program broke for old readers become paragraphs again."""


def unflowed(text: str, *, delsp: bool) -> str:
    """The text with its soft line breaks gone; quote marks stay, `delsp`: the space before a soft break goes, too."""
    lines: list[str] = []
    open_depth = -1  # of the line to which the next one belongs, -1 = none
    for raw in text.split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        flows = line.endswith(" ") and line != "-- "
        kept = line[:-1] if flows and delsp else line
        if open_depth == depth and line and line != "-- ":
            lines[-1] += kept
        else:
            lines.append(_marked(kept, depth))
        open_depth = depth if flows else -1
    return "\n".join(line if line.endswith("-- ") else line.rstrip(" ") for line in lines)


def _marked(line: str, depth: int) -> str:
    if depth:
        return f"{'>' * depth} {line}"
    return f" {line}" if line.startswith(">") else line  # it was stuffed, to be no quote
