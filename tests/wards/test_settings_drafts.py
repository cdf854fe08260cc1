"""Fees and other settings new from a day: what differs, whom it touches, and how it is entered, by one or by two."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from billing.models import Tariff
from bookings.models import Booking, BookingDay, DayStatus, UsageLimits
from facilities.models import Service, ServiceKind, Source, WeeklyPattern
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.journeys.steps import booked
from wards.dated.differences import Asked, Kind, differences, digest
from wards.dated.drafts import confirm_draft, enter_proposed, keep_draft, plan_of, seen_of, send_back, throw_away
from wards.dated.effects import effect_of
from wards.dated.tables import BY_CODE, DATED, DatedTable
from wards.dated.values import name_of
from wards.models import DraftState, SettingsDraft, SettingsPolicy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_force_is_kept")]

FEES, LIMITS, WEEKDAYS = (
    BY_CODE[code] for code in ("billing_tariff", "bookings_usagelimits", "facilities_weeklypattern")
)
AHEAD = timedelta(days=30)


@pytest.fixture
def staff() -> User:
    return builders.user()


@pytest.fixture
def stay() -> Service:
    return builders.service()


@pytest.fixture
def day() -> date:
    return timezone.localdate() + AHEAD


def fee(of: Service, component: str = "base", tax_class: str = "taxed") -> str:
    return name_of([of.pk, component, tax_class])


def kept(  # noqa: PLR0917 - what a draft is
    table: DatedTable, day: date, by: User, cells: Any, ends: Any = (), draft: Any = None
) -> SettingsDraft:
    return transaction.atomic(keep_draft)(
        table=table, draft=draft, first_day=day, asked=Asked(cells, frozenset(ends)), by=by, at=timezone.now()
    )


def confirmed(
    draft: SettingsDraft, by: User, reason: str = "議会の議決による", seen: str | None = None
) -> SettingsDraft:
    shown = seen_of(draft, plan_of(draft)) if seen is None else seen
    return transaction.atomic(confirm_draft)(draft=draft, seen=shown, reason=reason, by=by, at=timezone.now())


def amounts(of: Service, on: date) -> dict[tuple[str, str], int]:
    rows = Tariff.objects.filter(service=of, period__contains=on)
    return {(row.component, row.tax_class): row.amount for row in rows}


# ---- The rule


def test_what_stands_already_is_no_difference(day):
    standing = {"a": {"amount": 1}, "b": {"amount": 2}}
    found = differences(standing, Asked({"a": {"amount": 1}, "b": {"amount": 3}, "c": {"amount": 4}}, frozenset()))
    assert [(row.name, row.kind) for row in found] == [("b", Kind.CHANGED), ("c", Kind.NEW)]
    assert digest(found, day) != digest(found[:1], day)


def test_a_row_that_ends_says_what_it_was():
    (row,) = differences({"a": {"amount": 1}}, Asked({}, frozenset("ab")))
    assert (row.kind, row.cells[0].before, row.cells[0].after) == (Kind.ENDS, 1, None)


# ---- Entered


def test_a_fee_is_entered_from_its_day_on_and_the_old_row_ends_the_day_before(staff, stay, day):
    entered = confirmed(kept(FEES, day, staff, {fee(stay): {"amount": 5000}}), staff)
    assert entered.state == DraftState.ENTERED
    before, after = Tariff.objects.filter(service=stay, component="base", tax_class="taxed").order_by("period")
    assert (before.amount, before.period) == (4500, DateRange(builders.LONG_AGO, day))
    assert (after.amount, after.period, after.source) == (5000, DateRange(day, None), Source.STAFF)
    assert Tariff.objects.filter(service=stay).count() == 10  # the eight others go on


def test_a_draft_changes_nothing_before_it_is_confirmed(staff, stay, day):
    draft = kept(FEES, day, staff, {fee(stay): {"amount": 5000}})
    assert draft.state == DraftState.DRAFT
    assert amounts(stay, day)["base", "taxed"] == 4500
    changed = kept(FEES, day, staff, {fee(stay): {"amount": 5100}}, draft=draft)
    assert changed.pk == draft.pk
    thrown = transaction.atomic(throw_away)(draft=draft, by=staff, at=timezone.now())
    assert (thrown.state, thrown.decided_by) == (DraftState.THROWN_AWAY, staff)
    with pytest.raises(Refused, match="draft_is_over"):
        confirmed(draft, staff)


def test_a_fee_that_is_emptied_is_published_no_more(staff, stay, day):
    confirmed(kept(FEES, day, staff, {}, ends=[fee(stay, "sibling", "welfare")]), staff)
    assert ("sibling", "welfare") not in amounts(stay, day)
    assert ("sibling", "welfare") in amounts(stay, day - timedelta(days=1))


def test_a_fee_that_nobody_had_published_begins(staff, day):
    visits = builders.service(ServiceKind.OUTREACH)
    confirmed(kept(FEES, day, staff, {fee(visits): {"amount": 2000}}), staff)
    assert amounts(visits, day) == {("base", "taxed"): 2000}


def test_what_is_planned_after_the_day_stays_and_what_is_new_holds_until_it(staff, stay, day):
    later = day + timedelta(days=90)
    confirmed(kept(FEES, later, staff, {fee(stay): {"amount": 6000}}), staff)
    confirmed(kept(FEES, day, staff, {fee(stay): {"amount": 5000}}), staff)
    rows = Tariff.objects.filter(service=stay, component="base", tax_class="taxed").order_by("period")
    assert [(row.amount, row.period.upper) for row in rows] == [(4500, day), (5000, later), (6000, None)]


def test_what_was_to_begin_on_the_very_day_is_put_instead(staff, stay, day):
    for amount in (5000, 5200):
        confirmed(kept(FEES, day, staff, {fee(stay): {"amount": amount}}), staff)
    rows = Tariff.objects.filter(service=stay, component="base", tax_class="taxed").order_by("period")
    assert [row.amount for row in rows] == [4500, 5200]


def test_a_day_that_has_passed_and_nothing_different_are_refused_in_words(staff, stay, day):
    with pytest.raises(NotPossible) as passed:
        kept(FEES, timezone.localdate() - timedelta(days=1), staff, {fee(stay): {"amount": 1}})
    assert passed.value.code == "day_passed"
    with pytest.raises(NotPossible) as same:
        kept(FEES, day, staff, {fee(stay): {"amount": 4500}})
    assert same.value.code == "nothing_changed"


def test_what_was_confirmed_is_what_was_seen(staff, stay, day):
    mine, others = (kept(FEES, day, staff, {fee(stay): {"amount": amount}}) for amount in (5000, 5500))
    seen = seen_of(mine, plan_of(mine))
    confirmed(others, staff)
    with pytest.raises(Refused, match="changed_since"):
        confirmed(mine, staff, seen=seen)
    with pytest.raises(NotPossible, match="no_reason"):
        confirmed(mine, staff, reason=" ")


def test_all_rows_are_entered_or_none(staff, stay, day, monkeypatch):
    draft = kept(FEES, day, staff, {fee(stay): {"amount": 5000}, fee(stay, "sibling"): {"amount": 2000}})
    saved = Tariff.save

    def fails_at_the_sibling(row: Tariff, *args: Any, **named: Any) -> None:
        if row.component == "sibling":
            raise IntegrityError
        saved(row, *args, **named)

    monkeypatch.setattr(Tariff, "save", fails_at_the_sibling)
    with pytest.raises(Refused):
        confirmed(draft, staff)
    assert amounts(stay, day)["base", "taxed"] == 4500


# ---- By two


def test_without_a_policy_one_person_is_enough_and_with_it_a_colleague_enters_it(staff, stay, day):
    SettingsPolicy.objects.create(period=(builders.LONG_AGO, None), second_person=True)
    proposed = confirmed(kept(FEES, day, staff, {fee(stay): {"amount": 5000}}), staff)
    assert proposed.state == DraftState.PROPOSED
    assert amounts(stay, day)["base", "taxed"] == 4500
    seen = seen_of(proposed, plan_of(proposed))
    enter = transaction.atomic(enter_proposed)
    with pytest.raises(Refused, match="second_person_needed"):
        enter(draft=proposed, seen=seen, by=staff, at=timezone.now())
    colleague = builders.user()
    entered = enter(draft=proposed, seen=seen, by=colleague, at=timezone.now())
    assert (entered.state, entered.proposed_by, entered.decided_by) == (DraftState.ENTERED, staff, colleague)
    assert amounts(stay, day)["base", "taxed"] == 5000


def test_the_database_takes_no_proposal_that_its_own_author_enters(staff, stay, day):
    SettingsPolicy.objects.create(period=(builders.LONG_AGO, None), second_person=True)
    proposed = confirmed(kept(FEES, day, staff, {fee(stay): {"amount": 5000}}), staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        SettingsDraft.objects.filter(pk=proposed.pk).update(
            state=DraftState.ENTERED, decided_by=staff, decided_at=timezone.now()
        )
    with pytest.raises(ProgrammingError), transaction.atomic():
        SettingsDraft.objects.filter(pk=proposed.pk).update(changes={})


def test_a_proposal_that_is_sent_back_is_a_draft_again_with_the_reason(staff, stay, day):
    SettingsPolicy.objects.create(period=(builders.LONG_AGO, None), second_person=True)
    proposed = confirmed(kept(FEES, day, staff, {fee(stay): {"amount": 5000}}), staff)
    with pytest.raises(Refused, match="draft_is_proposed"):
        kept(FEES, day, staff, {fee(stay): {"amount": 5100}}, draft=proposed)
    back = transaction.atomic(send_back)(draft=proposed, reason="額が違う", by=builders.user(), at=timezone.now())
    assert (back.state, back.sent_back) == (DraftState.DRAFT, "額が違う")
    kept(FEES, day, staff, {fee(stay): {"amount": 5100}}, draft=back)


def test_who_looked_at_another_day_enters_nothing(staff, stay, day):
    SettingsPolicy.objects.create(period=(builders.LONG_AGO, None), second_person=True)
    proposed = confirmed(kept(FEES, day, staff, {fee(stay): {"amount": 5000}}), staff)
    seen, colleague = seen_of(proposed, plan_of(proposed)), builders.user()
    back = transaction.atomic(send_back)(draft=proposed, reason="早める", by=staff, at=timezone.now())
    sooner = kept(FEES, day - timedelta(days=20), staff, {fee(stay): {"amount": 5000}}, draft=back)
    again = confirmed(sooner, staff)
    with pytest.raises(Refused, match="changed_since"):
        transaction.atomic(enter_proposed)(draft=again, seen=seen, by=colleague, at=timezone.now())
    assert amounts(stay, day)["base", "taxed"] == 4500


def test_who_looked_at_another_reason_enters_nothing(staff, stay, day):
    SettingsPolicy.objects.create(period=(builders.LONG_AGO, None), second_person=True)
    proposed = confirmed(kept(FEES, day, staff, {fee(stay): {"amount": 5000}}), staff, "議会の議決による")
    seen = seen_of(proposed, plan_of(proposed))
    back = transaction.atomic(send_back)(draft=proposed, reason="理由を直す", by=staff, at=timezone.now())
    again = confirmed(back, staff, "ほかの理由")
    with pytest.raises(Refused, match="changed_since"):
        transaction.atomic(enter_proposed)(draft=again, seen=seen, by=builders.user(), at=timezone.now())


# ---- Whom it touches


def test_families_booked_from_that_day_on_are_counted_with_their_yen(staff, stay, day):
    hit = booked(builders.family("渡邉 さくら"), stay, first=29, days=3)  # one day before, two from the day on
    booked(builders.family("斎藤 葵", tax_class="welfare"), stay, first=31, days=1)
    booked(builders.family("大野 楓"), stay, first=1, days=1)
    effect = effect_of(plan_of(kept(FEES, day, staff, {fee(stay): {"amount": 5000}})))
    assert (effect.looked_at, len(effect.hits), effect.families, effect.total) == (2, 1, 1, 1000)
    assert (effect.hits[0].booking, effect.hits[0].before, effect.hits[0].after) == (hit.pk, 9000, 10000)


def test_a_booking_that_could_not_be_charged_any_more_is_told(staff, stay, day):
    booked(builders.family("渡邉 さくら"), stay, first=30, days=1)
    effect = effect_of(plan_of(kept(FEES, day, staff, {}, ends=[fee(stay)])))
    assert (effect.not_priced, effect.hits[0].after, effect.total) == (1, None, 0)


def test_whom_it_touches_is_asked_in_as_many_queries_for_many(staff, stay, day):
    asked = []
    for name in ("渡邉 さくら", "斎藤 葵", "大野 楓"):
        booked(builders.family(name), stay, first=30, days=2)
        draft = kept(FEES, day, staff, {fee(stay): {"amount": 5000}})
        with CaptureQueriesContext(connection) as queries:
            effect_of(plan_of(draft))
        asked.append(len(queries))
    assert len(set(asked)) == 1
    assert asked[0] <= 6


def test_fewer_days_touch_who_has_more_of_them_booked(staff, stay, day):
    builders.usage_limits()
    hit = booked(builders.family("渡邉 さくら"), stay, first=30, days=4)
    booked(builders.family("斎藤 葵"), stay, first=30, days=2)
    effect = effect_of(plan_of(kept(LIMITS, day, staff, {name_of(["stays"]): {"days_per_birth": 3}})))
    assert [one.booking for one in effect.hits] == [hit.pk]
    assert effect.looked_at == 2


def test_other_weekdays_touch_who_is_booked_on_a_day_that_closes_and_are_not_entered_before_they_are_moved(
    staff, stay, day
):
    hit = booked(builders.family("渡邉 さくら"), stay, first=30, days=1)
    others = [number for number in range(7) if number != day.weekday()]
    draft = kept(WEEKDAYS, day, staff, {name_of([stay.pool_id]): {"weekdays": others}})
    effect = effect_of(plan_of(draft))
    assert [one.booking for one in effect.hits] == [hit.pk]
    with pytest.raises(Refused, match="refused_by_database"):
        confirmed(draft, staff)
    BookingDay.objects.filter(booking=hit).update(status=DayStatus.RELEASED)
    Booking.objects.filter(pk=hit.pk).update(state="cancelled")
    confirmed(draft, staff)
    assert WeeklyPattern.objects.get(pool=stay.pool, period__contains=day).weekdays == others


# ---- Any table


def test_a_policy_of_one_row_is_entered_by_the_same_definition(staff, day):
    builders.draw_policy()
    draws = BY_CODE["bookings_drawpolicy"]
    confirmed(kept(draws, day, staff, {"[]": {"answer_hours": 72}}), staff)
    old, new = draws.model._default_manager.order_by("period")
    assert (old.answer_hours, new.answer_hours) == (48, 72)
    assert new.high_need_tickets == old.high_need_tickets


def test_rows_that_contradict_each_other_are_refused_as_they_are_typed(staff, day):
    builders.draw_policy()
    with pytest.raises(Refused, match="refused_by_database"):
        kept(BY_CODE["bookings_drawpolicy"], day, staff, {"[]": {"set_aside_percent": 10}})


def test_a_limit_is_taken_away_by_nothing_in_its_cell(staff, day):
    builders.usage_limits()
    confirmed(kept(LIMITS, day, staff, {name_of(["stays"]): {"consecutive_days": None}}), staff)
    assert UsageLimits.objects.get(period__contains=day).consecutive_days is None


@pytest.mark.parametrize("table", DATED, ids=lambda table: table.code)
def test_every_table_has_a_name_for_its_rows_and_says_what_may_be_changed(table):
    assert set(table.key).isdisjoint(table.cells)
    assert all(table.field(name) for name in (*table.key, *table.cells))
    if table.side_by_side:
        assert len(table.cells) == 1
