"""Monitoring of the real daemon: it is scraped, an inbox breaks, the port is taken, and the daemon goes on."""

import asyncio
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families as families

from tests.dovecot import Dovecot, free_port
from tests.e2e.house import email_inbox, write_config
from tests.e2e.test_daemon import ANNA, letters, mail
from tests.e2e.waiting import until
from tests.smtpsink import smtp_sink


def section(port: int, failing_seconds: int = 2) -> str:
    """As an operator writes it."""
    return f'\n[metrics]\nlisten = "127.0.0.1:{port}"\nfailing_seconds = {failing_seconds}\n'


async def get(port: int, path: str) -> tuple[int, str]:
    """Status and text."""
    timeout = aiohttp.ClientTimeout(total=20)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def scraped(port: int) -> dict[tuple[str, tuple[str, ...]], float]:
    """By name and label values."""
    status, text = await get(port, "/metrics")
    assert status == 200
    assert "@" not in text
    found = [sample for family in families(text) for sample in family.samples]
    return {(one.name, tuple(one.labels.values())): one.value for one in found}


async def test_a_daemon_is_watched(tmp_path: Path, dovecot: Dovecot) -> None:
    """It is well; one of its inboxes cannot be reached, and it says so and serves the other; then it ends in order."""
    user = dovecot.new_user()
    port, nobody = free_port(), free_port()
    async with smtp_sink() as sink:
        good = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, more=section(port)
        )  # fmt: skip
        [free] = [one for one in await good.json("check") if one["what"] == "metrics"]
        assert (free["ok"], free["line"]) == (True, f"127.0.0.1:{port} is free; inbox-bot run listens there")
        async with good.daemon() as daemon:
            await daemon.until("metrics_listening")
            dovecot.append(user, [mail(ANNA, "Zxeins")])
            await until(lambda: len(letters(sink, ANNA)) == 1)
            assert await get(port, "/healthz") == (200, "ok\n")
            assert (await get(port, "/"))[0] == 404
            await asyncio.sleep(5.5)  # figures are five seconds old at most
            found = await scraped(port)
            assert found["inbox_bot_tickets", ("new",)] == 1
            assert found["inbox_bot_inbox_taken_total", ("mail", "mail")] == 1
            assert found["inbox_bot_queue_deliveries", ("mail", "due")] == 0
            assert found["inbox_bot_inbox_lag_seconds", ("mail", "mail")] < 60
            loops = {labels for name, labels in found if name == "inbox_bot_loop_late_seconds"}
            assert loops == {("intake:mail:mail",), ("outbox:mail",), ("clock",)}
            [taken] = [one for one in await good.json("check") if one["what"] == "metrics"]
            assert taken["line"] == f"listens at 127.0.0.1:{port}"
            assert await daemon.stop() == 0
            assert not [line for line in daemon.err if "Traceback" in line]

        broken = email_inbox("broken", "kaputt@acme.example", (nobody, "somebody", "secret"), sink.port)
        bad = write_config(
            tmp_path,
            imap=(dovecot.port, user, dovecot.password),
            smtp_port=sink.port,
            more=section(port) + broken,
        )
        async with bad.daemon() as daemon:
            await daemon.until("intake_failed")
            status, text = 200, ""
            async with asyncio.timeout(30):
                while status == 200:
                    await asyncio.sleep(0.5)
                    status, text = await get(port, "/healthz")
            assert status == 503
            assert text.startswith("broken (mail) fails for ")
            assert len(text.splitlines()) == 1
            found = await scraped(port)
            assert found["inbox_bot_inbox_failing", ("broken", "mail")] == 1
            assert found["inbox_bot_inbox_failing", ("mail", "mail")] == 0
            assert found["inbox_bot_inbox_lag_seconds", ("broken", "mail")] >= 2
            assert await daemon.stop(signal.SIGINT) == 0


@pytest.mark.parametrize("role", [(), ("--role", "clock")])
async def test_a_taken_port_is_told_and_waited_for(tmp_path: Path, dovecot: Dovecot, role: tuple[str, ...]) -> None:
    """In one line of the log; the daemon serves all the same, and listens when the port is free."""
    user = dovecot.new_user()
    async with smtp_sink() as sink:
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            house = write_config(
                tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, more=section(port)
            )  # fmt: skip
            async with house.daemon(*role) as daemon:
                await daemon.until("metrics_failed")
                [line] = [one for one in daemon.err if "metrics_failed" in one]
                assert f"cannot listen at 127.0.0.1:{port}" in line
                assert not [one for one in daemon.err if "Traceback" in one]
                other.close()
                await daemon.until("metrics_listening")
                assert await get(port, "/healthz") == (200, "ok\n")
                assert await daemon.stop() == 0


async def test_off_nothing_of_it_is_loaded() -> None:
    """Neither a command nor the configuration pays for what nobody has turned on."""
    script = (
        "import sys, inbox_bot.cli.main, inbox_bot.start, inbox_bot.checks; "
        "sys.exit('prometheus_client' in sys.modules or 'inbox_bot.metrics.listener' in sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", script)
    assert await process.wait() == 0
