"""Making ``.venv``: nothing to do when all is there, and words when it cannot be made."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BOOTSTRAP = Path(__file__).resolve().parents[2] / "tools" / "bootstrap.py"


def run(project: Path, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run the copy in ``project``, with lines of Python before it, without any package index."""
    script = project / "tools" / "bootstrap.py"
    go = f"sys.argv = ['bootstrap', 'requirements.txt']\nrunpy.run_path({str(script)!r}, run_name='__main__')"
    start = f"import sys, runpy\n{code}\n{go}"
    env = {"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1"}
    return subprocess.run([sys.executable, "-c", start], env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose lock asks for nothing."""
    (tmp_path / "tools").mkdir()
    shutil.copy(BOOTSTRAP, tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("# nothing\n")
    return tmp_path


def test_the_environment_is_made_once_and_again_when_the_lock_changes(project):
    first = run(project)
    assert first.returncode == 0, first.stderr
    said = [line for line in first.stdout.splitlines() if not line.startswith("  …")]
    assert len(said) == 2, said  # the environment, and what goes into it
    assert "Installing what Sanke Care needs (about a minute) …" in first.stdout
    assert (project / ".venv" / "bin" / "python").exists()
    assert list(project.glob(".venv/lib/python3*/site-packages/sankecare-project.pth"))
    second = run(project)
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")

    (project / "requirements.txt").write_text(f"not-a-package==1.0 --hash=sha256:{'0' * 64}\n")
    third = run(project)
    assert third.returncode == 1
    assert "requirements.txt could not be installed; pip's own words stand above" in third.stderr
    assert "Traceback" not in third.stderr
    assert run(project).returncode == 1, "a failed installation must not count as done"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("sys.version_info = (3, 9, 2)", "Python 3.11 or newer is needed"),
        ("import shutil; shutil.disk_usage = lambda _: type('', (), {'free': 5_000_000})", "has 5 MB free"),
        (
            "import importlib.util; importlib.util.find_spec = lambda _: None",
            "This Python has no venv. On Debian and Ubuntu: apt-get install python3-venv",
        ),
    ],
)
def test_what_is_missing_is_said(project, code, said):
    done = run(project, code)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project / ".venv").exists()
