"""docs/draws.md: its lines of Python check every draw without the project, its example is what the product gives."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings

from bookings.draws.draw import Choice, Room, Wish
from tests.fixtures_published_draws import SERVICES, days, draws, made_file

PAPER = Path(__file__).resolve().parents[2] / "docs" / "draws.md"
SCRIPT = re.search(r"```python\n(.*?)```", PAPER.read_text(), re.DOTALL)[1]
EXAMPLE = re.search(r"```json\n(.*?)```", PAPER.read_text(), re.DOTALL)[1]


def checked(shown, folder):
    """Run the paper's lines on a file, in a Python that knows nothing of the project."""
    (folder / "check_draw.py").write_text(SCRIPT)
    (folder / "draw.json").write_text(json.dumps(shown))
    command = [sys.executable, "-I", "-S", "check_draw.py", "draw.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("draws")


def test_the_lines_are_about_thirty_and_import_nothing_of_ours():
    lines = [line for line in SCRIPT.splitlines() if line]
    assert len(lines) <= 32
    assert {line for line in lines if "import" in line} == {
        "import hashlib, json, sys",
        "from datetime import date",
    }


@settings(max_examples=25)
@given(draws())
def test_the_lines_find_every_draw_of_the_rule_right(folder, made):
    found = checked(made, folder)
    assert found.returncode == 0, found.stderr
    assert found.stdout.rstrip().endswith(made["list_digest"])


@pytest.mark.parametrize(
    "change",
    [
        lambda shown: shown.update(secret="ef" * 32),
        lambda shown: shown["promise"].update(days=9),
        lambda shown: shown["number"].update(value="9999"),
        lambda shown: shown["result"].reverse(),
        lambda shown: shown["result"][0].update(nonce="0" * 32),
        lambda shown: shown["result"][0].update(days=[], service="", choice=None),
        lambda shown: shown["list"]["entries"].pop(),
        lambda shown: shown["list"]["tickets"].pop(),
        lambda shown: shown["rooms"]["2026-12-07"].update(places=0),
    ],
)
def test_the_lines_find_what_was_changed(folder, change):
    shown = json.loads(EXAMPLE)
    assert checked(shown, folder).returncode == 0
    change(shown)
    assert checked(shown, folder).returncode != 0


def test_the_worked_example_is_what_the_product_gives(settings):
    settings.SEALING_KEYS = ["the example of docs/draws.md"]
    shown = json.loads(EXAMPLE)
    made = worked_example()
    for row in (*shown["history"], *made["history"]):
        row.pop("signature")  # another one each time
    assert shown == made


def worked_example():
    """Three families for one place of two days; one would take a single day, one has two tickets of three."""
    stay = SERVICES[0]
    wishes = [
        Wish("K7M2QX", (Choice(stay, days(0, 1)),)),
        Wish("P3RT8A", (Choice(stay, days(0, 1)), Choice(stay, days(1))), tickets=2),
        Wish("Z9WX2C", (Choice(stay, days(0, 1)),), 1),
    ]
    return made_file(wishes, {days(0)[0]: Room(1), days(1)[0]: Room(2)}, each=3)
