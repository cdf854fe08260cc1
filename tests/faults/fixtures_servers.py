"""The test stand: PostgreSQL, Valkey, worker, beat, web and mail server of its own, and what can be done to them.

All of it on loopback. Worker, beat and web run by the commands of docker-compose.yml and are started again when they
end, as there. The outbox is swept more often than in production, so that a run takes minutes and not hours.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from sankecare.postgresql.roles import OWNER
from sankecare.stack.ports import LOOPBACK, free_port
from sankecare.stack.postgres import DATABASE, EmbeddedPostgres
from sankecare.stack.processes import Child
from sankecare.stack.valkey import EmbeddedValkey

from .mail_server import MailServer

PROJECT = Path(__file__).resolve().parents[2]
# In production 15, 10 and 300 s, and 60 s.
TUNED = {
    "OUTBOX_SWEEP_SECONDS": "2",
    "OUTBOX_FIRST_SWEEP_SECONDS": "2",
    "OUTBOX_LONGEST_PAUSE_SECONDS": "20",
    "REFERRALS_CHASE_SECONDS": "5",
}
# As long as a very busy machine needs; a quiet one needs seconds.
PATIENCE = 480.0
CELERY = (sys.executable, "-m", "celery")


class Stand:
    """Servers and processes around one database, which is a copy of a migrated one."""

    def __init__(self, home: Path, postgres: EmbeddedPostgres, database: str) -> None:
        self.home, self.postgres, self.database = home, postgres, database
        home.mkdir(mode=0o711)
        self.valkey = EmbeddedValkey(home / "valkey")
        self.mail = MailServer()
        self.web_port = free_port()
        self._children: list[Child] = []
        self._kept: list[Child] = []
        # How often something was killed that may have been in the middle of sending.
        self.kills = 0
        self.stays_used = 0

    @property
    def url(self) -> str:
        return self.postgres.url().rpartition("/")[0] + f"/{self.database}"

    @property
    def url_of_owner(self) -> str:
        return self.postgres.url(OWNER).rpartition("/")[0] + f"/{self.database}"

    @property
    def env(self) -> dict[str, str]:
        return {
            **os.environ,
            **TUNED,
            "DJANGO_SETTINGS_MODULE": "sankecare.settings",
            "DATABASE_URL": self.url,
            "REDIS_URL": self.valkey.url,
            "EMAIL_URL": f"smtp://{LOOPBACK}:{self.mail.port}",
        }

    def start(self) -> None:
        """Start everything; return when the worker has swept once."""
        self.valkey.start()
        self.people = dict(self.query("SELECT 'operator', id FROM accounts_user WHERE role = 'operator'"))
        self.raisers = self._child("raisers", [sys.executable, "-m", "tests.faults.raisers", str(self.home)])
        celery = [*CELERY, "--app=sankecare"]
        worker = [*celery, "worker", "--concurrency=2", "--loglevel=INFO", "--include=tests.faults.plain_delay"]
        self.worker = self._keep("worker", worker, signal.SIGKILL)
        self.beat = self._keep(
            "beat", [*celery, "beat", f"--schedule={self.home}/beat", "--pidfile=", "--loglevel=INFO"]
        )
        bind = f"--bind={LOOPBACK}:{self.web_port}"
        gunicorn = (sys.executable, "-m", "gunicorn", "sankecare.wsgi", bind)
        self.web = self._keep("web", [*gunicorn, "--worker-class=gthread", "--threads=2", "--no-control-socket"])
        self.until(lambda: bool(self.query("SELECT 1 FROM sankecare_pulse")), "the worker's first sweep")

    def stop(self) -> None:
        for child in self._children:
            child.stop(patience=1)
        self.valkey.stop()
        self.mail.stop()

    def run(self, module: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=PROJECT, env=self.env, stdout=subprocess.PIPE, check=True
        )
        return done.stdout.decode()

    # ---- What people do ---------------------------------------------------------------------------------------------

    @contextmanager
    def raising(self, count: int, **given: Any) -> Iterator[None]:
        """Let operators raise so many while something else goes on; ``answered`` holds what they were answered."""
        answers = self.home / f"answers-{time.monotonic_ns()}"
        answers.mkdir()
        asked = {"first": 0, "count": count, "people": 4, "pause": 0.0, "die_every": 10**6, "plainly": False}
        asked |= self.people | {"answers": str(answers), "stay": self.stays_used} | given
        self.stays_used += (count + 1) // 2
        (self.home / "asking.json").write_text(json.dumps(asked))
        (self.home / "asking.json").rename(self.home / "asked.json")
        yield
        done = self.home / "done"
        self.until(lambda: done.exists() or not self.raisers.running, "the raising")
        assert self.raisers.running, self.raisers.last_words()
        done.unlink()
        lines = [line for path in answers.iterdir() for line in path.read_text().splitlines()]
        self.answered = {answer["number"]: answer["referral"] for answer in map(json.loads, lines)}

    def raise_some(self, count: int, **given: Any) -> list[int]:
        """Raise so many and return the referrals that were answered."""
        with self.raising(count, **given):
            pass
        return sorted(self.answered.values())

    # ---- What breaks ------------------------------------------------------------------------------------------------

    def kill_worker(self) -> None:
        """SIGKILL, with all its processes; ``look_after`` starts it again."""
        assert self.worker.process is not None
        self.kills += 1
        os.killpg(self.worker.process.pid, signal.SIGKILL)
        self.worker.process.wait()

    def flush_valkey(self) -> None:
        Redis.from_url(self.valkey.url).flushall()

    @contextmanager
    def no_worker(self) -> Iterator[None]:
        """Killed, and not started again before the end."""
        self._kept.remove(self.worker)
        self.kill_worker()
        try:
            yield
        finally:
            self._kept.append(self.worker)

    @contextmanager
    def deaf_worker(self) -> Iterator[None]:
        """SIGSTOP: it lives, keeps its connections, and does nothing."""
        assert self.worker.process is not None
        os.killpg(self.worker.process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self.worker.process.pid, signal.SIGCONT)

    def kill_valkey(self) -> None:
        """kill -9, and up again, empty: it keeps nothing."""
        assert self.valkey.child is not None
        self._kill(self.valkey.child)
        self.valkey.child.start()
        self.until(self._valkey_answers, "Valkey's return")

    def restart_postgres(self) -> None:
        """As an operator does: its clients are thrown out."""
        self._stop_postgres(signal.SIGINT)

    def kill_postgres(self) -> None:
        """kill -9 of the server."""
        self._stop_postgres(signal.SIGKILL)

    # ---- Looking ----------------------------------------------------------------------------------------------------

    def query(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the database itself; no code of the services is between."""
        with psycopg.connect(self.url, connect_timeout=5) as connection:
            return connection.execute(statement, values).fetchall()

    def tasks_waiting(self) -> int:
        """How many tasks wait in Valkey, in the lists of all priorities."""
        valkey = Redis.from_url(self.valkey.url)
        return sum(int(valkey.llen(key)) for key in valkey.scan_iter("celery*", _type="list"))

    def tasks_given_out(self, name: str) -> int:
        """How many of the name are given out and not acknowledged: Valkey gives them out anew some day."""
        given: list[bytes] = Redis.from_url(self.valkey.url).hvals("unacked")
        return sum(json.loads(task)[0]["headers"]["task"] == name for task in given)

    def healthz(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{self.web_port}/healthz", timeout=10) as answer:
            return json.loads(answer.read())

    def look_after(self) -> None:
        """Start again what has ended, as a supervisor of processes does."""
        for child in self._kept:
            if not child.running:
                child.stop()  # whatever it left of its group
                child.start()

    def go_on(self, seconds: float) -> None:
        """Look after everything for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look_after()
            time.sleep(0.05)

    def until(self, true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Look after everything until it is true."""
        end = time.monotonic() + seconds
        while True:
            with suppress(psycopg.OperationalError, OSError):
                if true():
                    return
            self.look_after()
            assert time.monotonic() < end, f"{what} did not come in {seconds:.0f} s; see the logs in {self.home}"
            time.sleep(0.1)

    def _keep(self, name: str, argv: list[str], death: signal.Signals = signal.SIGTERM) -> Child:
        child = self._child(name, argv, death)
        self._kept.append(child)
        return child

    def _child(self, name: str, argv: list[str], death: signal.Signals = signal.SIGTERM) -> Child:
        child = Child(name, argv, log=self.home / f"{name}.log", death_signal=death, env=self.env, folder=PROJECT)
        child.start()
        self._children.append(child)
        return child

    def _kill(self, child: Child) -> None:
        assert child.process is not None
        self.kills += 1
        child.process.kill()
        child.process.wait()

    def _stop_postgres(self, signum: signal.Signals) -> None:
        child = self.postgres.child
        assert child is not None
        assert child.process is not None
        self.kills += 1
        child.process.send_signal(signum)
        child.process.wait()
        self.postgres.revive()
        end = time.monotonic() + PATIENCE
        while not self._postgres_answers():
            if not child.running:  # after a kill its own processes need a moment to notice
                self.postgres.revive()
            assert time.monotonic() < end, child.last_words()
            time.sleep(0.1)

    def _postgres_answers(self) -> bool:
        try:
            return bool(self.query("SELECT 1"))
        except psycopg.OperationalError:
            return False

    def _valkey_answers(self) -> bool:
        try:
            return bool(Redis.from_url(self.valkey.url).ping())
        except RedisError:
            return False


def copy_of_migrated(postgres: EmbeddedPostgres, name: str) -> str:
    """Make a database of the name like the migrated one, and return the name."""
    with psycopg.connect(postgres.url(OWNER).rpartition("/")[0] + "/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
    return name
