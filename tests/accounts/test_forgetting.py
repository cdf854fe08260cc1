"""What a session held is forgotten with it: nightly, and an address that nobody signed in with after minutes."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from accounts.tasks import forget_the_sessions
from tests.accounts.fixtures_sign_in import LOGIN, by_code
from tests.builders import user

pytestmark = pytest.mark.django_db


def kept() -> str:
    return str([session.get_decoded() for session in Session.objects.all()])


def test_an_address_that_was_typed_for_a_code_is_gone_after_the_night() -> None:
    now = timezone.now()
    Client().post(LOGIN, {"email": "typed@example.jp"})
    assert "typed@example.jp" in kept()
    assert Session.objects.get().expire_date < now + timedelta(seconds=settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT + 60)
    with time_machine.travel(now + timedelta(minutes=11)):
        forget_the_sessions()
    assert not Session.objects.exists()


def test_who_signed_in_with_the_code_keeps_her_session_for_its_whole_time() -> None:
    client = Client()
    by_code("hana@example.jp", client)
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        forget_the_sessions()
        assert client.get("/my/").status_code == 200


def test_a_session_that_nobody_uses_is_deleted_though_its_row_would_stand() -> None:
    mother, nurse = Client(), Client()
    mother.force_login(user(Role.MOTHER))
    nurse.force_login(user(Role.HEALTH_NURSE))
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        forget_the_sessions()
        assert Session.objects.count() == 1
        assert mother.get("/my/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=7, hours=2)):
        forget_the_sessions()
    assert not Session.objects.exists()


def test_it_runs_every_night() -> None:
    assert settings.CELERY_BEAT_SCHEDULE["forget-sessions"]["task"] == forget_the_sessions.name
