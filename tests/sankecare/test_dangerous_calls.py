"""The product never runs text as code, starts no other program, parses no XML and unpickles nothing; where it writes
words into a page unescaped is a list.

Looked at is the code that runs in production: not the tests, the tools and what starts the demo's servers.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = [*(path.parent for path in sorted(ROOT.glob("*/apps.py"))), ROOT / "pages"]
NOT_IN_PRODUCTION = (ROOT / "sankecare" / "stack",)
# What runs text, what starts a program, what makes objects of bytes, what follows entities, what nobody may hash with.
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "from_string", "extra", "md5", "sha1"}
MODULES = {
    *("pickle", "marshal", "shelve", "dill", "jsonpickle", "subprocess", "pty", "ctypes"),
    *("xml.etree", "xml.dom", "xml.sax.expatreader", "xml.parsers", "lxml", "ldap", "ldap3", "telnetlib", "ftplib"),
    *("jinja2", "mako", "paramiko", "random"),
}
# Where chance need not be unguessable: invented people, and trials of draws that are played through beforehand.
MAY_IMPORT = {
    "demo/": "random",
    "bookings/draws/odds.py": "random",
    "bookings/draws/trials/": "random",
}
UNESCAPED = {
    "pages/guide/sections.py": "the guide's own papers",
    "sankecare/templatetags/lists.py": "what unfold escaped",
    "sankecare/templatetags/sheets.py": "our own style sheet",
    "sankecare/templatetags/table_cells.py": "cells that are escaped one by one",
    "templates/mfa/totp/activate_form.html": "a picture that allauth draws",
    "templates/unfold/helpers/help_text.html": "our own words beside a field",
}
UNESCAPED_IN_PAGES = re.compile(r"\|\s*safe(?:seq)?\b|{%\s*autoescape off")


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name.name for name in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [f"{node.module}.{name.name}" for name in node.names]
    return []


def dangerous_in(source: str) -> Iterator[str]:
    """Yield each call and import of a module that nothing of ours needs, with its line."""
    for node in ast.walk(ast.parse(source)):
        for name in _imports(node):
            if any(name == module or name.startswith(f"{module}.") for module in MODULES):
                yield f"{node.lineno} imports {name}"
        if isinstance(node, ast.Call):
            called = _dotted(node.func)
            last = called.rpartition(".")[2]
            is_bare = {"eval", "exec", "compile", "__import__"} & {last}
            if called in CALLS or (last in CALLS and not is_bare):
                yield f"{node.lineno} calls {called}"
            if any(word.arg == "shell" for word in node.keywords):
                yield f"{node.lineno} gives {called} a shell"


def _files() -> list[Path]:
    found = [path for app in APPS for path in app.rglob("*.py") if "migrations" not in path.parts]
    return [path for path in found if not any(path.is_relative_to(folder) for folder in NOT_IN_PRODUCTION)]


def test_nothing_runs_text_starts_a_program_or_makes_objects_of_bytes():
    wrong = []
    for path in _files():
        name = path.relative_to(ROOT).as_posix()
        may = {module for place, module in MAY_IMPORT.items() if name.startswith(place)}
        wrong += [
            f"{name}:{said}" for said in dangerous_in(path.read_text()) if said.split()[-1].split(".")[0] not in may
        ]
    assert len(_files()) > 500
    assert wrong == []


@pytest.mark.parametrize(
    "planted",
    [
        "eval(request.GET['x'])",
        "import subprocess",
        "from xml.etree import ElementTree",
        "import os\nos.system(name)",
        "import pickle",
        "engine.from_string(words)",
        "Family.objects.extra(where=[words])",
        "hashlib.md5(b'')",
        "run(words, shell=True)",
        "import random",
    ],
)
def test_a_planted_one_is_found(planted):
    assert list(dangerous_in(planted))


def test_words_go_into_a_page_unescaped_in_known_places_only():
    code = {
        p.relative_to(ROOT).as_posix() for p in _files() if re.search(r"\b(mark_safe|SafeString)\(", p.read_text())
    }
    pages = {
        path.relative_to(ROOT).as_posix()
        for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "wards").rglob("*.html")]
        if UNESCAPED_IN_PAGES.search(path.read_text())
    }
    assert code | pages == set(UNESCAPED)


def test_no_statement_of_sql_is_put_together_with_what_a_request_sent():
    """``request`` never stands within a call that runs SQL: its values go in beside the statement."""
    wrong = []
    for path in _files():
        for node in ast.walk(ast.parse(path.read_text())):
            runs = isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] in {"execute", "RawSQL", "raw"}
            if (
                runs
                and node.args
                and any(isinstance(n, ast.Name) and n.id == "request" for n in ast.walk(node.args[0]))
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def test_our_scripts_run_no_text_either():
    scripts = [path for path in (ROOT / "static" / "js").rglob("*.js") if not path.name.endswith(".min.js")]
    assert scripts
    words = re.compile(
        r"\beval\(|new Function\(|document\.write\(|set(?:Timeout|Interval)\(\s*[\"'`]|addEventListener\(\"message\""
    )
    assert [path.name for path in scripts if words.search(path.read_text())] == []
