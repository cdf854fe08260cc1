"""What a paper, a docstring or a comment names is there: a file, a module, a decision by its number.

Read are the project's papers, the docstrings and comments of its code, and the comments of its pages and sheets.
A file is named by its path from the root, or from a folder above the one that names it.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
MADE_HERE = {"staticfiles", "media", "htmlcov", "test-results", "__pycache__", "results"}
TOP = sorted(p.name for p in ROOT.iterdir() if p.is_dir() and p.name[0] != "." and p.name not in MADE_HERE)
APPS = [name for name in TOP if (ROOT / name / "apps.py").exists()]
# What was so at the time of a release; what others wrote and is kept unchanged.
OF_OTHERS = {"CHANGELOG.md", "LICENSE", "dads-tokens.css"}
# Pages name each other by the folder that Django looks in.
LOOKED_IN = ("templates", "static", "wards/setagaya")

WRITTEN_FILE = re.compile(
    r"(?<![\w./*:-])[\w*.-][\w*./-]*\.(?:md|py|html|css|js|typ|po|toml|yml|csv|sh)(?![\w-]|\.\w)"
)
WRITTEN_FOLDER = re.compile(rf"(?<![\w./*:-])(?:{'|'.join(TOP)})/[\w*./-]*")
WRITTEN_MODULE = re.compile(rf"(?<![\w./:@-])(?:{'|'.join(APPS)})(?:\.[a-z_][a-z0-9_]*)+(?![\w(]*@)")
WRITTEN_DECISION = re.compile(r"\bdecision (\d+)\b")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
COMMENT_OF = {
    ".html": re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.DOTALL),
    ".css": re.compile(r"/\*.*?\*/", re.DOTALL),
    ".js": re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL),
    ".typ": re.compile(r"//[^\n]*"),
    **dict.fromkeys([".yml", ".toml", ".sh", ".conf", "Makefile", "Dockerfile"], re.compile(r"(?:^|\s)#[^\n]*")),
}


def _all() -> list[Path]:
    inside = (path for top in TOP for path in (ROOT / top).rglob("*") if not MADE_HERE & {*path.parts})
    return sorted(path for path in (*ROOT.iterdir(), *inside) if path.is_file() and path.name not in OF_OTHERS)


def _prose_of_python(text: str) -> Iterator[str]:
    """Yield comments, and every string that stands alone as a statement: docstrings and notes under a name."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.value.value


def prose_of(path: Path) -> str:
    """Return what a file says to people; nothing of a file of another kind."""
    if path.suffix == ".md":
        return path.read_text()
    if path.name.endswith(".min.js"):  # built by others
        return ""
    if path.suffix == ".py":
        return "\n".join(_prose_of_python(path.read_text()))
    comment = COMMENT_OF.get(path.suffix or path.name)
    return "\n".join(comment.findall(path.read_text())) if comment else ""


@cache
def _is_there(name: str, folder: Path) -> bool:
    """Tell whether a path stands in the folder that names it, in one above, or where pages are looked for."""
    above = [folder, *folder.parents]
    bases = [*above[: above.index(ROOT) + 1], *(ROOT / base for base in LOOKED_IN)] if ROOT in above else [ROOT]
    # A number alone names the decision, or the migration, that begins with it.
    pattern = name.rstrip("/.") + ("*" if re.search(r"/\d{4}$", name) else "")
    return any(next(base.glob(pattern), None) is not None for base in bases)


def _is_module(name: str) -> bool:
    """Tell whether each part leads to a folder, then to a file, or to a name that the package has."""
    folder = ROOT
    for part in name.split("."):
        if (folder / f"{part}.py").exists():
            return True
        if not (folder / part).is_dir():
            return folder != ROOT and re.search(rf"\b{part}\b", (folder / "__init__.py").read_text()) is not None
        folder /= part
    return True


def missing_in(prose: str, folder: Path) -> list[str]:
    """Return what a text names that is not there. ``folder``: of the file in which it stands."""
    paths = {name.rstrip(".") for pattern in (WRITTEN_FILE, WRITTEN_FOLDER) for name in pattern.findall(prose)}
    missing = {name for name in paths if not _is_there(name.removeprefix("./"), folder)}
    missing |= {name for name in WRITTEN_MODULE.findall(prose) if not _is_module(name)}
    numbers = WRITTEN_DECISION.findall(prose)
    missing |= {f"decision {n}" for n in numbers if not _is_there(f"docs/decisions/{int(n):04d}-*.md", ROOT)}
    return sorted(missing)


@pytest.mark.parametrize("top", [".", *TOP])
def test_what_is_named_is_there(top):
    here = [path for path in _all() if path.relative_to(ROOT).parts[0] == top or (top == "." and path.parent == ROOT)]
    missing = {str(path.relative_to(ROOT)): missing_in(prose_of(path), path.parent) for path in here}
    wrong = [f"{path} names {', '.join(names)}" for path, names in missing.items() if names]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("paper", [p for p in _all() if p.suffix == ".md"], ids=lambda p: str(p.relative_to(ROOT)))
def test_a_papers_links_lead_to_files_of_the_project(paper):
    targets = LINK.findall(paper.read_text())
    assert not [target for target in targets if not (paper.parent / target).exists()]


@pytest.mark.parametrize(
    ("name", "text", "missing"),
    [
        ("page.py", '"""A rule (MISSING.md "Who")."""\n', ["MISSING.md"]),
        ("page.py", 'X = 1\n"""Kept apart (docs/missing.md)."""\n', ["docs/missing.md"]),
        ("page.py", "x = 1  # as in accounts/missing.py, never elsewhere.\n", ["accounts/missing.py"]),
        ("page.py", '"""Asks ``accounts.missing.may``."""\n', ["accounts.missing.may"]),
        ("page.py", "# The folder bookings/missing/ has it.\n", ["bookings/missing/"]),
        ("page.py", "# Why: decision 999.\n", ["decision 999"]),
        ("page.html", "<p>a.md</p>{# parts of partials/missing.html #}", ["partials/missing.html"]),
        ("page.html", "{% comment %}see missing.md{% endcomment %}", ["missing.md"]),
        ("paper.md", "See [rules](docs/missing/) and `bookings/migrations/*_missing.py`.",
         ["bookings/migrations/*_missing.py", "docs/missing/"]),
        ("sheet.css", "/* docs/missing.md */ .a { b: c }", ["docs/missing.md"]),
        ("Makefile", "all: ## runs\n# from tools/missing.py\n", ["tools/missing.py"]),
    ],
)  # fmt: skip
def test_a_name_of_nothing_is_found(tmp_path, name, text, missing):
    path = tmp_path / name
    path.write_text(text)
    assert missing_in(prose_of(path), ROOT) == missing


@pytest.mark.parametrize(
    "prose",
    [
        "accounts/policy.py says who; accounts.permissions.may_open asks; docs/decisions/0001; decision 4; README.md.",
        "A page at /accounts/missing/ or https://host.example/docs/missing.md is no file; nor is bookings.",
        "bookings/migrations/*_guards.py and partials/notice.html, tests/look.",
    ],
)
def test_what_is_there_and_what_is_no_file_pass(prose):
    assert missing_in(prose, ROOT) == []
