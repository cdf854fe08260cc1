"""A second person is one whom the first could not have made up."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.account_changes import confirm, propose_account, propose_change, propose_second_factor_reset
from accounts.models import AccountChange, AccountPolicy, User
from accounts.roles import Role
from accounts.second_person_rule import Standing, Unfit, unfit_for_a_look, unfit_for_an_account
from enrollment.decisions.decide import grant_exception, propose_exception
from enrollment.eligibility import Rule
from enrollment.protection.break_glass import ask_to_look, name_person, open_for_look
from enrollment.protection.protect import protect_family
from sankecare.errors import Refused
from tests.accounts.fixtures_sign_in import give_app
from tests.builders import LONG_AGO, TOKYO, family, registration, user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 29, 12, tzinfo=TOKYO)
DAYS = 14  # DEFAULT, wards/setagaya/account_policies.csv


def before(**ago: int) -> datetime:
    return NOW - timedelta(**ago)


@pytest.mark.parametrize(
    ("standing", "unfit"),
    [
        (Standing(before(days=400), before(days=400), None), None),
        (Standing(before(days=400), None, None), None),
        (Standing(before(days=14), before(days=14), None), None),
        (Standing(before(days=14, seconds=-1), before(days=400), None), Unfit.TOO_NEW),
        (Standing(before(days=400), before(days=13), None), Unfit.TOO_NEW),
        (Standing(before(days=400), before(days=400), before(days=300)), Unfit.TOUCHED),
        (Standing(before(days=0), before(days=0), before(days=0)), Unfit.TOUCHED),
    ],
)
def test_account_and_second_factor_have_stood_and_the_first_never_touched_them(
    standing: Standing, unfit: Unfit | None
) -> None:
    assert unfit_for_a_look(standing, at=NOW, days=DAYS) == unfit


@pytest.mark.parametrize(
    ("standing", "unfit"),
    [
        (Standing(NOW, NOW, None), None),
        (Standing(NOW, NOW, before(days=14)), None),
        (Standing(before(days=400), before(days=400), before(days=13)), Unfit.TOUCHED),
    ],
)
def test_the_first_two_administrators_may_begin_at_once(standing: Standing, unfit: Unfit | None) -> None:
    assert unfit_for_an_account(standing, at=NOW, days=DAYS) == unfit


def staff_made_by(first: User, second: User, username: str = "made-up") -> User:
    with transaction.atomic(durable=True):
        change = propose_account(
            username=username,
            last_name="",
            first_name="",
            email=f"{username}@city.test",
            role=Role.WARD_STAFF,
            facility=None,
            district=None,
            reason="採用",
            by=first,
            at=timezone.now(),
        )
    with transaction.atomic(durable=True):
        made = confirm(change=change, by=second, at=timezone.now()).person
    assert made is not None
    return made


def asked_by(asking: User) -> Any:
    where = family()
    protection = protect_family(family=where, reason="支援措置", by=user(), at=timezone.now())
    return ask_to_look(protection=protection, reason="確認", by=asking, at=timezone.now())


def test_a_colleague_who_was_made_today_opens_no_address_and_in_two_weeks_she_does() -> None:
    made = staff_made_by(user(Role.ACCOUNT_ADMIN), user(Role.ACCOUNT_ADMIN))
    asked = asked_by(user())
    with pytest.raises(Refused, match="second_person_too_new") as refused:
        open_for_look(ask=asked, by=made, at=timezone.now())
    assert "14日" in refused.value.detail
    with time_machine.travel(timezone.now() + timedelta(days=14, minutes=1)):
        again = ask_to_look(protection=asked.protection, reason="確認", by=user(), at=timezone.now())
        assert open_for_look(ask=again, by=made, at=timezone.now()).opened_by == made


def test_an_old_colleague_with_a_new_second_factor_opens_no_address() -> None:
    helper, asked = user(), asked_by(user())
    give_app(helper)
    with pytest.raises(Refused, match="second_person_too_new"):
        open_for_look(ask=asked, by=helper, at=timezone.now())
    Authenticator.objects.filter(user=helper).update(created_at=timezone.now() - timedelta(days=14))
    assert open_for_look(ask=asked, by=helper, at=timezone.now()).opened_by == helper


def test_an_administrator_who_becomes_ward_staff_finds_no_second_person_in_whom_she_made() -> None:
    first, second = user(Role.ACCOUNT_ADMIN), user(Role.ACCOUNT_ADMIN)
    made = staff_made_by(first, second)
    User.objects.filter(pk=first.pk).update(role=Role.WARD_STAFF)
    first.refresh_from_db()
    with time_machine.travel(timezone.now() + timedelta(days=200)):
        asked = asked_by(first)
        with pytest.raises(Refused, match="second_person_made_by_the_first"):
            open_for_look(ask=asked, by=made, at=timezone.now())
        assert open_for_look(ask=asked, by=user(), at=timezone.now())


@pytest.mark.parametrize("change", ["role", "second factor"])
def test_whatever_administrators_change_lets_the_days_begin_anew(change: str) -> None:
    first, second, helper = user(Role.ACCOUNT_ADMIN), user(Role.ACCOUNT_ADMIN), user(Role.SUPERVISOR)
    give_app(helper)
    Authenticator.objects.filter(user=helper).update(created_at=timezone.now() - timedelta(days=300))
    with transaction.atomic(durable=True):
        if change == "role":
            proposed: AccountChange = propose_change(
                person=helper,
                last_name="",
                first_name="",
                email="helper@city.test",
                role=Role.WARD_STAFF,
                facility=None,
                district=None,
                reason="異動",
                by=first,
                at=timezone.now(),
            )
        else:
            proposed = propose_second_factor_reset(person=helper, reason="紛失", by=first, at=timezone.now())
    with transaction.atomic(durable=True):
        confirm(change=proposed, by=second, at=timezone.now())
    helper.refresh_from_db()
    with pytest.raises(Refused, match="second_person_too_new"):
        open_for_look(ask=asked_by(user()), by=helper, at=timezone.now())


def test_naming_and_granting_an_exception_take_the_same_second_person() -> None:
    made, asking = staff_made_by(user(Role.ACCOUNT_ADMIN), user(Role.ACCOUNT_ADMIN)), user()
    protection = protect_family(family=family(), reason="支援措置", by=user(), at=timezone.now())
    with pytest.raises(Refused, match="second_person_too_new") as refused:
        name_person(protection=protection, person=asking, by=made, at=timezone.now())
    assert set(refused.value.fields) == {"person"}
    exception = propose_exception(
        registration=registration(),
        rule=Rule.RESIDENCY,
        reason="里帰り",
        last_day=timezone.localdate(),
        by=asking,
        at=timezone.now(),
    )
    with pytest.raises(Refused, match="second_person_too_new"):
        grant_exception(exception=exception, by=made, at=timezone.now())
    assert grant_exception(exception=exception, by=user(), at=timezone.now()).granted_at


def test_the_policys_days_hold_where_the_ward_has_others_and_nobody_changes_them_in_the_admin() -> None:
    AccountPolicy.objects.create(
        period=(LONG_AGO, None), second_person_days=30, proposal_days=14, invitation_days=7, source="DEFAULT"
    )
    helper = user(date_joined=timezone.now() - timedelta(days=20))
    asked = asked_by(user())
    with pytest.raises(Refused, match="second_person_too_new"):
        open_for_look(ask=asked, by=helper, at=timezone.now())
    client = Client()
    for role in (Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR, Role.ACCOUNT_ADMIN):
        client.force_login(user(role))
        policy = AccountPolicy.objects.get()
        for page in ("add/", f"{policy.pk}/change/", f"{policy.pk}/delete/"):
            assert client.post(f"/admin/accounts/accountpolicy/{page}", {"second_person_days": 1}).status_code in (
                403,
                404,
            )
    assert AccountPolicy.objects.get().second_person_days == 30
