"""The service manager is told how the daemon stands, and can never hold it up."""

import socket
from contextlib import closing, suppress
from pathlib import Path

from inbox_bot.service import Service


def test_one_that_does_not_listen_holds_up_nobody(tmp_path: Path) -> None:
    """Signs of life beyond what its queue takes are dropped; what it hears are whole messages in order."""
    path = tmp_path / "notify"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        manager.bind(str(path))
        manager.setblocking(False)
        service = Service.from_environment({"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "3000000"})
        assert service.interval == 1.5
        service.ready()
        for _ in range(5_000):
            service.alive()
        heard = []
        with suppress(BlockingIOError):  # until there is no more
            while True:
                heard.append(manager.recv(100))
    assert heard[0] == b"READY=1"
    assert set(heard[1:]) == {b"WATCHDOG=1"}
    service.stopping()  # it is gone: no reason to fail


def test_without_one_nothing_is_told() -> None:
    """Started by hand."""
    service = Service.from_environment({})
    service.ready()
    assert (service.address, service.interval) == ("", 30.0)
