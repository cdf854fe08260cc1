"""The lock check finds what must not stand in a lock file. The real ones pass."""

import shutil
from pathlib import Path

import pytest

from tools.check_locks import problems

PROJECT = Path(__file__).resolve().parents[2]
FILES = ("pyproject.toml", "requirements.txt", "requirements-dev.txt")
SHA = "a" * 64


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's own locks, to be spoiled."""
    for name in FILES:
        shutil.copy(PROJECT / name, tmp_path)
    return tmp_path


def test_the_projects_own_locks_pass():
    assert problems(PROJECT) == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("--index-url https://packages.example/simple", "an address"),
        ("-i http://10.0.0.1/simple", "an address"),
        ("--find-links file:/srv/wheels", "an address"),
        ("# via https://packages.example", "an address"),
        ("django @ git+ssh://example/django", "an address"),
        ("django @ file:///srv/django.whl", "an address"),
        ("-r more.txt", "neither name==version nor a hash"),
        ("-e .", "neither name==version nor a hash"),
        ("django>=5", "neither name==version nor a hash"),
        ("left-pad==1.0", "no hash"),
        (f"    --hash=md5:{SHA[:32]}", "neither name==version nor a hash"),
    ],
)
@pytest.mark.parametrize("lock", FILES[1:])
def test_a_planted_bad_line_is_found_with_its_place(copy, lock, line, said):
    text = (copy / lock).read_text()
    (copy / lock).write_text(f"{text}{line}\n")
    number = text.count("\n") + 1
    assert any(found.startswith(f"{lock}:{number}: {said}") for found in problems(copy)), problems(copy)


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def test_a_dependency_without_a_pin_is_found(copy):
    spoil(copy / "pyproject.toml", '"jpholiday==1.0.3",', '"jpholiday==1.0.3",\n    "another-package>=1",')
    assert problems(copy) == [f"{lock}: another-package of pyproject.toml is not pinned" for lock in FILES[1:]]


def test_a_pin_that_pyproject_does_not_want_is_found(copy):
    spoil(copy / "pyproject.toml", '"jpholiday==1.0.3",', '"jpholiday>=1.1",')
    assert problems(copy) == [f"{lock}: jpholiday is 1.0.3, but pyproject.toml wants >=1.1" for lock in FILES[1:]]


def test_a_test_tool_without_a_pin_is_found_in_its_lock_only(copy):
    spoil(copy / "pyproject.toml", '"ruff>=', '"ruff-another>=1",\n    "ruff>=')
    assert problems(copy) == ["requirements-dev.txt: ruff-another of pyproject.toml is not pinned"]


def test_locks_that_disagree_are_found(copy):
    spoil(copy / "requirements-dev.txt", "\njpholiday==1.0.3 ", "\njpholiday==1.0.2 ")
    assert "requirements-dev.txt: jpholiday is 1.0.2, but requirements.txt has 1.0.3" in problems(copy)
