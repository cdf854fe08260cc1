"""審査待ち: in the order of urgency and waiting; proposed duplicates; plain applications approved together."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AccessLogEntry
from enrollment.applications.queue import places_in_queue
from enrollment.bulk_approvable import Unclear
from enrollment.decisions.bulk import approve_plain
from enrollment.decisions.decide import approve_application, return_application
from enrollment.models import Registration, RegistrationState, TaxClass
from enrollment.protection.protect import put_under_protection
from enrollment.urgency import Level, Why
from tests.builders import A_DAY, at, district, family, letter_policy, registration, service, town, user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/enrollment/registration/queue/"


@pytest.fixture(autouse=True)
def ward():
    service()
    letter_policy()


def applied(born_days_ago=40, applied_days_ago=1, of=None, **facts):
    born = A_DAY - timedelta(days=born_days_ago)
    return registration(
        of or other_family(),
        born=born,
        state=RegistrationState.APPLIED,
        applied_at=at(A_DAY - timedelta(days=applied_days_ago)),
        **facts,
    )


def other_family(**facts):
    """A family whose kana, address and telephone agree with nobody's."""
    made = family(**facts)
    made.mother_name_kana = f"かな{made.pk}"
    made.save()
    made.residences.update(block=made.pk)
    return made


def waiting():
    return places_in_queue(Registration.objects.all(), A_DAY)


def test_who_is_about_to_grow_too_old_comes_first_then_who_has_waited_longest():
    patient = applied(applied_days_ago=3)
    closing = applied(born_days_ago=115, applied_days_ago=1)
    newest = applied(applied_days_ago=0)
    assert [place.registration for place in waiting()] == [closing, patient, newest]
    assert waiting()[0].urgency.level == Level.HIGH
    assert waiting()[0].urgency.reasons[0][0] == Why.WINDOW_CLOSES


def test_only_what_waits_for_a_decision_is_in_the_queue():
    decided, returned = applied(), applied()
    approve_application(registration=decided, by=user(), at=at(A_DAY))
    return_application(registration=returned, reason="予定日の確認", by=user(), at=at(A_DAY))
    assert waiting() == []


def test_the_queue_takes_as_many_queries_for_ten_as_for_one():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            waiting()
        return len(captured)

    applied()
    one = queries()
    for _ in range(9):
        applied()
    assert queries() == one <= 20


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda made: Registration.objects.filter(pk=made.pk).update(worry=False), Unclear.NOT_ELIGIBLE),
        (lambda made: Registration.objects.filter(pk=made.pk).update(mother_health="ぜんそく"), Unclear.HEALTH),
        (
            lambda made: made.birth.family.tax_classes.update(tax_class=TaxClass.NON_TAXED),
            Unclear.PAPERS,
        ),
        (
            lambda made: put_under_protection(family=made.birth.family, reason="支援措置", by=user(), at=at(A_DAY)),
            Unclear.PROTECTED,
        ),
    ],
)
def test_what_a_person_must_look_at_is_left_by_the_bulk_with_its_reason(spoil, reason):
    plain, spoilt = applied(), applied()
    spoil(spoilt)
    assert [place.unclear for place in waiting() if place.registration == spoilt] == [(reason,)]
    outcome = approve_plain(
        applications=Registration.objects.all(), chosen=[plain.pk, spoilt.pk], by=user(), at=at(A_DAY)
    )
    assert outcome.approved == [plain]
    assert [row for row, _why in outcome.left] == [spoilt]
    assert Registration.objects.get(pk=spoilt.pk).state == RegistrationState.APPLIED
    assert plain.letters.count() == 1


def test_ticked_ones_are_approved_on_the_page_and_what_was_decided_meanwhile_changes_nothing(client):
    staff = user()
    client.force_login(staff)
    one, gone = (registration_now() for _ in range(2))
    page = client.get(QUEUE)
    assert str(page.content, "utf-8").count('name="chosen"') == 2
    assert set(AccessLogEntry.objects.filter(user=staff).values_list("family", flat=True)) == {
        one.birth.family_id,
        gone.birth.family_id,
    }
    approve_application(registration=gone, by=user(), at=timezone.now())
    answer = client.post(QUEUE, {"chosen": [one.pk, gone.pk, "x", "9" * 12]}, follow=True)
    assert one.number in str(answer.content, "utf-8")
    assert Registration.objects.get(pk=one.pk).decided_by == staff
    assert gone.letters.count() == 1


def registration_now():
    today = timezone.localdate()
    return registration(other_family(), born=today - timedelta(days=40), state=RegistrationState.APPLIED)


@pytest.mark.parametrize("number", [0, 21])
def test_nothing_ticked_and_too_many_ticked_change_nothing(client, number):
    client.force_login(user())
    made = [registration_now() for _ in range(number)]
    answer = client.post(QUEUE, {"chosen": [row.pk for row in made]}, follow=True)
    assert answer.status_code == 200
    assert not Registration.objects.filter(state=RegistrationState.APPROVED).exists()


def test_staff_of_a_district_see_and_approve_only_its_own(client):
    theirs = other_family(lives_in=town("北沢", "kitazawa"), district_slug="kitazawa")
    foreign = registration(theirs, born=timezone.localdate() - timedelta(days=40), state=RegistrationState.APPLIED)
    client.force_login(user(district=district("setagaya")))
    assert foreign.number not in str(client.get(QUEUE).content, "utf-8")
    client.post(QUEUE, {"chosen": [foreign.pk]})
    assert Registration.objects.get(pk=foreign.pk).state == RegistrationState.APPLIED


def test_filters_narrow_the_queue():
    today = timezone.localdate()
    client = Client()
    client.force_login(user())
    plain = registration_now()
    unmet = registration(other_family(), born=today - timedelta(days=40), state=RegistrationState.APPLIED, worry=False)

    def shown(**asked):
        page = str(client.get(QUEUE, asked).content, "utf-8")
        return [row for row in (plain, unmet) if row.number in page]

    assert shown() == [plain, unmet]
    assert shown(found="plain") == [plain]
    assert shown(found="unmet") == [unmet]
    assert shown(channel="paper") == []
    assert shown(level="3") == []  # both have waited for weeks
    assert shown(district=str(district().pk)) == [plain, unmet]
    assert shown(level="not a level") == [plain, unmet]
