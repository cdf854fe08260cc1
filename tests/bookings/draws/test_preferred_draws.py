"""Who cannot use it is not drawn, no place stays free for it, and of two draws a family keeps what it prefers."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from bookings.draws import holding_awards
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.preferences import entries_in_order
from bookings.draws.preferring import prefer_draws
from bookings.draws.published_draw import problems_of, published
from bookings.models import Booking, BookingState, DrawEntry, DrawRound, Outcome, WhyAway
from bookings.places.offers import accept_offer
from enrollment.models import Registration, RegistrationState
from facilities.models import Service, ServiceKind
from sankecare.errors import NotPossible, Refused
from tests import builders
from tests.builders import A_DAY, at

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
OPENS, CLOSES, DRAWN = at(A_DAY), at(A_DAY + timedelta(days=3)), at(A_DAY + timedelta(days=4))


@pytest.fixture(autouse=True)
def rules() -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def stay() -> Service:
    return builders.service(slots=3)


@pytest.fixture
def elsewhere() -> Service:
    return builders.service(ServiceKind.DAY_CARE, builders.pool(3, builders.facility("mamas-room", "ママズルーム")))


def days(*numbers: int) -> list[Any]:
    return [FIRST + timedelta(days=number) for number in numbers]


def announce(place: Service, later: int = 0) -> DrawRound:
    """A week's draw; ``later``: closed and drawn so many days later."""
    with transaction.atomic():
        return announce_round(
            pool=place.pool,
            first_day=FIRST,
            last_day=days(6)[0],
            opens_at=OPENS,
            closes_at=CLOSES + timedelta(days=later),
            draw_at=DRAWN + timedelta(days=later),
            by=None,
            at=OPENS,
        )


def mother() -> Registration:
    account = builders.user(Role.MOTHER, email=f"m{Registration.objects.count()}@example.jp")
    return builders.registration(builders.family(account=account))


def enter(announced: DrawRound, made: Registration, *stretches: list[Any], **facts: Any) -> DrawEntry:
    with transaction.atomic():
        return enter_draw(
            draw_round=announced,
            registration=made,
            choices=builders.wished(announced, *(stretches or [days(0)])),
            by=builders.user(),
            at=OPENS,
            **facts,
        )


def close(announced: DrawRound) -> DrawRound:
    with transaction.atomic():
        return close_round(draw_round=announced, at=announced.closes_at)


def drawn(announced: DrawRound) -> DrawRound:
    close(announced)
    with transaction.atomic():
        return run_draw(draw_round=announced, at=announced.draw_at)


def prefer(made: Registration, *entries: DrawEntry) -> None:
    with transaction.atomic():
        prefer_draws(registration=made, order=[entry.pk for entry in entries], at=OPENS)


def again(entry: DrawEntry) -> DrawEntry:
    return DrawEntry.objects.select_related("booking").get(pk=entry.pk)


# ---- No place is left free by who cannot have it


@pytest.mark.parametrize("gone_at", ["the deadline", "the draw"])
def test_of_nine_entries_for_three_places_four_are_gone_and_all_places_are_given(stay: Service, gone_at: str) -> None:
    announced = announce(stay)
    entries = [enter(announced, mother()) for _ in range(9)]
    if gone_at == "the draw":
        close(announced)
    gone = Registration.objects.filter(pk__in=[entry.registration_id for entry in entries[:4]])
    gone.update(state=RegistrationState.ENDED)
    done = drawn(announced)
    outcomes = Counter(DrawEntry.objects.values_list("outcome", flat=True))
    assert outcomes == {Outcome.AWAY: 4, Outcome.LOST: 2, Outcome.WON: 3}
    assert len(done.entries or []) == (5 if gone_at == "the deadline" else 9)
    assert {again(entry).away_why for entry in entries[:4]} == {WhyAway.NOT_REGISTERED}
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 3
    assert problems_of(published(done)) == []


