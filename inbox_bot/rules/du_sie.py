"""Du and Sie: decides how a German text of ours addresses its reader."""

import re

DU = "-du"
"""How the name of a template ends that says du where another says Sie."""

_DU = re.compile(r"(?i)\b(?:du|dich|dir|dein|deine[mnrs]?)\b")
_SHE = r"(?!\s+(?:ist|war|wird|hat|hatte|kann|muss|soll|will|darf|kommt|geht)\b)"
_SIE = re.compile(rf"\b(?:Sie{_SHE}|Ihnen|Ihr|Ihre[mnrs]?)\b")
"""Not the one who "ist" or "hat": that is she."""
_QUOTED = re.compile(r"„[^“]*“|»[^«]*«|\"[^\"\n]*\"")


def says_du(text: str) -> bool:
    """Whether it says du; what stands in quotation marks is somebody else's."""
    return _DU.search(_QUOTED.sub(" ", text)) is not None


def says_sie(text: str) -> bool:
    """Whether it says Sie."""
    return _SIE.search(_QUOTED.sub(" ", text)) is not None
