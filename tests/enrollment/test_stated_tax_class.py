"""The tax class that a family states prices nothing until the ward accepts it, and never what is approved already."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.roles import Role
from enrollment.applications.application_data import InfantStated, StatedApplication
from enrollment.applications.apply import apply_for_registration, correct_application, withdraw_application
from enrollment.applications.queue import places_in_queue
from enrollment.bulk_approvable import Unclear
from enrollment.decisions.decide import approve_application, reject_application, return_application
from enrollment.families.life_events import change_tax_class
from enrollment.models import Registration, RegistrationState, TaxClass
from enrollment.queries import tax_class_on
from tests.builders import A_DAY, at, family, registration, service, town, user

pytestmark = pytest.mark.django_db

NEXT = A_DAY + timedelta(days=1)
LATER = A_DAY + timedelta(days=3)


@pytest.fixture(autouse=True)
def _offered():
    service()


@pytest.fixture
def mother():
    return user(Role.MOTHER)


def stated(tax_class, **facts):
    """An application for a baby born twenty days ago."""
    application = StatedApplication(
        mother_name="髙﨑 𠮷子",
        mother_name_kana="たかさき よしこ",
        town=town(),
        tax_class=tax_class,
        chome=1,
        block=2,
        infants=[InfantStated(birth_date=A_DAY - timedelta(days=20))],
        worry=True,
        lacks_support=True,
    )
    return replace(application, **facts)


def classes(of):
    return [(row.period.lower, row.tax_class) for row in of.tax_classes.all()]


def applied(mother, tax_class, of=None):
    return apply_for_registration(application=stated(tax_class), family=of, by=mother, at=at(A_DAY))


def test_the_class_stated_holds_from_the_day_on_which_the_application_is_approved(mother):
    made = applied(mother, TaxClass.NON_TAXED)
    assert classes(made.birth.family) == []
    approve_application(registration=made, by=user(), at=at(NEXT))
    assert classes(made.birth.family) == [(NEXT, "non_taxed")]
    assert made.timeline.get(happening="approved").facts == {"tax_class": "non_taxed"}


@pytest.mark.parametrize("then", ["waits", "withdrawn", "rejected", "approved"])
def test_a_further_application_never_prices_the_stay_of_a_registration_in_force(mother, then):
    home = family(account=mother, tax_class="taxed")
    registration(home, born=A_DAY - timedelta(days=200))
    before = classes(home)
    second = applied(mother, TaxClass.WELFARE, home)
    if then == "withdrawn":
        withdraw_application(registration=second, by=mother, at=at(A_DAY))
    elif then == "rejected":
        reject_application(registration=second, reason="要件を満たさない", by=user(), at=at(NEXT))
    elif then == "approved":
        approve_application(registration=second, by=user(), at=at(NEXT))
    assert classes(home) == before
    assert set(tax_class_on(home, [A_DAY, NEXT, LATER]).values()) == {"taxed"}


def test_a_family_whose_earlier_registration_has_ended_has_its_new_class_accepted(mother):
    home = family(account=mother, tax_class="taxed")
    registration(home, born=A_DAY - timedelta(days=700), state=RegistrationState.ENDED)
    second = applied(mother, TaxClass.WELFARE, home)
    assert tax_class_on(home, [A_DAY]) == {A_DAY: "taxed"}
    approve_application(registration=second, by=user(), at=at(NEXT))
    assert tax_class_on(home, [A_DAY, NEXT]) == {A_DAY: "taxed", NEXT: "welfare"}


def test_what_staff_entered_by_its_paper_since_the_application_came_in_stands(mother):
    made = applied(mother, TaxClass.WELFARE)
    home = made.birth.family
    change_tax_class(
        family=home, tax_class=TaxClass.TAXED, from_day=A_DAY, evidence="課税証明書", by=user(), at=at(A_DAY, 11)
    )
    approve_application(registration=made, by=user(), at=at(NEXT))
    assert classes(home) == [(A_DAY, "taxed")]


def test_a_corrected_application_states_its_class_anew(mother):
    made = applied(mother, TaxClass.WELFARE)
    return_application(registration=made, reason="課税区分をご確認ください", by=user(), at=at(A_DAY, 11))
    correct_application(registration=made, application=stated(TaxClass.TAXED), by=mother, at=at(A_DAY, 12))
    approve_application(registration=made, by=user(), at=at(NEXT))
    assert classes(made.birth.family) == [(NEXT, "taxed")]


@pytest.mark.parametrize(("tax_class", "looked_at"), [(TaxClass.TAXED, False), (TaxClass.NON_TAXED, True)])
def test_a_reduced_fee_that_is_only_stated_is_looked_at_by_a_person(mother, tax_class, looked_at):
    applied(mother, tax_class)
    (place,) = places_in_queue(Registration.objects.all(), A_DAY)
    assert (Unclear.PAPERS in place.unclear) is looked_at


@pytest.mark.parametrize(
    ("priced_already", "words"),
    [(False, "承認した日からこの区分になります"), (True, "いまの区分は変わりません")],
)
def test_staff_read_what_approving_makes_of_the_class_stated(client, mother, priced_already, words):
    home = family(account=mother, tax_class="taxed")
    if priced_already:
        registration(home, born=A_DAY - timedelta(days=200))
    made = applied(mother, TaxClass.WELFARE, home)
    client.force_login(user())
    page = str(client.get(f"/admin/enrollment/registration/{made.pk}/decide/").content, "utf-8")
    assert words in page
