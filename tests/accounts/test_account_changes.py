"""An account, a role, a second factor back: proposed by one administrator, confirmed by another, kept and told."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.account_changes import (
    close_account,
    confirm,
    decline,
    propose_account,
    propose_change,
    propose_reopening,
    propose_second_factor_reset,
)
from accounts.models import AccountChange, ChangeKind, Outcome, User
from accounts.roles import Role
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from tests.accounts.fixtures_sign_in import fully, give_app
from tests.as_owner import as_owner
from tests.builders import district, facility, user
from tests.fixtures_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)


def administrators() -> tuple[User, User]:
    return user(Role.ACCOUNT_ADMIN, email="first@city.test"), user(Role.ACCOUNT_ADMIN, email="second@city.test")


def done(operation: Any, **values: Any) -> Any:
    with transaction.atomic(durable=True):
        return operation(at=timezone.now(), **values)


def proposed(by: User, **fields: Any) -> AccountChange:
    asked = {
        "username": "hara",
        "last_name": "原",
        "first_name": "節子",
        "email": "hara@city.test",
        "role": Role.WARD_STAFF,
        "facility": None,
        "district": None,
        "reason": "4月1日付け異動",
    }
    change: AccountChange = done(propose_account, by=by, **(asked | fields))
    return change


def mailed() -> list[tuple[str, str]]:
    outbox.take_all(at=timezone.now())
    return [(sent.to[0], str(sent.body)) for sent in mail.outbox]


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_who_proposes_an_account_does_not_make_it() -> None:
    first, second = administrators()
    change = proposed(first)
    assert not User.objects.filter(username="hara").exists()
    with pytest.raises(Refused, match="second_person_needed"):
        done(confirm, change=change, by=first)
    made = done(confirm, change=change, by=second).person
    assert (made.username, made.role, made.has_usable_password(), made.is_active) == (
        "hara",
        "ward_staff",
        False,
        True,
    )
    ((to, body),) = mailed()
    assert to == "hara@city.test"
    assert "/accounts/invitation/" in body


def test_the_database_takes_no_second_administrator_who_is_the_first_and_rewrites_nothing() -> None:
    first, second = administrators()
    change = proposed(first)
    with pytest.raises(IntegrityError, match="account_change_by_a_second_administrator"):
        AccountChange.objects.filter(pk=change.pk).update(
            outcome=Outcome.CONFIRMED, person=second, decided_by=first, decided_at=timezone.now()
        )
    for changed in ({"role": Role.SUPERVISOR}, {"email": "x@city.test"}, {"proposed_by": second}):
        with pytest.raises(DatabaseError, match="Cannot update"):
            AccountChange.objects.filter(pk=change.pk).update(**changed)
    done(decline, change=change, by=second, reason="知らない人")
    with pytest.raises(DatabaseError, match="Cannot update"):
        AccountChange.objects.filter(pk=change.pk).update(outcome=Outcome.WAITS, decided_at=None, decided_by=None)
    with pytest.raises(DatabaseError, match="Cannot delete"), as_owner():
        change.delete()


def test_who_was_made_by_an_administrator_confirms_nothing_of_hers_until_the_policys_days_are_over() -> None:
    first, second = administrators()
    third = done(confirm, change=proposed(first, role=Role.ACCOUNT_ADMIN), by=second).person
    for one in (first, second):
        change = proposed(one, username=f"of-{one.pk}", email=f"{one.pk}@city.test")
        with pytest.raises(Refused, match="second_person_made_by_the_first"):
            done(confirm, change=change, by=third)
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        later = proposed(first, username="later", email="later@city.test")
        assert done(confirm, change=later, by=third).outcome == Outcome.CONFIRMED


def test_nobody_confirms_what_is_about_herself() -> None:
    first, second = administrators()
    change = done(
        propose_change,
        person=second,
        last_name="",
        first_name="",
        email=second.email,
        role=Role.WARD_STAFF,
        facility=None,
        district=None,
        reason="兼務",
        by=first,
    )
    with pytest.raises(Refused, match="about_yourself"):
        done(confirm, change=change, by=second)
    second.refresh_from_db()
    assert second.role == Role.ACCOUNT_ADMIN


def test_another_address_of_a_colleague_is_told_to_the_old_and_the_new_one_and_ends_her_sessions() -> None:
    first, second = administrators()
    person = user(Role.AUDITOR, email="old@city.test", last_name="監査", first_name="花")
    theirs = client_of(person)
    assert theirs.get("/audit/").status_code == 200
    change = done(
        propose_change,
        person=person,
        last_name="監査",
        first_name="花",
        email="new@city.test",
        role=Role.AUDITOR,
        facility=None,
        district=None,
        reason="アドレスの変更届",
        by=first,
    )
    assert theirs.get("/audit/").status_code == 200
    done(confirm, change=change, by=second)
    assert sorted(to for to, _body in mailed()) == ["new@city.test", "old@city.test"]
    assert theirs.get("/audit/").status_code == 302


def test_a_second_factor_is_taken_back_by_two_and_every_session_ends() -> None:
    first, second = administrators()
    person, theirs = user(email="midori@city.test"), Client()
    fully(person, theirs)
    change = done(propose_second_factor_reset, person=person, reason="紛失、対面で確認", by=first)
    assert Authenticator.objects.filter(user=person).exists()
    done(confirm, change=change, by=second)
    assert not Authenticator.objects.filter(user=person).exists()
    assert theirs.get("/admin/").url.startswith("/accounts/login/")
    assert any("2段階目が解除" in body for to, body in mailed() if to == "midori@city.test")


def test_closing_takes_one_and_opening_again_takes_two() -> None:
    first, second = administrators()
    person = user(email="midori@city.test")
    theirs = client_of(person)
    done(close_account, person=person, reason="退職", by=first)
    assert theirs.get("/admin/").status_code == 302
    change = done(propose_reopening, person=person, reason="復職", by=first)
    with pytest.raises(Refused, match="second_person_needed"):
        done(confirm, change=change, by=first)
    done(confirm, change=change, by=second)
    person.refresh_from_db()
    assert person.is_active
    with pytest.raises(Refused, match="about_yourself"):
        done(close_account, person=first, reason="自分", by=first)


def test_a_mothers_sign_in_is_not_the_administrators() -> None:
    first, _second = administrators()
    mother = user(Role.MOTHER, email="hana@example.jp")
    with pytest.raises(Refused, match="not_of_the_staff"):
        done(close_account, person=mother, reason="x", by=first)
    browser = client_of(first)
    for name in ("person", "change", "second-factor", "close", "reopen"):
        assert browser.get(reverse(f"people:{name}", args=[mother.pk])).status_code == 404
    assert "hana@example.jp" not in browser.get("/people/").text
    assert browser.post("/people/", {"words": "hana@example.jp"}).context["rows"] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"role": Role.MOTHER}, "role_impossible"),
        ({"role": Role.OPERATOR}, "place_impossible"),
        ({"role": Role.HEALTH_NURSE}, "place_impossible"),
        ({"username": "a b"}, "username_impossible"),
        ({"username": "demo-new"}, "username_impossible"),
        ({"email": ""}, "email_taken"),
        ({"email": "FIRST@city.test"}, "email_taken"),
        ({"reason": " "}, "no_reason"),
    ],
)
def test_what_cannot_be_is_refused_before_anybody_is_asked(wrong: dict[str, Any], code: str) -> None:
    first, _second = administrators()
    with pytest.raises(Refused, match=code):
        proposed(first, **wrong)
    with pytest.raises(NotPossible, match="place_impossible"):
        proposed(first, role=Role.SUPERVISOR, district=district())
    with pytest.raises(NotPossible, match="place_impossible"):
        proposed(first, role=Role.SUPERVISOR, facility=facility())
    assert not AccountChange.objects.exists()


def test_a_name_is_proposed_once_and_what_nobody_confirms_lapses() -> None:
    first, second = administrators()
    change = proposed(first)
    with pytest.raises(Refused, match="username_taken"):
        proposed(first, username="HARA", email="other@city.test")
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        with pytest.raises(Refused, match="proposal_lapsed"):
            done(confirm, change=change, by=second)
        again = proposed(second)
        assert AccountChange.objects.get(pk=change.pk).outcome == Outcome.LAPSED
        done(confirm, change=again, by=first)


@pytest.mark.parametrize("left", [{"is_active": False}, {"role": Role.SUPERVISOR}])
def test_what_an_administrator_proposed_who_is_none_any_more_is_confirmed_by_nobody(left: dict[str, Any]) -> None:
    first, second = administrators()
    change = proposed(first)
    User.objects.filter(pk=first.pk).update(**left)
    with pytest.raises(Refused, match="proposed_by_nobody"):
        done(confirm, change=change, by=second)
    assert not User.objects.filter(username="hara").exists()


def test_two_administrators_who_confirm_at_once_do_it_once() -> None:
    first, second = administrators()
    change, third = proposed(first), user(Role.ACCOUNT_ADMIN)
    answers = together(*(lambda by=by: done(confirm, change=change, by=by) for by in (second, third) * 3))
    assert sorted(answer for answer in answers if isinstance(answer, str)) == ["already_decided"] * 5
    assert User.objects.filter(username="hara").count() == 1
    assert [to for to, _body in mailed()] == ["hara@city.test"]


def test_through_the_pages_one_proposes_and_the_other_confirms() -> None:
    first, second = administrators()
    one, other = client_of(first), client_of(second)
    given = {
        "username": "hara",
        "last_name": "原",
        "first_name": "節子",
        "email": "ｈａｒａ@city.test",
        "role": Role.OPERATOR,
        "facility": facility().pk,
        "reason": "採用",
        "key": "k-1",
    }
    answer = one.post("/people/new/", given)
    change = AccountChange.objects.get()
    assert answer.url == f"/people/proposals/{change.pk}/"
    assert "2人目の管理者の確認が必要" in one.get(answer.url).text
    assert one.post(f"{answer.url}confirm/", {"key": "k-2"}).status_code == 302
    assert not User.objects.filter(username="hara").exists()
    assert other.get(answer.url).status_code == 200
    assert other.post(f"{answer.url}confirm/", {"key": "k-3"}).url == "/people/"
    made = User.objects.get(username="hara")
    assert (made.email, made.role, made.facility) == ("hara@city.test", Role.OPERATOR, facility())
    assert "招待中" in one.get(f"/people/{made.pk}/").text
    assert one.post("/people/new/", given | {"role": "", "key": "k-4"}).status_code == 422


def test_ward_staff_have_no_page_that_makes_anybody(client: Client) -> None:
    person = user(Role.AUDITOR)
    for role in (Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR, Role.FACILITY_MANAGER):
        browser = client_of(user(role))
        for address in ("/people/", "/people/new/", f"/people/{person.pk}/", f"/people/{person.pk}/change/"):
            assert browser.get(address).status_code == 404, (role, address)
            assert browser.post(address).status_code == 404, (role, address)


def test_an_administrator_reaches_no_page_of_a_family() -> None:
    browser = client_of(user(Role.ACCOUNT_ADMIN))
    for address in (
        "/admin/",
        "/audit/",
        "/supervisor/",
        "/claims/",
        "/nurse/",
        "/my/",
        "/facility/",
        "/api/v1/registrations/",
    ):
        assert browser.get(address).status_code == 404, address


def test_the_list_asks_the_same_number_of_questions_however_many_there_are(django_assert_num_queries: Any) -> None:
    first, _second = administrators()
    browser = client_of(first)
    browser.get("/people/")
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            browser.get("/people/")
        counts.append(len(asked))
        for number in range(5):
            give_app(user(Role.OPERATOR))
            proposed(first, username=f"n{number}{len(counts)}", email=f"n{number}{len(counts)}@city.test")
    assert counts[0] == counts[1]


def test_the_kinds_that_give_somebody_something_all_take_two() -> None:
    """Closing alone does not; a kind added later is thought of here."""
    assert set(ChangeKind) - {ChangeKind.CLOSE} == {
        ChangeKind.NEW,
        ChangeKind.CHANGE,
        ChangeKind.SECOND_FACTOR,
        ChangeKind.REOPEN,
    }


def test_what_another_administrator_changed_since_the_form_was_opened_is_said_and_not_taken_back() -> None:
    first, second = administrators()
    person = user(email="old@city.test", last_name="原", first_name="節子")
    browser = client_of(first)
    opened = browser.get(f"/people/{person.pk}/change/").context["form"].opened
    User.objects.filter(pk=person.pk).update(email="new@city.test")
    given = {"last_name": "森", "first_name": "節子", "email": "old@city.test", "role": person.role, "reason": "改姓"}
    answer = browser.post(f"/people/{person.pk}/change/", given | {"opened": opened, "key": "k-1"})
    change = AccountChange.objects.get()
    assert answer.url == f"/people/proposals/{change.pk}/"
    assert (change.last_name, change.email, change.email_before) == ("森", "new@city.test", "")
    done(confirm, change=change, by=second)
    person.refresh_from_db()
    assert (person.last_name, person.email) == ("森", "new@city.test")
