"""Check that every line and branch of the rules ran in the tests whose counts stand in ``.coverage``.

    python tools/check_rules_covered.py

The rules are the modules that pyproject.toml keeps from Django, clock and database.
"""

import json
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from coverage import Coverage

PROJECT = Path(__file__).resolve().parent.parent
CONTRACT = "Rules know neither Django nor clock nor database"


def rule_files(project: Path) -> list[Path]:
    """The files of the contract's modules; of a package all that it holds."""
    linter = tomllib.loads((project / "pyproject.toml").read_text())["tool"]["importlinter"]
    (rules,) = (contract for contract in linter["contracts"] if contract["name"] == CONTRACT)
    named = [project / module.replace(".", "/") for module in rules["source_modules"]]
    return [path for name in named for path in _modules(name)]


def _modules(name: Path) -> list[Path]:
    inside = (path for path in sorted(name.rglob("*.py")) if path.name != "__init__.py")
    return list(inside) if name.is_dir() else [name.with_suffix(".py")]


def problems(counts: dict[str, Any], files: list[Path]) -> list[str]:
    """What did not run, one sentence for each file of the rules; nothing when all of it did."""
    seen = {Path(name).resolve(): file for name, file in counts["files"].items()}
    found = []
    for path in files:
        if path not in seen:
            found.append(f"{path}: no test ran it")
        elif seen[path]["missing_lines"] or seen[path]["missing_branches"]:
            branches = [f"{source} to {target}" for source, target in seen[path]["missing_branches"]]
            found.append(f"{path}: never ran: lines {seen[path]['missing_lines']}, branches {branches}")
    return found


def main() -> int:
    """Print what did not run; 1 where anything did not."""
    counted = Coverage()
    counted.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "counts.json"
        counted.json_report(outfile=str(report))
        found = problems(json.loads(report.read_text()), rule_files(PROJECT))
    print("\n".join(found) or "Every line and branch of the rules ran.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
