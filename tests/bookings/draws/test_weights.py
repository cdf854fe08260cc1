"""くじの本数: each weight means what it says, and nobody gains one by a wish that nobody could be given."""

from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta

from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw_facts import policy_on, weigh
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw, set_high_need, withdraw_entry
from bookings.draws.priority import set_high_need as ask_high_need
from bookings.draws.published_draw import problems_of, published
from bookings.draws.round_entries import entries_to_weigh
from bookings.draws.tickets import Ground
from bookings.models import Booking, BookingState, DrawEntry, DrawMechanism, DrawPolicy, DrawRound, Outcome
from bookings.places.offers import accept_offer, decline_offer, lapse_offers
from bookings.places.reserve import reserve_days
from bookings.waiting.passing_on import pass_on_all
from enrollment.models import RegistrationState
from facilities.models import ServiceKind
from sankecare.errors import NotPossible
from tests.builders import A_DAY, at, draw_policy, pool, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
FIRST = A_DAY + timedelta(days=25)


@pytest.fixture(autouse=True)
def rules():
    usage_limits()
    return draw_policy()


@pytest.fixture
def stay():
    return service(slots=1)


def announce(stay, first=FIRST, length=7):
    """A round whose deadline is 21 days before its first day, as the ward's."""
    opens = at(first - timedelta(days=24))
    return announce_round(
        pool=stay.pool,
        first_day=first,
        last_day=first + timedelta(days=length - 1),
        opens_at=opens,
        closes_at=opens + timedelta(days=3),
        draw_at=opens + timedelta(days=4),
        by=None,
        at=opens,
    )


def enter(announced, made, *stretches, **facts):
    return enter_draw(
        draw_round=announced,
        registration=made,
        choices=wished(announced, *(stretches or [[announced.period.lower]])),
        by=user(),
        at=announced.opens_at,
        **facts,
    )


def drawn(announced):
    close_round(draw_round=announced, at=announced.closes_at)
    return run_draw(draw_round=announced, at=announced.draw_at)


def grounds(entry):
    weighed = weigh(entries_to_weigh(entry.round), policy_on(A_DAY))
    return dict(weighed[entry.pk].grounds)


def born_so_that(days_left, first=FIRST):
    """A child under four months until so many days after the first day that is drawn."""
    return first + timedelta(days=days_left + 1) - relativedelta(months=4)


@pytest.mark.parametrize("days_left", [-1, 0, 29, 31, 60])
def test_the_age_limit_is_near_by_the_days_that_are_drawn_and_not_by_the_deadline(stay, days_left):
    announced = announce(stay)
    made = registration(born=born_so_that(days_left))
    entry = DrawEntry(round=announced, registration=made, sign="A", entered_at=announced.opens_at, entered_by=user())
    entry.choices = [{"service": stay.slug, "days": [FIRST.isoformat()]}]
    entry.save()
    near = 0 <= days_left <= 30
    assert (Ground.WINDOW_CLOSES in grounds(entry)) == near


def lose(announced, made, *stretches):
    entry = enter(announced, made, *stretches)
    drawn(announced)
    entry.refresh_from_db()
    return entry


def winner_takes(stay, day):
    """Somebody has the day's only place for good, so that the round has nothing to give on it."""
    held = {"offered_until": at(day), "by_draw": True}
    reserve_days(registration=registration(), service=stay, days=[day], by=user(), at=at(A_DAY), **held)


def test_a_round_counts_as_lost_only_where_she_could_have_won(stay):
    """A wish for a day without places brings no ticket, in how many rounds soever."""
    made = registration()
    for number in range(2):
        first = FIRST + number * WEEK
        announced = announce(stay, first)
        winner_takes(stay, first)
        entry = lose(announced, made, [first])
        assert (entry.outcome, entry.could_win) == (Outcome.LOST, False)
    later = enter(announce(stay, FIRST + 2 * WEEK), made)
    assert Ground.LOST_BEFORE not in grounds(later)


def lost_beside_another(stay, first):
    """One of two who want the only place: returns who lost, and her entry."""
    announced = announce(stay, first)
    two = [registration(), registration()]
    for made in two:
        enter(announced, made, [first])
    drawn(announced)
    entry = DrawEntry.objects.get(round=announced, outcome=Outcome.LOST)
    assert entry.could_win
    return entry.registration


def test_a_round_lost_counts_in_draws_of_the_same_places_alone(stay):
    made = lost_beside_another(stay, FIRST)
    elsewhere = service(ServiceKind.DAY_CARE, in_pool=pool(1, slug="other"))
    same, other = (enter(announce(of, FIRST + WEEK), made) for of in (stay, elsewhere))
    assert grounds(same) == {Ground.LOST_BEFORE: 1}
    assert grounds(other) == {}


def test_a_round_lost_stays_the_births_with_its_next_registration(stay):
    made = lost_beside_another(stay, FIRST)
    made.state, made.ended_at, made.ended_by = RegistrationState.ENDED, at(A_DAY), user()
    type(made).objects.filter(pk=made.pk).update(state=RegistrationState.ENDED)
    again = registration(made.birth.family)
    type(again).objects.filter(pk=again.pk).update(birth=made.birth)
    again.refresh_from_db()
    assert grounds(enter(announce(stay, FIRST + WEEK), again)) == {Ground.LOST_BEFORE: 1}


def test_who_won_begins_anew_and_what_proved_impossible_counts_neither_way(stay):
    made = lost_beside_another(stay, FIRST)
    won = lose(announce(stay, FIRST + WEEK), made)
    assert won.outcome == Outcome.WON
    assert grounds(enter(announce(stay, FIRST + 2 * WEEK), made)) == {}
    DrawEntry.objects.filter(pk=won.pk).update(outcome=Outcome.VOID, booking=None)
    assert grounds(DrawEntry.objects.get(round__period__startswith=FIRST + 2 * WEEK)) == {Ground.LOST_BEFORE: 1}


