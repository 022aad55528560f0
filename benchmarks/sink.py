"""The SMTP sink as a process of its own: prints its port, then answers `count` and `dump FILE` on standard input."""

import asyncio
import json
import sys
from pathlib import Path

from tests.smtpsink import smtp_sink


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with smtp_sink() as sink:
        print(sink.port, flush=True)
        while line := (await reader.readline()).decode().split():
            if line[0] == "dump":
                mails: list[list[list[str] | str]] = [
                    [list(one.rcpts), one.data.decode("latin-1")] for one in sink.mails
                ]
                _write(Path(line[1]), mails)
            print(len(sink.mails), flush=True)
            if line[0] == "clear":
                sink.mails.clear()


def _write(path: Path, mails: list[list[list[str] | str]]) -> None:
    path.write_text(json.dumps(mails))


if __name__ == "__main__":
    asyncio.run(main())
