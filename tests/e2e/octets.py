"""Edits mails as octets, where a well-behaved library would not write what real mail contains."""


def without(raw: bytes, name: str) -> bytes:
    """The mail without this header, wherever it stands."""
    head, _, body = raw.partition(b"\r\n\r\n")
    kept: list[bytes] = []
    dropping = False
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            dropping = line.lower().startswith(name.lower().encode() + b":")
        if not dropping:
            kept.append(line)
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


def with_header(raw: bytes, name: str, value: str | bytes) -> bytes:
    """The mail with this header on top, as it is, and no other of its name."""
    octets = value if isinstance(value, bytes) else value.encode()
    return name.encode() + b": " + octets + b"\r\n" + without(raw, name)
