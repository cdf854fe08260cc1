"""安全管理マニュアル: the version in force is acknowledged by each, once; the manager sees who has not."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from care.manual_queries import manuals_in_force
from care.manuals import acknowledge_manual
from care.models import ManualAcknowledgement, SafetyManual
from sankecare.errors import Refused
from sankecare.periods import period
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def manual(version: str = "第2版", **given: Any) -> SafetyManual:
    today = timezone.localdate()
    row = {"period": period(today - timedelta(days=9), None), "what_changed": "避難経路"}
    return SafetyManual.objects.create(version=version, **row | given)


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def people() -> tuple[User, User]:
    return builders.user(Role.OPERATOR, last_name="助産"), builders.user(Role.FACILITY_MANAGER, last_name="管理")


def test_one_touch_acknowledges_once_and_the_manager_sees_who_has_not(transactional_db: None) -> None:
    midwife, manager = people()
    kept = manual()
    page = client_of(manager).get(reverse("operator:manuals")).content.decode()
    assert ("助産" in page, "避難経路" in page) == (True, True)
    for _ in range(2):
        client_of(midwife).post(reverse("operator:manual-acknowledge", args=[kept.pk]))
    assert ManualAcknowledgement.objects.get().person == midwife
    (shown,) = manuals_in_force(midwife.facility, timezone.localdate(), manager)
    assert (shown.not_yet, [row.person for row in shown.done]) == ([manager], [midwife])


def test_the_midwife_sees_no_list_of_her_colleagues(transactional_db: None) -> None:
    midwife, _manager = people()
    manual()
    page = client_of(midwife).get(reverse("operator:manuals")).content.decode()
    assert ("避難経路" in page, "管理" in page.replace("安全管理", "").replace("施設管理", "")) == (True, False)


def test_the_version_for_all_and_the_facilitys_own_are_both_in_force(transactional_db: None) -> None:
    midwife, _manager = people()
    elsewhere = builders.facility("mamas-room", "ママズルーム")
    today = timezone.localdate()
    manual("全施設")
    manual("自施設", facility=midwife.facility)
    manual("他施設", facility=elsewhere)
    manual("前の版", period=period(today - timedelta(days=99), today - timedelta(days=10)))
    found = {one.manual.version for one in manuals_in_force(midwife.facility, today, midwife)}
    assert found == {"全施設", "自施設"}


def test_another_facilitys_version_and_one_that_ended_are_not_acknowledged(transactional_db: None) -> None:
    midwife, _manager = people()
    today = timezone.localdate()
    others = manual("他施設", facility=builders.facility("mamas-room", "ママズルーム"))
    ended = manual("前の版", period=period(today - timedelta(days=99), today - timedelta(days=10)))
    assert client_of(midwife).post(reverse("operator:manual-acknowledge", args=[others.pk])).status_code == 404
    for kept, code in ((others, "not_for_this_person"), (ended, "not_in_force")):
        with pytest.raises(Refused) as refused:
            transaction.atomic(acknowledge_manual)(manual=kept, by=midwife, at=timezone.now())
        assert refused.value.code == code
    assert ManualAcknowledgement.objects.count() == 0


def test_two_versions_are_never_in_force_at_once_and_what_was_acknowledged_is_not_rewritten(
    transactional_db: None,
) -> None:
    midwife, _manager = people()
    kept = manual()
    with pytest.raises(IntegrityError), transaction.atomic():
        manual("第3版")
    SafetyManual.objects.filter(pk=kept.pk).update(what_changed="避難経路と連絡先")
    transaction.atomic(acknowledge_manual)(manual=kept, by=midwife, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyManual.objects.filter(pk=kept.pk).update(what_changed="別のこと")
    with pytest.raises(DatabaseError), transaction.atomic():
        ManualAcknowledgement.objects.all().delete()
    # It ends when the next one begins.
    ends = period(timezone.localdate() - timedelta(days=9), timezone.localdate())
    assert SafetyManual.objects.filter(pk=kept.pk).update(period=ends) == 1


def test_ward_staff_keep_the_versions_in_the_admin(transactional_db: None) -> None:
    client = client_of(builders.user(Role.WARD_STAFF))
    answer = client.post(
        reverse("admin:care_safetymanual_add"),
        {
            "facility": "",
            "version": "第1版",
            "period_0": "2024-04-01",
            "period_1": "",
            "what_changed": "初版",
            "acknowledgements-TOTAL_FORMS": "0",
            "acknowledgements-INITIAL_FORMS": "0",
        },
    )
    assert (answer.status_code, SafetyManual.objects.get().version) == (302, "第1版")


def test_the_page_runs_a_fixed_number_of_queries(transactional_db: None, django_assert_num_queries: Any) -> None:
    midwife, manager = people()
    manual()
    manual("自施設", facility=midwife.facility)
    with django_assert_num_queries(3):
        manuals_in_force(midwife.facility, timezone.localdate(), manager)
