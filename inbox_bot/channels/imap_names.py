"""Says which folders a server has, and whether one of them can take mail."""

from imapclient import IMAPClient  # type: ignore[import-untyped]  # ships none
from imapclient.exceptions import IMAPClientError  # type: ignore[import-untyped]  # ships none

_MOST = 12
_NO_MAIL = frozenset({b"\\noselect", b"\\nonexistent"})  # RFC 9051 7.3.1


def takes_mail(client: IMAPClient, name: str) -> bool:
    """Whether the folder is there and is more than a place for other folders."""
    return any(
        found.casefold() == name.casefold() and not _NO_MAIL & {flag.lower() for flag in flags}
        for flags, _, found in client.list_folders("", name)
    )


def those_there(client: IMAPClient) -> str:
    """The folders' names as the server writes them, for the one who has to correct the configuration."""
    try:
        found = client.list_folders()
    except IMAPClientError:
        return ""
    names = [repr(str(name)) for flags, _, name in found if not _NO_MAIL & {flag.lower() for flag in flags}]
    more = ", …" if len(names) > _MOST else ""
    separators = {mark.decode("ascii", "replace") for _, mark, _ in found if mark}
    between = f" (separator {sorted(separators)[0]!r})" if separators else ""
    return f"; there are {', '.join(sorted(names)[:_MOST])}{more}{between}" if names else ""
