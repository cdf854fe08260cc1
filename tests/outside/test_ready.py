"""/readyz: requests may be sent here once the database answers, the migrations are applied and the keys are there."""

from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from sankecare.outside import views

TOKEN = "only-for-the-watchers"
pytestmark = pytest.mark.django_db


def asked(token=""):
    return Client().get(reverse("readyz"), headers={"Authorization": f"Bearer {token}"})


def test_where_all_is_there_it_is_ready():
    answer = asked()
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert "no-store" in answer["Cache-Control"]


def test_it_asks_one_question(django_assert_num_queries):
    asked()
    with django_assert_num_queries(1):
        asked()


def test_without_keys_it_is_not(settings):
    settings.SEALING_KEYS = []
    assert views.what_is_missing() == ["keys"]


def test_with_a_migration_that_is_not_applied_it_is_not(monkeypatch):
    newest = views._newest_migrations() | {("bookings", "9999_of_tomorrow")}
    monkeypatch.setattr(views, "_newest_migrations", lambda: newest)
    assert views.what_is_missing() == ["migrations"]


def test_strangers_hear_only_that_it_is_not_and_the_log_and_who_has_the_token_hear_what(settings, caplog):
    settings.METRICS_TOKEN, settings.SEALING_KEYS = TOKEN, []
    refused = OperationalError("connection failed: host=secret")
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=refused):
        stranger, watcher = asked(), asked(TOKEN)
    assert (stranger.status_code, stranger.json(), stranger["Retry-After"]) == (503, {"status": "not ready"}, "10")
    assert watcher.json() == {"status": "not ready", "missing": ["keys", "database"]}
    assert {record.error for record in caplog.records if record.message == "not_ready"} == {"keys", "database"}
    assert "secret" not in stranger.text + watcher.text + caplog.text
