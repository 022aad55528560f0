"""A day on which something breaks for many, for the tests of that."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inbox_bot.flows import incidents, spreading
from inbox_bot.flows.house import House
from inbox_bot.flows.incidents import News, Report
from inbox_bot.model import DeliveryState, Kind
from inbox_bot.records import Ticket
from inbox_bot.rules.incidents import Pace
from inbox_bot.rules.reasons import Reason
from tests.unit.flow_house import Day, mail

FAST = Pace(mails=3_600_000, dms=3_600_000)


@dataclass(slots=True)
class Broken(Day):
    """A day on which something breaks; what is told goes fast."""

    reasons: Mapping[str, Reason] = field(default_factory=dict)

    @property
    def house(self) -> House:
        """With that pace."""
        return replace(super(Broken, self).house, pace=FAST, reasons=self.reasons)

    async def breaks(self, **more: str) -> int:
        """Anna opens an incident; its number."""
        report = Report(who="anna", title="Mailserver gestört", words="mail|imap|#ausfall")
        incident, _ = await incidents.begin(self.house, replace(report, **more))  # type: ignore[arg-type]  # texts
        return incident.id

    async def tells(self, incident: int, text: str = "Wir tauschen ein Netzteil.", **more: object) -> None:
        """Anna gives an update, and it spreads."""
        await incidents.give(self.house, News(incident=incident, text=text, who="anna", **more))  # type: ignore[arg-type]
        await self.spreads()

    async def spreads(self) -> None:
        """Until nobody waits."""
        for _ in range(20):
            self.later(seconds=2)
            if not await spreading.spread(self.house):
                break
        await self.sends()

    async def tickets(self) -> list[Ticket]:
        """All, oldest first."""
        async with self.store.read() as tx:
            return [row[0] for row in await tx.tickets(states=(), customer=None, limit=1000)]

    async def told(self) -> list[str]:
        """To whom updates went, by address, oldest first."""
        return [one.to for _, one in await self.deliveries() if one.kind is Kind.INCIDENT]

    async def arrived(self) -> list[str]:
        """Whom updates have reached, by address, oldest first."""
        gone = (DeliveryState.SENT, DeliveryState.DELIVERED)
        found = [one for _, one in await self.deliveries() if one.kind is Kind.INCIDENT and one.state in gone]
        return [one.to for one in found]


def letter(number: int, text: str = "Meine Mails kommen nicht an.", **fields: object):  # type: ignore[no-untyped-def]
    """A mail of one of many customers."""
    sender = f"Kunde {number} <kunde{number}@post.example>"
    return mail(text, id=number, sender=sender, subject=f"Anliegen {number}", **fields)  # type: ignore[arg-type]
