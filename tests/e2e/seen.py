"""What the customers hold in their hands: the mails at the sink, read as a mail program would."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.smtpsink import Mail

NUMBER = re.compile(r"\b(\d{3}-\d{3}-\d{3})\b")
_TAG = re.compile(r"\[#(\d{3}-\d{3}-\d{3})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail that reached somebody. `number`: the ticket's, "" where the subject bears none."""

    to: str
    return_path: str
    number: str
    answers: str
    receipt: bool
    text: str
    message: EmailMessage

    @classmethod
    def of(cls, mail: Mail) -> "Letter":
        """Read one; every mail of ours goes to one person."""
        assert len(mail.rcpts) == 1, mail.rcpts
        message = message_from_bytes(mail.data, policy=default)
        assert isinstance(message, EmailMessage)
        assert not message.defects, message.defects
        body = message.get_body(("plain",))
        tags = _TAG.findall(str(message["Subject"]))
        assert len(tags) <= 1, message["Subject"]
        return cls(
            to=mail.rcpts[0],
            return_path=mail.mail_from,
            number=tags[0] if tags else "",
            answers=str(message["In-Reply-To"] or ""),
            receipt=message.get_content_type() == "multipart/report",
            text=str(body.get_content()) if body is not None else "",
            message=message,
        )


def letters_by_person(mails: Sequence[Mail]) -> dict[str, list[Letter]]:
    """All letters, by address, in the order of arrival."""
    found: dict[str, list[Letter]] = defaultdict(list)
    for mail in mails:
        letter = Letter.of(mail)
        found[letter.to.lower()].append(letter)
    return found
