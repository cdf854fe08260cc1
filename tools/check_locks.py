"""Check the lock files: free of addresses, hashed to the last line, and in step with pyproject.toml.

    python tools/check_locks.py [FOLDER]

A lock that names an index ties every installation to one machine's network; one that lags behind
pyproject.toml installs something that nobody asked for.
"""

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ADDRESSES = ("://", "file:")
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(\[[^]]*\])?==(?P<version>[^\s;\\]+)")
HASH = re.compile(r"^\s+--hash=sha256:[0-9a-f]{64}\s*\\?$")
# Which groups of pyproject.toml each lock answers for, beside the project's own dependencies.
LOCKS = {"requirements.txt": ("demo",), "requirements-dev.txt": ("dev",)}


def problems(folder: Path) -> list[str]:
    """What is wrong with the lock files of the project in ``folder``, one sentence each; nothing when all is well."""
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    found: list[str] = []
    pins: dict[str, dict[str, str]] = {}
    for name, groups in LOCKS.items():
        text = (folder / name).read_text()
        found += _bad_lines(name, text)
        pins[name] = _pins(text)
        found += _unmet(name, pins[name], _wanted(project, groups))
    base, dev = (pins[name] for name in LOCKS)
    found += [
        f"requirements-dev.txt: {name} is {dev.get(name, 'missing')}, but requirements.txt has {version}"
        for name, version in base.items()
        if dev.get(name) != version
    ]
    return found


def _bad_lines(lock: str, text: str) -> list[str]:
    """Lines that name an address, are neither a pin nor a hash, or a pin that no hash follows."""
    found = []
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        content, comment = line.partition("#")[0].rstrip(), line.lstrip().startswith("#")
        following = lines[number] if number < len(lines) else ""
        if any(address in line for address in ADDRESSES):
            found.append(f"{lock}:{number}: an address: {line.strip()}")
        elif PIN.match(content):
            if not HASH.match(following):
                found.append(f"{lock}:{number}: no hash: {line.strip()}")
        elif content and not comment and not HASH.match(content):
            found.append(f"{lock}:{number}: neither name==version nor a hash: {line.strip()}")
    return found


def _pins(text: str) -> dict[str, str]:
    matches = (PIN.match(line) for line in text.splitlines())
    return {canonicalize_name(match["name"]): match["version"] for match in matches if match}


def _wanted(project: dict[str, Any], groups: tuple[str, ...]) -> list[str]:
    wanted = list(project["project"]["dependencies"])
    open_groups, seen = list(groups), set()
    while open_groups:
        group = open_groups.pop()
        if group in seen:
            continue
        seen.add(group)
        for entry in project["dependency-groups"][group]:
            if isinstance(entry, dict):
                open_groups.append(entry["include-group"])
            else:
                wanted.append(entry)
    return wanted


def _unmet(lock: str, pins: dict[str, str], wanted: list[str]) -> list[str]:
    found = []
    for requirement in map(Requirement, wanted):
        version = pins.get(canonicalize_name(requirement.name))
        if version is None:
            found.append(f"{lock}: {requirement.name} of pyproject.toml is not pinned")
        elif not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{lock}: {requirement.name} is {version}, but pyproject.toml wants {requirement.specifier}")
    return found


if __name__ == "__main__":
    said = problems(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    print("\n".join(said) or "locks: ok")
    sys.exit(1 if said else 0)
