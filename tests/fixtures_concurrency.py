"""Several things at once, each on a connection of its own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

from django.db import DatabaseError, connections

from sankecare.errors import Refused


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Do them at once, each on a connection of its own; return what each gave, or the code of its refusal."""
    barrier, results = Barrier(len(jobs)), [None] * len(jobs)

    def run(number: int, job: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results[number] = job()
        except Refused as refused:
            results[number] = refused.code
        except DatabaseError as refused:
            results[number] = type(refused).__name__
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(number, job)) for number, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
