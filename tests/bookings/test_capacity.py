"""Places taken away: whom it hits is listed, and it holds only with a decision for each."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState, ChangeNotice
from bookings.places.capacity import Cut, CutKind, Decision, Fate, apply_cut, hit_by
from bookings.stays.stays import record_arrival
from facilities.models import Capacity, Closure, DayOverride, FacilityOption
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders
from tests.bookings.conftest import ASKED_AT, MONDAY, Ward, days, held

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "改修のため"
SORRY = "改修のため、お休みします。申し訳ありません。"


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    builders.usage_limits()
    mamas_room = builders.pool(2, builders.facility("mamas-room", "ママズルーム"))
    return Ward(builders.service(slots=2), builders.service(builders.ServiceKind.DAY_CARE, mamas_room))


def cut(ward: Ward, kind: CutKind, first: int, last: int | None, slots: int = 0) -> Cut:
    return Cut(ward.stay.pool, kind, days(first)[0], days(last)[0] if last else None, slots, REASON)


def mothers_booking(ward: Ward, *numbers: int) -> Booking:
    mother = builders.user(Role.MOTHER, email=f"yoshiko-{User.objects.count()}@example.jp")
    return ward.reserve(builders.registration(builders.family(account=mother)), *numbers)


@pytest.mark.parametrize(
    ("kind", "slots", "hit"),
    [
        (CutKind.CLOSURE, 0, {1: 2, 2: 1}),
        (CutKind.OVERRIDE, 1, {1: 1}),
        (CutKind.CAPACITY, 0, {1: 2, 2: 1}),
        (CutKind.CAPACITY, 2, {}),
    ],
)
def test_it_is_listed_how_many_families_each_day_has_too_many_and_nothing_is_changed(
    ward: Ward, kind: CutKind, slots: int, hit: dict[int, int]
) -> None:
    ward.reserve(builders.registration(), 1, 2)
    ward.reserve(builders.registration(), 1)
    found = hit_by(cut(ward, kind, 1, 3, slots))
    assert {(row.day - MONDAY).days + 1: row.too_many for row in found} == hit
    assert (Closure.objects.count(), DayOverride.objects.count(), Capacity.objects.count()) == (0, 0, 2)


def test_a_closure_holds_once_each_family_has_its_decision_and_each_hears_of_it(ward: Ward) -> None:
    gone, moved, shorter = mothers_booking(ward, 1), mothers_booking(ward, 1), mothers_booking(ward, 2, 3)
    there = mothers_booking(ward, 3)
    decisions = {
        gone.pk: Decision(Fate.CANCEL, SORRY),
        moved.pk: Decision(Fate.MOVE, SORRY, days=tuple(days(4))),
        shorter.pk: Decision(Fate.GIVE_UP_DAYS, SORRY),
    }
    transaction.atomic(apply_cut)(
        cut=cut(ward, CutKind.CLOSURE, 1, 2), decisions=decisions, by=ward.staff, at=ASKED_AT
    )

    gone.refresh_from_db()
    assert (gone.state, held(gone)) == (BookingState.CANCELLED, [])
    assert (held(moved), held(shorter), held(there)) == (days(4), days(3), days(3))
    assert Closure.objects.get().reason == REASON
    assert sorted(ChangeNotice.objects.values_list("kind", flat=True)) == ["cancelled", "days_given_up", "moved"]
    mail.outbox.clear()
    outbox.take_all(at=ASKED_AT)
    changed = [one for one in mail.outbox if "変わりました" in one.subject or "取り消されました" in one.subject]
    assert ["取り消されました" in one.subject for one in changed].count(True) == 1
    assert len(changed) == 3
    assert all(SORRY not in one.body and "/my/bookings/" in one.body for one in changed)


def test_a_family_gives_up_the_days_that_have_too_many_families_and_no_other(ward: Ward) -> None:
    """One slot fewer from the first day on; only the second day is over."""
    booking = mothers_booking(ward, 1, 2, 3)
    ward.reserve(builders.registration(), 2)
    shorter = {booking.pk: Decision(Fate.GIVE_UP_DAYS, SORRY)}
    hit = transaction.atomic(apply_cut)(
        cut=cut(ward, CutKind.CAPACITY, 1, None, slots=1), decisions=shorter, by=ward.staff, at=ASKED_AT
    )
    assert [row.day for row in hit] == days(2)
    assert held(booking) == days(1, 3)
    booking.refresh_from_db()
    assert booking.state == BookingState.BOOKED


def test_who_has_no_day_to_give_up_keeps_everything_and_is_written_nothing(ward: Ward) -> None:
    booking = mothers_booking(ward, 1, 2)
    shorter = {booking.pk: Decision(Fate.GIVE_UP_DAYS, SORRY)}
    transaction.atomic(apply_cut)(
        cut=cut(ward, CutKind.CAPACITY, 1, None, slots=1), decisions=shorter, by=ward.staff, at=ASKED_AT
    )
    assert (held(booking), ChangeNotice.objects.count()) == (days(1, 2), 0)


def test_a_family_may_move_to_another_facility(ward: Ward) -> None:
    booking = mothers_booking(ward, 1)
    elsewhere = Decision(Fate.MOVE, SORRY, days=tuple(days(1)), service=ward.day_care)
    transaction.atomic(apply_cut)(
        cut=cut(ward, CutKind.CAPACITY, 1, None), decisions={booking.pk: elsewhere}, by=ward.staff, at=ASKED_AT
    )
    assert ChangeNotice.objects.get().booking.service == ward.day_care
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def test_who_moves_to_another_facility_reads_which_of_her_wishes_it_does_not_have(ward: Ward) -> None:
    acupuncture = FacilityOption.objects.create(
        facility=ward.stay.facility, name="鍼灸", name_en="Acupuncture", period=(builders.LONG_AGO, None)
    )
    booking = mothers_booking(ward, 1)
    booking.options.add(acupuncture)
    elsewhere = Decision(Fate.MOVE, SORRY, days=tuple(days(1)), service=ward.day_care)
    transaction.atomic(apply_cut)(
        cut=cut(ward, CutKind.CAPACITY, 1, None), decisions={booking.pk: elsewhere}, by=ward.staff, at=ASKED_AT
    )
    assert ChangeNotice.objects.get().message == f"{SORRY}\nあわせてご希望の「鍼灸」は、移動先にはありません。"


@pytest.mark.parametrize(
    ("fate", "code"),
    [
        ({}, "cut_needs_decisions"),
        ({"fate": Fate.KEEP}, "cut_needs_decisions"),
        ({"fate": Fate.CANCEL, "message": " "}, "no_message"),
        ({"fate": Fate.MOVE, "message": SORRY, "days": tuple(days(2))}, "day_closed"),
    ],
)
def test_without_a_decision_that_holds_nothing_changes_at_all(ward: Ward, fate: dict[str, object], code: str) -> None:
    first, second = mothers_booking(ward, 1), mothers_booking(ward, 1)
    decisions = {first.pk: Decision(Fate.CANCEL, SORRY)}
    if fate:
        decisions[second.pk] = Decision(**fate)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        transaction.atomic(apply_cut)(
            cut=cut(ward, CutKind.CLOSURE, 1, 2), decisions=decisions, by=ward.staff, at=ASKED_AT
        )
    assert refused.value.code == code
    assert (held(first), held(second), Closure.objects.count(), ChangeNotice.objects.count()) == (
        days(1),
        days(1),
        0,
        0,
    )


def test_a_family_in_house_is_not_cancelled_but_may_give_up_the_days_to_come(ward: Ward) -> None:
    booking = mothers_booking(ward, 1, 2, 3)
    transaction.atomic(record_arrival)(booking=booking, by=ward.staff, at=builders.at(MONDAY))
    closing = cut(ward, CutKind.CLOSURE, 3, 3)
    with pytest.raises(Refused) as refused:
        transaction.atomic(apply_cut)(
            cut=closing,
            decisions={booking.pk: Decision(Fate.CANCEL, SORRY)},
            by=ward.staff,
            at=builders.at(MONDAY),
        )
    assert refused.value.code == "in_house"
    shorter = {booking.pk: Decision(Fate.GIVE_UP_DAYS, SORRY)}
    transaction.atomic(apply_cut)(cut=closing, decisions=shorter, by=ward.staff, at=builders.at(MONDAY))
    assert held(booking) == days(1, 2)


def test_a_capacity_for_some_days_leaves_what_held_before_and_after(ward: Ward) -> None:
    transaction.atomic(apply_cut)(
        cut=cut(ward, CutKind.CAPACITY, 1, 3, slots=1), decisions={}, by=ward.staff, at=ASKED_AT
    )
    rows = [
        (row.period.lower, row.period.upper, row.slots)
        for row in Capacity.objects.filter(pool=ward.stay.pool).order_by("period")
    ]
    assert rows == [
        (builders.LONG_AGO, MONDAY, 2),
        (MONDAY, MONDAY + timedelta(days=3), 1),
        (MONDAY + timedelta(days=3), None, 2),
    ]


@pytest.mark.parametrize(
    ("kind", "last", "code"),
    [
        (CutKind.CLOSURE, None, "no_last_day"),
        (CutKind.OVERRIDE, 40, "too_many_days"),
        (CutKind.CLOSURE, 0, "days_out_of_order"),
    ],
)
def test_what_makes_no_sense_of_days_is_refused(ward: Ward, kind: CutKind, last: int | None, code: str) -> None:
    asked = Cut(ward.stay.pool, kind, MONDAY, days(last)[0] if last is not None else None, 0, REASON)
    with pytest.raises(Refused) as refused:
        hit_by(asked)
    assert refused.value.code == code
