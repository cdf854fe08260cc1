"""What stands in the head of every answer, and what a request must bring to be heard."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from tests import builders

pytestmark = pytest.mark.django_db
PUBLIC = ("/", "/nothing/here/", "/api/v1/facilities/", "/robots.txt", "/admin/", "/healthz")


@pytest.mark.parametrize("path", PUBLIC)
def test_every_answer_says_what_a_browser_may_take_it_for(client, path):
    answer = client.get(path)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.parametrize("path", ["/", "/api/v1/facilities/", "/nothing/here/", "/robots.txt"])
def test_every_answer_with_words_names_their_signs(client, path):
    kind = client.get(path)["Content-Type"]
    assert kind == "application/json" or "charset=" in kind.lower()


@pytest.mark.parametrize("path", ["/", "/admin/", "/api/v1/facilities/", "/accounts/login/"])
def test_trace_is_answered_nowhere(client, path):
    answer = client.generic("TRACE", path, headers={"x-mine": "said back"})
    assert "said back" not in answer.text
    assert answer.status_code in {302, 403, 404, 405}  # 302: to the sign-in


def strict(role: Role) -> Client:
    signed_in = Client(enforce_csrf_checks=True)
    signed_in.force_login(builders.user(role))
    return signed_in


@pytest.mark.parametrize("name", ["family:sign-out-everywhere", "accounts:logout"])
def test_a_form_from_elsewhere_is_not_heard(name):
    assert strict(Role.MOTHER).post(reverse(name)).status_code == 403


def test_the_api_hears_no_session_without_its_token():
    answer = strict(Role.MOTHER).post("/api/v1/bookings/", "{}", "application/json")
    assert answer.status_code == 403


def test_the_api_takes_json_alone():
    """A form of another site can send no JSON without asking first."""
    mother = Client()
    mother.force_login(builders.user(Role.MOTHER))
    assert mother.post("/api/v1/bookings/", {"days": "2026-01-01"}).status_code == 415


def test_a_host_that_is_not_ours_gets_no_page(client):
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_no_folder_lists_its_files(client):
    assert [client.get(path).status_code for path in ("/static/", "/static/js/", "/.git/config", "/.env")] == [404] * 4


def test_who_is_asked_for_a_password_may_paste_it_and_sees_it_hidden(client):
    page = client.get(reverse("accounts:login")).text
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page


def test_every_page_of_a_person_has_the_way_out():
    for role in (Role.MOTHER, Role.AUDITOR, Role.WARD_STAFF, Role.OPERATOR):
        client = Client()
        client.force_login(builders.user(role))
        answer = client.get(reverse("accounts:landing"), follow=True)
        assert answer.status_code == 200
        assert any(reverse(name) in answer.text for name in ("accounts:logout", "admin:logout")), role
