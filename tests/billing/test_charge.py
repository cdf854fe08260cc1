"""請求: issued once, of the days used, at what was in force on each; never edited, corrected by signed rows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import Error, connection, transaction

from accounts.roles import Role
from billing.adjust import adjust_charge
from billing.charge import price_again, snapshot_of, used_of
from billing.check_out import check_out
from billing.issue import issue_charge
from billing.models import AdjustmentKind, Charge, CouponPolicy, Tariff
from billing.queries import coupons_used, owed
from bookings.models import BookingState
from bookings.places.reserve import reserve_days
from bookings.stays.stays import record_arrival
from sankecare.errors import NotPossible, Refused
from tests.builders import A_DAY, at, coupon_policy, family, registration, service, user

pytestmark = pytest.mark.django_db


def stay(days=3, *, home=None, first=A_DAY, infants=1, until=None, handed_over=(), **asked):
    """A stay that has ended, not yet charged unless ``check_out`` could."""
    kept = registration(home or family(), born=first - timedelta(days=30), infants=infants)
    place = asked.pop("at_service", None) or service()
    midwife = user(Role.OPERATOR)
    booking = reserve_days(
        registration=kept,
        service=place,
        days=[first + timedelta(days=n) for n in range(days)],
        by=user(),
        at=at(first - timedelta(days=5)),
        **asked,
    )
    record_arrival(booking=booking, by=midwife, at=at(first))
    leaves = at(until or first + timedelta(days=days - 1), 16)
    return transaction.atomic(check_out)(booking=booking, by=midwife, at=leaves, coupons=handed_over)


def test_only_the_days_used_are_charged():
    left = stay(5, until=A_DAY + timedelta(days=1))
    assert (left.charge.total, left.charge.lines.count()) == (9_000, 2)


def test_each_day_is_charged_at_the_tax_class_in_force_on_it():
    home = family(tax_class="taxed")
    row = home.tax_classes.get()
    row.period = (row.period.lower, A_DAY + timedelta(days=2))
    row.save()
    home.tax_classes.create(period=(A_DAY + timedelta(days=2), None), tax_class="non_taxed")
    assert stay(3, home=home).charge.total == 4500 + 4500 + 1500


def test_coupons_are_counted_over_all_stays_of_the_mother():
    coupon_policy()
    home, place = family(), service()
    first = date(2024, 1, 10)
    charged = stay(4, home=home, first=first, at_service=place, handed_over=[1, 2, 3, 4]).charge
    assert (charged.total, coupons_used(home)) == (4 * 2000, 4)
    CouponPolicy.objects.update(per_mother=6, period=(date(2023, 10, 1), date(2025, 1, 1)))
    coupon_policy(first=date(2025, 1, 1))  # the sixth that she has is one too many again
    with pytest.raises(NotPossible, match="coupon_allowance_exceeded"):
        stay(2, home=home, first=date(2025, 6, 1), at_service=place, handed_over=[5, 6])


def test_what_was_announced_takes_nothing_off_by_itself():
    """docs/decisions/0013: coupons are handed over at payment."""
    coupon_policy()
    charged = stay(2, first=date(2024, 1, 10), coupons=2).charge
    assert (charged.total, charged.snapshot["coupons"]) == (9_000, 0)


def test_an_announced_coupon_that_cannot_be_used_does_not_keep_the_charge_away():
    coupon_policy()
    left = stay(2, home=family(tax_class="non_taxed"), first=date(2024, 1, 10), coupons=1)
    assert left.charge.total == 3_000


def test_a_family_leaves_even_where_no_amount_is_published_and_is_charged_once_it_is():
    place = service()
    published = list(Tariff.objects.filter(component="multiple"))
    Tariff.objects.filter(component="multiple").delete()

    left = stay(2, infants=2, at_service=place)

    booking = left.stay.booking
    booking.refresh_from_db()
    assert (left.charge, booking.state) == (None, BookingState.DEPARTED)
    assert left.no_charge
    with pytest.raises(NotPossible, match="tariff_not_published"):
        transaction.atomic(issue_charge)(booking=booking, by=user(), at=at(A_DAY + timedelta(days=9)))
    Tariff.objects.bulk_create(published)
    assert (
        transaction.atomic(issue_charge)(booking=booking, by=user(), at=at(A_DAY + timedelta(days=9))).total == 10_000
    )


def test_a_stay_is_charged_once_and_only_after_it_has_ended():
    left = stay(2)
    with pytest.raises(Refused, match="charge_already_issued"):
        transaction.atomic(issue_charge)(booking=left.stay.booking, by=user(), at=at(A_DAY + timedelta(days=3)))
    other = reserve_days(
        registration=registration(family(), born=A_DAY - timedelta(days=30)),
        service=left.stay.booking.service,
        days=[A_DAY],
        by=user(),
        at=at(A_DAY - timedelta(days=5)),
    )
    with pytest.raises(Refused, match="not_departed"):
        transaction.atomic(issue_charge)(booking=other, by=user(), at=at(A_DAY))


def test_the_snapshot_alone_gives_the_charge_again_after_the_tariff_has_changed():
    charge = stay(3, infants=2).charge
    Tariff.objects.update(amount=9999)
    kept = Charge.objects.get(pk=charge.pk)
    again = price_again(kept.snapshot)
    assert [(line.day, line.component, line.amount) for line in again.lines] == [
        (line.day, line.component, line.amount) for line in kept.lines.all()
    ]
    assert snapshot_of(used_of(kept.snapshot), [], [])["days"] == kept.snapshot["days"]


def test_an_issued_charge_cannot_be_edited_or_deleted_whoever_writes():
    charge = stay(2).charge
    for change in (
        lambda: Charge.objects.filter(pk=charge.pk).update(total=1),
        lambda: charge.lines.update(amount=0, unit_amount=0),
        lambda: charge.lines.all().delete(),
    ):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_a_correction_is_a_signed_row_with_its_reason_and_the_sum_is_owed():
    charge = stay(2).charge
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=-1500,
        reason="減免",
        by=user(),
        at=at(A_DAY + timedelta(days=9)),
    )
    transaction.atomic(adjust_charge)(
        charge=charge,
        kind=AdjustmentKind.CORRECTION,
        amount=500,
        reason="訂正",
        by=user(),
        at=at(A_DAY + timedelta(days=10)),
    )
    assert owed(charge) == 9000 - 1500 + 500


@pytest.mark.parametrize(
    ("amount", "reason", "code"),
    [
        (0, "理由", "no_amount"),
        (-100, "　", "no_reason"),
        (10**9, "理由", "amount_too_large"),
        (-9001, "理由", "below_zero"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(amount, reason, code):
    charge = stay(2).charge
    with pytest.raises(Refused, match=code):
        transaction.atomic(adjust_charge)(
            charge=charge, kind=AdjustmentKind.CORRECTION, amount=amount, reason=reason, by=user(), at=at(A_DAY)
        )
    assert not charge.adjustments.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_midwives_recording_one_departure_at_once_one_succeeds_and_one_charge_is_issued():
    place, midwife = service(), user(Role.OPERATOR)
    booking = transaction.atomic(reserve_days)(
        registration=registration(family(), born=A_DAY - timedelta(days=30)),
        service=place,
        days=[A_DAY],
        by=midwife,
        at=at(A_DAY - timedelta(days=5)),
    )
    transaction.atomic(record_arrival)(booking=booking, by=midwife, at=at(A_DAY))
    both_ready = Barrier(2)

    def leave(_person):
        try:
            both_ready.wait(120)
            return transaction.atomic(check_out)(booking=booking, by=midwife, at=at(A_DAY, 16))
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(leave, range(2)))

    assert answers.count("already_departed") == 1
    assert Charge.objects.get(booking=booking).total == 4500
