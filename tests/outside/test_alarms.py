"""The rules of alert and the board (``deploy/monitoring/``) ask for figures that there are; each is explained."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.BASE_DIR) / "deploy" / "monitoring"
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
PANELS = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
EXPLAINED = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text().partition("## What each alarm means")[2]
# Prometheus's own, of each address that it asks.
ITS_OWN = {"up"}
WORDS_OF_PROMQL = {"sum", "by", "le", "rate", "increase", "histogram_quantile", "topk"}
LABELS = {"page", "status", "check", "job"}


@pytest.fixture
def told(settings, client: Client) -> tuple[set[str], set[str]]:
    """The names of all figures that are told, and of all their labels."""
    settings.METRICS_TOKEN = "only-for-the-watchers"
    client.get("/")  # so that something was counted
    answer = client.get(reverse("metrics"), headers={"Authorization": "Bearer only-for-the-watchers"})
    samples = [each for family in text_string_to_metric_families(answer.text) for each in family.samples]
    return {each.name for each in samples}, {label for each in samples for label in each.labels}


def asked(expression: str) -> tuple[set[str], set[str]]:
    """The figures and the labels that an expression names."""
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]', "", expression)
    words = set(re.findall(r"[a-z_][a-z0-9_]*", bare)) - WORDS_OF_PROMQL
    return words - LABELS, words & LABELS


EXPRESSIONS = [rule["expr"] for rule in RULES] + [each["expr"] for panel in PANELS for each in panel["targets"]]


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_asked_for_is_told(expression: str, told: tuple[set[str], set[str]]) -> None:
    figures, labels = asked(expression)
    assert figures
    assert figures - ITS_OWN <= told[0]
    assert labels - {"job"} <= told[1]


def test_a_figure_that_is_not_told_would_be_found(told: tuple[set[str], set[str]]) -> None:
    assert asked("sum(rate(sankecare_outbox_lost[5m])) > 1")[0] - told[0] == {"sankecare_outbox_lost"}


def test_every_figure_but_the_buckets_is_looked_at(told: tuple[set[str], set[str]]) -> None:
    looked_at = {figure for expression in EXPRESSIONS for figure in asked(expression)[0]}
    parts = re.compile(r"_(created|sum|count)$")
    assert {each for each in told[0] if not parts.search(each)} <= looked_at


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alarm_says_what_is_wrong_and_what_to_do_and_stands_in_the_papers(rule: dict) -> None:
    assert rule["annotations"].keys() == {"summary", "description"}
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert f"| `{rule['alert']}` |" in EXPLAINED


def test_no_alarm_is_explained_that_there_is_not() -> None:
    assert set(re.findall(r"^\| `(SankeCare\w+)` \|", EXPLAINED, re.MULTILINE)) == {rule["alert"] for rule in RULES}
