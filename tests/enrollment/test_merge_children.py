"""名寄せ of births and children: what hangs on a child known to both hangs on the one kept; no twin is lost."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.db.models import ForeignKey
from pghistory.models import Event

from accounts.models import AccessLogEntry
from bookings.models import Booking, BookingDay, BookingState, DayStatus, DrawEntry, Stay, WaitingEntry, Wish
from bookings.places.participants import change_party
from care.models import CareRecord, InfantCare, SleepCheck
from enrollment.families.merge import merge_families, plan_of
from enrollment.families.references import STAYS, references_to
from enrollment.models import (
    Birth,
    Family,
    Infant,
    Registration,
    RegistrationState,
    Sibling,
)
from enrollment.queries import verdict_for
from reports.invariants import broken_invariants
from sankecare.errors import NotPossible
from tests.builders import (
    A_DAY,
    at,
    draw_round,
    family,
    registration,
    service,
    usage_limits,
    user,
)
from tests.factories_two_families import two_worlds

pytestmark = pytest.mark.django_db
BORN = A_DAY - timedelta(days=40)
ELDER = date(2022, 5, 1)


def entry(**facts):
    made = family()
    Family.objects.filter(pk=made.pk).update(mother_name_kana=f"かな {made.pk}", **facts)
    made.residences.update(block=100 + made.pk % 800)
    made.refresh_from_db()
    return made


def elder(of, name="髙﨑 花", born=ELDER):
    return Sibling.objects.create(family=of, name=name, birth_date=born)


def join(kept, given_up, answers=None):
    return merge_families(
        kept=kept, given_up=given_up, reason="電話で本人に確認", by=user(), at=at(A_DAY), answers=answers
    )


def used(of, of_service, day, *, sibling=None):
    booking = Booking.objects.create(
        registration=of, service=of_service, state=BookingState.ARRIVED, booked_at=at(BORN), sibling=sibling
    )
    BookingDay.objects.create(booking=booking, day=day, status=DayStatus.USED, with_sibling=sibling is not None)
    return booking, Stay.objects.create(booking=booking, arrived_at=at(day), arrival_recorded_by=user())


@pytest.fixture
def place():
    usage_limits()
    return service()


# Rows that stay where they are: what is said of an entry, and the history that the database writes.
def _is_treated(key):
    return not issubclass(key.model, STAYS)


def foreign_keys_to(model):
    """Every foreign key of the project that points at a model, asked of the tables and not of the merge."""
    return {
        f"{key.model._meta.label}.{key.name}"
        for table in apps.get_models(include_auto_created=True)
        for key in table._meta.get_fields()
        if isinstance(key, ForeignKey) and key.remote_field.model is model and _is_treated(key)
    }


@pytest.mark.parametrize("model", [Family, Birth, Infant, Sibling])
def test_every_foreign_key_at_a_family_a_birth_or_a_child_is_found_by_the_merge(model):
    found = {f"{key.model._meta.label}.{key.name}" for key in references_to(model)}
    assert found == foreign_keys_to(model)


def test_what_stays_is_history_or_is_said_of_the_entry_itself():
    """A table that stays keeps pointing at an entry that nobody opens any more: each is named here with its reason."""
    assert {model._meta.label for model in STAYS} == {
        AccessLogEntry._meta.label,  # who looked at which entry
        "enrollment.FamilyMerge",  # the merge itself
        "enrollment.NotTheSame",  # carried over by itself (enrollment/families/merge.py)
        "enrollment.Protection",  # holds for both
        Event._meta.label,  # as the database wrote it
    }


def everything_on(given_up, place, by):
    """Let a row of every table that points at a birth or a child point at those of the entry."""
    child, first = elder(given_up), registration(given_up, born=BORN)
    baby = first.birth.infants.get()
    booking, stay = used(first, place, A_DAY - timedelta(days=5), sibling=child)
    record = CareRecord.objects.create(stay=stay, day=A_DAY, recorded_at=at(A_DAY), recorded_by=by)
    InfantCare.objects.create(record=record, infant=baby, weight_grams=3480)
    SleepCheck.objects.create(stay=stay, infant=baby, position="back", recorded_at=at(A_DAY), recorded_by=by)
    DrawEntry.objects.create(
        round=draw_round(place, A_DAY + timedelta(days=20)),
        registration=first,
        sign="AB2345",
        choices=[],
        sibling=child,
        entered_at=at(A_DAY),
        entered_by=by,
    )
    WaitingEntry.objects.create(
        registration=first,
        service=place,
        period=(A_DAY + timedelta(days=2), A_DAY + timedelta(days=3)),
        sibling=child,
        joined_at=at(A_DAY),
        joined_by=by,
    )
    Wish.objects.create(registration=first, days=2, left=2, until=A_DAY, sibling=child, made_at=at(A_DAY), made_by=by)
    return child, baby, booking, stay


def test_after_a_merge_nothing_points_at_a_birth_or_child_that_was_given_up():
    """For every table that can: a new foreign key fails here until a row of it takes part and is pointed anew."""
    own, others = two_worlds()
    kept, given_up = (world.objects["enrollment.Family"] for world in (own, others))
    mother = others.people["mother"]
    mother.is_active = False
    mother.save()
    stay = others.objects["bookings.Stay"]
    BookingDay.objects.filter(family=given_up).update(day=stay.arrived_at.date() - timedelta(days=7))
    Registration.objects.filter(birth__family=kept).update(state=RegistrationState.ENDED)
    theirs = {
        Birth: given_up.births.get(),
        Infant: Infant.objects.get(birth__family=given_up),
        Sibling: given_up.siblings.get(),
    }
    record = CareRecord.objects.create(stay=stay, day=A_DAY, recorded_at=stay.arrived_at, recorded_by=user())
    InfantCare.objects.create(record=record, infant=theirs[Infant])
    SleepCheck.objects.create(
        stay=stay, infant=theirs[Infant], position="back", recorded_at=stay.arrived_at, recorded_by=user()
    )
    Wish.objects.create(
        registration=stay.booking.registration, days=2, left=2, until=A_DAY, made_at=stay.arrived_at, made_by=user()
    )
    for table in (Booking, WaitingEntry, DrawEntry, Wish):
        table.objects.filter(registration__birth__family=given_up).update(sibling=theirs[Sibling])
    for table in (Birth, Infant, Sibling):  # joined into it before
        table.objects.filter(pk=_another(table, theirs[table]).pk).update(joined_into=theirs[table])
    pointing = _pointing_at(theirs)
    without = {name for name, count in pointing.items() if not count}
    assert not without, "every table that points at a birth or child takes part, with a row"
    join(kept, given_up)
    # The baby given up stays on its birth as it was entered.
    assert {name for name, count in _pointing_at(theirs).items() if count} <= {"enrollment.Infant.birth"}
    assert {row.joined_into for row in _fresh(theirs)} == {
        kept.births.get(),
        Infant.objects.get(birth__family=kept),
        kept.siblings.get(),
    }


def _another(table, row):
    copy = table.objects.get(pk=row.pk)
    copy.pk, copy._state.adding = None, True
    if table is not Birth:
        setattr(copy, "birth" if table is Infant else "family", _elsewhere(table))
    else:
        copy.family = entry()
    copy.save()
    return copy


def _elsewhere(table):
    home = entry()
    return Birth.objects.create(family=home) if table is Infant else home


def _pointing_at(rows):
    return {
        f"{key.model._meta.label}.{key.name}": key.model._default_manager.filter(**{key.name: row}).count()
        for model, row in rows.items()
        for key in references_to(model)
    }


def _fresh(rows):
    return [model.objects.select_related("joined_into").get(pk=row.pk) for model, row in rows.items()]


def test_the_elder_child_known_to_both_stays_with_booking_waiting_entry_and_wish(place):
    """A sibling's day costs 4,500 + 1,700 yen; before, changing the party dropped the child without a word."""
    kept, given_up = entry(), entry()
    mine = elder(kept)
    first = registration(given_up, born=BORN)
    theirs = elder(given_up)
    booking = Booking.objects.create(registration=first, service=place, booked_at=at(A_DAY), sibling=theirs)
    BookingDay.objects.create(booking=booking, day=A_DAY + timedelta(days=3), with_sibling=True)
    join(kept, given_up)
    booking.refresh_from_db()
    assert booking.sibling == mine
    with transaction.atomic():
        change_party(
            booking=booking, infant_count=1, sibling=mine, coupons=0, by=user(), at=at(A_DAY), food="卵アレルギー"
        )
    assert [row.with_sibling for row in booking.days.all()] == [True]
    assert broken_invariants(at(A_DAY)) == []


