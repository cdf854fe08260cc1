"""Places taken away: everybody whom it hits is seen, decided for and told; nobody loses a turn by the ward's act."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bookings.cuts.whole_cut import Decisions, RoundDecision, WishDecision, apply_whole_cut
from bookings.cuts.wishes_hit import WholeHit, whole_hit
from bookings.draws.draw_facts import weigh
from bookings.models import (
    Booking,
    BookingState,
    DrawEntry,
    DrawPolicy,
    DrawRound,
    Outcome,
    Turn,
    WaitingEnd,
    WaitingEntry,
    WhyAway,
    WishNotice,
)
from bookings.places.cancel import cancel_booking
from bookings.places.capacity import Cut, CutKind, Decision, Fate
from bookings.waiting.line_queries import places_in_line
from bookings.waiting.passing_on import pass_on_all
from facilities.models import Closure, Service
from reports.invariants import broken_invariants
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders
from tests.bookings.draws.factories_line import (
    CLOSES,
    DRAWN,
    OPENS,
    accept,
    announce,
    book,
    close_round,
    days,
    decline,
    drawn,
    enter,
    held_for,
    in_drawn_order,
    registered,
    wait,
)

pytestmark = pytest.mark.django_db(transaction=True)
SORRY = "配管の工事のため、お休みします。申し訳ありません。"


@pytest.fixture(autouse=True)
def rules(transactional_db: None) -> None:
    builders.usage_limits()
    builders.draw_policy()


@pytest.fixture
def stay() -> Service:
    return builders.service(slots=1)


def closed(stay: Service, first: int, last: int) -> Cut:
    return Cut(stay.pool, CutKind.CLOSURE, days(first)[0], days(last)[0], 0, "配管の工事")


def applied(cut: Cut, moment: Any = DRAWN, **decisions: Any) -> WholeHit:
    with transaction.atomic():
        return apply_whole_cut(cut=cut, decisions=Decisions(**decisions), by=builders.user(), at=moment)


def stays(*rows: Any) -> dict[int, WishDecision]:
    return {row.pk: WishDecision(stays=True, message=SORRY) for row in rows}


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def reads(page: str, row: DrawEntry | WaitingEntry) -> str:
    """What the mother of the entry reads on a page of hers."""
    client = Client()
    client.force_login(row.registration.birth.family.account)
    return client.get(reverse(page, args=[row.registration_id])).content.decode()


# ---- Whom it hits


def test_everybody_whom_a_closure_hits_is_listed_and_nothing_is_changed(stay: Service) -> None:
    past = announce(stay)
    for _ in range(2):
        enter(past, days(0, 1))
    drawn(past)
    winner, loser = in_drawn_order(past)
    coming = announce(stay, days(7)[0])
    entered, elsewhere = enter(coming, days(7, 8)), enter(coming, days(9))
    accept(winner.booking)
    waits = wait(stay, 0, 0)
    hit = whole_hit(closed(stay, 1, 7))
    assert [(row.day, row.bookings) for row in hit.days] == [(days(1)[0], (winner.booking_id,))]
    assert [(row.draw_round, row.closed, row.entries, row.is_closed) for row in hit.rounds] == [
        (coming, list(days(7)), 1, False)
    ]
    assert [(row.entry, row.days, row.in_line) for row in hit.entries] == [
        (loser, list(days(1)), True),
        (entered, list(days(7)), False),
    ]
    assert hit.waits == []
    assert [row.waiting for row in whole_hit(closed(stay, 0, 0)).waits] == [waits]
    assert (Closure.objects.count(), again(elsewhere).away_why) == (0, "")


def test_fewer_places_of_a_draw_to_come_are_said_and_ask_for_a_decision_of_the_round_alone(stay: Service) -> None:
    stay.pool.capacitys.update(slots=3)
    coming = announce(stay)
    enter(coming, days(0))
    cut = Cut(stay.pool, CutKind.OVERRIDE, days(0)[0], days(1)[0], 1, "助産師の不足")
    hit = whole_hit(cut)
    assert [(row.closed, row.fewer, row.entries) for row in hit.rounds] == [([], list(days(0, 1)), 1)]
    assert (hit.entries, hit.waits) == ([], [])
    applied(cut, OPENS, rounds={coming.pk: RoundDecision(goes_on=True)})
    drawn(coming)
    assert (DrawRound.objects.get().rooms or {})[str(days(0)[0])]["places"] == 1


# ---- A decision and a message for each


def test_an_entry_for_closed_days_stays_with_what_is_left_and_hears_why(stay: Service) -> None:
    coming = announce(stay)
    nothing_left, something_left = enter(coming, days(0)), enter(coming, days(0), days(3))
    applied(
        closed(stay, 0, 1),
        OPENS,
        rounds={coming.pk: RoundDecision(goes_on=True)},
        entries=stays(nothing_left, something_left),
    )
    assert (again(nothing_left).away_why, again(something_left).away_why) == (WhyAway.CLOSED, "")
    assert {row.entry: row.message for row in WishNotice.objects.all()} == {nothing_left: SORRY, something_left: SORRY}
    mail.outbox.clear()
    outbox.take_all(at=OPENS + timedelta(minutes=1))
    assert len([sent for sent in mail.outbox if "申し込みました" not in sent.subject]) == 2
    assert all(SORRY not in sent.body and "髙﨑" not in sent.body for sent in mail.outbox)
    assert SORRY in reads("family:draws", nothing_left)
    drawn(coming)
    assert (again(nothing_left).outcome, again(something_left).outcome) == (Outcome.AWAY, Outcome.WON)


def test_an_entry_or_a_wait_may_be_taken_out_with_a_message(stay: Service) -> None:
    coming = announce(stay)
    entry = enter(coming, days(0))
    booked = book(stay, 8, moment=OPENS)
    waits, waits_on = wait(stay, 8, 8, moment=OPENS), wait(stay, 8, 8, moment=OPENS)
    ends = WishDecision(stays=False, message=SORRY)
    applied(
        closed(stay, 0, 8),
        OPENS,
        bookings={booked.pk: Decision(Fate.CANCEL, SORRY)},
        rounds={coming.pk: RoundDecision(goes_on=False, reason=SORRY)},
        waits={waits.pk: ends, **stays(waits_on)},
    )
    assert (again(waits).ended_as, again(waits_on).ended_as, again(waits_on).away_why) == (
        WaitingEnd.WARD,
        "",
        WhyAway.CLOSED,
    )
    assert SORRY in reads("family:waiting", waits)
    assert again(coming).called_off_reason == SORRY
    assert again(entry).outcome == ""
    other = announce(stay, days(9)[0])
    taken_out = enter(other, days(9))
    applied(closed(stay, 9, 9), OPENS, rounds={other.pk: RoundDecision(goes_on=True)}, entries={taken_out.pk: ends})
    assert again(taken_out).withdrawn_at == OPENS


@pytest.mark.parametrize(
    ("without", "code"),
    [
        ({"entries": {}}, "cut_needs_decisions"),
        ({"waits": {}}, "cut_needs_decisions"),
        ({"rounds": {}}, "cut_needs_decisions"),
        ({"bookings": {}}, "cut_needs_decisions"),
        ({"message": " "}, "no_message"),
        ({"reason": " "}, "no_message"),
    ],
)
def test_without_a_decision_and_a_message_for_each_nothing_changes_at_all(
    stay: Service, without: dict[str, Any], code: str
) -> None:
    coming = announce(stay)
    entry = enter(coming, days(6))
    booked = book(stay, 8, moment=OPENS)
    waits = wait(stay, 8, 8, moment=OPENS)
    said = WishDecision(stays=True, message=without.get("message", SORRY))
    decisions = {
        "bookings": {booked.pk: Decision(Fate.CANCEL, SORRY)},
        "rounds": {coming.pk: RoundDecision(goes_on="reason" not in without, reason=without.get("reason", ""))},
        "entries": {entry.pk: said},
        "waits": {waits.pk: said},
    }
    decisions |= {name: given for name, given in without.items() if name in decisions}
    with pytest.raises(Refused) as refused:
        applied(closed(stay, 6, 8), OPENS, **decisions)
    assert refused.value.code == code
    assert not Closure.objects.exists()
    assert not WishNotice.objects.exists()
    assert (again(booked).state, again(entry).away_why, again(waits).away_why) == (BookingState.BOOKED, "", "")


def test_a_round_of_which_no_day_is_left_is_called_off_and_counts_for_nobody_as_lost(stay: Service) -> None:
    coming = announce(stay)
    entries = [enter(coming, days(0)) for _ in range(3)]
    with pytest.raises(Refused, match="round_is_closed"):
        applied(closed(stay, 0, 6), OPENS, rounds={coming.pk: RoundDecision(goes_on=True)}, entries=stays(*entries))
    assert not Closure.objects.exists()
    applied(closed(stay, 0, 6), OPENS, rounds={coming.pk: RoundDecision(goes_on=False, reason=SORRY)})
    mail.outbox.clear()
    outbox.take_all(at=OPENS + timedelta(minutes=1))
    assert len(mail.outbox) == 3
    assert lost_before(stay, entries[0]) == 0


def test_between_deadline_and_draw_nobody_is_taken_out_of_the_published_list(stay: Service) -> None:
    coming = announce(stay)
    entry, other = enter(coming, days(0)), enter(coming, days(3))
    with transaction.atomic():
        close_round(draw_round=coming, at=CLOSES)
    goes_on = {coming.pk: RoundDecision(goes_on=True)}
    with pytest.raises(Refused, match="entries_published"):
        applied(
            closed(stay, 0, 1), CLOSES, rounds=goes_on, entries={entry.pk: WishDecision(stays=False, message=SORRY)}
        )
    applied(closed(stay, 0, 1), CLOSES, rounds=goes_on, entries=stays(entry))
    drawn(coming)
    assert (again(entry).outcome, again(other).outcome) == (Outcome.AWAY, Outcome.WON)
    assert lost_before(stay, entry) == 0


# ---- Who loses by the ward's act keeps her turn


def lost_before(stay: Service, entry: DrawEntry) -> int:
    """How many tickets beside her own the family has in a next round for rounds lost before."""
    DrawPolicy.objects.update(window_tickets=0, lost_before_tickets=1)
    coming = announce(stay, days(21)[0])
    made = enter(coming, days(21), of=entry.registration)
    return weigh([again(made)], DrawPolicy.objects.get())[made.pk].tickets - 1


@pytest.mark.parametrize("state", ["offered", "booked"])
def test_a_winner_whom_the_ward_takes_the_place_from_stands_in_line_at_her_drawn_place(
    stay: Service, state: str
) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0), days(4))
    with transaction.atomic():
        close_round(draw_round=announced, at=CLOSES)
    book_elsewhere = closed(stay, 4, 4)
    applied(book_elsewhere, CLOSES, rounds={announced.pk: RoundDecision(goes_on=True)}, entries=stays(*entered()))
    drawn(announced)
    winner, second, third = in_drawn_order(announced)
    if state == "booked":
        accept(winner.booking)
    applied(
        closed(stay, 0, 0),
        bookings={winner.booking_id: Decision(Fate.CANCEL, SORRY)},
        entries=stays(second, third),
    )
    assert again(winner).away_why == WhyAway.CLOSED  # until a day of hers is open again
    shown = places_in_line([winner.pk, second.pk, third.pk])
    assert [shown[row.pk].number for row in (winner, second, third)] == [1, 2, 3]
    Closure.objects.filter(period__contains=days(4)[0]).delete()
    pass_on_all(at=DRAWN)
    offer = held_for(winner)
    assert offer is not None
    assert [row.day for row in offer.days.all()] == list(days(4))
    assert broken_invariants(DRAWN) == []


def entered() -> list[DrawEntry]:
    return list(DrawEntry.objects.filter(withdrawn_at=None, outcome=""))


def test_of_a_winner_whom_the_ward_takes_the_place_from_the_rounds_lost_before_still_count(stay: Service) -> None:
    loser = registered()
    first = announce(stay)
    for made in (loser, registered()):
        enter(first, days(0), of=made)
    drawn(first)
    lost = DrawEntry.objects.get(outcome=Outcome.LOST)
    second = announce(stay, days(7)[0])
    enter(second, days(7), of=lost.registration)
    drawn(second)
    won = DrawEntry.objects.get(round=second)
    assert won.outcome == Outcome.WON
    applied(closed(stay, 7, 7), bookings={won.booking_id: Decision(Fate.CANCEL, SORRY)})
    assert lost_before(stay, won) == 1


def test_of_a_round_whose_days_are_closed_after_the_draw_nobody_has_lost(stay: Service) -> None:
    announced = announce(stay)
    for _ in range(2):
        enter(announced, days(0))
    drawn(announced)
    winner, loser = in_drawn_order(announced)
    applied(closed(stay, 0, 6), bookings={winner.booking_id: Decision(Fate.CANCEL, SORRY)}, entries=stays(loser))
    assert lost_before(stay, loser) == 0


def test_what_somebody_in_line_was_offered_and_the_ward_takes_back_is_offered_to_her_again_first(
    stay: Service,
) -> None:
    announced = announce(stay)
    for _ in range(3):
        enter(announced, days(0))
    drawn(announced)
    winner, second, third = in_drawn_order(announced)
    decline(winner.booking)
    pass_on_all(at=DRAWN)
    offer = held_for(second)
    assert offer is not None
    applied(closed(stay, 0, 0), bookings={offer.pk: Decision(Fate.CANCEL, SORRY)}, entries=stays(third))
    assert (Turn.objects.get(entry=second).booking, Turn.objects.get(entry=second).taken_back_at) == (None, DRAWN)
    Closure.objects.all().delete()
    pass_on_all(at=DRAWN)
    assert held_for(second) is not None
    assert held_for(third) is None


def test_who_had_waited_for_what_the_ward_takes_back_waits_again_since_she_joined(stay: Service) -> None:
    booked = book(stay, 0)
    first, second = wait(stay, 0, 0), wait(stay, 0, 0, moment=DRAWN + timedelta(minutes=1))
    with transaction.atomic():
        cancel_booking(booking=booked, by=builders.user(), at=DRAWN)
    pass_on_all(at=DRAWN)
    placed = Booking.objects.get(state=BookingState.OFFERED)
    accept(placed)
    assert again(first).ended_as == WaitingEnd.PLACED
    applied(closed(stay, 0, 0), bookings={placed.pk: Decision(Fate.CANCEL, SORRY)}, waits=stays(second))
    assert (again(first).ended_as, again(first).booking, again(first).joined_at) == ("", None, first.joined_at)
    Closure.objects.all().delete()
    pass_on_all(at=DRAWN)
    assert again(first).booking is not None
    assert again(second).booking is None


def test_what_the_ward_wrote_is_kept(stay: Service) -> None:
    coming = announce(stay)
    entry = enter(coming, days(0))
    applied(closed(stay, 0, 0), OPENS, rounds={coming.pk: RoundDecision(goes_on=True)}, entries=stays(entry))
    for change in (lambda: WishNotice.objects.update(message="x"), lambda: WishNotice.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# ---- On the page


def test_staff_see_all_of_it_on_one_page_and_one_message_serves_for_everybody_who_hopes(stay: Service) -> None:
    today = timezone.localdate()
    first = today + timedelta(days=20)
    born = today - timedelta(days=30)
    coming = builders.draw_round(stay, first, opens_at=builders.at(today - timedelta(days=1)))
    family = registered(born=born)
    entry = DrawEntry.objects.create(
        round=coming,
        registration=family,
        sign="ABCDEF",
        choices=[{"service": stay.slug, "days": [str(first)]}],
        entered_at=timezone.now(),
        entered_by=builders.user(),
    )
    waiting = WaitingEntry.objects.create(
        registration=registered(born=born),
        service=stay,
        period=(first - timedelta(days=1), first),
        joined_at=timezone.now(),
        joined_by=builders.user(),
    )
    page = reverse("admin:bookings_booking_capacity")
    client = Client()
    client.force_login(builders.user())
    asked = {
        "pool": stay.pool_id,
        "kind": "closure",
        "first_day": str(first - timedelta(days=1)),
        "last_day": str(first),
        "slots": 0,
        "reason": "工事",
    }
    listed = client.post(page, asked).content.decode()
    assert all(word in listed for word in ("ABCDEF", f"e{entry.pk}-fate", f"w{waiting.pk}-fate", f"r{coming.pk}-fate"))
    sent = asked | {
        "apply": "",
        f"r{coming.pk}-fate": "goes_on",
        f"e{entry.pk}-fate": "stays",
        f"w{waiting.pk}-fate": "ends",
    }
    mute = client.post(page, sent)
    assert (mute.status_code, Closure.objects.exists()) == (422, False)
    assert client.post(page, sent | {"all-message": SORRY}).status_code == 302
    assert sorted(row.message for row in WishNotice.objects.all()) == [SORRY, SORRY]
    assert (again(waiting).ended_as, again(entry).away_why) == (WaitingEnd.WARD, WhyAway.CLOSED)
    assert Closure.objects.count() == 1
