"""Nobody meets English in the middle of a Japanese page: every string given to gettext is in the catalogue."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import build_messages  # noqa: E402 - a tool beside the package

APPS = (
    "sankecare",
    "accounts",
    "facilities",
    "enrollment",
    "bookings",
    "care",
    "billing",
    "referrals",
    "reports",
    "pages",
    "demo",
    "wards",
)
CALLS = {"_", *(f"{kind}gettext{lazy}" for kind in ("", "n", "p", "np") for lazy in ("", "_lazy")), "gettext_noop"}
# What templatize() leaves of a template: calls of gettext with plain strings.
TEMPLATE_CALL = re.compile(
    r"""(?<!\w)(n?p?gettext|_)\(((?:u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*,?\s*)+)""", re.DOTALL
)


def test_every_string_of_code_and_templates_is_translated():
    known = {key.split("\0")[0] for key in build_messages.entries(ROOT / "locale/ja/LC_MESSAGES/django.po")}
    missing = sorted({f"{where}: {key!r}" for where, key in (*_of_code(), *_of_templates()) if key not in known})
    assert not missing, "\n".join(missing)


def _of_code() -> Iterator[tuple[str, str]]:
    for path in sorted(path for app in APPS for path in (ROOT / app).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        tree = ast.parse(path.read_text())
        renamed = {
            alias.asname: alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
            for alias in node.names
            if alias.asname
        }
        for node in ast.walk(tree):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            name = renamed.get(name, name)
            if name in CALLS:
                yield from _keys(path, name, [arg.value for arg in node.args if isinstance(arg, ast.Constant)])


def _of_templates() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for name, arguments in TEMPLATE_CALL.findall(templatize(path.read_text())):
            yield from _keys(path, name, list(ast.literal_eval(f"({arguments.rstrip(' ,')},)")))


def _keys(path: Path, name: str, texts: list[object]) -> Iterator[tuple[str, str]]:
    where = str(path.relative_to(ROOT))
    if "pgettext" in name and len(texts) > 1:
        yield where, f"{texts[0]}\4{texts[1]}"
    elif "pgettext" not in name and texts and isinstance(texts[0], str):
        yield where, texts[0]
