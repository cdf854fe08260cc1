"""/metrics: figures of the whole installation for who has the token; no person, no address, no id in it."""

import os
import subprocess
import sys
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from accounts.access_log_chain import check_access_log
from accounts.models import AccessLogLink
from accounts.permissions import may
from accounts.roles import Role
from accounts.url_permissions import action_of_page
from referrals.models import Reconciliation
from sankecare import outbox
from sankecare.models import HistoryCheck, OutboxEntry
from sankecare.outside import requests
from sankecare.outside.nightly import CHECKS
from tests import builders
from tests.accounts.fixtures_sign_in import SignIns
from tests.factories_two_families import two_worlds
from tests.invariants.test_permissions import ALL_PAGES

TOKEN = "only-for-the-watchers"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def with_token(settings):
    settings.METRICS_TOKEN = TOKEN


def looked_at(**headers):
    return Client().get(reverse("metrics"), headers={"Authorization": f"Bearer {TOKEN}", **headers})


def figures():
    """Each sample by its name and labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(looked_at().text)
        for sample in family.samples
    }


def entry(**given):
    now = timezone.now()
    key = f"a:{OutboxEntry.objects.count()}"
    given = {"created_at": now, "next_attempt_at": now, "kind": "nothing", "recipient": "user:1"} | given
    return OutboxEntry.objects.create(dedupe_key=key, **given)


@pytest.mark.parametrize(
    "given", ["", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, f"bearer {TOKEN[:-1]}", "Bearer 髙﨑"]
)
def test_without_the_token_there_is_no_such_page(given):
    assert looked_at(Authorization=given).status_code == 404


@pytest.mark.parametrize("given", [TOKEN, ""])
def test_where_no_token_is_set_nobody_looks(settings, given):
    settings.METRICS_TOKEN = ""
    assert looked_at(Authorization=f"Bearer {given}").status_code == 404


@pytest.mark.parametrize("role", Role)
def test_no_role_opens_it_without_the_token(role):
    client = SignIns(builders.user(role)).browser()
    assert client.get(reverse("metrics")).status_code == 404


def test_with_the_token_it_is_answered_in_prometheus_text_and_kept_nowhere():
    answer = looked_at()
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    assert Client().post(reverse("metrics"), headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 405


def test_requests_are_counted_by_the_pages_name_and_the_class_of_the_answer():
    before = figures()
    Client().get("/availability/", {"month": "2026-11"})
    Client().get("/calendar/geheim-123.ics")
    Client().get("/no/such/address/7/")
    after = figures()

    def more(*key):
        return after.get(key, 0) - before.get(key, 0)

    assert more("sankecare_requests_total", "public:availability", "2xx") == 1
    assert more("sankecare_requests_total", "public:calendar", "4xx") == 1
    assert more("sankecare_requests_total", requests.NO_PAGE, "4xx") == 1
    assert more("sankecare_request_seconds_count", "public:availability") == 1
    assert more("sankecare_request_seconds_bucket", "+Inf", "public:availability") == 1
    assert after["sankecare_request_seconds_sum", "public:availability"] > 0


def test_what_waits_in_the_outbox_is_told():
    found = figures()
    assert (found["sankecare_outbox_undone",], found["sankecare_outbox_oldest_seconds",]) == (0, 0)
    entry(created_at=timezone.now() - timedelta(seconds=400))
    entry(last_error=outbox.REFUSED)
    entry(done_at=timezone.now())
    found = figures()
    assert (found["sankecare_outbox_undone",], found["sankecare_mails_refused",]) == (2, 1)
    assert 400 <= found["sankecare_outbox_oldest_seconds",] < 460


def test_a_worker_that_never_swept_and_one_that_is_silent_are_told():
    assert figures()["sankecare_worker_silent_seconds",] == float("inf")
    outbox.note_pulse(at=timezone.now() - timedelta(seconds=90))
    assert 90 <= figures()["sankecare_worker_silent_seconds",] < 150


def test_each_check_of_the_night_tells_its_age_and_what_it_found():
    found = figures()
    checks = ("access_log", "history", "referrals")
    assert {found["sankecare_check_age_seconds", check] for check in checks} == {float("inf")}
    two_hours_ago = timezone.now() - timedelta(hours=2)
    counts = dict.fromkeys(("raised", "waiting", "received", "closed", "withdrawn"), 0)
    Reconciliation.objects.create(at=two_hours_ago, found={"NobodyToTell": 3}, **counts)
    HistoryCheck.objects.create(at=two_hours_ago, days=1, rows=1, seconds=1, problems=["髙﨑", "𠮷子"])
    check_access_log(at=two_hours_ago)
    found = figures()
    assert [found["sankecare_check_problems", check] for check in checks] == [0, 2, 3]
    assert {round(found["sankecare_check_age_seconds", check], -2) for check in checks} == {7200}


def test_an_access_log_that_was_changed_is_told_and_logged_by_its_name(caplog):
    AccessLogLink.objects.create(last_look=7, count=7, digest="0" * 64, sealed_at=timezone.now())
    check_access_log(at=timezone.now())
    assert figures()["sankecare_check_problems", "access_log"] == 1
    assert "access_log_is_not_as_sealed" in caplog.text


def test_the_database_tells_its_size_and_connections():
    found = figures()
    assert found["sankecare_database_up",] == 1
    assert found["sankecare_database_bytes",] > 1_000_000
    assert 1 <= found["sankecare_database_connections",] <= found["sankecare_database_connections_limit",]


def test_without_the_database_it_says_that_and_what_was_counted():
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError("host=secret")):
        answer = looked_at()
    assert answer.status_code == 200
    assert "sankecare_database_up 0.0" in answer.text
    assert "sankecare_outbox" not in answer.text
    assert "sankecare_requests_total" in answer.text


def test_it_asks_a_few_questions_whatever_there_is(django_assert_max_num_queries):
    for _one in range(5):
        entry()
    with django_assert_max_num_queries(6):
        looked_at()


def test_nothing_of_a_family_or_of_a_sign_in_and_no_address_stands_in_it():
    own, _others = two_worlds()
    for role in (Role.MOTHER, Role.WARD_STAFF):
        browsers = SignIns(own.people[role])
        for page in ALL_PAGES:
            action = action_of_page(page.name)
            if action and may(own.people[role], action) and "logout" not in page.name:
                browsers.browser().get(
                    reverse(page.name, kwargs=own.parameters(page.name, page.parameters, action, role))
                )
    Client().get("/families/カナリア荘/", {"q": "カナリア"})
    labels = {value for key in figures() for value in key[1:]}
    names = {page.name for page in ALL_PAGES}
    numbers = {str(bound) for bound in requests.SECONDS} | {"+Inf"}
    classes = {f"{number}xx" for number in range(1, 6)}
    assert len(labels & names) > 50
    assert labels - names - numbers - classes - {*CHECKS, requests.NO_PAGE} == set()


COUNTS = "from sankecare.outside.requests import count; count('public:home', 200, 0.1); count('public:home', 503, 2.0)"
TELLS = (
    "from prometheus_client import generate_latest; from sankecare.outside.requests import counted_requests;"
    "print(generate_latest(counted_requests()).decode())"
)


def test_several_processes_are_added_up_those_that_ended_too(tmp_path):
    def run(code):
        given = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
        return subprocess.run(
            [sys.executable, "-c", code], env=given, check=True, capture_output=True, text=True
        ).stdout

    run(COUNTS)
    run(COUNTS)
    said = run(TELLS)
    assert 'sankecare_requests_total{page="public:home",status="2xx"} 2.0' in said
    assert 'sankecare_requests_total{page="public:home",status="5xx"} 2.0' in said
    assert 'sankecare_request_seconds_count{page="public:home"} 4.0' in said