@pytest.mark.parametrize("answer", ["taken", "let go"])
def test_who_has_her_place_by_the_line_has_not_lost(stay, answer):
    made = lost_beside_another(stay, FIRST)
    moment = DrawRound.objects.get().draw_at
    decline_offer(booking=Booking.objects.get(), by=user(), at=moment)
    pass_on_all(at=moment)
    offer = Booking.objects.get(state=BookingState.OFFERED)
    assert offer.registration == made
    if answer == "taken":
        accept_offer(booking=offer, by=user(), at=moment)
    else:
        lapse_offers(at=moment + timedelta(days=2))
    entry = enter(announce(stay, FIRST + WEEK), made)
    assert grounds(entry) == ({} if answer == "taken" else {Ground.LOST_BEFORE: 1})


def test_a_high_need_that_staff_set_is_the_familys_in_the_round_also_entered_anew(stay):
    announced, made, staff = announce(stay), registration(), user()
    first = enter(announced, made)
    set_high_need(entry=first, reason="双子で眠れない", by=staff, at=announced.opens_at)
    withdraw_entry(entry=first, at=announced.opens_at)
    again = enter(announced, made)
    assert (again.pk != first.pk, again.high_need_reason, again.high_need_by) == (True, "双子で眠れない", staff)
    assert grounds(again) == {Ground.HIGH_NEED: 2}
    # With another registration of the family, too; and what staff took back stays taken back.
    withdraw_entry(entry=again, at=announced.opens_at)
    other = enter(announced, registration(made.birth.family))
    assert other.high_need_by == staff
    set_high_need(entry=other, reason="", by=staff, at=announced.opens_at)
    withdraw_entry(entry=other, at=announced.opens_at)
    assert grounds(enter(announced, made)) == {}
    # Another round and another family have nothing of it.
    assert grounds(enter(announce(stay, FIRST + WEEK), made)) == {}


def test_what_a_district_asked_for_and_staff_accepted_stands_when_she_enters_anew(stay):
    announced, made = announce(stay), registration()
    ask_high_need(
        family=made.birth.family,
        first_day=A_DAY,
        last_day=A_DAY + timedelta(days=90),
        reason="夜に眠れていない",
        asked_by=user(),
        by=user(),
        at=at(A_DAY),
    )
    withdraw_entry(entry=enter(announced, made), at=announced.opens_at)
    assert grounds(enter(announced, registration(made.birth.family))) == {Ground.HIGH_NEED: 2}


def test_the_same_choice_twice_is_refused(stay):
    announced = announce(stay)
    with pytest.raises(NotPossible, match="same_choice") as refused:
        enter(announced, registration(), [FIRST], [FIRST])
    assert "choices" in refused.value.fields


def test_a_round_keeps_the_way_of_drawing_of_its_announcement_and_publishes_it(stay, rules):
    DrawPolicy.objects.update(mechanism=DrawMechanism.NEAR_LIMIT, set_aside_percent=20)
    announced = announce(stay)
    DrawPolicy.objects.update(mechanism=DrawMechanism.SERIAL, set_aside_percent=0)
    assert (announced.mechanism, announced.set_aside_percent) == ("near_limit", 20)
    near, other = registration(born=born_so_that(10)), registration()
    entries = [enter(announced, made) for made in (near, other)]
    shown = published(drawn(announced))
    promise = shown["promise"]
    assert (promise["mechanism"], promise["set_aside_percent"]) == ("near_limit", 20)
    assert {row["sign"]: row.get("marked", False) for row in shown["list"]["entries"]} == {
        entries[0].sign: True,
        entries[1].sign: False,
    }
    assert problems_of(shown) == []


def test_who_had_a_place_before_is_marked_and_comes_after_who_had_none(stay):
    DrawPolicy.objects.update(mechanism=DrawMechanism.ONCE_EACH)
    had, none = registration(), registration()
    reserve_days(registration=had, service=stay, days=[FIRST - WEEK], by=user(), at=at(A_DAY))
    announced = announce(stay)
    for made in (had, none):
        enter(announced, made)
    done = drawn(announced)
    outcomes = dict(DrawEntry.objects.values_list("registration", "outcome"))
    assert outcomes == {had.pk: Outcome.LOST, none.pk: Outcome.WON}
    assert DrawEntry.objects.get(registration=had).is_marked
    assert problems_of(published(done)) == []


@pytest.mark.parametrize("mechanism", DrawMechanism.values)
def test_whatever_the_way_the_published_file_gives_the_same_result_and_another_name_does_not(stay, mechanism):
    aside = 20 if mechanism == DrawMechanism.NEAR_LIMIT else 0
    DrawPolicy.objects.update(mechanism=mechanism, set_aside_percent=aside)
    announced = announce(stay)
    for number in range(5):
        enter(
            announced,
            registration(born=born_so_that(10 if number % 2 else 60)),
            [FIRST + timedelta(days=n) for n in range(number % 3 + 1)],
            [FIRST + timedelta(days=4)],
        )
    shown = published(drawn(announced))
    assert problems_of(shown) == []
    with pytest.raises(ValueError, match="by_name"):
        problems_of(shown | {"promise": shown["promise"] | {"mechanism": "by_name"}})


def test_the_ways_that_a_policy_names_are_those_that_are_drawn_by(rules):
    from bookings.draws.mechanisms import Mechanism

    assert set(DrawMechanism.values) == {way.value for way in Mechanism}
    assert DrawPolicy().mechanism == Mechanism.SERIAL
