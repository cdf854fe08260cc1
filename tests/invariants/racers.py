"""Real processes that do one thing each at the same moment.

A starter process (``python -m tests.invariants.racers``) sets Django up, opens no connection, and forks one
process for every job of a round; each connects, waits for all the others, does its job once, and says how it
ended (race_jobs.outcome).
"""

import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

Job = dict[str, Any]


class Starter:
    """The process that forks the racers, round after round."""

    def __init__(self, database: str) -> None:
        url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.invariants.racers"],
            env=os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "sankecare.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def race(self, jobs: Sequence[Job], *, locks: bool = True) -> list[str]:
        """Let every job run at once and return how each ended, in their order.

        ``locks=False`` takes the operations' locks out: the control, which must overbook.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"jobs": list(jobs), "locks": locks}, default=str) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(120) == 0


def _serve() -> None:
    import django

    django.setup()
    # Before the forks: whoever still imports comes late to the race.
    from tests.invariants import race_jobs  # noqa: F401

    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(_round(asked["jobs"], locks=asked["locks"])), flush=True)


def _round(jobs: list[Job], *, locks: bool) -> list[str]:
    fork = multiprocessing.get_context("fork")
    together = fork.Barrier(len(jobs))
    racing = []
    for job in jobs:
        ours, theirs = fork.Pipe(duplex=False)
        process = fork.Process(target=_racer, args=(job, together, theirs, locks))
        process.start()
        theirs.close()
        racing.append((process, ours))
    ends = []
    for process, ours in racing:
        try:
            ends.append(ours.recv())
        except EOFError:
            ends.append("broke: ended without a word")
        process.join(120)
    return ends


def _racer(job: Job, together: Any, said: Connection, locks: bool) -> None:
    from django.db import connection

    from tests.invariants import race_jobs

    if not locks:
        race_jobs.take_locks_out()
    connection.ensure_connection()
    together.wait(120)
    said.send(race_jobs.outcome(job))


if __name__ == "__main__":
    _serve()