def test_elder_twins_of_whom_the_entry_kept_knows_one_are_both_kept():
    kept, given_up = entry(), entry()
    elder(kept, "花")
    elder(given_up, "花")
    second = elder(given_up, "空")
    join(kept, given_up)
    assert sorted(kept.siblings.values_list("name", flat=True)) == ["空", "花"]
    second.refresh_from_db()
    assert second.family == kept


def test_the_second_twin_of_one_birth_comes_along(place):
    kept, given_up = entry(), entry()
    mine = registration(kept, born=BORN, infants=1)
    theirs = registration(given_up, born=BORN, infants=2, state=RegistrationState.ENDED)
    Infant.objects.filter(birth=theirs.birth).first().delete()
    for number, name in enumerate(("太郎", "次郎")):
        Infant.objects.update_or_create(
            birth=theirs.birth, birth_date=BORN, name=name, defaults={"gestation_days": 240 + number}
        )
    Infant.objects.filter(birth=theirs.birth, name="𠮷太郎").delete()
    Infant.objects.filter(birth=mine.birth).update(name="太郎", gestation_days=None)
    join(kept, given_up)
    assert list(mine.birth.infants.values_list("name", "gestation_days")) == [("太郎", 240), ("次郎", 241)]


@pytest.mark.parametrize(("said", "children"), [(True, 1), (False, 2)])
def test_a_child_written_otherwise_is_asked_about_before_anything_is_joined(said, children):
    kept, given_up = entry(), entry()
    mine, theirs = elder(kept, "花"), elder(given_up, "はなこ")
    with pytest.raises(NotPossible, match="same_child_unclear"):
        join(kept, given_up)
    assert [child.key for child in plan_of(kept, given_up).unsure] == [("sibling", mine.pk, theirs.pk)]
    join(kept, given_up, {("sibling", mine.pk, theirs.pk): said})
    assert kept.siblings.count() == children


