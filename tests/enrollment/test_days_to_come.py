"""Words about days to come: letters say what a last day rests on, exceptions end, one birth lies in its days."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from enrollment.applications.application_data import InfantStated
from enrollment.applications.apply import report_birth
from enrollment.decisions.decide import approve_application, grant_exception, propose_exception
from enrollment.families.life_events import begins_to_roll_over
from enrollment.letters.letter_text import BEFORE_BIRTH
from enrollment.models import (
    Birth,
    LetterKind,
    Registration,
    RegistrationException,
    RegistrationPolicy,
    RegistrationState,
)
from enrollment.queries import verdict_for
from facilities.models import ServiceKind
from pages.mother.baby_forms import BirthForm
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, at, family, letter_policy, registration, service, user

pytestmark = pytest.mark.django_db
DUE = date(2027, 6, 30)
MAY = date(2027, 5, 10)


@pytest.fixture
def short_stay():
    letter_policy()
    return service()


def pregnant(due=DUE, on=MAY, **facts):
    waiting = registration(born=None, state=RegistrationState.APPLIED, **facts)
    Birth.objects.filter(pk=waiting.birth_id).update(due_date=due)
    return approve_application(registration=Registration.objects.get(pk=waiting.pk), by=user(), at=at(on))


def born(expecting, *days, on, **facts):
    infants = [InfantStated(day, **facts) for day in days]
    return report_birth(registration=expecting, infants=infants, by=user(), at=at(on))


def services(letter):
    return [row[1] for row in letter.snapshot["services"]]


def fact(letter, name):
    return [value for key, value in letter.snapshot["facts"] if key == name]


# ---- Letters --------------------------------------------------------------------------------------------------------


def test_the_letter_to_a_pregnant_woman_says_that_its_last_day_rests_on_the_due_date(short_stay):
    letter = pregnant().letters.get()
    assert services(letter) == ["令和9年10月29日まで"]
    assert fact(letter, "最後の日のもと") == ["出産予定日　令和9年6月30日（生まれる前の見込みです）"]
    assert BEFORE_BIRTH in letter.snapshot["notes"]


def test_the_birth_is_followed_by_a_letter_with_the_day_counted_from_it(short_stay):
    """Due 30 June: until 29 October. Born at full term on 15 June: truly until 14 October."""
    expecting = pregnant()
    born(expecting, date(2027, 6, 15), on=date(2027, 6, 20))
    first, second = expecting.letters.order_by("pk")
    assert (first.kind, second.kind) == (LetterKind.APPROVAL, LetterKind.CHANGE)
    assert services(second) == ["令和9年10月14日まで"]
    assert fact(second, "最後の日のもと") == ["お子さんの誕生日　令和9年6月15日"]
    assert BEFORE_BIRTH not in second.snapshot["notes"]


def test_born_early_the_letter_says_that_the_due_date_counts_and_why(short_stay):
    expecting = pregnant()
    born(expecting, date(2027, 5, 20), on=date(2027, 6, 1), gestation_days=239)
    letter = expecting.letters.order_by("-pk").first()
    assert services(letter) == ["令和9年10月29日まで"]
    assert fact(letter, "最後の日のもと") == ["出産予定日　令和9年6月30日（早く生まれた、または入院が長かったため）"]


def test_an_application_that_is_not_decided_gets_no_letter_at_the_birth(short_stay):
    waiting = registration(born=None, state=RegistrationState.APPLIED)
    Birth.objects.filter(pk=waiting.birth_id).update(due_date=DUE)
    born(Registration.objects.get(pk=waiting.pk), date(2027, 6, 15), on=date(2027, 6, 20))
    assert not waiting.letters.exists()
    approved = approve_application(registration=waiting, by=user(), at=at(date(2027, 6, 21)))
    assert services(approved.letters.get()) == ["令和9年10月14日まで"]


def test_a_baby_that_begins_to_roll_over_is_followed_by_a_letter_where_the_last_day_changes(short_stay):
    expecting = pregnant()
    born(expecting, date(2027, 5, 20), on=date(2027, 6, 1), gestation_days=239)
    begins_to_roll_over(
        infant=expecting.birth.infants.get(), since=date(2027, 9, 1), by=user(), at=at(date(2027, 9, 2))
    )
    letter = expecting.letters.order_by("-pk").first()
    assert services(letter) == ["令和9年9月19日まで"]
    assert fact(letter, "最後の日のもと") == ["お子さんの誕生日　令和9年5月20日（寝返りをするため）"]
    full_term = pregnant()
    born(full_term, date(2027, 6, 15), on=date(2027, 6, 20))
    begins_to_roll_over(
        infant=full_term.birth.infants.get(), since=date(2027, 9, 1), by=user(), at=at(date(2027, 9, 2))
    )
    assert full_term.letters.count() == 2


def test_her_pages_say_before_the_birth_that_the_day_is_counted_from_the_due_date(client, short_stay):
    mother = user(Role.MOTHER)
    expecting = registration(family(account=mother), born=None)
    Birth.objects.filter(pk=expecting.birth_id).update(due_date=DUE)
    client.force_login(mother)
    page = client.get(reverse("family:verdict", args=[expecting.pk])).text
    assert "出産予定日から数えた見込み" in page


# ---- One birth ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("apart", "passes"), [(0, True), (1, True), (2, True), (3, False), (70, False)])
@pytest.mark.parametrize("checked", [True, False])
def test_twins_of_one_report_are_born_within_two_days(short_stay, apart, passes, checked):
    expecting = pregnant()
    first = date(2027, 4, 20)
    infants = [InfantStated(first), InfantStated(first + timedelta(days=apart))]

    def report():
        return report_birth(registration=expecting, infants=infants, by=user(), at=at(DUE), checked=checked)

    if passes:
        assert report().birth.infants.count() == 2
        return
    with pytest.raises(NotPossible, match="application_impossible") as refused:
        report()
    assert list(refused.value.fields) == ["infants.1.birth_date"]
    assert not expecting.birth.infants.exists()


def test_the_form_says_it_beside_the_second_baby():
    sent = {"babies": "2", "shown": "2"}
    for number, (month, day) in enumerate(((4, 1), (4, 20))):
        sent |= {f"infant_{number}_birth_date_{part}": text for part, text in enumerate(("2026", month, day))}
    form = BirthForm(sent, due_date=None)
    assert not form.is_valid()
    assert list(form.errors) == ["infant_1_birth_date"]


# ---- Exceptions -----------------------------------------------------------------------------------------------------


def excepted(on, rule, last_day, today=A_DAY):
    proposed = propose_exception(
        registration=on, rule=rule, reason="母の体調のため", last_day=last_day, by=user(), at=at(today)
    )
    return grant_exception(exception=proposed, by=user(), at=at(today))


def judged(kept, of, first, last=None):
    return verdict_for(Registration.objects.get(pk=kept.pk), of, first, last or first)


def test_an_exception_on_age_ends_with_its_last_day(short_stay):
    """Granted in September 2027; without an end it was booked at 28 months."""
    kept = registration(born=date(2027, 4, 20))
    until = date(2027, 10, 31)
    excepted(kept, "infant_age", until, today=date(2027, 9, 10))
    for day, allowed in ((date(2027, 8, 19), True), (until, True), (until + timedelta(days=1), False)):
        assert judged(kept, short_stay, day).eligible is allowed, day
    assert not judged(kept, short_stay, until, until + timedelta(days=1)).eligible
    found = judged(kept, short_stay, date(2027, 9, 20))
    assert (found.usable_until, found.last_day) == (date(2027, 8, 19), until)
    refused = next(row for row in judged(kept, short_stay, date(2029, 8, 20)).rules if row.rule == "infant_age")
    assert (refused.excepted, refused.excepted_until) == (False, until)


def test_an_exception_on_what_is_never_met_is_the_last_day_of_all(short_stay):
    kept = registration(lacks_support=False)
    until = A_DAY + timedelta(days=14)
    excepted(kept, "support", until)
    assert judged(kept, short_stay, A_DAY).last_day == until
    assert judged(kept, short_stay, until).eligible
    assert not judged(kept, short_stay, until + timedelta(days=1)).eligible


def test_an_exception_that_ends_before_the_rule_is_met_again_covers_nothing_else(short_stay):
    """Away from the 20th to the 24th; the exception covers the 20th alone."""
    kept = registration()
    home = kept.birth.family
    home.residences.update(period=(A_DAY - timedelta(days=400), A_DAY + timedelta(days=10)))
    back = A_DAY + timedelta(days=15)
    home.residences.create(period=(back, None), district=home.residences.get().district)
    excepted(kept, "residency", back - timedelta(days=1))
    assert judged(kept, short_stay, back - timedelta(days=1), back + timedelta(days=1)).eligible
    RegistrationException.objects.update(last_day=back - timedelta(days=2))
    assert not judged(kept, short_stay, back - timedelta(days=1), back + timedelta(days=1)).eligible


@pytest.mark.parametrize("away", [-1, 2 * 366 + 1])
def test_a_last_day_that_has_passed_or_lies_years_away_is_a_slip(short_stay, away):
    with pytest.raises(NotPossible, match="day_impossible") as refused:
        excepted(registration(), "support", A_DAY + timedelta(days=away))
    assert list(refused.value.fields) == ["last_day"]


def test_how_far_ahead_an_exception_may_last_is_policy(short_stay):
    RegistrationPolicy.objects.create(
        period=(A_DAY - timedelta(days=400), None), from_pregnancy_week=28, exception_days=30
    )
    with pytest.raises(NotPossible, match="day_impossible"):
        excepted(registration(), "support", A_DAY + timedelta(days=31))
    assert excepted(registration(), "support", A_DAY + timedelta(days=30)) is not None


def test_an_exception_is_made_longer_by_another_one_and_never_proposed_twice(short_stay):
    kept = registration(lacks_support=False)
    until, later = A_DAY + timedelta(days=14), A_DAY + timedelta(days=30)
    excepted(kept, "support", until)
    with pytest.raises(Refused, match="exception_already_proposed"):
        excepted(kept, "support", until)
    excepted(kept, "support", later)
    assert judged(kept, short_stay, A_DAY).last_day == later
    assert kept.exceptions.count() == 2


def test_what_ended_while_it_waited_is_not_granted(short_stay):
    proposed = propose_exception(
        registration=registration(), rule="support", reason="理由", last_day=A_DAY, by=user(), at=at(A_DAY)
    )
    with pytest.raises(Refused, match="exception_is_over"):
        grant_exception(exception=proposed, by=user(), at=at(A_DAY + timedelta(days=1)))


def test_the_database_keeps_no_exception_without_its_last_day(short_stay):
    with pytest.raises(IntegrityError), transaction.atomic():
        RegistrationException.objects.create(
            registration=registration(), rule="support", reason="理由", proposed_by=user(), proposed_at=at(A_DAY)
        )


def test_an_exception_granted_after_the_approval_is_told_by_a_letter(short_stay):
    service(ServiceKind.OUTREACH, short_stay.pool, age_limit_months=12)
    kept = approve_application(registration=registration(state=RegistrationState.APPLIED), by=user(), at=at(A_DAY))
    until = A_DAY + timedelta(days=150)
    excepted(kept, "infant_age", until)
    letter = kept.letters.order_by("-pk").first()
    assert letter.kind == LetterKind.CHANGE
    assert "令和5年10月7日まで" in services(letter)


def test_the_page_of_the_decision_shows_until_when_and_lets_it_be_made_longer(client, short_stay):
    kept = registration(lacks_support=False)
    excepted(kept, "support", date(2023, 7, 1))
    client.force_login(user())
    page = client.get(f"/admin/enrollment/registration/{kept.pk}/decide/").text
    assert "2023年7月1日" in page
    assert "exception-last_day" in page
