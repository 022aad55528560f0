"""The part of the port `Transaction` that counts the team's work."""

from inbox_bot.store import figures
from inbox_bot.store.running import Running
from inbox_bot.work.figures import Counts, Cut


class FiguresTransaction(Running):
    """See the port for the contract."""

    async def figures(self, cut: Cut) -> Counts:
        return await self._run(figures.figures, cut)
