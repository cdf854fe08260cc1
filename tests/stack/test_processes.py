"""Ports, and children that never outlive us."""

import signal
import socket
import sys

import pytest

from sankecare.stack import StackError, ports
from sankecare.stack.ports import LOOPBACK, free_port, is_free
from sankecare.stack.processes import Child
from tests.stack.looks import eventually, processes_naming

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)


def test_a_port_that_somebody_listens_on_is_not_free():
    with socket.create_server((LOOPBACK, free_port())) as taken:
        assert not is_free(taken.getsockname()[1])


def test_a_taken_port_is_passed_over(monkeypatch):
    with socket.create_server((LOOPBACK, free_port())) as taken:
        offered = iter([taken.getsockname()[1], taken.getsockname()[1], 25_000])
        monkeypatch.setattr(ports.random, "randint", lambda _first, _last: next(offered))
        monkeypatch.setattr(ports, "is_free", lambda port: port == 25_000 or is_free(port))
        assert free_port() == 25_000


def test_no_free_port_is_said(monkeypatch):
    monkeypatch.setattr(ports, "is_free", lambda _port: False)
    with pytest.raises(OSError, match=r"no free port between 20000 and 32000"):
        free_port()


def child(home, code: str) -> Child:
    return Child("The child", [sys.executable, "-c", code, home], log=home / "child.log")


def test_a_child_that_will_not_end_is_ended_for_certain(home):
    stubborn = child(home, STUBBORN)
    stubborn.start()
    assert eventually(lambda: "up" in (home / "child.log").read_text())
    stubborn.stop(patience=0.2)
    assert stubborn.returncode == -signal.SIGKILL


def test_what_a_child_started_ends_with_it(home):
    parent = child(
        home, f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}, sys.argv[1]]).wait()"
    )
    parent.start()
    assert eventually(lambda: len(processes_naming(home)) == 2)
    parent.stop()
    assert eventually(lambda: not processes_naming(home))


def test_a_child_that_ends_while_starting_gives_the_end_of_its_log(home):
    failing = child(home, "import sys; sys.exit('the reason')")
    failing.start()
    with pytest.raises(StackError, match=r"(?s)The child ended while starting.*the reason") as raised:
        failing.wait_until(lambda: False, seconds=10)
    assert str(home / "child.log") in str(raised.value)
    failing.stop()


def test_a_child_that_never_answers_is_not_waited_for_for_ever(home):
    silent = child(home, STUBBORN)
    silent.start()
    with pytest.raises(StackError, match=r"did not answer within 0 s"):
        silent.wait_until(lambda: False, seconds=0.3)
    silent.stop(patience=0.1)
