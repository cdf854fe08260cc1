"""申請: what a family states becomes a registration to be decided, or a clear refusal and nothing written."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import translation

from accounts.roles import Role
from bookings.models import Booking
from enrollment.applications.application_data import InfantStated, SiblingStated, StatedApplication
from enrollment.applications.apply import (
    apply_for_registration,
    correct_application,
    report_birth,
    withdraw_application,
)
from enrollment.decisions.decide import return_application
from enrollment.models import Family, Registration, RegistrationPolicy, RegistrationState, TaxClass
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, LONG_AGO, at, registration, service, town, user

pytestmark = pytest.mark.django_db

BORN = A_DAY - timedelta(days=20)


@pytest.fixture(autouse=True)
def week_28():
    """PUBLIC: registration can be requested from week 28 of pregnancy."""
    RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28)


@pytest.fixture
def mother():
    return user(Role.MOTHER)


def stated(**changes):
    return replace(
        StatedApplication(
            mother_name="髙﨑 𠮷子",
            mother_name_kana="タカサキ　ﾖｼｺ",
            phone="０９０−１２３４−５６７８",
            town=town(),
            chome=1,
            block=2,
            rest="3-4",
            tax_class=TaxClass.TAXED,
            infants=[InfantStated(birth_date=BORN, name="塚󠄀太郎")],
            worry=True,
            lacks_support=True,
        ),
        **changes,
    )


def test_a_new_family_is_entered_with_residence_infant_and_an_open_application_that_states_its_tax_class(mother):
    made = apply_for_registration(application=stated(), by=mother, at=at(A_DAY))

    family = made.birth.family
    assert (made.state, family.account) == (RegistrationState.APPLIED, mother)
    assert family.residences.get().district.slug == "setagaya"
    assert made.stated_tax_class == "taxed"
    assert not family.tax_classes.exists()
    assert made.birth.infants.get().birth_date == BORN


@pytest.mark.parametrize("name", ["髙﨑 𠮷子", "塚本 神子", "辻󠄀 葛󠄀", " 前の空白", "ｱﾏﾝﾀﾞ Ⅳ㈱"])
def test_a_name_is_kept_byte_for_byte(mother, name):
    made = apply_for_registration(application=stated(mother_name=name), by=mother, at=at(A_DAY))
    assert Family.objects.get(pk=made.birth.family_id).mother_name.encode() == name.encode()


def test_kana_and_telephone_are_folded_so_that_they_are_found(mother):
    family = apply_for_registration(application=stated(), by=mother, at=at(A_DAY)).birth.family
    assert (family.mother_name_kana, family.phone) == ("たかさき よしこ", "09012345678")


@pytest.mark.parametrize(
    ("due", "accepted"),
    [
        # Week 28 begins 84 days before the due date (40 weeks less 28).
        (A_DAY + timedelta(days=85), False),
        (A_DAY + timedelta(days=84), True),
        (A_DAY + timedelta(days=1), True),
    ],
)
def test_before_birth_one_can_apply_from_the_week_of_pregnancy_of_the_policy(mother, due, accepted):
    application = stated(infants=[], due_date=due)
    if accepted:
        made = apply_for_registration(application=application, by=mother, at=at(A_DAY))
        assert not made.birth.infants.exists()
    else:
        with pytest.raises(NotPossible) as refusal:
            apply_for_registration(application=application, by=mother, at=at(A_DAY))
        assert (refusal.value.code, list(refusal.value.fields)) == ("too_early", ["due_date"])


def test_without_a_policy_nobody_guesses_the_week(mother):
    RegistrationPolicy.objects.all().delete()
    with pytest.raises(NotPossible, match="no_registration_policy"):
        apply_for_registration(application=stated(infants=[], due_date=A_DAY), by=mother, at=at(A_DAY))


SCHOOL = (("花", 2), ("空", 1))
TOMORROW = A_DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("mother_name", {"mother_name": "　 "}),
        ("mother_name_kana", {"mother_name_kana": " "}),
        ("mother_birth_date", {"mother_birth_date": A_DAY}),
        ("due_date", {"infants": []}),
        ("due_date", {"infants": [], "due_date": date(2032, 5, 10)}),
        ("due_date", {"due_date": date(2022, 4, 20)}),
        ("infants.0.birth_date", {"infants": [InfantStated(TOMORROW)]}),
        ("infants.1.gestation_days", {"infants": [InfantStated(BORN), InfantStated(BORN, gestation_days=37)]}),
        ("infants.0.rolls_over_since", {"infants": [InfantStated(BORN, rolls_over_since=TOMORROW)]}),
        ("infants", {"infants": [InfantStated(BORN)] * 7}),
        ("siblings.0.birth_date", {"siblings": [SiblingStated("花", TOMORROW)]}),
        # Born 1 April 2017: at school since 1 April 2023.
        ("siblings.1.birth_date", {"siblings": [SiblingStated(name, date(2017, 4, day)) for name, day in SCHOOL]}),
        ("chome", {"chome": 0}),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_nothing_is_written(mother, field, changes):
    with pytest.raises(NotPossible) as refusal:
        transaction.atomic(apply_for_registration)(application=stated(**changes), by=mother, at=at(A_DAY))
    assert list(refusal.value.fields) == [field]
    assert not Family.objects.exists()


def test_the_same_form_sent_twice_makes_one_application(mother):
    first = apply_for_registration(application=stated(), by=mother, at=at(A_DAY))
    with pytest.raises(Refused, match="application_open"):
        apply_for_registration(application=stated(), by=mother, at=at(A_DAY))
    with pytest.raises(Refused, match="application_open"):
        apply_for_registration(application=stated(), family=first.birth.family, by=mother, at=at(A_DAY))
    assert Registration.objects.count() == 1


def test_a_further_birth_of_a_known_family_keeps_the_days_before_with_what_held_then(mother):
    first = apply_for_registration(application=stated(), by=mother, at=at(A_DAY))
    Registration.objects.filter(pk=first.pk).update(state="withdrawn")
    later = date(2025, 2, 1)
    moved = stated(town=town("用賀", "tamagawa"), infants=[InfantStated(date(2025, 1, 20))])

    second = apply_for_registration(application=moved, family=first.birth.family, by=mother, at=at(later))

    family = first.birth.family
    assert second.birth != first.birth
    assert [(row.period.lower, row.period.upper, row.district.slug) for row in family.residences.all()] == [
        (A_DAY, later, "setagaya"),
        (later, None, "tamagawa"),
    ]


def test_a_returned_application_is_corrected_and_waits_for_a_decision_again(mother):
    made = apply_for_registration(application=stated(), by=mother, at=at(A_DAY))
    return_application(registration=made, reason="生年月日をご確認ください", by=user(), at=at(A_DAY, 11))

    corrected = correct_application(
        registration=made,
        application=stated(infants=[InfantStated(BORN - timedelta(days=1))]),
        by=mother,
        at=at(A_DAY, 12),
    )

    assert corrected.state == RegistrationState.APPLIED
    assert [infant.birth_date for infant in corrected.birth.infants.all()] == [BORN - timedelta(days=1)]
    with pytest.raises(Refused, match="not_returned"):
        correct_application(registration=made, application=stated(), by=mother, at=at(A_DAY, 13))


def test_siblings_are_kept_as_they_were_last_stated_twins_each_their_own(mother):
    twins = date(2020, 5, 1)
    first = [SiblingStated("花", twins), SiblingStated("葉", twins, "ハ"), SiblingStated("空", date(2021, 6, 1))]
    made = apply_for_registration(application=stated(siblings=first), by=mother, at=at(A_DAY))
    known = {row.name: row.pk for row in made.birth.family.siblings.all()}
    return_application(registration=made, reason="きょうだいのお名前", by=user(), at=at(A_DAY, 11))

    put_right = [SiblingStated("はな", twins), SiblingStated("葉", twins, "ハ"), SiblingStated("海", date(2022, 7, 1))]
    correct_application(registration=made, application=stated(siblings=put_right), by=mother, at=at(A_DAY, 12))

    kept = {row.name: row.pk for row in made.birth.family.siblings.all()}
    assert set(kept) == {"はな", "葉", "海"}
    assert (kept["はな"], kept["葉"]) == (known["花"], known["葉"])


def test_a_sibling_whom_a_booking_names_is_kept_though_left_out(mother):
    older = [SiblingStated("花", date(2020, 5, 1))]
    made = apply_for_registration(application=stated(siblings=older), by=mother, at=at(A_DAY))
    home = made.birth.family
    Booking.objects.create(
        registration=registration(home), service=service(), sibling=home.siblings.get(), booked_at=at(A_DAY)
    )
    return_application(registration=made, reason="確認", by=user(), at=at(A_DAY, 11))
    correct_application(registration=made, application=stated(), by=mother, at=at(A_DAY, 12))
    assert home.siblings.get().name == "花"


def test_what_a_mother_asks_in_english_stands_before_staff_in_the_wards_language(mother):
    with translation.override("en"):
        made = apply_for_registration(application=stated(confidential=True), by=mother, at=at(A_DAY))
    assert made.birth.family.protection.reason == "申請の際に、ご家族が希望したため。"


def test_a_birth_is_reported_once(mother):
    made = apply_for_registration(application=stated(infants=[], due_date=A_DAY), by=mother, at=at(A_DAY))
    twins = [InfantStated(A_DAY), InfantStated(TOMORROW)]

    report_birth(registration=made, infants=twins, by=mother, at=at(TOMORROW))

    assert made.birth.infants.count() == 2
    with pytest.raises(Refused, match="birth_already_reported"):
        report_birth(registration=made, infants=twins, by=mother, at=at(TOMORROW))


def test_an_application_is_withdrawn_only_before_it_is_decided(mother):
    made = apply_for_registration(application=stated(), by=mother, at=at(A_DAY))
    withdraw_application(registration=made, by=mother, at=at(A_DAY))
    with pytest.raises(Refused, match="already_decided"):
        withdraw_application(registration=made, by=mother, at=at(A_DAY))