def test_joining_forgets_neither_that_the_baby_rolls_over_nor_due_date_weeks_and_long_stay(place):
    """cases: approved entry given up, born 20 May, due 30 June, 239 days, rolls over since 10 September."""
    kept, given_up = entry(), entry()
    born = date(2027, 5, 20)
    theirs = registration(given_up, born=born)
    Birth.objects.filter(pk=theirs.birth_id).update(due_date=date(2027, 6, 30))
    theirs.birth.infants.update(gestation_days=239, rolls_over_since=date(2027, 9, 10), long_hospital_stay=True)
    mine = registration(kept, born=born, state=RegistrationState.APPLIED)
    Birth.objects.filter(pk=mine.birth_id).update(due_date=None)
    mine.birth.infants.update(gestation_days=None)
    join(kept, given_up)
    approved = Registration.objects.select_related("birth").get(pk=theirs.pk)
    assert (approved.birth_id, approved.birth.due_date) == (mine.birth_id, date(2027, 6, 30))
    baby = approved.birth.infants.get()
    assert (baby.gestation_days, baby.long_hospital_stay) == (239, True)
    day = date(2027, 10, 1)
    refused = {rule.rule for rule in verdict_for(approved, place, day, day).rules if not rule.met}
    assert refused == {"rolling_over"}


def test_a_sleep_check_is_still_never_rewritten_and_goes_to_no_other_baby(place):
    given_up = entry()
    _child, baby, _booking, _stay = everything_on(given_up, place, user())
    check = SleepCheck.objects.get(infant=baby)
    other = registration(born=BORN).birth.infants.get()
    for change in ({"position": "side"}, {"infant": other}, {"recorded_at": at(BORN)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SleepCheck.objects.filter(pk=check.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        check.delete()


# ---- The page -------------------------------------------------------------------------------------------------------


def test_staff_are_asked_on_the_page_whether_two_children_are_one(client):
    client.force_login(user())
    kept, given_up = entry(), entry()
    mine, theirs = elder(kept, "花"), elder(given_up, "はなこ")
    page = f"/admin/enrollment/family/{kept.pk}/compare/{given_up.pk}/"
    question = f"same_sibling_{mine.pk}_{theirs.pk}"
    assert question in client.get(page).text
    sent = {"join": "1", "kept": given_up.pk, "reason": "電話で確認"}
    refused = client.post(page, sent)
    assert refused.status_code == 422
    assert not Family.objects.filter(merged_into__isnull=False).exists()
    assert client.post(page, sent | {question: "two"}).status_code == 302
    assert sorted(given_up.siblings.values_list("name", flat=True)) == ["はなこ", "花"]
