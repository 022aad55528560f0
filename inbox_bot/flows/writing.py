"""Makes outgoing messages with their deliveries: identity, number, headers and frozen bytes, ready to be saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.errors import Unsendable
from inbox_bot.flows.house import House, Inbox
from inbox_bot.model import Address, Attachment, Channel, Direction, Kind, Visibility
from inbox_bot.outgoing import Draft, Original
from inbox_bot.ports import Rendered
from inbox_bot.records import Agent, Delivery, Identity, Message, MessageFile, Ticket
from inbox_bot.rules import numbers, posts, tokens
from inbox_bot.writes import Filing


@dataclass(slots=True)
class References:
    """Gives references below zero for records of one filing."""

    last: int = 0

    def new(self) -> int:
        """The next unused reference."""
        self.last -= 1
        return self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What an outgoing message answers: its external id and what that named, nearest first."""

    external_id: str = ""
    references: tuple[str, ...] = ()
    conversation: str = ""
    visibility: Visibility = Visibility.PRIVATE

    @classmethod
    def of(cls, message: Message) -> "Answered":
        """The message as something to answer."""
        return cls(
            external_id=message.external_id,
            references=message.references,
            conversation=message.conversation,
            visibility=message.visibility,
        )


def queue(
    house: House,
    filing: Filing,
    refs: References,
    *,
    kind: Kind,
    ticket: Ticket,
    identity: Identity,
    rendered: Rendered,
    visibility: Visibility,
    at: datetime,
    due_at: datetime,
    answered: Answered | None = None,
    inbox: str = "",
    agent: Agent | None = None,
    automatic: bool = False,
    approval: bool = False,
    carries_number: bool = True,
    attachments: Sequence[Attachment] = (),
    cc: Sequence[str] = (),
) -> tuple[Message, Delivery]:
    """Put one message and its delivery into the filing; raises `Unsendable` before anything is added.

    `inbox`: the one to send from where it is not the ticket's own (a number that must go another way).
    """
    sender = house.inboxes[inbox or ticket.inbox]
    answered = answered or Answered()
    token = tokens.new_token(house.bits)
    mail = sender.channel is Channel.EMAIL
    message_id = tokens.message_id(house.keys, token, _domain(sender)) if mail else ""
    return_path = _return_path(house, sender, token)
    draft = Draft(
        kind=kind,
        to=Address(channel=identity.channel, address=identity.address, handle=identity.handle, name=identity.name),
        visibility=visibility,
        text=rendered.text,
        html=rendered.html,
        subject=subject_line(ticket, rendered.subject) if mail else "",
        token=token,
        at=at,
        message_id=message_id,
        return_path=return_path,
        reply_to=tokens.ticket_address(house.keys, ticket.number, sender.address) if sender.plus_address else "",
        in_reply_to=answered.external_id if mail or visibility is Visibility.PUBLIC else "",
        references=_named(house, sender, token) + tuple(reversed(answered.references)),
        cc=tuple(cc),
        attachments=tuple(attachments),
        automatic=automatic,
    )
    payload = frozen(house, sender, draft)
    message = Message(
        id=refs.new(),
        ticket=ticket.id,
        customer=ticket.customer,
        identity=identity.id,
        inbox=sender.name,
        channel=sender.channel,
        direction=Direction.OUTGOING,
        visibility=visibility,
        external_id=message_id,
        at=at,
        text=rendered.text,
        html=rendered.html,
        subject=draft.subject,
        conversation=answered.conversation,
        references=(answered.external_id, *answered.references) if answered.external_id else answered.references,
        agent=agent.id if agent else None,
        automatic=automatic,
    )
    delivery = Delivery(
        id=refs.new(),
        token=token,
        inbox=sender.name,
        channel=sender.channel,
        kind=kind,
        visibility=visibility,
        to=identity.address,
        payload=payload,
        created_at=at,
        due_at=due_at,
        recipients=(identity.address, *cc),
        return_path=return_path,
        external_id=message_id,
        message=message.id,
        ticket=ticket.id,
        identity=identity.id,
        carries_number=carries_number,
        automatic=automatic,
        approval=approval,
    )
    filing.messages.append(message)
    filing.deliveries.append(delivery)
    filing.files += [MessageFile(message=message.id, attachment=attachment) for attachment in attachments]
    return message, delivery


