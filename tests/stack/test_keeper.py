"""A test run's servers leave nothing behind, however the run ends."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from sankecare.stack import test_servers
from tests.stack.looks import eventually, processes_naming

# Set by the suite for its own servers, and for the role as which it works.
OF_THE_SUITE = {"DATABASE_URL", "DATABASE_ROLE", "REDIS_URL"}

KEEP = [sys.executable, "-m", "sankecare.stack", "keep", "postgres", "valkey"]
WITH = [sys.executable, "-m", "sankecare.stack", "with", "--"]
# Stands for pytest: it starts the keeper as the plugin does, and waits to be killed.
RUN = f"""
import subprocess, time
keeper = subprocess.Popen({KEEP!r}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
print(keeper.pid, keeper.stdout.readline(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def temporary(home, monkeypatch) -> Path:
    """Temporary directories are made here."""
    monkeypatch.setenv("TMPDIR", str(home))
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    return home


def started(temporary: Path) -> tuple[subprocess.Popen[str], int, dict[str, str]]:
    run = subprocess.Popen([sys.executable, "-c", RUN], stdout=subprocess.PIPE, text=True)
    pid, _, urls = run.stdout.readline().partition(" ")
    assert len(list(temporary.iterdir())) == 1
    return run, int(pid), json.loads(urls)


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_is_left_when_the_run_is_killed(temporary, signum):
    run, _, urls = started(temporary)
    psycopg.connect(urls["DATABASE_URL"]).close()
    run.send_signal(signum)
    run.wait()
    assert eventually(lambda: not processes_naming(temporary)), processes_naming(temporary)
    assert eventually(lambda: not list(temporary.iterdir())), list(temporary.iterdir())


def test_no_process_is_left_when_the_keeper_is_killed_and_the_next_run_removes_its_directory(temporary):
    run, pid, _ = started(temporary)
    os.kill(pid, signal.SIGKILL)
    run.kill()
    run.wait()
    assert eventually(lambda: not processes_naming(temporary)), processes_naming(temporary)
    (left,) = temporary.iterdir()
    with test_servers.temporary_servers([], durable=False):
        assert not left.exists()


def test_directories_in_use_or_of_others_are_not_removed(temporary):
    (temporary / "sankecare-test-of-somebody").mkdir()
    with test_servers.temporary_servers([], durable=False), test_servers.temporary_servers([], durable=False):
        assert len(list(temporary.iterdir())) == 3
    assert [each.name for each in temporary.iterdir()] == ["sankecare-test-of-somebody"]


def test_one_command_gets_servers_of_its_own_and_its_exit_code_is_ours(temporary):
    question = "import os, psycopg, sys; psycopg.connect(os.environ['DATABASE_URL']).close(); sys.exit(7)"
    env = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
    done = subprocess.run([*WITH, sys.executable, "-c", question], env=env, check=False)
    assert done.returncode == 7
    assert not list(temporary.iterdir())


def test_servers_that_the_environment_names_are_used_and_none_is_started(temporary):
    question = (
        "import glob, os, sys; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'], glob.glob(sys.argv[1]))"
    )
    env = os.environ | {"DATABASE_URL": "postgres://there", "REDIS_URL": "redis://there"}
    ask = [*WITH, sys.executable, "-c", question, f"{temporary}/*/postgres*"]
    done = subprocess.run(ask, env=env, check=True, capture_output=True, text=True)
    assert done.stdout == "postgres://there redis://there []\n"


def test_no_test_leaves_this_machine():
    with pytest.raises(RuntimeError, match="only this machine may be reached"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(RuntimeError, match="only this machine may be reached"):
        socket.getaddrinfo("example.org", 80)
