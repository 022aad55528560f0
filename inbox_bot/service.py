"""Tells the service manager that the daemon is ready, alive and stopping (sd_notify(3))."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """`address` is NOTIFY_SOCKET ("" = nobody listens); `interval`: seconds between two signs of life."""

    address: str
    interval: float

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Service":
        """Read NOTIFY_SOCKET and WATCHDOG_USEC; half the watchdog's time, as sd_watchdog_enabled(3) asks."""
        micros = environ.get("WATCHDOG_USEC", "")
        interval = int(micros) / 2_000_000 if micros.isdigit() and int(micros) > 0 else 30.0
        return cls(address=environ.get("NOTIFY_SOCKET", ""), interval=interval)

    def ready(self) -> None:
        """Start-up is complete."""
        self._tell("READY=1")

    def alive(self) -> None:
        """The loops are turning."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """Shutting down in order."""
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self.address:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as peer:
            peer.setblocking(False)  # one that does not listen must not hold up the house
            try:
                peer.sendto(state.encode(), address)
            except OSError:
                return  # no service manager is no reason to stop serving
