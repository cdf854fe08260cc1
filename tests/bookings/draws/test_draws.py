"""抽選 from the announcement to the answer: entered, published, drawn once, held, and verified by anybody."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from bookings.draws.announcing import announce_round, call_off
from bookings.draws.closing import close_round
from bookings.draws.drawing import preview, run_draw
from bookings.draws.entering import enter_draw, set_high_need, withdraw_entry
from bookings.draws.published_draw import problems_of, published
from bookings.models import Booking, BookingState, DayStatus, DrawEntry, DrawPolicy, DrawRound, Outcome
from bookings.places.offers import accept_offer, decline_offer, lapse_offers
from bookings.places.reserve import reserve_days
from bookings.tasks import advance_draws
from enrollment.models import Registration, RegistrationState
from facilities.models import Closure
from sankecare import outbox
from sankecare.errors import NotPossible, Refused
from sankecare.moments import moment_in_words
from tests.builders import A_DAY, at, draw_policy, family, registration, service, sibling, usage_limits, user, wished

enter_draw = transaction.atomic()(enter_draw)

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3)), at(A_DAY + timedelta(days=4))


@pytest.fixture(autouse=True)
def rules():
    usage_limits()
    return draw_policy()


@pytest.fixture
def stay():
    return service(slots=2)


@pytest.fixture
def announced(stay):
    return announce(stay)


def announce(stay, *, first=FIRST, length=7, opens=OPENS, closes=CLOSES, drawn=DRAWN, by=None):
    return transaction.atomic(announce_round)(
        pool=stay.pool,
        first_day=first,
        last_day=first + timedelta(days=length - 1),
        opens_at=opens,
        closes_at=closes,
        draw_at=drawn,
        by=by,
        at=OPENS,
    )


def days(*numbers):
    return [FIRST + timedelta(days=number) for number in numbers]


def enter(announced, made=None, choices=None, **facts):
    made = made or registration(family(account=user(Role.MOTHER, email=f"m{Registration.objects.count()}@example.jp")))
    choices = wished(announced, *(choices or [days(0, 1)]))
    return transaction.atomic(enter_draw)(
        draw_round=announced, registration=made, choices=choices, by=user(), at=OPENS, **facts
    )


def drawn(announced):
    close_round(draw_round=announced, at=CLOSES)
    return run_draw(draw_round=announced, at=DRAWN)


def test_places_are_held_for_the_winners_and_everybody_hears(announced):
    entries = [enter(announced) for _ in range(3)]
    done = drawn(announced)
    outcomes = sorted(DrawEntry.objects.values_list("outcome", flat=True))
    assert outcomes == [Outcome.LOST, Outcome.WON, Outcome.WON]
    held = Booking.objects.filter(state=BookingState.OFFERED)
    assert [list(row.days.values_list("day", flat=True)) for row in held] == [days(0, 1)] * 2
    assert {row.offered_until for row in held} == {DRAWN + timedelta(hours=48)}
    outbox.take_all(at=DRAWN + timedelta(minutes=1))
    subjects = Counter(message.subject for message in mail.outbox)
    assert sorted(subjects.values()) == [1, 2, 3]  # lost, won, and the list's digest to everybody
    assert all(entry.sign not in message.body for message in mail.outbox for entry in entries)
    assert problems_of(published(done)) == []


def test_until_the_draw_its_days_are_nobodys_and_what_is_left_is_then_free(announced, stay):
    other = registration()
    with pytest.raises(Refused, match="draw_first"):
        reserve_days(registration=other, service=stay, days=days(6, 7)[:1], by=user(), at=OPENS)
    reserve_days(registration=other, service=stay, days=days(7), by=user(), at=OPENS)
    enter(announced)
    drawn(announced)
    made = reserve_days(registration=other, service=stay, days=days(0), by=user(), at=DRAWN)
    assert made.state == BookingState.BOOKED
    with pytest.raises(Refused, match="day_full"):
        reserve_days(registration=registration(), service=stay, days=days(0), by=user(), at=DRAWN)


def test_a_round_called_off_frees_its_days(announced, stay):
    call_off(draw_round=announced, reason="施設の休業", by=user(), at=OPENS)
    reserve_days(registration=registration(), service=stay, days=days(0), by=user(), at=OPENS)
    with pytest.raises(Refused, match="called_off"):
        close_round(draw_round=announced, at=CLOSES)
    assert announce(stay).pk != announced.pk


def test_every_family_that_entered_a_round_hears_once_that_it_is_not_held(announced):
    stays, gone, staff = enter(announced), enter(announced), user()
    withdraw_entry(entry=gone, at=OPENS)
    call_off(draw_round=announced, reason="施設の休業", by=staff, at=OPENS)
    with pytest.raises(Refused, match="called_off"):
        call_off(draw_round=announced, reason="二度目", by=staff, at=OPENS)
    mail.outbox.clear()
    outbox.take_all(at=OPENS)
    (sent,) = mail.outbox
    assert sent.to == [stays.registration.birth.family.account.email]
    assert f"/my/registrations/{stays.registration_id}/draws/" in sent.body
    assert "施設の休業" not in sent.subject + sent.body
    assert DrawRound.objects.get().called_off_by == staff


def test_a_deadline_that_has_passed_is_announced_to_nobody(stay):
    with pytest.raises(NotPossible, match="deadline_passed"):
        announce(stay, opens=OPENS - timedelta(days=2), closes=OPENS)
    staff = user()
    assert announce(stay, opens=OPENS - timedelta(days=2), by=staff).announced_by == staff


def test_a_preview_and_the_deadline_take_as_many_queries_for_three_entries_as_for_one(stay):
    def queries(work):
        with CaptureQueriesContext(connection) as captured:
            work()
        return len(captured)

    taken = []
    for number, families in enumerate((1, 3)):
        one = announce(stay, first=FIRST + timedelta(days=7 * number))
        for _ in range(families):
            enter(one, choices=[[one.period.lower]])
        one.refresh_from_db()
        closing = partial(close_round, draw_round=one, at=CLOSES)
        taken.append((queries(partial(preview, one)), queries(closing)))
    assert taken[0] == taken[1]


def test_entering_again_puts_the_new_wishes_in_place_and_keeps_the_sign(announced):
    first = enter(announced)
    again = enter(announced, first.registration, [days(3), days(5, 6)], least_days=1)
    assert (again.pk, again.sign) == (first.pk, first.sign)
    assert [row["days"] for row in again.choices] == [[str(day) for day in row] for row in (days(3), days(5, 6))]
    withdraw_entry(entry=again, at=OPENS)
    assert enter(announced, first.registration).sign != first.sign


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"choices": [[]]}, "no_choice"),
        ({"choices": [days(0), days(1), days(2), days(3)]}, "too_many_choices"),
        ({"choices": [days(7)]}, "day_outside"),
        ({"choices": [days(0, 2)]}, "days_apart"),
        ({"choices": [days(0, 1)], "least_days": 3}, "least_days"),
        ({"choices": [days(0, 1)], "least_days": 0}, "least_days"),
    ],
)
def test_what_cannot_be_wished_is_answered_and_enters_nothing(announced, facts, code):
    with pytest.raises(NotPossible, match=code):
        enter(announced, **facts)
    assert not DrawEntry.objects.exists()


def test_a_day_on_which_the_facility_is_closed_is_not_wished_for(announced, stay):
    Closure.objects.create(pool=stay.pool, period=(days(3)[0], days(4)[0]), reason="改修")
    with pytest.raises(NotPossible, match="day_closed") as refused:
        enter(announced, choices=[days(0, 1), days(2, 3, 4)])
    assert "5月27日" in refused.value.detail
    assert enter(announced, choices=[days(1, 2), days(4)])


def test_a_child_of_another_family_is_no_sibling_to_enter_with(announced):
    with pytest.raises(NotPossible, match="sibling_of_another"):
        enter(announced, sibling=sibling(family()))


def test_who_may_not_use_the_service_does_not_enter(announced):
    with pytest.raises(NotPossible, match="not_approved"):
        enter(announced, registration(state=RegistrationState.APPLIED))
    with pytest.raises(NotPossible, match="not_eligible"):
        enter(announced, registration(born=A_DAY - timedelta(days=130)))


@pytest.mark.parametrize("moment", [OPENS - timedelta(seconds=1), CLOSES])
def test_before_the_opening_and_from_the_deadline_on_nobody_enters(announced, moment):
    entry = enter(announced)
    for change in (
        lambda: enter_draw(
            draw_round=announced, registration=registration(), choices=wished(announced, days(0)), by=user(), at=moment
        ),
        lambda: withdraw_entry(entry=entry, at=moment),
    ):
        with pytest.raises(Refused, match="not_open"):
            change()


def test_tickets_come_from_need_rounds_lost_and_the_age_limit(announced):
    plain, need, closing = (
        enter(announced),
        enter(announced),
        enter(announced, registration(born=A_DAY - timedelta(95))),
    )
    set_high_need(entry=need, reason="保健師の依頼", by=user(), at=OPENS)
    close_round(draw_round=announced, at=CLOSES)
    tickets = [DrawEntry.objects.get(pk=row.pk).tickets for row in (plain, need, closing)]
    assert tickets == [1, 3, 2]
    with pytest.raises(Refused, match="not_open"):
        set_high_need(entry=plain, reason="遅い", by=user(), at=CLOSES)


def test_each_round_lost_in_a_row_is_a_ticket_more(stay):
    loser = registration()
    for number in range(2):
        earlier = announce(stay, first=FIRST + timedelta(days=7 * number))
        entry = enter(earlier, loser, choices=[[earlier.period.lower]])
        drawn(earlier)
        DrawEntry.objects.filter(pk=entry.pk).update(outcome=Outcome.LOST, booking=None)
        assert DrawEntry.objects.get(pk=entry.pk).could_win
    third = announce(stay, first=FIRST + timedelta(days=14))
    entry = enter(third, loser, choices=[[third.period.lower]])
    close_round(draw_round=third, at=CLOSES)
    assert DrawEntry.objects.get(pk=entry.pk).tickets == 3


def test_the_promise_is_public_before_the_deadline_the_secret_only_after_the_draw(announced):
    enter(announced)
    shown = published(announced)
    assert set(shown) == {"round", "promise", "history"}
    assert len(shown["promise"]["commitment"]) == 64
    close_round(draw_round=announced, at=CLOSES)
    announced.refresh_from_db()
    assert set(published(announced)) == {"round", "promise", "list", "list_digest", "history"}
    run_draw(draw_round=announced, at=DRAWN)
    announced.refresh_from_db()
    assert published(announced)["result"][0]["days"] == [day.isoformat() for day in days(0, 1)]
    assert "髙﨑" not in json.dumps(published(announced), ensure_ascii=False)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda shown: shown.update(secret="0" * 64), "約束"),
        (lambda shown: shown["list"]["entries"][0].update(least_days=1), "一覧"),
        (lambda shown: shown["result"].reverse(), "順"),
        (lambda shown: [shown["rooms"][str(day)].update(places=9) for day in days(0, 1)], "結果"),
    ],
)
def test_whoever_changes_what_was_published_is_found(announced, tmp_path, spoil, words):
    for _ in range(3):
        enter(announced)
    shown = published(drawn(announced))
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(shown))
    call_command("verify_draw", str(file))
    call_command("verify_draw", str(announced.pk))
    spoil(shown)
    file.write_text(json.dumps(shown))
    with pytest.raises(CommandError, match=words):
        call_command("verify_draw", str(file))


@pytest.mark.parametrize("given", ["999999", "/nowhere.json"])
def test_what_is_no_draw_is_said(given):
    with pytest.raises(CommandError):
        call_command("verify_draw", given)


def test_the_task_closes_and_draws_at_their_times_and_only_once(announced, time_machine):
    enter(announced)
    for moment, states in (
        (OPENS, (False, False)),
        (CLOSES, (True, False)),
        (DRAWN, (True, True)),
        (DRAWN, (True, True)),
    ):
        time_machine.move_to(moment, tick=False)
        advance_draws()
        announced.refresh_from_db()
        assert (announced.closed_at is not None, announced.drawn_at is not None) == states
    assert Booking.objects.count() == 1


def test_what_is_drawn_never_changes(announced):
    enter(announced)
    done = drawn(announced)
    for change in (
        lambda: DrawRound.objects.filter(pk=done.pk).update(result=[]),
        lambda: DrawRound.objects.filter(pk=done.pk).delete(),
        lambda: DrawEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_nobody_can_change_the_promise_or_the_deadline(announced):
    for change in ({"commitment": "0" * 64}, {"secret": b"x"}, {"closes_at": CLOSES + timedelta(days=1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DrawRound.objects.filter(pk=announced.pk).update(**change)


def test_a_preview_gives_places_and_changes_nothing(announced):
    enter(announced)
    assert preview(announced)[0].days == tuple(days(0, 1))
    assert not Booking.objects.exists()
    announced.refresh_from_db()
    assert announced.drawn_at is None


def test_a_preview_before_the_deadline_weighs_the_entries_as_the_draw_will(announced, stay):
    stay.pool.capacitys.update(slots=1)
    plain, need = enter(announced), enter(announced)
    set_high_need(entry=need, reason="保健師の依頼", by=user(), at=OPENS)
    DrawPolicy.objects.update(high_need_tickets=2000)
    assert {preview(announced)[0].sign for _ in range(5)} == {need.sign}
    plain.refresh_from_db()
    assert plain.tickets is None


def test_a_winner_whose_registration_ended_meanwhile_keeps_no_place(announced):
    entry = enter(announced)
    close_round(draw_round=announced, at=CLOSES)
    Registration.objects.filter(pk=entry.registration_id).update(state=RegistrationState.ENDED)
    run_draw(draw_round=announced, at=DRAWN)
    entry.refresh_from_db()
    assert (entry.outcome, entry.booking) == (Outcome.AWAY, None)


# ---- The answer -----------------------------------------------------------------------------------------------------


def offered(announced):
    enter(announced)
    drawn(announced)
    return Booking.objects.get()


def test_accepted_it_is_a_booking_and_twice_is_once(announced):
    held = offered(announced)
    for _ in range(2):
        assert accept_offer(booking=held, by=user(), at=DRAWN).state == BookingState.BOOKED
    with pytest.raises(Refused, match="not_offered"):
        decline_offer(booking=held, by=user(), at=DRAWN)
    assert lapse_offers(at=DRAWN + timedelta(days=9)) == []


def test_declined_or_unanswered_the_place_goes_on(announced, stay):
    held = offered(announced)
    decline_offer(booking=held, by=user(), at=DRAWN)
    assert set(held.days.values_list("status", flat=True)) == {DayStatus.RELEASED}


def test_after_the_deadline_nothing_is_accepted_and_the_days_are_free(announced, stay):
    held = offered(announced)
    late = DRAWN + timedelta(hours=48, seconds=1)
    with pytest.raises(Refused, match="offer_lapsed") as refused:
        accept_offer(booking=held, by=user(), at=late)
    # By the ward's clock, as on her page: the database has it nine hours earlier.
    assert moment_in_words(DRAWN + timedelta(hours=48)) in refused.value.detail
    assert lapse_offers(at=DRAWN + timedelta(hours=48)) == []
    assert [row.pk for row in lapse_offers(at=late)] == [held.pk]
    assert lapse_offers(at=late) == []
    assert reserve_days(registration=registration(), service=stay, days=days(0), by=user(), at=late)


@pytest.mark.django_db(transaction=True)
def test_two_workers_draw_a_round_at_the_same_moment_once(rules):
    stay = service(slots=2)
    announced = announce(stay)
    for _ in range(5):
        enter(announced)
    transaction.atomic(close_round)(draw_round=announced, at=CLOSES)
    start = Barrier(2)

    def work(_number):
        start.wait()
        try:
            transaction.atomic(run_draw)(draw_round=DrawRound.objects.get(pk=announced.pk), at=DRAWN)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        list(both.map(work, range(2)))
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 2
    assert DrawEntry.objects.exclude(outcome="").count() == 5
    assert problems_of(published(DrawRound.objects.get())) == []


def test_without_a_policy_no_draw_is_announced(stay):
    DrawPolicy.objects.all().delete()
    with pytest.raises(NotPossible, match="no_draw_policy"):
        announce(stay)


def test_times_out_of_order_are_refused(stay):
    for wrong in ({"closes": OPENS}, {"drawn": CLOSES - timedelta(hours=1)}, {"drawn": at(FIRST)}, {"length": 40}):
        with pytest.raises(NotPossible):
            announce(stay, **wrong)


def test_a_draw_leaves_its_winners_time_to_answer(stay):
    late = at(FIRST - timedelta(days=1), 22)
    with pytest.raises(NotPossible, match="no_time_to_answer"):
        announce(stay, drawn=late)
    assert announce(stay, drawn=late - timedelta(hours=1))
