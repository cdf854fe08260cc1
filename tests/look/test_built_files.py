"""What is built and committed is what its sources give, and nothing on a page comes from elsewhere."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
import unfold

from sankecare.version import VERSION

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import build_css  # noqa: E402 - a tool beside the package
import build_messages  # noqa: E402

# Unfold's own page, changed: its classes are unfold's.
UNFOLDS = {"unfold", "search_form.html"}
TEMPLATES = sorted(page for page in (ROOT / "templates").rglob("*.html") if not UNFOLDS & {*page.parts})
SITE = [ROOT / "static/css/site.css"]
STAFF = [*SITE, ROOT / "static/css/staff.css"]
# What a mother or nobody opens has the first sheet alone.
HERS = {"mother", "public", "account", "accounts", "mfa", "demo"}
# A page of the admin speaks the classes of unfold's sheet and of our own beside it.
ADMIN = [ROOT / "static/css/admin.css", Path(unfold.__file__).parent / "static/unfold/css/styles.css"]
COMMENT = re.compile(r"{%\s*comment.*?endcomment\s*%}", re.DOTALL)
TAG = re.compile(r"{[%{].*?[%}]}", re.DOTALL)


@pytest.mark.parametrize("sheet", build_css.SHEETS)
def test_the_committed_style_sheet_is_what_its_sources_give(sheet):
    assert build_css.is_current(sheet), "run make css and commit"


def test_the_committed_catalogue_is_what_its_po_gives():
    for catalogue in (ROOT / "locale").rglob("django.po"):
        assert catalogue.with_suffix(".mo").read_bytes() == build_messages.compiled(catalogue), "run make messages"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('msgid "a"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"\n', "fuzzy"),
        ('msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', "a second time"),
        ('msgid "a"\nmsgstr "b"\nmsgid "c"\nmsgstr "d"\n', "an empty line is missing"),
        ('msgid "a\nmsgstr "b"\n', "cannot be read"),
    ],
)
def test_a_catalogue_that_would_show_english_is_refused_with_its_line(tmp_path, text, words):
    catalogue = tmp_path / "django.po"
    catalogue.write_text(text)
    with pytest.raises(build_messages.BadCatalogue, match=f"django.po:[0-9]+: {words}"):
        build_messages.compiled(catalogue)


def test_the_version_on_the_page_is_the_projects():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_class_of_a_page_is_in_the_style_sheet(page):
    sheets = (
        ADMIN if "admin" in page.relative_to(ROOT).parts else SITE if HERS & {*page.relative_to(ROOT).parts} else STAFF
    )
    known = {name for sheet in sheets for name in re.findall(r"\.(-?[a-zA-Z_][\w-]*)", sheet.read_text())}
    # A tag inside the attribute becomes a mark, so that badge-{{ level }} is left out as a whole.
    plain = TAG.sub("\0", COMMENT.sub("", page.read_text()))
    used = {name for value in re.findall(r'\bclass="([^"]*)"', plain) for name in re.split(r"[\s]+", value)}
    names = {name.strip("\0") for name in used if not name.endswith("-\0")} - {""}
    unknown = {part for name in names for part in name.split("\0") if part and not part.endswith("-")} - known
    assert not unknown, "see docs/look.md for the classes there are"


@pytest.mark.parametrize("page", TEMPLATES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_loads_anything_from_elsewhere_or_carries_inline_style_or_script(page):
    text = COMMENT.sub("", page.read_text())
    assert not re.search(r'(src|href|action)="(https?:)?//', text)
    assert not re.search(r"\bstyle=|<style|\son[a-z]+=|javascript:", text)
    # A block of data is not run.
    runs = [tag for tag in re.findall(r"<script[^>]*>", text) if 'type="application/json"' not in tag]
    assert all("nonce=" in tag or "src=" in tag for tag in runs)


def test_the_style_sheets_load_only_our_own_files():
    for sheet in build_css.SHEETS:
        text = (ROOT / "static" / "css" / f"{sheet}.css").read_text()
        for address in re.findall(r"url\(([^)]*)\)", text):
            assert (ROOT / "static" / "css" / address.strip("\"'")).exists(), address
