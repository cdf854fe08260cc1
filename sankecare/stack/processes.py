"""Child processes that never outlive us: started in a group of their own, stopped politely, then for certain."""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import StackError

PR_SET_PDEATHSIG = 1
LOG_LINES_SHOWN = 15
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(signum: int, parent: int | None = None) -> None:
    """Ask the kernel to send us ``signum`` when our parent dies, kill -9 included. Linux only; elsewhere nothing.

    ``parent`` is who we believe our parent is: had it died before we asked, we leave at once.
    """
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
    if parent is not None and os.getppid() != parent:
        os._exit(1)


@dataclass(frozen=True)
class Account:
    """The system account that a server runs under when we are root: PostgreSQL refuses to run as root."""

    name: str
    uid: int
    gid: int

    @classmethod
    def for_servers(cls) -> "Account | None":
        """``postgres`` or else ``nobody`` when we are root, nothing (stay who we are) otherwise."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, entry.pw_uid, entry.pw_gid)
        raise StackError("PostgreSQL does not run as root, and this system has no account 'postgres' or 'nobody'.")


def as_account(account: Account | None) -> dict[str, Any]:
    """The arguments that make ``subprocess`` run as the account, from a directory that it can read."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": [], "cwd": "/"}


def reaches(account: Account | None, path: Path) -> bool:
    """Whether the account may enter or run ``path``: asked of the system, as that account."""
    if account is None:
        return os.access(path, os.X_OK)
    return subprocess.run(["test", "-x", str(path)], check=False, **as_account(account)).returncode == 0


@dataclass
class Child:
    """One process that we keep: its output in a log file (or on our own), its group gone when we stop it or die.

    ``death_signal`` is the quickest stop that leaves it clean (SIGINT for PostgreSQL: SIGTERM would wait for
    its clients); the kernel sends the same when we are killed.
    """

    name: str
    argv: Sequence[str | Path]
    log: Path | None
    death_signal: signal.Signals = signal.SIGTERM
    env: Mapping[str, str] | None = None
    account: Account | None = None
    folder: Path | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> None:
        """Start it. Must be called from the main thread: the kernel's death signal follows the thread."""
        parent, account = os.getpid(), self.account

        def last_before_exec() -> None:
            for each in (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP):
                signal.signal(each, signal.SIG_DFL)  # what we ignore, an exec would hand down
            die_with_parent(self.death_signal, parent)

        with self.log.open("ab") if self.log else nullcontext() as log:
            self.process = subprocess.Popen[bytes](
                [str(part) for part in self.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
                env=None if self.env is None else dict(self.env),
                process_group=0,  # Ctrl-C in the terminal reaches us alone: we stop the children in order
                preexec_fn=last_before_exec,
                cwd=self.folder if account is None else "/",
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
            )

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def returncode(self) -> int | None:
        """How it ended: nothing yet, its exit code, or the signal as a negative number."""
        return None if self.process is None else self.process.poll()

    def ended_within(self, seconds: float) -> bool:
        """Wait at most so long for its end."""
        assert self.process is not None, "not started"
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return not self.running

    def stop(self, patience: float = 10.0) -> None:
        """End it and its group: politely, and after ``patience`` seconds for certain. Safe to call twice."""
        if self.process is None:
            return
        if self.running:
            self.process.send_signal(self.death_signal)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(patience)
        with suppress(ProcessLookupError, PermissionError):  # nobody left in the group
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Return when ``ready()`` says so. Raises ``StackError`` with the log's end when it ends or stays silent."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running:
                raise StackError(f"{self.name} ended while starting.\n{self.last_words()}")
            if time.monotonic() > deadline:
                raise StackError(f"{self.name} did not answer within {seconds:.0f} s.\n{self.last_words()}")
            time.sleep(0.05)

    def last_words(self) -> str:
        """The end of its log, for a person who must find out why."""
        if self.log is None:
            return "What it said stands above."
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        shown = "\n".join(f"    {line}" for line in lines[-LOG_LINES_SHOWN:])
        return f"The end of {self.log}:\n{shown}" if shown else f"Its log {self.log} is empty."
