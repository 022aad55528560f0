"""One play: a house between its peers, a day that goes on, and a victim that lives and dies in it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from inbox_bot import config as configuration
from inbox_bot.app import App, open_app
from inbox_bot.flows import answering, deciding, team
from inbox_bot.flows.gates import asked
from inbox_bot.rules.delivery import Verdict
from inbox_bot.sandbox.x import serve
from inbox_bot.store.database import Database, open_store
from tests.crash import state
from tests.crash.clock import SharedClock
from tests.crash.day import AGENT, WORDS, Day
from tests.crash.judge import Judgement, judge
from tests.crash.lives import Lives, open_lives
from tests.crash.peers import WatchedWorld, imap_proxy
from tests.crash.points import Trap
from tests.crash.state import Record
from tests.crash.victim import Order
from tests.dovecot import Dovecot
from tests.e2e.house import write_config
from tests.e2e.mixed_answers import Answer
from tests.e2e.seen import Letter
from tests.smtpsink import Sink, smtp_sink

ARCHIVE = "Archiv"
_PATIENCE = 240.0  # seconds in which something must come on record, on a machine that has other work
_AT_WORK = 30.0  # seconds in which a living process ends what it has claimed
_STEP = 150.0  # seconds that pass at once while all is awaited: far below a lease
_FASTER = 60.0  # than real time, while a dead process's claim ends: a lease in 15 s, and no living one takes so long


@dataclass(slots=True, kw_only=True)
class Play:
    """Everything of one play. `trap`: what the peers spring; `lives`: the processes that fork victims."""

    folder: Path
    clock: SharedClock
    day: Day
    sink: Sink
    dovecot: Dovecot
    user: str
    url: str
    lives: list[Lives]
    trap: Trap = field(default_factory=lambda: Trap("", 0))
    app: App | None = None
    store: Database | None = None
    replied: int = 0
    seen: int = 0  # how many mails of the sink were looked at
    known: dict[str, Answer] = field(default_factory=dict)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    def told(self, moment: str) -> None:
        """A peer tells."""
        self.trap.passing(moment)

    async def begin(self, lives: Lives, point: str = "", nth: int = 1) -> None:
        """A daemon starts, and is to die at this point."""
        self.trap = Trap(point, nth, pid=lambda: lives.pid)
        await lives.begin(Order(folder=str(self.folder), point=point, nth=nth))

    # --- what happens

    async def go_on(self) -> None:
        """What waited for answers happens, and the agent replies where he can."""
        self.day.follow(self.answers())
        while self.replied < len(self.day.replies):
            app = await self.desk()
            _, number = self.day.replies[self.replied]
            self.replied += 1
            await answering.reply(app.house, asked.Answer(number=number, who="rieke", text=WORDS, seen=10**9))

    async def desk(self) -> App:
        """The team's own process, which is never killed."""
        if self.app is None:
            config = configuration.load(self.folder / "inbox-bot.toml", {})
            self.app = await self._stack.enter_async_context(open_app(config, now=self.clock.now))
            await team.add(self.app.house, "rieke", "RK", AGENT)
        return self.app

    def answers(self) -> dict[str, Answer]:
        """The acknowledgements that customers have, by the marker of the opening mail."""
        opened = {mail.expected.external_id: mail.expected.marker for mail in self.day.mails if mail.expected.opens}
        for mail in self.sink.mails[self.seen :]:
            letter = Letter.of(mail)
            marker = opened.get(letter.answers)
            if marker and letter.number and WORDS not in letter.text and marker not in self.known:
                self.known[marker] = Answer(
                    subject=str(letter.message["Subject"]),
                    message_id=str(letter.message["Message-ID"]),
                    reply_to=letter.message["Reply-To"].addresses[0].addr_spec,
                    return_path=letter.return_path,
                    number=letter.number,
                )
            self.seen += 1
        return self.known

    # --- the end

    async def settle(self) -> Record:
        """Let it run, and time pass, until nothing is left to do; raises where it comes no further."""
        loop = asyncio.get_running_loop()
        begun = last = loop.time()
        before: Record | None = None
        while True:
            await self.go_on()
            record = await self.record()
            await self._decide(record)
            if before is None or record.done != before.done:
                before, begun = record, loop.time()
            rest = self._unfinished(record)
            if not rest:
                record = await self.record(audit=True)
                if not self._unfinished(record):  # what is judged is what was found finished
                    return record
            gone, last = loop.time() - last, loop.time()
            if last > begun + _PATIENCE:
                raise AssertionError(f"no further for {_PATIENCE:.0f} s: {rest}; {self._stuck(record)}")
            if all(one.state != "sending" for one in record.deliveries):
                self.pass_time(_STEP)
            elif last > begun + _AT_WORK or len(self.lives) > 1:
                self.pass_time(_FASTER * gone)  # the claims of a dead process end with their lease
            await asyncio.sleep(0.15)

    async def _decide(self, record: Record) -> None:
        """Whoever answers for it looks for what was lost twice in the relay's log, and says what he found."""
        left = [one for one in record.deliveries if one.left]
        if left:
            logged = {str(Letter.of(mail).message["Message-ID"]) for mail in self.sink.mails}
            app = await self.desk()
            for one in left:
                verdict = Verdict.ARRIVED if one.external_id in logged else Verdict.AGAIN
                await deciding.decide(app.house, one.id, verdict, "rieke")

    def _unfinished(self, record: Record) -> str:
        expected = len(self.day.mails) + len(self.day.scene.expected)
        ours = sum(one.channel == "twitter" and one.state == "delivered" for one in record.deliveries)
        if len(record.ledger) < expected + ours:
            return f"{len(record.ledger)} of {expected + ours} on record"
        if self.day.waiting:
            return f"{len(self.day.waiting)} wait for an answer"
        if rest := record.open_deliveries():
            return f"open: {rest}"
        if record.untold:
            return f"{record.untold} notices that nobody has been told of"
        if owed := [name for name, _, owes, _ in record.incoming if owes]:
            return f"owed: {owed}"
        left = self._in_folder("INBOX")
        return f"{left} mails not archived" if left else ""

    def _stuck(self, record: Record) -> str:
        """What a reader needs to see why nothing goes on."""
        open_ones = record.open_deliveries()
        lives = ", ".join(str(one.pid) for one in self.lives)
        waiting = [one.what for one in self.day.waiting]
        return f"waiting: {waiting}; open: {open_ones}; pids: {lives}; log: {self.log_end(40)}"

    async def record(self, *, audit: bool = False) -> Record:
        """What is on record now."""
        if self.store is None:
            self.store = open_store(self.url)
        return await state.read(self.store, self.clock, audit=audit)

    def verdict(self, record: Record) -> Judgement:
        """Judge the end."""
        with self.dovecot.connect(self.user) as client:
            client.select_folder(ARCHIVE, readonly=True)
            uids = client.search()
            bodies = [part[b"BODY[]"] for part in client.fetch(uids, ["BODY.PEEK[]"]).values()] if uids else []
            client.unselect_folder()
        return judge(self.day, record, self.sink.mails, bodies, self._in_folder("INBOX"))

    def _in_folder(self, folder: str) -> int:
        with self.dovecot.connect(self.user) as client:
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])

    def pass_time(self, seconds: float) -> None:
        """For everybody at once."""
        self.clock.advance(seconds)

    def log_end(self, lines: int = 12) -> str:
        """The last words of the daemons."""
        path = self.folder / "log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""

    async def close(self) -> None:
        """Let go of the database."""
        for lives in self.lives:  # before the database goes, which may be dropped then
            if lives.pid:
                await lives.kill()
        await self._stack.aclose()
        if self.store is not None:
            await self.store.close()


