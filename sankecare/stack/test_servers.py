"""Servers for the length of one run: a test run's (``keep``) or one command's (``run_with``).

They live in a temporary directory of their own, which goes with them.
"""

import fcntl
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sankecare.postgresql.roles import OWNER, new_passwords

from .postgres import FAST_AND_FORGETFUL, EmbeddedPostgres
from .processes import Child, die_with_parent
from .valkey import EmbeddedValkey

PREFIX = "sankecare-test-"
VARIABLES = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
# The same database for who signs in as the application: DATABASE_URL signs in as the owner, who makes databases.
AS_APPLICATION = "DATABASE_URL_AS_APPLICATION"
HOUR = 3600.0


def keep(wanted: Collection[str]) -> None:
    """Start ``postgres``, ``valkey`` or both, say their addresses in a line of JSON, and stay until our input ends.

    It ends when the process that started us does, however it ends: so we outlive a killed pytest by the
    moment it takes to tidy up after it.
    """
    die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is pytest's; we stop when it has stopped
    signal.signal(signal.SIGTERM, _end)
    with temporary_servers(wanted, durable=False) as urls:
        print(json.dumps(urls), flush=True)
        sys.stdin.read()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # the same end, said twice


def run_with(wanted: Collection[str], command: list[str], *, durable: bool) -> int:
    """Run one command on servers of its own, and return its exit code.

    Servers whose variable (``DATABASE_URL``, ``REDIS_URL``) is set are not started: the command uses those.
    ``durable`` keeps PostgreSQL's promises to the disk, as a measurement must.
    """
    signal.signal(signal.SIGTERM, _end)
    missing = [name for name in wanted if VARIABLES[name] not in os.environ]
    with temporary_servers(missing, durable=durable) as urls:
        made = {name: secrets.token_urlsafe(48) for name in ("SECRET_KEY", "SEALING_KEYS")}
        env = made | os.environ | urls
        child = Child(command[0], command, log=None, env=env)
        child.start()
        try:
            child.ended_within(HOUR)
        finally:
            child.stop()
        return child.returncode or 0


def _end(signum: int, _frame: object) -> None:
    """End in order; being asked a second time does not cut that short."""
    signal.signal(signum, signal.SIG_IGN)
    sys.exit(128 + signum)


@contextmanager
def temporary_servers(wanted: Collection[str], *, durable: bool) -> Iterator[dict[str, str]]:
    """The addresses of fresh servers, by the variable that names each. Raises ``StackError``."""
    _sweep()
    home = Path(tempfile.mkdtemp(prefix=PREFIX))
    with ExitStack() as at_end:
        at_end.callback(shutil.rmtree, home, ignore_errors=True)
        in_use = at_end.enter_context((home / "in-use").open("w"))
        fcntl.flock(in_use, fcntl.LOCK_EX)  # the kernel lets go of it for us
        home.chmod(0o711)  # the server's account has to pass through
        urls = {}
        if "postgres" in wanted:
            settings = {} if durable else FAST_AND_FORGETFUL
            postgres = EmbeddedPostgres(home, new_passwords(), secrets.token_urlsafe(16), settings=settings)
            at_end.callback(postgres.stop)
            postgres.start()
            postgres.ensure_roles(owner_may_create_databases=True)
            urls[VARIABLES["postgres"]] = postgres.url(OWNER)
            urls[AS_APPLICATION] = postgres.url()
        if "valkey" in wanted:
            valkey = EmbeddedValkey(home)
            at_end.callback(valkey.stop)
            valkey.start()
            urls[VARIABLES["valkey"]] = valkey.url
        yield urls


def _sweep() -> None:
    """Remove what earlier runs could not: their machine stopped, or they were killed together with their keeper."""
    for home in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with (home / "in-use").open() as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # in use, or somebody else's
        shutil.rmtree(home, ignore_errors=True)
