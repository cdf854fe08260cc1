"""Where the demo keeps what it made: servers' data, logs, generated secrets. One folder, one demo at a time."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import StackError
from .beside import FILE, LOCK
from .processes import Account, reaches

# Used when we are root and the servers' account cannot enter the project's own folder (a clone under /root).
SHARED_PLACE = Path("/var/lib/sankecare-demo")
# Cluster with the made-up history, the wheel's binaries once more, logs.
NEEDED_BYTES = 400_000_000
SECRETS = (
    *("SECRET_KEY", "SEALING_KEYS", "HISTORY_KEY", "POSTGRES_PASSWORD"),
    *("DATABASE_PASSWORD", "DATABASE_OWNER_PASSWORD", "DATABASE_REPORTS_PASSWORD"),
)
# The locked packages bring static files of their own.
GATHERED_FROM = ("static/**/*", "requirements.txt")
GATHERED = "gathered-from.txt"
PREPARED_FROM = ("*/migrations/*.py", "wards/**/*.py", "wards/**/*.csv", "demo/history/**/*.py")


@dataclass(frozen=True)
class Home:
    """The demo's folder (``.demo`` in the project, unless another is named), and where its PostgreSQL lives."""

    project: Path
    folder: Path

    @property
    def static(self) -> Path:
        """The static files under names with their digest, compressed."""
        return self.folder / "static"

    @property
    def logs(self) -> Path:
        """The folder of the log files."""
        return self.folder / "log"

    def postgres(self, account: Account | None) -> Path:
        """Where the server's account can work: here, or in a place of this folder's own under ``SHARED_PLACE``."""
        return self.folder if reaches(account, self.folder) else self._elsewhere

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the folder alone. The lock is the kernel's: it goes with us, however we end.

        Raises ``StackError`` when another demo runs from this clone or the disk is too full.
        """
        self.logs.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o755)  # secrets.json guards itself; the servers' account has to pass through
        free = shutil.disk_usage(self.folder).free
        if free < NEEDED_BYTES:
            raise StackError(
                f"The disk that holds {self.folder} has {free // 1_000_000} MB free; the demo needs "
                f"{NEEDED_BYTES // 1_000_000} MB."
            )
        with (self.folder / LOCK).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise StackError(
                    f"A demo already runs from this folder (process {lock.read().strip()}). Stop it first."
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            try:
                yield
            finally:
                (self.folder / FILE).unlink(missing_ok=True)  # while we hold it: never another demo's

    def secrets(self) -> dict[str, str]:
        """This demo's own keys, generated at its first start.

        A cluster that an earlier folder of this path left in the shared place cannot be opened any more: it goes.
        """
        file = self.folder / "secrets.json"
        if not file.exists():
            shutil.rmtree(self._elsewhere, ignore_errors=True)
        kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        missing = {name: secrets.token_urlsafe(48) for name in SECRETS if name not in kept}
        if missing:
            _write(file, json.dumps(kept | missing), mode=0o600)
        return kept | missing

    def is_prepared(self, day: str) -> bool:
        """Whether the data were loaded on this day from the files as they are now."""
        file = self.folder / "prepared"
        return file.exists() and file.read_text() == self._fingerprint(day)

    def mark_prepared(self, day: str) -> None:
        """Remember that they were."""
        _write(self.folder / "prepared", self._fingerprint(day), mode=0o644)

    def mark_unprepared(self) -> None:
        """Forget it: what follows changes the data."""
        (self.folder / "prepared").unlink(missing_ok=True)

    def was_killed(self) -> bool:
        """Whether the demo before us left no time to tidy up, and may still let go of its port; asked once."""
        left = self.folder / FILE
        found = left.exists()
        left.unlink(missing_ok=True)
        return found

    def tell(self, settings: dict[str, str]) -> None:
        """Write down, for their owner only, the settings that ``manage.py`` takes beside this demo."""
        _write(self.folder / FILE, json.dumps(settings), mode=0o600)

    def remove(self) -> None:
        """Remove everything that the demo made. Raises ``StackError`` while a demo runs."""
        if not self.folder.exists():
            return
        with self.held():
            shutil.rmtree(self._elsewhere, ignore_errors=True)
            shutil.rmtree(self.folder)

    @property
    def _elsewhere(self) -> Path:
        return SHARED_PLACE / hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]

    def _fingerprint(self, day: str) -> str:
        return self._digest(day, PREPARED_FROM)

    def has_gathered(self) -> bool:
        """Whether the static files were gathered from the files as they are now."""
        file = self.static / GATHERED
        return file.exists() and file.read_text() == self._digest("", GATHERED_FROM)

    def mark_gathered(self) -> None:
        """Remember that they were."""
        _write(self.static / GATHERED, self._digest("", GATHERED_FROM), mode=0o644)

    def _digest(self, begun: str, patterns: tuple[str, ...]) -> str:
        digest = hashlib.sha256(begun.encode())
        for pattern in patterns:
            for file in sorted(self.project.glob(pattern)):
                if file.is_file():
                    digest.update(os.fsencode(file.relative_to(self.project)) + b"\0" + file.read_bytes())
        return digest.hexdigest()


def _write(file: Path, text: str, *, mode: int) -> None:
    """Write a file whole or not at all, never readable to more than it should be."""
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)
    new.touch(mode=mode)
    new.write_text(text)
    new.replace(file)