@asynccontextmanager
async def playing(folder: Path, dovecot: Dovecot, *, url: str = "", processes: int = 1) -> AsyncIterator[Play]:
    """A house with an empty database, its peers, and that many processes that can fork victims."""
    clock = SharedClock(folder / "clock")
    user = dovecot.new_user()
    with dovecot.connect(user) as client:
        client.create_folder(ARCHIVE)
    moment: list[Callable[[str], None]] = []
    world = WatchedWorld(clock.seconds, lambda name: moment[0](name))
    world.limits.lift()
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(smtp_sink())
        base = await stack.enter_async_context(serve(world))
        port = await stack.enter_async_context(imap_proxy(dovecot.port, lambda name: moment[0](name)))
        lives = [await stack.enter_async_context(open_lives()) for _ in range(processes)]
        house = write_config(
            folder,
            imap=(port, user, dovecot.password),
            smtp_port=sink.port,
            x=(base, world),
            database=url,
            poll_seconds=0.2,
            hold_seconds=0.2,
            coalesce_seconds=0.5,
        )
        text = house.config.read_text()
        house.config.write_text(
            text.replace("[inbox.imap]", f'[inbox.imap]\narchive_folder = "{ARCHIVE}"').replace(
                "[acknowledge]", "[acknowledge]\nper_hour = 1000\nnewcomers_per_hour = 0"
            )
        )
        day = Day(
            world=world,
            append=lambda raws: dovecot.append(user, raws, internaldate=clock.now()),
            now=clock.now,
        )
        play = Play(
            folder=folder, clock=clock, day=day, sink=sink, dovecot=dovecot, user=user,
            url=url or f"sqlite:///{folder / 'inbox.db'}", lives=lives,
        )  # fmt: skip
        moment.append(play.told)
        sink.told = play.told
        try:
            yield play
        finally:
            await play.close()
