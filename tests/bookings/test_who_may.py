"""Who may not use the service any more is neither drawn nor offered a place: nobody loses by it, and all hear why."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw import Choice, Room, Wish, draw, usable_choices
from bookings.draws.drawing import preview, run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.published_draw import problems_of, published
from bookings.models import Booking, BookingState, DrawEntry, DrawRound, Outcome, UsageLimits, WaitingEntry, WhyAway
from bookings.places.cancel import cancel_booking
from bookings.places.end_participation import end_registration, leave_ward
from bookings.places.offers import accept_offer
from bookings.places.reserve import reserve_days
from bookings.tasks import look_again
from bookings.waiting.counting import look_at_everybody_again, look_at_family_again
from bookings.waiting.passing_on import pass_on
from bookings.waiting.waiting_list import join_waiting_list
from enrollment.models import Registration, RegistrationState
from enrollment.usable_days import may_use_on
from facilities.models import Closure, Service
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders
from tests.builders import A_DAY, at

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3)), at(A_DAY + timedelta(days=4))


def days(*numbers: int) -> list[Any]:
    return [FIRST + timedelta(days=number) for number in numbers]


@pytest.fixture(autouse=True)
def rules() -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def stay() -> Service:
    return builders.service(slots=1)


@pytest.fixture
def announced(stay: Service) -> DrawRound:
    with transaction.atomic():
        return announce_round(
            pool=stay.pool,
            first_day=FIRST,
            last_day=days(6)[0],
            opens_at=OPENS,
            closes_at=CLOSES,
            draw_at=DRAWN,
            by=None,
            at=OPENS,
        )


def mother() -> User:
    return builders.user(Role.MOTHER, email=f"m{Registration.objects.count()}@example.jp")


def registered(**facts: Any) -> Registration:
    return builders.registration(builders.family(account=mother()), **facts)


def enter(announced: DrawRound, *choices: list[Any], of: Registration | None = None, **facts: Any) -> DrawEntry:
    made = of or registered()
    with transaction.atomic():
        return enter_draw(
            draw_round=announced,
            registration=made,
            choices=builders.wished(announced, *(choices or [days(0)])),
            by=builders.user(),
            at=OPENS,
            **facts,
        )


def leaves(made: Registration, last_day: Any, moment: Any = OPENS) -> None:
    with transaction.atomic():
        leave_ward(family=made.birth.family, last_day=last_day, by=builders.user(), at=moment)


def ends(made: Registration, moment: Any) -> None:
    with transaction.atomic():
        end_registration(registration=made, reason="転出", by=builders.user(), at=moment)


def book(stay: Service, *numbers: int, of: Registration | None = None, moment: Any = OPENS) -> Booking:
    with transaction.atomic():
        return reserve_days(
            registration=of or builders.registration(),
            service=stay,
            days=days(*numbers),
            by=builders.user(),
            at=moment,
        )


def close(announced: DrawRound) -> DrawRound:
    with transaction.atomic():
        return close_round(draw_round=announced, at=CLOSES)


def drawn(announced: DrawRound) -> DrawRound:
    with transaction.atomic():
        return run_draw(draw_round=announced, at=DRAWN)


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


# ---- The draw


def test_who_moved_out_before_the_deadline_is_not_published_and_the_other_family_wins(announced: DrawRound) -> None:
    gone, other = enter(announced), enter(announced)
    leaves(gone.registration, A_DAY + timedelta(days=1))
    shown = close(announced)
    assert [row["sign"] for row in shown.entries or []] == [other.sign]
    assert (again(gone).away_why, again(gone).away_since) == (WhyAway.RESIDENCY, CLOSES)
    drawn(announced)
    assert (again(other).outcome, again(gone).outcome) == (Outcome.WON, Outcome.AWAY)
    assert Booking.objects.get().registration == other.registration


@pytest.mark.parametrize("how", ["moved out", "ended"])
def test_who_falls_away_between_deadline_and_draw_takes_no_place_from_the_others(
    announced: DrawRound, how: str
) -> None:
    gone, other = enter(announced), enter(announced)
    close(announced)
    if how == "ended":
        ends(gone.registration, CLOSES)
    else:
        leaves(gone.registration, A_DAY + timedelta(days=4), CLOSES)
    done = drawn(announced)
    assert (again(gone).outcome, again(other).outcome) == (Outcome.AWAY, Outcome.WON)
    assert again(gone).away_why == (WhyAway.NOT_REGISTERED if how == "ended" else WhyAway.RESIDENCY)
    shown = published(done)
    assert shown["usable"] == {gone.sign: []}
    assert problems_of(shown) == []


def test_whoever_leaves_a_family_out_of_the_draw_afterwards_is_found(announced: DrawRound, stay: Service) -> None:
    stay.pool.capacitys.update(slots=2)
    entry = enter(announced)
    close(announced)
    shown = published(drawn(announced))
    assert problems_of(shown) == []
    assert problems_of(shown | {"usable": {entry.sign: []}})


def test_of_days_that_a_move_cuts_off_the_ones_before_can_still_be_won(announced: DrawRound) -> None:
    part, whole = enter(announced, days(0, 1, 2), least_days=1), enter(announced, days(0, 1, 2))
    for entry in (part, whole):
        leaves(entry.registration, days(1)[0])
    assert [row["sign"] for row in close(announced).entries or []] == [part.sign]
    drawn(announced)
    won = again(part)
    assert (won.outcome, [row.day for row in won.booking.days.all()]) == (Outcome.PARTLY, days(0, 1))
    assert again(whole).away_why == WhyAway.RESIDENCY


def test_who_has_too_few_days_left_is_drawn_for_so_many_as_she_has(announced: DrawRound, stay: Service) -> None:
    UsageLimits.objects.update(days_per_birth=3)
    entry = enter(announced, days(0, 1, 2), least_days=1)
    too_many = enter(announced, days(0, 1, 2))
    for one in (entry, too_many):
        book(stay, 10 if one == entry else 11, of=one.registration)
    assert [row["sign"] for row in close(announced).entries or []] == [entry.sign]
    assert again(too_many).away_why == WhyAway.TOO_MANY_DAYS
    shown = published(drawn(announced))
    assert again(entry).outcome == Outcome.PARTLY
    assert [row.day for row in again(entry).booking.days.all()] == days(0, 1)
    assert shown["usable"] == {
        entry.sign: [{"service": stay.slug, "days": [str(day) for day in days(*pair)]} for pair in ((0, 1), (1, 2))]
    }
    assert problems_of(shown) == []


def test_a_day_that_the_family_has_booked_elsewhere_meanwhile_is_not_drawn_for_her(announced: DrawRound) -> None:
    elsewhere = builders.service(in_pool=builders.pool(1, slug="elsewhere"), kind=builders.ServiceKind.DAY_CARE)
    entry, other = enter(announced), enter(announced)
    close(announced)
    book(elsewhere, 0, of=entry.registration)
    drawn(announced)
    assert (again(entry).away_why, again(other).outcome) == (WhyAway.DAY_TAKEN, Outcome.WON)


def test_closed_days_are_no_lost_draw_and_say_so(announced: DrawRound, stay: Service) -> None:
    entry = enter(announced)
    Closure.objects.create(pool=stay.pool, period=(days(0)[0], days(1)[0]), reason="改修")
    assert close(announced).entries == []
    assert again(entry).away_why == WhyAway.CLOSED


def test_a_draw_in_which_she_could_not_be_drawn_is_none_that_she_lost(announced: DrawRound, stay: Service) -> None:
    entry = enter(announced)
    close(announced)
    Closure.objects.create(pool=stay.pool, period=(days(0)[0], days(1)[0]), reason="改修")
    drawn(announced)
    assert again(entry).outcome == Outcome.AWAY
    with transaction.atomic():
        later = announce_round(
            pool=stay.pool,
            first_day=days(7)[0],
            last_day=days(8)[0],
            opens_at=OPENS,
            closes_at=CLOSES,
            draw_at=DRAWN,
            by=None,
            at=OPENS,
        )
    entered = enter(later, days(7), of=entry.registration)
    close(later)
    assert again(entered).tickets == 1


def test_a_move_taken_back_before_the_deadline_puts_her_in_the_draw_again(announced: DrawRound) -> None:
    entry = enter(announced)
    leaves(entry.registration, A_DAY + timedelta(days=1))
    assert look_at_family_again(entry.registration.birth.family_id, OPENS) == 1
    assert again(entry).away_why == WhyAway.RESIDENCY
    Registration.objects.update(usable_until=None)
    assert [row["sign"] for row in close(announced).entries or []] == [entry.sign]
    assert (again(entry).away_since, again(entry).away_why) == (None, "")


def test_who_was_left_out_of_the_published_entries_stays_out(announced: DrawRound) -> None:
    entry = enter(announced)
    leaves(entry.registration, A_DAY + timedelta(days=1))
    close(announced)
    Registration.objects.update(usable_until=None)
    assert look_at_everybody_again(at=CLOSES) == 0
    assert again(entry).away_why == WhyAway.RESIDENCY


def test_a_preview_gives_nothing_to_who_would_not_be_drawn(announced: DrawRound, time_machine: Any) -> None:
    time_machine.move_to(OPENS, tick=False)
    gone, other = enter(announced), enter(announced)
    leaves(gone.registration, A_DAY + timedelta(days=1))
    assert [(row.sign, bool(row.days)) for row in preview(announced)] == [(other.sign, True)]


def test_a_family_is_in_a_draw_once_whatever_registrations_it_has(announced: DrawRound) -> None:
    entry = enter(announced)
    second = builders.registration(entry.registration.birth.family)
    with pytest.raises(Refused, match="entered_already"):
        enter(announced, of=second)
    assert enter(announced, days(1), of=entry.registration).pk == entry.pk


signs = st.sampled_from("abcdef")


@given(
    st.lists(st.tuples(signs, st.integers(0, 3), st.integers(1, 3)), unique_by=lambda row: row[0], max_size=6),
    st.sets(signs),
    st.integers(0, 2),
)
def test_who_cannot_be_given_anything_changes_nothing_for_the_others(
    entered: list[tuple[str, int, int]], away: set[str], places: int
) -> None:
    wishes = [
        Wish(sign, (Choice("s", tuple(days(*range(first, first + length)))),), 1) for sign, first, length in entered
    ]
    rooms = {day: Room(places) for day in days(*range(7))}
    with_them = draw(wishes, rooms, "s", {sign: [] for sign in away})
    without = draw([wish for wish in wishes if wish.sign not in away], rooms, "s")
    assert [(row.sign, row.days) for row in with_them if row.sign not in away] == [
        (row.sign, row.days) for row in without
    ]
    assert all(row.days == () for row in with_them if row.sign in away)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(1, 5)), min_size=1, max_size=3), st.sets(st.integers(0, 11)))
def test_usable_choices_hold_every_stretch_that_may_be_used_and_no_other(
    chosen: list[tuple[int, int]], bad: set[int]
) -> None:
    choices = tuple(Choice("s", tuple(days(*range(first, first + length)))) for first, length in chosen)
    unusable = set(days(*bad))
    found = usable_choices(Wish("a", choices, 1), lambda choice: unusable.isdisjoint(choice.days))
    assert all(unusable.isdisjoint(choice.days) for choice in found)
    assert {day for choice in found for day in choice.days} == {
        day for choice in choices for day in choice.days
    } - unusable


# ---- The waiting list, and what is offered


def wait(stay: Service, first: int = 0, last: int = 0, of: Registration | None = None, after: int = 0) -> WaitingEntry:
    with transaction.atomic():
        return join_waiting_list(
            registration=of or registered(),
            service=stay,
            first_day=days(first)[0],
            last_day=days(last)[0],
            by=builders.user(),
            at=OPENS + timedelta(minutes=after),
        )


def give_up(booking: Booking) -> None:
    with transaction.atomic():
        cancel_booking(booking=booking, by=builders.user(), at=OPENS)


def test_a_freed_place_passes_by_who_moved_out_and_goes_to_the_next(stay: Service) -> None:
    booked = book(stay, 0)
    gone, other = wait(stay), wait(stay, after=1)
    leaves(gone.registration, A_DAY + timedelta(days=1))
    give_up(booked)
    assert [entry.pk for entry in pass_on(stay.pool_id, OPENS)] == [other.pk]
    assert again(gone).away_why == WhyAway.RESIDENCY
    outbox.take_all(at=OPENS + timedelta(minutes=1))
    assert {message.to[0] for message in mail.outbox if "抽選・キャンセル待ちが変わりました" in message.subject} == {
        gone.registration.birth.family.account.email
    }


def test_every_night_who_waits_in_vain_is_told_once_and_keeps_her_turn(stay: Service, time_machine: Any) -> None:
    book(stay, 0)
    entry = wait(stay)
    Registration.objects.filter(pk=entry.registration_id).update(usable_until=A_DAY)
    time_machine.move_to(at(A_DAY + timedelta(days=1), 0, 20), tick=False)
    for _ in range(2):
        look_again()
    outbox.take_all(at=timezone.now() + timedelta(minutes=1))
    (sent,) = mail.outbox
    assert "マイページ" in sent.body
    assert "髙﨑" not in sent.subject + sent.body
    assert (again(entry).away_why, again(entry).ended_at) == (WhyAway.RESIDENCY, None)
    Registration.objects.filter(pk=entry.registration_id).update(usable_until=None)
    assert look_at_everybody_again(at=timezone.now() + timedelta(days=1)) == 1
    assert (again(entry).away_why, again(entry).joined_at) == ("", entry.joined_at)


def test_who_waits_for_more_days_than_are_left_counts_again_once_she_gives_one_back(stay: Service) -> None:
    UsageLimits.objects.update(days_per_birth=2)
    book(stay, 0, 1)
    entry = wait(stay, 0, 1)
    own = book(stay, 9, of=entry.registration)
    assert look_at_everybody_again(at=OPENS) == 1
    assert again(entry).away_why == WhyAway.TOO_MANY_DAYS
    give_up(own)
    assert look_at_everybody_again(at=OPENS) == 1
    assert again(entry).away_why == ""


def test_days_closed_since_are_waited_for_in_vain_and_say_so(stay: Service) -> None:
    booked = book(stay, 0)
    entry = wait(stay)
    give_up(booked)
    pass_on(stay.pool_id, at(A_DAY, 9))
    WaitingEntry.objects.update(booking=None)
    Booking.objects.filter(state=BookingState.OFFERED).update(state=BookingState.CANCELLED)
    for row in Booking.objects.filter(state=BookingState.CANCELLED):
        row.days.update(status="released")
    Closure.objects.create(pool=stay.pool, period=(days(0)[0], days(1)[0]), reason="改修")
    look_at_everybody_again(at=OPENS)
    assert again(entry).away_why == WhyAway.CLOSED


def offered(stay: Service) -> tuple[WaitingEntry, Booking]:
    booked = book(stay, 0)
    entry = wait(stay)
    give_up(booked)
    pass_on(stay.pool_id, OPENS)
    return again(entry), Booking.objects.get(state=BookingState.OFFERED)


def test_an_offer_is_accepted_only_by_who_may_use_it_and_falls_away_at_night(stay: Service) -> None:
    entry, offer = offered(stay)
    Registration.objects.filter(pk=entry.registration_id).update(usable_until=A_DAY)
    with pytest.raises(Refused, match="not_eligible"), transaction.atomic():
        accept_offer(booking=offer, by=builders.user(), at=OPENS)
    assert look_at_everybody_again(at=OPENS) == 1
    assert (again(offer).state, again(offer).ended_reason) == (BookingState.CANCELLED, "offer_fell_away")
    assert (again(entry).booking, again(entry).away_why, again(entry).ended_at) == (None, WhyAway.RESIDENCY, None)
    assert pass_on(stay.pool_id, OPENS) == []
    assert book(stay, 0)


def test_what_was_won_and_not_answered_is_void_where_the_family_left(announced: DrawRound, stay: Service) -> None:
    entry = enter(announced)
    close(announced)
    drawn(announced)
    ends(entry.registration, DRAWN)
    assert (again(entry).outcome, again(entry).away_why) == (Outcome.VOID, WhyAway.NOT_REGISTERED)
    assert Booking.objects.get().state == BookingState.CANCELLED


def test_she_reads_on_her_pages_what_does_not_count_and_why(
    announced: DrawRound, stay: Service, time_machine: Any
) -> None:
    time_machine.move_to(OPENS, tick=False)
    entry = enter(announced)
    book(stay, 9)
    waits = wait(stay, 9, 9, of=entry.registration)
    leaves(entry.registration, A_DAY + timedelta(days=1))
    look_at_family_again(entry.registration.birth.family_id, OPENS)
    client = Client()
    client.force_login(entry.registration.birth.family.account)
    home = client.get(reverse("family:home")).content.decode()
    assert home.count("その日は区内にお住まいでないため") == 2
    draws = client.get(reverse("family:draws", args=[entry.registration_id])).content.decode()
    assert "今のままでは、抽選の対象になりません" in draws
    waiting = client.get(reverse("family:waiting", args=[entry.registration_id])).content.decode()
    assert "今は空きが出てもご案内できません" in waiting
    assert again(waits).away_why == WhyAway.RESIDENCY


# ---- The one definition


@pytest.mark.parametrize(
    ("facts", "number", "in_force", "rules"),
    [
        ({}, 0, True, []),
        ({"state": RegistrationState.APPLIED}, 0, False, []),
        ({"state": RegistrationState.ENDED, "usable_until": days(0)[0]}, 0, True, []),
        ({"state": RegistrationState.ENDED, "usable_until": days(0)[0]}, 1, False, ["residency"]),
        ({"usable_until": days(0)[0]}, 1, True, ["residency"]),
        ({"needs_medical_care": True}, 0, True, ["medical_care"]),
        ({"born": A_DAY - timedelta(days=120)}, 0, True, ["infant_age"]),
    ],
)
def test_may_a_family_use_a_service_on_a_day(
    stay: Service, facts: dict[str, Any], number: int, in_force: bool, rules: list[str]
) -> None:
    (day,) = days(number)
    answer = may_use_on(builders.registration(**facts), stay, [day])[day]
    assert (answer.in_force, [str(rule.rule) for rule in answer.against]) == (in_force, rules)
    assert answer.may == (in_force and not rules)


def test_where_nothing_is_laid_down_for_a_service_nobody_may_use_it_and_it_is_said_why(stay: Service) -> None:
    stay.terms.all().delete()
    (day,) = days(0)
    answer = may_use_on(builders.registration(), stay, [day])[day]
    assert (answer.in_force, answer.against, answer.may) == (True, (), False)
    assert answer.not_judgeable is not None
    assert answer.not_judgeable.code == "terms_unknown"
