"""The demo's folder: one demo at a time, secrets of its own, and no lock that outlives its holder."""

import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from sankecare.stack import StackError
from sankecare.stack import home as module
from sankecare.stack.home import SECRETS, Home
from sankecare.stack.processes import Account

HOLD = (
    "import sys, time; from pathlib import Path; from sankecare.stack.home import Home\n"
    "with Home(Path(sys.argv[1]), Path(sys.argv[1]) / '.demo').held(): print('held', flush=True); time.sleep(600)"
)


@pytest.fixture
def project(home: Path) -> Path:
    """A clone with the files that the data are loaded from."""
    for name in ("bookings/migrations/0001_initial.py", "wards/setagaya/towns.csv", "demo/history/families.py"):
        file = home / name
        file.parent.mkdir(parents=True)
        file.write_text("first")
    return home


def demo(project: Path) -> Home:
    return Home(project, project / ".demo")


def test_a_second_demo_of_the_same_clone_is_refused_and_a_killed_one_leaves_no_lock(project):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(project)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    with (
        pytest.raises(StackError, match=rf"already runs from this folder \(process {holder.pid}\)"),
        demo(project).held(),
    ):
        pass
    holder.kill()
    holder.wait()
    with demo(project).held():
        pass


def test_a_full_disk_is_said_before_anything_is_written(project, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _folder: usage(1, 1, 12_000_000))
    with pytest.raises(StackError, match=r"has 12 MB free; the demo needs 400 MB"), demo(project).held():
        pass


def test_a_cluster_whose_keys_are_gone_with_the_folder_is_made_anew(project, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SHARED_PLACE", tmp_path)
    home = demo(project)
    left = home._elsewhere / "postgres"
    left.mkdir(parents=True)
    with home.held():
        home.secrets()
        assert not left.exists()
        left.mkdir(parents=True)
        home.secrets()
        assert left.exists()  # its keys are there


def test_secrets_are_generated_once_and_for_their_owner_only(project):
    home = demo(project)
    with home.held():
        first = home.secrets()
        assert home.secrets() == first
    assert (home.folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(set(first.values())) == len(SECRETS)
    assert all(len(each) >= 50 for each in first.values())


@pytest.mark.parametrize(
    "changed", ["bookings/migrations/0002_more.py", "wards/setagaya/towns.csv", "demo/history/families.py"]
)
def test_data_are_loaded_again_when_what_they_come_from_changes(project, changed):
    home = demo(project)
    with home.held():
        assert not home.is_prepared("2026-04-01")
        home.mark_prepared("2026-04-01")
        assert home.is_prepared("2026-04-01")
        (project / changed).write_text("second")
        assert not home.is_prepared("2026-04-01")


def test_data_stay_when_python_compiles_what_loads_them(project):
    home = demo(project)
    with home.held():
        home.mark_prepared("2026-04-01")
        compiled = project / "wards" / "__pycache__" / "read.cpython-311.pyc"
        compiled.parent.mkdir()
        compiled.write_bytes(b"compiled")
        assert home.is_prepared("2026-04-01")


def test_data_are_loaded_again_on_another_day(project):
    home = demo(project)
    with home.held():
        home.mark_prepared("2026-04-01")
        assert not home.is_prepared("2026-04-02")


def test_a_clone_that_the_servers_account_cannot_enter_keeps_its_database_elsewhere(project, monkeypatch):
    monkeypatch.setattr(module, "reaches", lambda _account, _path: False)
    elsewhere = demo(project).postgres(Account("postgres", 1, 1))
    assert elsewhere.parent == module.SHARED_PLACE
    assert elsewhere != demo(project / "another").postgres(Account("postgres", 1, 1))


def test_removing_takes_everything(project, monkeypatch):
    monkeypatch.setattr(module, "SHARED_PLACE", project / "shared")
    home = demo(project)
    home.remove()
    with home.held():
        home.secrets()
    home.remove()
    assert not home.folder.exists()
