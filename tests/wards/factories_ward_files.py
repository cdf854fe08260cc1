"""A ward's files as load_ward reads them: loaded, spoiled, and what is said of them."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent.parent
SETAGAYA = ROOT / "wards" / "setagaya"


def load(*arguments):
    """What the command says, in English."""
    out = io.StringIO()
    with translation.override("en"):
        call_command("load_ward", "setagaya", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments):
    """The lines with which the command refuses."""
    with pytest.raises(CommandError) as refusal:
        load(*arguments)
    first, *lines = str(refusal.value).splitlines()
    assert first == f"Nothing was loaded; {len(lines)} things are wrong:"
    return [line.strip() for line in lines]


def change(ward, file, old, new):
    path = ward / file
    content = path.read_text(encoding="utf-8")
    assert content.count(old) == 1, f"{file} holds {old!r} {content.count(old)} times"
    path.write_text(content.replace(old, new), encoding="utf-8")


def line_of(ward, file, text):
    lines = (ward / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)
