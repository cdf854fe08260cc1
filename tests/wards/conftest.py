"""What the tests of the ward's files stand on."""

import shutil
from pathlib import Path

import pytest

from .factories_ward_files import SETAGAYA


@pytest.fixture
def ward(tmp_path, settings):
    """A copy of Setagaya's folder that a test may spoil."""
    settings.WARDS_DIR = tmp_path
    return Path(shutil.copytree(SETAGAYA, tmp_path / "setagaya"))
