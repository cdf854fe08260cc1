"""確認番号: a mother signs in and up by the code of a mail; nobody learns from it who has an account."""

import re
import smtplib
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.email_codes import mother_of
from accounts.models import User
from accounts.roles import Role
from tests.accounts.fixtures_sign_in import CODE, LOGIN, by_code, headers_of, mailed_code
from tests.builders import user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    cache.clear()


def test_the_first_code_makes_a_mother_and_the_next_one_finds_her() -> None:
    by_code("hana@example.jp", Client())
    made = User.objects.get()
    assert (made.role, made.email, made.has_usable_password()) == (Role.MOTHER, "hana@example.jp", False)
    assert "hana" not in made.username
    client = Client()
    by_code("Hana@Example.jp", client)
    assert User.objects.get() == made
    assert client.get("/my/").status_code == 200


def test_an_account_is_made_by_the_right_code_only() -> None:
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    client.post(CODE, {"code": "0000 0000"})
    assert not User.objects.exists()


def test_the_address_of_a_nurse_who_is_a_mother_opens_her_mothers_page() -> None:
    nurse = user(Role.HEALTH_NURSE, email="hana@example.jp")
    client = Client()
    by_code("hana@example.jp", client)
    assert client.get("/my/").wsgi_request.user != nurse
    assert client.get("/nurse/").status_code == 404


@pytest.mark.parametrize("typed", ["{code}", " {code} ", "{wide}", "{dashed}"])
def test_the_code_is_read_as_it_is_meant(typed: str) -> None:
    client = Client()
    client.post(LOGIN, {"email": "ｈａｎａ＠example.jp"})
    code = mailed_code().replace(" ", "")
    wide = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    answer = client.post(CODE, {"code": typed.format(code=code, wide=wide, dashed=f"{code[:4]}-{code[4:]}")})
    assert answer.url == "/accounts/landing/"
    assert User.objects.get().email == "hana@example.jp"


def test_a_code_ends_after_ten_minutes() -> None:
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    with time_machine.travel(timezone.now() + timedelta(seconds=601), tick=False):
        assert client.post(CODE, {"code": mailed_code()}).url == LOGIN
    assert not User.objects.exists()


def test_after_five_wrong_codes_the_right_one_is_not_good_any_more() -> None:
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    answers = [client.post(CODE, {"code": "00000000"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 302]
    assert client.post(CODE, {"code": mailed_code()}).url == LOGIN
    assert not User.objects.exists()


def test_of_many_attempts_at_once_no_more_than_five_are_looked_at() -> None:
    """Each reads the session as it stood before any of them."""
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    stood = Session.objects.get()
    for _ in range(5):
        assert client.post(CODE, {"code": "00000000"}).status_code == 200
        stood.save()
    assert client.post(CODE, {"code": mailed_code()}).url == LOGIN
    assert not User.objects.exists()
    client.post(LOGIN, {"email": "hana@example.jp"})
    assert client.post(CODE, {"code": mailed_code()}).url == "/accounts/landing/"


def test_a_new_code_ends_the_one_before_and_a_code_is_good_once_and_in_its_own_browser() -> None:
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    first = mailed_code()
    client.post(CODE, {"again": "1"})
    assert client.post(CODE, {"code": first}).status_code == 200
    assert Client().post(CODE, {"code": mailed_code()}).url == LOGIN
    assert client.post(CODE, {"code": mailed_code()}).url == "/accounts/landing/"
    client.post("/accounts/logout/")
    assert client.post(CODE, {"code": mailed_code()}).url == LOGIN


def test_no_table_holds_the_code() -> None:
    client = Client()
    client.post(LOGIN, {"email": "hana@example.jp"})
    kept = str([session.get_decoded() for session in Session.objects.all()])
    assert mailed_code().replace(" ", "") not in kept.replace(" ", "")


def test_one_address_gets_five_codes_a_quarter_of_an_hour() -> None:
    for _ in range(5):
        assert Client().post(LOGIN, {"email": "hana@example.jp"}).status_code == 302
    refused = Client().post(LOGIN, {"email": "HANA@example.jp"})
    assert refused.status_code == 429
    assert 800 < int(refused["Retry-After"]) <= 900
    assert "しばらく待って" in refused.content.decode() or "<h1>" in refused.content.decode()
    assert len(mail.outbox) == 5
    assert Client().post(LOGIN, {"email": "else@example.jp"}).status_code == 302


def test_a_mail_server_that_refuses_is_said_and_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_options: Any) -> None:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    client = Client()
    answer = client.post(LOGIN, {"email": "hana@example.jp"})
    assert answer.status_code == 503
    assert client.get(CODE).url == LOGIN


@pytest.mark.parametrize("email", ["", "hana", "hana@", "a\r\nBcc: b@example.jp@example.jp"])
def test_what_is_no_address_is_said_beside_the_field(email: str) -> None:
    answer = Client().post(LOGIN, {"email": email})
    assert answer.status_code == 200
    assert answer.context["email_form"].errors["email"]
    assert mail.outbox == []


def test_a_closed_account_is_told_so_only_to_who_has_the_mail() -> None:
    closed = user(Role.MOTHER, email="hana@example.jp")
    closed.is_active = False
    closed.save()
    client = Client()
    answer = by_code("hana@example.jp", client)
    assert answer.url == LOGIN
    assert client.get("/my/").url.startswith(LOGIN)
    assert User.objects.get() == closed


@pytest.mark.parametrize("lookalike", ["aiko@gmaıl.com", "aiko@gmaİl.com", "aiko@gmaɪl.com"])
def test_who_owns_a_domain_that_looks_alike_is_another_mother(lookalike: str) -> None:
    """The capital of ı is I: where capitals are compared, the two are one."""
    victim = user(Role.MOTHER, email="aiko@gmail.com")
    client = Client()
    by_code(lookalike, client)
    assert int(client.session["_auth_user_id"]) != victim.pk
    assert User.objects.filter(role=Role.MOTHER).count() == 2


def test_two_mothers_cannot_have_one_address() -> None:
    first = mother_of("hana@example.jp")
    with pytest.raises(IntegrityError), transaction.atomic():
        user(Role.MOTHER, email="HANA@example.jp")
    assert mother_of("hana@example.jp") == first


PLACES = [(LOGIN, "email"), ("/accounts/password/forgotten/", "email")]


def asked(address: str, field: str, email: str) -> tuple[int, dict[str, str], str, int]:
    """What the browser gets: status, headers, the page that it is led to without what differs by chance; mails."""
    client, before = Client(), len(mail.outbox)
    answer = client.post(address, {field: email})
    headers = headers_of(answer)
    page = client.get(answer.url).content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"', "", page).replace(email, "ADDRESS")
    return answer.status_code, headers, page, len(mail.outbox) - before


@pytest.mark.parametrize(("address", "field"), PLACES)
def test_a_known_and_an_unknown_address_get_the_same_answer(address: str, field: str) -> None:
    user(Role.MOTHER, email="known@example.jp")
    user(Role.WARD_STAFF, email="known@example.jp")
    known, unknown = asked(address, field, "known@example.jp"), asked(address, field, "other@example.jp")
    assert known == unknown


@pytest.mark.parametrize(("address", "field"), PLACES)
def test_a_known_and_an_unknown_address_cost_the_same_work(address: str, field: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    user(Role.MOTHER, email="known@example.jp")
    user(Role.WARD_STAFF, email="known@example.jp")
    work = []
    for email in ("known@example.jp", "other@example.jp"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            Client().post(address, {field: email})
        work.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])
    assert work[0] == work[1]
