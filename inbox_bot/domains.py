"""Decides which spellings of a mail address mean the same mailbox."""


def ascii_domain(domain: str) -> str:
    """A domain in lower case, its U-labels as A-labels (IDNA 2008); unchanged but for case where that fails."""
    if domain.isascii():
        return domain.lower()
    import idna  # only where a domain is not ASCII, which is rare

    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return domain.lower()


def mailbox(address: str) -> str:
    """An address as it is compared: the domain as DNS knows it, the local part without regard to case in ASCII alone.

    Other letters are not folded: "ß" would become "ss", and so somebody else's name.
    """
    local, _, domain = address.strip().rpartition("@")
    plain = "".join(letter.lower() if letter.isascii() else letter for letter in local)
    return f"{plain}@{ascii_domain(domain)}"
