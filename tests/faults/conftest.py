"""One PostgreSQL for all stands, migrated once; it is killed and restarted like everything else."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sankecare.postgresql.roles import OWNER, new_passwords
from sankecare.stack.postgres import FAST_AND_FORGETFUL, EmbeddedPostgres

from .fixtures_servers import PROJECT, Stand, copy_of_migrated


@pytest.fixture(scope="session")
def home(request: pytest.FixtureRequest) -> Iterator[Path]:
    """Where everything writes its log; it stays when something failed."""
    folder = Path(tempfile.mkdtemp(prefix="sankecare-faults-"))
    folder.chmod(0o711)
    yield folder
    if not request.session.testsfailed:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    """Durable, as in production: what it answered must be there after a kill -9."""
    server = EmbeddedPostgres(home / "postgres", new_passwords(), secrets.token_urlsafe(16))
    server.settings = dict(FAST_AND_FORGETFUL)  # while it is migrated
    server.start()
    try:
        server.ensure_roles(owner_may_create_databases=True)
        env = os.environ | {"DATABASE_URL": server.url(OWNER), "DJANGO_SETTINGS_MODULE": "sankecare.settings"}
        for command in (["manage.py", "migrate", "--verbosity", "0"], ["-m", "tests.faults.ward"]):
            subprocess.run([sys.executable, *command], cwd=PROJECT, env=env, check=True)
        server.stop()
        server.settings = {}
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def new_stand(home: Path, postgres: EmbeddedPostgres) -> Iterator[Callable[..., Stand]]:
    """Makes stands, started; stopped at the end of the module."""
    made: list[Stand] = []

    def make(name: str) -> Stand:
        stand = Stand(home / name, postgres, copy_of_migrated(postgres, name))
        made.append(stand)
        stand.start()
        return stand

    yield make
    for stand in made:
        stand.stop()
