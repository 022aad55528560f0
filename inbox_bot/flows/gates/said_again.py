"""Whether the writer has just said the same: a second run of a command, or a machine's answer, is no second answer."""

from inbox_bot.flows.gates.asked import Asked, Stop, Verdict
from inbox_bot.model import DeliveryState, Direction


async def gate(asked: Asked) -> Verdict:
    """Stops words that the customer has had from this writer since he himself wrote last; he may override it."""
    words = asked.text.strip()
    for entry in reversed(asked.case.entries):
        message = entry.message
        if message.direction is Direction.INCOMING and not message.automatic:
            break
        gone = bool(entry.deliveries) and all(one.state is DeliveryState.WITHDRAWN for one, _ in entry.deliveries)
        his = message.direction is Direction.OUTGOING and message.agent == asked.agent.id and not gone
        same_way = (message.channel, message.visibility) == (asked.route.identity.channel, asked.route.visibility)
        if his and same_way and _begins(message.text, words):
            reason = f"you have said the same already (m{message.id}), and the customer has written nothing since"
            return Verdict(stops=(Stop(reason=reason, override=True),))
    return Verdict()


def _begins(text: str, words: str) -> bool:
    """Whether the text is these words in the frame of their way: behind them a paragraph, or initials."""
    said = [" ".join(line.split()) for line in words.splitlines()]
    lines = [" ".join(line.split()) for line in text.strip().splitlines()]
    if not words or lines[: len(said) - 1] != said[:-1] or len(lines) < len(said):
        return False
    last, rest = lines[len(said) - 1], lines[len(said) : len(said) + 1]
    return (last == said[-1] or last.startswith(f"{said[-1]} ^")) and rest in ([], [""])