def test_awards_that_cannot_be_held_go_on_in_the_drawn_order_before_anybody_is_told(
    stay: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    announced = announce(stay)
    entries = [enter(announced, mother()) for _ in range(9)]
    impossible = {entry.registration_id for entry in entries[:4]}
    reserve = holding_awards.reserve_days

    def refuses(**asked: Any) -> Booking:
        if asked["registration"].pk in impossible:
            raise Refused("infants", "more babies than the birth has")
        return reserve(**asked)

    monkeypatch.setattr(holding_awards, "reserve_days", refuses)
    monkeypatch.setattr(holding_awards, "hold_several", lambda **_asked: [])
    done = drawn(announced)
    found = [again(entry) for entry in entries]
    assert sum(entry.outcome == Outcome.WON for entry in found) == 3
    assert all(entry.outcome in {Outcome.VOID, Outcome.LOST} and entry.booking is None for entry in found[:4])
    assert {bool(entry.away_why) for entry in found if entry.outcome == Outcome.VOID} <= {True}
    assert sorted(row["sign"] for row in done.result or [] if row["days"]) == sorted(
        entry.sign for entry in found if entry.outcome == Outcome.WON
    )
    void = {entry.sign for entry in found if entry.outcome == Outcome.VOID}
    assert {sign for sign, usable in (done.usable or {}).items() if usable == []} == void
    assert Booking.objects.count() == 3
    assert problems_of(published(done)) == []


# ---- One order of hers over several draws


def test_won_in_the_draw_that_she_prefers_less_does_not_keep_her_from_the_other(
    stay: Service, elsewhere: Service
) -> None:
    made = mother()
    later, first = announce(stay, later=2), announce(elsewhere)
    preferred, other = enter(later, made), enter(first, made)
    assert [again(entry).preference for entry in (preferred, other)] == [1, 2]
    drawn(first)
    assert again(other).outcome == Outcome.WON
    drawn(later)
    assert again(preferred).outcome == Outcome.WON
    given_up = again(other)
    assert (given_up.outcome, given_up.away_why) == (Outcome.VOID, WhyAway.PREFERRED)
    assert given_up.booking is not None
    assert given_up.booking.state == BookingState.CANCELLED


def test_both_are_kept_where_she_can_use_both(stay: Service, elsewhere: Service) -> None:
    made = mother()
    later, first = announce(stay, later=2), announce(elsewhere)
    preferred, other = enter(later, made, days(0, 1)), enter(first, made, days(4, 5))
    drawn(first)
    drawn(later)
    assert {again(entry).outcome for entry in (preferred, other)} == {Outcome.WON}
    assert Booking.objects.filter(state=BookingState.OFFERED).count() == 2


def test_limits_decide_as_days_do(stay: Service, elsewhere: Service) -> None:
    made = mother()
    later, first = announce(stay, later=2), announce(elsewhere)
    preferred, other = enter(later, made, days(0, 1, 2, 3)), enter(first, made, days(4, 5, 6))
    builders.UsageLimits.objects.update(days_per_birth=5)
    drawn(first)
    drawn(later)
    assert again(preferred).outcome == Outcome.WON
    assert again(other).away_why == WhyAway.PREFERRED


def test_what_she_prefers_and_holds_stands_against_the_other_and_she_reads_why(
    stay: Service, elsewhere: Service
) -> None:
    made = mother()
    first, later = announce(stay), announce(elsewhere, later=2)
    preferred, other = enter(first, made), enter(later, made)
    drawn(first)
    done = drawn(later)
    assert again(preferred).outcome == Outcome.WON
    assert again(other).away_why == WhyAway.DAY_TAKEN
    assert done.entries == []


def test_what_she_has_accepted_she_keeps(stay: Service, elsewhere: Service) -> None:
    made = mother()
    later, first = announce(stay, later=2), announce(elsewhere)
    preferred, other = enter(later, made), enter(first, made)
    drawn(first)
    held = again(other).booking
    assert held is not None
    with transaction.atomic():
        accept_offer(booking=held, by=builders.user(), at=DRAWN)
    drawn(later)
    assert again(preferred).away_why == WhyAway.DAY_TAKEN
    assert again(other).outcome == Outcome.WON


def test_her_order_turned_round_is_what_counts(stay: Service, elsewhere: Service) -> None:
    made = mother()
    later, first = announce(stay, later=2), announce(elsewhere)
    entered_first, entered_last = enter(later, made), enter(first, made)
    prefer(made, entered_last, entered_first)
    assert list(entries_in_order(made.birth.family)) == [entered_last, entered_first]
    drawn(first)
    drawn(later)
    assert again(entered_last).outcome == Outcome.WON
    assert again(entered_first).away_why == WhyAway.DAY_TAKEN


def test_an_order_names_each_of_her_draws_once_and_no_others(stay: Service, elsewhere: Service) -> None:
    made = mother()
    mine = [enter(announce(place), made) for place in (stay, elsewhere)]
    foreign = enter(mine[0].round, mother())
    for wrong in ([mine[0]], [mine[0], mine[0]], [*mine, foreign], [mine[0], foreign]):
        with pytest.raises(NotPossible, match="order_incomplete"):
            prefer(made, *wrong)
    assert [again(entry).preference for entry in mine] == [1, 2]


def test_she_says_on_a_page_which_draw_she_prefers(stay: Service, elsewhere: Service) -> None:
    made, client = mother(), Client()
    one, other = enter(announce(stay), made), enter(announce(elsewhere), made)
    client.force_login(made.birth.family.account)
    page = reverse("family:draw-order", args=[made.pk])
    assert "ママズルーム" in client.get(page).content.decode()
    twice = client.post(page, {f"draw_{one.pk}": "1", f"draw_{other.pk}": "1"})
    assert twice.status_code == 422
    assert client.post(page, {f"draw_{one.pk}": "2", f"draw_{other.pk}": "1"}).status_code == 302
    assert list(entries_in_order(made.birth.family)) == [other, one]
    assert client.get(reverse("family:draw-order", args=[mother().pk])).status_code == 404
