"""The check that fails when a line or a branch of a rule never ran."""

from pathlib import Path

from tools.check_rules_covered import PROJECT, problems, rule_files

ALL_RAN = {"missing_lines": [], "missing_branches": []}


def test_every_file_of_the_contract_is_there() -> None:
    files = rule_files(PROJECT)
    assert PROJECT / "billing" / "fees.py" in files
    assert all(path.exists() for path in files)


def test_a_line_a_branch_or_a_file_that_never_ran_is_named() -> None:
    files = [Path("/rules") / name for name in ("whole.py", "line.py", "branch.py", "file.py")]
    counts = {
        "files": {
            "/rules/whole.py": ALL_RAN,
            "/rules/line.py": ALL_RAN | {"missing_lines": [7]},
            "/rules/branch.py": ALL_RAN | {"missing_branches": [[3, 5]]},
        }
    }
    assert problems(counts, files[:1]) == []
    assert problems(counts, files) == [
        "/rules/line.py: never ran: lines [7], branches []",
        "/rules/branch.py: never ran: lines [], branches ['3 to 5']",
        "/rules/file.py: no test ran it",
    ]
