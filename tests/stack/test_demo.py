"""``make demo``: READY from nothing, again from what is there, and gone without a trace."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sankecare.stack import StackError, demo
from sankecare.stack.ports import LOOPBACK, free_port, is_free
from sankecare.stack.processes import Child
from tests.stack.documented import PROJECT, manage_lines
from tests.stack.looks import descendants, eventually, is_alive

# Set by the suite for its own servers, and for the role as which it works.
OF_THE_SUITE = {"DATABASE_URL", "DATABASE_ROLE", "REDIS_URL"}

LONG_SECONDS = 900  # the end of a wait that something went wrong in, not a measure


class Demo:
    """One run of the launcher."""

    def __init__(self, home: Path, port: int, **env: str) -> None:
        own = {name: value for name, value in os.environ.items() if name not in OF_THE_SUITE}
        self.log = home.parent / f"{home.name}.out"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sankecare.stack", "demo", "--home", str(home), "--port", str(port)],
            env=own | env,
            stdout=self.log.open("w"),
            stderr=subprocess.STDOUT,
        )

    @property
    def said(self) -> str:
        return self.log.read_text()

    def ready(self, seconds: float) -> str:
        assert eventually(lambda: "READY" in self.said or self.process.poll() is not None, seconds), self.said
        assert "\nREADY http://" in self.said, self.said
        assert eventually(lambda: "Ctrl-C" in self.said, 120), self.said
        return self.said

    def end(self, signum: signal.Signals) -> int:
        """Send the signal; return the exit code when no process of the demo is left."""
        below = descendants(self.process.pid)
        assert len(below) >= 6, "PostgreSQL, Valkey, gunicorn with two workers, Celery"
        self.process.send_signal(signum)
        code = self.process.wait(120)
        assert eventually(lambda: not any(map(is_alive, below)), 120), [pid for pid in below if is_alive(pid)]
        return code


def manage(folder: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """``manage.py`` as a newcomer's shell runs it: no variable set but where this demo's folder is."""
    env = {"PATH": os.environ["PATH"], "DEMO_HOME": str(folder)} | more
    argv = [sys.executable, PROJECT / "manage.py", *command]
    return subprocess.run(argv, env=env, capture_output=True, text=True, check=False, cwd=folder)


@pytest.fixture
def port() -> int:
    return free_port()


def healthz(port: int) -> int:
    with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=120) as response:
        return response.status


def test_from_nothing_to_ready_again_and_nothing_left(home, port):
    folder = home / "demo"
    first = Demo(folder, port)
    try:
        said = first.ready(LONG_SECONDS)
        assert healthz(port) == 200
        for table in ("75.2", "75.1"):
            assert table in said, "the tables, computed beside published"
        assert re.search(rf"^READY http://127\.0\.0\.1:{port}$", said, re.MULTILINE)
        assert f"http://127.0.0.1:{port}/demo/mails/" in said
        assert (folder / "running.json").stat().st_mode & 0o777 == 0o600
        for command in manage_lines("README.md"):
            done = manage(folder, *command)
            assert done.returncode == 0, (command, done.stderr)
        assert first.end(signal.SIGKILL) == -signal.SIGKILL

        second = Demo(folder, port)
        said = second.ready(LONG_SECONDS)
        assert "Data: loaded already" in said
        assert healthz(port) == 200
        assert second.end(signal.SIGINT) == 0
        assert "Traceback" not in second.said
        assert is_free(port)
        done = manage(folder, "check")
        assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
        assert "no demo is ready here" in done.stderr
        assert not (folder / "postgres" / "postmaster.pid").exists()
    finally:
        for run in (first, locals().get("second")):
            if run is not None and run.process.poll() is None:
                run.process.kill()


def test_a_port_in_use_is_said_with_a_way_out(port):
    with (
        socket.create_server((LOOPBACK, port)),
        pytest.raises(StackError, match=rf"Port {port} is taken .*PORT=\d+ make demo$"),
    ):
        demo._require_port(port)


def test_another_programs_answer_is_not_taken_for_ours(home, port):
    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

    web = Child("The web server", [sys.executable, "-c", "import time; time.sleep(2)"], log=home / "web.log")
    with ThreadingHTTPServer((LOOPBACK, port), Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        web.start()
        with pytest.raises(StackError, match=rf"Port {port} is taken"):
            demo._wait_until_ready(port, [demo.Kept(web, web.start, 0.0)], "our start")
        server.shutdown()
    web.stop()


def test_settings_of_a_killed_demo_are_not_used_and_half_set_variables_are_named(home):
    (home / "lock").touch()
    (home / "running.json").touch(mode=0o600)
    (home / "running.json").write_text("{}")
    done = manage(home, "check")
    assert (done.returncode, "no demo is ready here" in done.stderr) == (1, True), done.stderr
    done = manage(home, "check", SECRET_KEY="set")
    assert (done.returncode, done.stderr.startswith("DATABASE_URL is not set")) == (1, True), done.stderr


@pytest.mark.parametrize("port", ["80", "65536", "eight", "-1"])
def test_a_port_that_cannot_be_is_refused(port):
    done = subprocess.run(
        [sys.executable, "-m", "sankecare.stack", "demo", "--port", port], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "PORT must be a number from 1024 to 65535" in done.stderr or "expected one argument" in done.stderr


class TestKeptRunning:
    """A server that ends is started again; one that does not stay up ends the demo with its own last words."""

    @pytest.fixture
    def patient(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(demo.time, "sleep", lambda _seconds: None)

    @staticmethod
    def kept(home: Path, code: str) -> demo.Kept:
        child = Child("The worker", [sys.executable, "-c", code], log=home / "worker.log")
        child.start()
        return demo.Kept(child, child.start, time.monotonic())

    def test_what_does_not_stay_up_ends_the_demo_with_its_words(self, home, patient):
        kept = self.kept(home, "print('my last words')")
        with pytest.raises(StackError, match=r"(?s)The worker does not stay up.*my last words"):
            demo._keep_running([kept])
        assert (home / "worker.log").read_text().count("my last words") == demo.SHORT_LIVES

    def test_what_ends_after_a_while_is_started_again(self, home, patient, monkeypatch, capsys):
        monkeypatch.setattr(demo, "SHORT_LIFE_SECONDS", 0.0)
        starts = []
        kept = self.kept(home, "pass")

        def start() -> None:
            starts.append(1)
            if len(starts) == 2 * demo.SHORT_LIVES:
                raise KeyboardInterrupt
            kept.child.start()

        kept.start = start
        with pytest.raises(KeyboardInterrupt):
            demo._keep_running([kept])
        assert "The worker ended (exit 0); it is started again." in capsys.readouterr().out


def test_servers_of_the_environment_are_used_and_none_is_started(home, monkeypatch, capsys):
    env = {"DATABASE_URL": "postgres://there", "REDIS_URL": "redis://there"}
    with demo.ExitStack() as at_end:
        kept: list[demo.Kept] = []
        demo._start_postgres(demo.Home(home, home), {}, env, kept, at_end)
        demo._start_valkey(demo.Home(home, home), env, kept, at_end)
    assert kept == []
    assert env == {"DATABASE_URL": "postgres://there", "REDIS_URL": "redis://there"}
    assert capsys.readouterr().out == "PostgreSQL: the server of DATABASE_URL\nValkey: the server of REDIS_URL\n"


def test_a_step_that_fails_says_which_and_a_long_one_that_it_goes_on(home, monkeypatch, capsys):
    monkeypatch.setattr(demo, "TICK_SECONDS", 0.2)
    with pytest.raises(StackError, match=r"failed \(exit 3\); its own message stands above"):
        demo._step(
            "the ward's data",
            [sys.executable, "-c", "import sys, time; time.sleep(0.7); sys.exit(3)"],
            dict(os.environ),
            home,
        )
    assert "… the ward's data: 0 s" in capsys.readouterr().out
