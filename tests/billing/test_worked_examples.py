"""The ward's four worked examples (SEED) out of the whole chain: apply, approve, book, arrive, leave, be charged."""

from datetime import date, timedelta

import pytest

from accounts.roles import Role
from billing.charge import price_again
from billing.check_out import check_out
from bookings.places.reserve import reserve_days
from bookings.stays.stays import record_arrival
from enrollment.applications.application_data import InfantStated, SiblingStated, StatedApplication
from enrollment.applications.apply import apply_for_registration
from enrollment.decisions.decide import approve_application
from enrollment.models import TaxClass
from tests.builders import at, service, town, usage_limits, user

pytestmark = pytest.mark.django_db

FIRST_DAY = date(2023, 5, 1)


@pytest.mark.parametrize(
    ("tax_class", "days", "infants", "with_sibling", "total"),
    [
        (TaxClass.TAXED, 7, 1, False, 31_500),
        (TaxClass.NON_TAXED, 7, 1, False, 10_500),
        (TaxClass.TAXED, 3, 2, False, 15_000),
        (TaxClass.NON_TAXED, 3, 1, True, 7_200),
    ],
)
def test_the_charge_of_the_stay_is_the_published_example(tax_class, days, infants, with_sibling, total):
    mother, staff, midwife = user(Role.MOTHER), user(Role.WARD_STAFF), user(Role.OPERATOR)
    short_stay = service()
    usage_limits()
    registration = apply_for_registration(
        application=StatedApplication(
            mother_name="髙﨑 𠮷子",
            mother_name_kana="たかさき よしこ",
            town=town(),
            tax_class=tax_class,
            infants=[InfantStated(birth_date=date(2023, 3, 20))] * infants,
            siblings=[SiblingStated("花", date(2020, 1, 15))] if with_sibling else [],
            worry=True,
            lacks_support=True,
        ),
        by=mother,
        at=at(date(2023, 4, 1)),
    )
    approve_application(registration=registration, by=staff, at=at(date(2023, 4, 5)))
    booking = reserve_days(
        registration=registration,
        service=short_stay,
        days=[FIRST_DAY + timedelta(days=n) for n in range(days)],
        sibling=registration.birth.family.siblings.first(),
        by=mother,
        at=at(date(2023, 4, 10)),
    )
    record_arrival(booking=booking, by=midwife, at=at(FIRST_DAY))
    left = check_out(booking=booking, by=midwife, at=at(FIRST_DAY + timedelta(days=days - 1), 16))

    assert left.charge is not None
    assert left.charge.total == total
    assert sum(line.amount for line in left.charge.lines.all()) == total
    assert price_again(left.charge.snapshot).total == total
