"""決定: approved by one person only, with the verdict kept; refused with a reason; exceptions but on treatment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from enrollment.decisions.decide import (
    approve_application,
    grant_exception,
    propose_exception,
    reject_application,
    return_application,
)
from enrollment.models import Registration, RegistrationException, RegistrationState
from enrollment.queries import tax_class_on, verdict_for
from facilities.models import ServiceKind
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, at, family, registration, service, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def short_stay():
    return service()


def applied(**facts):
    return registration(state=RegistrationState.APPLIED, **facts)


def excepted(on, rule="support", last_day=A_DAY + timedelta(days=60)):
    proposed = propose_exception(
        registration=on, rule=rule, reason="母の体調のため", last_day=last_day, by=user(), at=at(A_DAY)
    )
    return grant_exception(exception=proposed, by=user(), at=at(A_DAY))


def test_an_approval_keeps_who_when_and_the_verdict_of_each_service(short_stay):
    staff = user()
    made = approve_application(registration=applied(), by=staff, at=at(A_DAY))

    kept = Registration.objects.get(pk=made.pk)
    assert (kept.state, kept.decided_by, kept.decided_at) == (RegistrationState.APPROVED, staff, at(A_DAY))
    verdict = kept.verdict["services"]["ward-centre/short-stay"]
    assert (kept.verdict["on"], verdict["eligible"]) == ("2023-05-10", True)
    assert {rule["rule"] for rule in verdict["rules"]} >= {"residency", "worry", "support", "medical_care"}


def test_a_pregnancy_is_judged_as_if_born_on_the_due_date(short_stay):
    waiting = registration(born=None, state=RegistrationState.APPLIED)
    waiting.birth.due_date = A_DAY + timedelta(days=50)
    waiting.birth.save()
    assert approve_application(registration=waiting, by=user(), at=at(A_DAY)).state == RegistrationState.APPROVED


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"mother_in_ward": False}, "residency"),
        ({"worry": False}, "worry"),
        ({"lacks_support": False}, "support"),
        ({"needs_medical_care": True}, "medical_care"),
        ({"born": A_DAY - timedelta(days=200)}, "infant_age"),
    ],
)
def test_what_no_service_allows_is_not_approved_and_the_rule_is_named(short_stay, facts, rule):
    made = applied(**facts)
    with pytest.raises(Refused) as refusal:
        approve_application(registration=made, by=user(), at=at(A_DAY))
    assert (refusal.value.code, list(refusal.value.fields)) == ("not_eligible", [rule])
    assert Registration.objects.get(pk=made.pk).state == RegistrationState.APPLIED


def test_an_infant_too_old_for_a_stay_is_registered_for_the_service_that_takes_it(short_stay):
    service(ServiceKind.OUTREACH, short_stay.pool, age_limit_months=12)
    older = applied(born=A_DAY - timedelta(days=200))
    kept = approve_application(registration=older, by=user(), at=at(A_DAY)).verdict["services"]
    assert {slug: verdict["eligible"] for slug, verdict in kept.items()} == {
        "ward-centre/short-stay": False,
        "ward-centre/outreach": True,
    }


def test_with_an_exception_on_the_rule_it_is_approved(short_stay):
    made = applied(lacks_support=False)
    excepted(made)
    assert approve_application(registration=made, by=user(), at=at(A_DAY)).state == RegistrationState.APPROVED


def test_no_exception_on_medical_treatment_on_an_unknown_rule_without_a_reason_or_twice(short_stay):
    made = applied()
    for rule, reason, code in [
        ("medical_care", "理由", "no_exception_on_medical_care"),
        ("age", "理由", "unknown_rule"),
        ("support", "　", "no_reason"),
    ]:
        with pytest.raises(NotPossible, match=code):
            propose_exception(registration=made, rule=rule, reason=reason, last_day=A_DAY, by=user(), at=at(A_DAY))
    granted = excepted(made)
    with pytest.raises(Refused, match="exception_already_proposed"):
        excepted(made)
    with pytest.raises(Refused, match="exception_already_granted"):
        grant_exception(exception=granted, by=user(), at=at(A_DAY))


def test_an_exception_counts_only_once_a_second_person_granted_it(short_stay):
    made, first = applied(lacks_support=False), user()
    proposed = propose_exception(
        registration=made, rule="support", reason="理由", last_day=A_DAY, by=first, at=at(A_DAY)
    )
    with pytest.raises(Refused, match="not_eligible"):
        approve_application(registration=made, by=user(), at=at(A_DAY))
    with pytest.raises(Refused, match="second_person_needed"):
        grant_exception(exception=proposed, by=first, at=at(A_DAY))
    with pytest.raises(IntegrityError, match="exception_granted_by_a_second_person"), transaction.atomic():
        RegistrationException.objects.update(granted_by=first, granted_at=at(A_DAY))
    grant_exception(exception=proposed, by=user(), at=at(A_DAY))
    assert approve_application(registration=made, by=first, at=at(A_DAY)).state == RegistrationState.APPROVED


def test_each_decision_stands_on_the_familys_timeline(short_stay):
    made, staff = applied(lacks_support=False), user()
    excepted(made)
    approve_application(registration=made, by=staff, at=at(A_DAY))
    told = made.timeline.order_by("pk").values_list("happening", flat=True)
    assert list(told) == ["exception_proposed", "exception_granted", "approved"]


def test_a_family_that_moves_away_is_judged_to_its_last_day_in_the_ward(short_stay):
    kept = registration()
    kept.usable_until = A_DAY
    assert verdict_for(kept, short_stay, A_DAY, A_DAY).eligible
    refused = verdict_for(kept, short_stay, A_DAY, A_DAY + timedelta(days=1))
    assert [rule.code for rule in refused.rules if not rule.met] == ["leaves_ward"]


@pytest.mark.parametrize("decide", [return_application, reject_application])
def test_to_return_or_reject_takes_a_reason(short_stay, decide):
    made = applied()
    with pytest.raises(NotPossible, match="no_reason"):
        decide(registration=made, reason=" ", by=user(), at=at(A_DAY))
    assert decide(registration=made, reason="住所の確認", by=user(), at=at(A_DAY)).decision_reason == "住所の確認"


@pytest.mark.django_db(transaction=True)
def test_of_two_people_approving_at_once_one_succeeds_and_the_other_is_told(short_stay):
    made, people = applied(), [user(), user()]
    both_ready = Barrier(2)

    def decide(person):
        try:
            both_ready.wait(120)
            return transaction.atomic(approve_application)(registration=made, by=person, at=at(A_DAY))
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(decide, people))

    refusal = next(answer for answer in answers if isinstance(answer, Refused))
    winner = next(answer for answer in answers if isinstance(answer, Registration))
    assert (refusal.code, refusal.status) == ("already_decided", 409)
    assert made.number in refusal.detail
    assert Registration.objects.get(pk=made.pk).decided_by == winner.decided_by


def test_a_registration_is_judged_for_a_service_and_days_with_its_exceptions(short_stay):
    kept = registration(lacks_support=False, infants=2)
    last = A_DAY + timedelta(days=2)
    assert not verdict_for(kept, short_stay, A_DAY, last).eligible
    excepted(kept)
    assert verdict_for(Registration.objects.get(pk=kept.pk), short_stay, A_DAY, last).eligible


def test_the_tax_class_of_a_day_is_the_one_in_force_on_it():
    home = family(tax_class="taxed")
    row = home.tax_classes.get()
    row.period = (row.period.lower, A_DAY)
    row.save()
    home.tax_classes.create(period=(A_DAY, None), tax_class="non_taxed")
    days = [A_DAY - timedelta(days=1), A_DAY]
    assert tax_class_on(home, days) == {days[0]: "taxed", days[1]: "non_taxed"}
