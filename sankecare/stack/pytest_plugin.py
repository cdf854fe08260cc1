"""The suite's servers: started before pytest-django reads the settings, shared by all of xdist's workers.

``DATABASE_URL`` and ``REDIS_URL`` that are set already are left alone: then the suite runs on those servers.
Loaded by ``-p`` (pyproject.toml): the tests/conftest.py would come too late.
"""

import ipaddress
import json
import os
import subprocess
import sys
from collections.abc import Callable, Generator
from types import FunctionType

import pytest
from _pytest import runner

SERVERS = {"DATABASE_URL": "postgres", "REDIS_URL": "valkey"}
WORKER = "PYTEST_XDIST_WORKER"
LOCAL_NAMES = {"localhost", "", None}
# Values that the frames of one test may need: half a megabyte, more than Python's recursion limit lets them use.
ROOM = 70_000

_keeper: subprocess.Popen[str] | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Around the hook in which pytest-django reads the settings."""
    os.environ.setdefault("SECRET_KEY", "for tests only; every real one is generated")
    os.environ.setdefault("SEALING_KEYS", "for tests only, too")
    _start_missing_servers()
    _take_own_valkey_database()
    sys.addaudithook(_refuse_foreign_hosts)
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """The keeper stops its servers and removes their directory once its input ends; wait until it has."""
    if _keeper is not None and _keeper.stdin is not None:
        _keeper.stdin.close()
        _keeper.wait(30)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves an event loop running, in which Django refuses its database."""
    items.sort(key=lambda item: "journeys" in item.path.parts)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Run the test, and what sets it up, below a frame that has taken room for all of theirs.

    Python takes its frames' memory in pieces of 16 KB and gives a piece back when its last frame returns. A call
    that happens to cross the border maps and unmaps memory each time it is made: a page cost 170 page faults.
    """
    return bool(_with_room(runner.pytest_runtest_protocol, item, nextitem))


def _call(run: Callable[..., object], *arguments: object) -> object:
    return run(*arguments)


# The same call, in a frame so large that the piece of memory made for it holds the later frames too.
_with_room = FunctionType(_call.__code__.replace(co_stacksize=ROOM), globals())


def _start_missing_servers() -> None:
    global _keeper
    missing = [server for variable, server in SERVERS.items() if variable not in os.environ]
    if not missing:
        return
    _keeper = subprocess.Popen(
        [sys.executable, "-m", "sankecare.stack", "keep", *missing],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert _keeper.stdout is not None
    line = _keeper.stdout.readline()
    if not line:
        raise pytest.UsageError("The test servers did not start; the reason stands above.")
    os.environ.update(json.loads(line))


def _take_own_valkey_database() -> None:
    """Worker gw3 uses database 4: rate limits counted by one worker must not hit the tests of another."""
    worker = os.environ.get(WORKER)
    if worker is None:
        return
    address, _, _number = os.environ["REDIS_URL"].rpartition("/")
    os.environ["REDIS_URL"] = f"{address}/{int(worker.removeprefix('gw')) + 1}"


def _refuse_foreign_hosts(event: str, args: tuple[object, ...]) -> None:
    """No test leaves this machine: a wrong address fails at once instead of reaching somebody."""
    if event == "socket.getaddrinfo" and not _is_local(args[0]):
        raise RuntimeError(f"a test looked up {args[0]!r}: only this machine may be reached")
    if event == "socket.connect" and isinstance(args[1], tuple) and not _is_local(args[1][0]):
        raise RuntimeError(f"a test connected to {args[1]!r}: only this machine may be reached")


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False
