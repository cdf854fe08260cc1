"""Homes for servers."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sankecare.postgresql.roles import new_passwords
from sankecare.stack.postgres import EmbeddedPostgres


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the servers' account can pass through, as pytest's own, made by root, is not."""
    folder = Path(tempfile.mkdtemp(prefix="sankecare-stack-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    """A server not started yet; stopped at the end."""
    server = EmbeddedPostgres(home, new_passwords(), "superuser-password")
    yield server
    server.stop()
