"""What people typed stands apart from the ward's own words: in <bdi>, so that it turns nothing round beside it."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# What only people type: names, and words in their own hand.
TYPED = re.compile(
    r"\{\{\s*(?:[\w.]+\.)?(?:mother_name|infant\.name|sibling\.name|worries|support|mother_health|infant_health"
    r"|decision_reason|food|residence\.rest|address\.rest|what_happened|done_at_once|prevention|talked_about|advice"
    r"|next_step|details)(?:\|[^}]*)?\s*\}\}"
)
# No markup: a comment, the title, an option, a sentence with its own place for the name.
NO_MARKUP = (
    ("<", ">"),
    ("{% comment %}", "{% endcomment %}"),
    ("{% block title %}", "{% endblock"),
    ("<title", "</title"),
    ("<option", "</option"),
    ("{% blocktranslate", "{% endblocktranslate"),
)


def bare(text):
    """Return what was typed and stands in the open, without <bdi>."""
    found = []
    for typed in TYPED.finditer(text):
        before = text[: typed.start()]
        if any(before.rfind(opens) > before.rfind(closes) for opens, closes in NO_MARKUP):
            continue
        if before.rfind("<bdi") <= before.rfind("</bdi"):
            found.append(typed.group(0))
    return found


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_what_people_typed_stands_in_bdi(template):
    assert bare(template.read_text()) == []


def test_the_look_sees_what_stands_in_the_open():
    assert bare("<p>{{ family.mother_name }} 様</p>") == ["{{ family.mother_name }}"]
    assert bare("<p><bdi>{{ family.mother_name }}</bdi> 様</p>") == []
    assert bare('<p title="{{ family.mother_name }}"></p>') == []