def queue_read_receipt(
    house: House, filing: Filing, refs: References, *, to: str, message: Message, ticket: Ticket, at: datetime
) -> Delivery:
    """Queue the MDN (RFC 8098) that answers `message`; its own Message-ID, an empty return path, never repeated."""
    sender = house.inboxes[message.inbox]
    token = tokens.new_token(house.bits)
    message_id = tokens.message_id(house.keys, token, _domain(sender))
    facts = {"number": ticket.number, "subject": message.subject, "at": message.at}
    rendered = house.texts.render("mdn", Channel.EMAIL, message.language or house.brand.language, facts)
    draft = Draft(
        kind=Kind.MDN,
        to=Address(channel=Channel.EMAIL, address=to),
        visibility=Visibility.PRIVATE,
        text=rendered.text,
        subject=rendered.subject,
        token=token,
        at=at,
        message_id=message_id,
        in_reply_to=message.external_id,
        automatic=True,
        original=Original(
            message_id=message.external_id, recipient=sender.address, subject=message.subject, at=message.at
        ),
    )
    delivery = Delivery(
        id=refs.new(),
        token=token,
        inbox=sender.name,
        channel=Channel.EMAIL,
        kind=Kind.MDN,
        visibility=Visibility.PRIVATE,
        to=to,
        payload=frozen(house, sender, draft),
        created_at=at,
        due_at=at,
        recipients=(to,),
        external_id=message_id,
        message=message.id,
        ticket=ticket.id,
        identity=message.identity,
        automatic=True,
    )
    filing.deliveries.append(delivery)
    return delivery


def queue_notice(
    house: House, filing: Filing, refs: References, *, rendered: Rendered, at: datetime, team: Sequence[str]
) -> None:
    """Queue one mail to each of these; nothing without an e-mail inbox."""
    for to in team:
        queue_internal(house, filing, refs, rendered=rendered, at=at, to=to)


def queue_internal(
    house: House,
    filing: Filing,
    refs: References,
    *,
    rendered: Rendered,
    at: datetime,
    to: str,
    reply_to: Callable[[str], str] = lambda token: "",
    thread: str = "",
    message: int | None = None,
) -> None:
    """Queue one mail to one of the team; nothing without an e-mail inbox. `reply_to` makes an address of the delivery's
    token; `thread` names what his mail program shall show together; `message`: what it tells of."""
    sender = house.mail_inbox
    if sender is None:
        return
    token = tokens.new_token(house.bits)
    message_id = tokens.message_id(house.keys, token, _domain(sender))
    draft = Draft(
        kind=Kind.NOTICE,
        to=Address(channel=Channel.EMAIL, address=to),
        visibility=Visibility.INTERNAL,
        text=rendered.text,
        subject=rendered.subject,
        token=token,
        at=at,
        message_id=message_id,
        return_path=_return_path(house, sender, token),
        reply_to=reply_to(token),
        references=(f"<{thread}@thread.{_domain(sender)}>",) if thread else (),
        automatic=True,
    )
    filing.deliveries.append(
        Delivery(
            id=refs.new(),
            token=token,
            inbox=sender.name,
            channel=Channel.EMAIL,
            kind=Kind.NOTICE,
            visibility=Visibility.INTERNAL,
            to=to,
            payload=frozen(house, sender, draft),
            created_at=at,
            due_at=at,
            recipients=(to,),
            return_path=draft.return_path,
            external_id=message_id,
            message=message,
            automatic=True,
        )
    )


def frozen(house: House, sender: Inbox, draft: Draft) -> bytes:
    """The bytes that every attempt will send; raises `Unsendable` with what the writer should change."""
    if sender.channel is Channel.TWITTER:
        public = draft.visibility is Visibility.PUBLIC
        problem = posts.problem(
            draft.text, public=public, urls_allowed=not (public and draft.automatic), limit=sender.post_limit
        )
        if problem:
            raise Unsendable(problem)
    return house.senders[sender.name].compose(draft)


def subject_line(ticket: Ticket, subject: str) -> str:
    """`[#427-918-355] Re: …` with the tag exactly once."""
    tag = numbers.tag(ticket.number)
    rest = subject.replace(tag, "").strip() or ticket.subject
    return f"{tag} {rest}".strip()


def with_text(rendered: Rendered, text: str) -> Rendered:
    """The same, with another text (a post shortened or split)."""
    return replace(rendered, text=text)


def _domain(sender: Inbox) -> str:
    return sender.address.rpartition("@")[2] or "localhost"


def _named(house: House, sender: Inbox, token: str) -> tuple[str, ...]:
    """What References begin with: without plus-addresses nothing but ids brings an answer or a bounce back to us."""
    if sender.channel is not Channel.EMAIL or sender.plus_address:
        return ()
    return (tokens.thread_id(house.keys, token, _domain(sender)),)


def _return_path(house: House, sender: Inbox, token: str) -> str:
    if sender.channel is not Channel.EMAIL:
        return ""
    return tokens.return_path(house.keys, token, sender.address) if sender.plus_address else sender.address
