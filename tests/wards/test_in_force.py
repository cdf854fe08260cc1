"""What is or was in force stays as it was, whoever writes; its last day alone is changed, days to come are free."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from billing.models import CouponPolicy
from sankecare.database_refusals import constraint_of
from sankecare.postgresql.in_force import is_kept, rewriting
from tests import builders
from wards.dated.tables import DATED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_force_is_kept")]

A_DAY = timedelta(days=1)


def coupons(first, end=None):
    return CouponPolicy.objects.create(period=(first, end), amount=2500, per_mother=5)


def refused(write) -> bool:
    try:
        with transaction.atomic():
            write()
    except IntegrityError as refusal:
        return constraint_of(refusal) == "in_force_is_kept"
    return False


def test_a_row_that_has_begun_is_neither_changed_nor_deleted():
    row = coupons(builders.LONG_AGO)
    assert refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(amount=3000))
    assert refused(lambda: CouponPolicy.objects.filter(pk=row.pk).delete())


def test_a_row_that_begins_today_has_begun():
    row = coupons(timezone.localdate())
    assert refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(amount=3000))


def test_the_first_day_of_a_row_that_has_begun_stays():
    row = coupons(builders.LONG_AGO)
    earlier = DateRange(builders.LONG_AGO - A_DAY, None)
    assert refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(period=earlier))


@pytest.mark.parametrize("ahead", [0, 1, 400])
def test_its_end_is_set_to_a_day_that_has_not_passed(ahead):
    row, today = coupons(builders.LONG_AGO), timezone.localdate()
    ended = DateRange(builders.LONG_AGO, today + ahead * A_DAY)
    assert not refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(period=ended))


def test_no_day_that_has_passed_is_taken_from_it_or_given_to_it():
    today = timezone.localdate()
    row = coupons(builders.LONG_AGO)
    yesterday = DateRange(builders.LONG_AGO, today - A_DAY)
    assert refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(period=yesterday))
    CouponPolicy.objects.filter(pk=row.pk).update(period=DateRange(builders.LONG_AGO, today))
    assert not refused(
        lambda: CouponPolicy.objects.filter(pk=row.pk).update(period=DateRange(builders.LONG_AGO, None))
    )


def test_a_row_that_is_over_is_not_prolonged():
    today = timezone.localdate()
    row = coupons(builders.LONG_AGO, today - 10 * A_DAY)
    assert refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(period=DateRange(builders.LONG_AGO, None)))


def test_rows_to_come_are_free_and_a_day_without_a_row_may_be_given_one():
    row = coupons(timezone.localdate() + A_DAY)
    assert not refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(amount=3000))
    assert not refused(lambda: CouponPolicy.objects.filter(pk=row.pk).delete())
    assert not refused(lambda: coupons(builders.LONG_AGO))


def test_the_wards_reviewed_files_put_right_what_has_begun_and_nobody_after_them(in_force_is_kept):
    row = coupons(builders.LONG_AGO)
    with rewriting():
        CouponPolicy.objects.filter(pk=row.pk).update(amount=3000)
    row.refresh_from_db()
    assert row.amount == 3000
    in_force_is_kept()
    assert refused(lambda: CouponPolicy.objects.filter(pk=row.pk).update(amount=2000))


def test_every_dated_table_of_the_wards_is_kept():
    """Closed days are facts of single days; a draw, a family and a payee (kept with each claim) have own rules."""
    others = {
        *("Closure", "DrawRound", "FreedDays", "HighNeed", "PlaceRequest", "RoomOutOfOrder", "WaitingEntry"),
        *("Residence", "TaxClassPeriod", "ConfidentialAddress", "FacilityPicture", "SafetyManual"),
        *("Payee", "NamedCaller", "ProtectionPeriod", "Decider"),
    }
    dated = {
        model.__name__
        for model in apps.get_models()
        if any(field.name == "period" for field in model._meta.concrete_fields)
        and not model.__name__.endswith("Event")
    }
    assert {model.__name__ for model in apps.get_models() if is_kept(model)} == dated - others
    assert all(is_kept(table.model) for table in DATED)
