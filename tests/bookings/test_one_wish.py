"""ひとつの希望: said once, it enters draws and waits, stays in step, and leaves what is hers by hand alone."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.draws.entering import enter_draw, withdraw_entry
from bookings.models import Booking, BookingState, DrawEntry, DrawPolicy, WaitingEntry, Wish, WishPart
from bookings.places.cancel import cancel_booking
from bookings.places.end_participation import end_registration
from bookings.places.offers import accept_offer
from bookings.tasks import give_back_offers, look_again
from bookings.waiting.passing_on import pass_on_all
from bookings.waiting.waiting_list import join_waiting_list, leave_waiting_list
from bookings.wish.stretches import Asked, in_turn, runs_apart
from bookings.wish.wishing import say_wish, wish_again, withdraw_wish
from enrollment.models import Registration
from facilities.models import Service, ServiceKind
from sankecare import outbox
from sankecare.errors import Refused
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@dataclass
class Ward:
    """A short stay of one place and a day care of one place, both full from day 3 to 8; a mother who wishes."""

    stay: Service = field(default_factory=lambda: builders.service(slots=1, sibling_rooms=1))
    mother: User = field(default_factory=lambda: builders.user(Role.MOTHER, email="yoshiko@example.jp"))
    taken: list[Booking] = field(default_factory=list)

    def __post_init__(self) -> None:
        builders.usage_limits()
        builders.draw_policy()
        DrawPolicy.objects.update(undo_minutes=10)
        mamas = builders.pool(1, builders.facility("mamas-room", "ママズルーム"))
        self.day_care = builders.service(ServiceKind.DAY_CARE, mamas, takes_siblings=False)
        self.registration = self.known(self.mother)
        for service in (self.stay, self.day_care):
            self.taken.append(self.books(self.known(), service, *range(3, 9)))

    def known(self, account: User | None = None) -> Registration:
        return builders.registration(builders.family(account=account), born=ahead(-40))

    def books(self, registration: Registration, service: Service, *days: int, **facts: Any) -> Booking:
        booking = Booking.objects.create(
            registration=registration, service=service, booked_at=timezone.now(), booked_by=self.mother, **facts
        )
        for one in days:
            booking.days.create(day=ahead(one))
        return booking

    def says(self, **changed: Any) -> Wish:
        said: dict[str, Any] = {
            "days": 2,
            "together": False,
            "until": ahead(30),
            "services": [self.stay, self.day_care],
        }
        with transaction.atomic():
            return say_wish(registration=self.registration, by=self.mother, at=timezone.now(), **said | changed)

    def frees(self, booking: Booking) -> None:
        """Another family gives its days back, and they are passed on."""
        with transaction.atomic():
            cancel_booking(booking=booking, by=builders.user(), at=timezone.now())
        pass_on_all(at=timezone.now())


@pytest.fixture
def ward(transactional_db: None) -> Ward:
    return Ward()


def waits() -> list[tuple[str, int, int]]:
    live = WaitingEntry.objects.filter(ended_at__isnull=True).order_by("pk")
    today = timezone.localdate()
    return [
        (row.service.slug, (row.period.lower - today).days, (row.period.upper - row.period.lower).days) for row in live
    ]


def entered() -> list[DrawEntry]:
    return list(DrawEntry.objects.filter(withdrawn_at__isnull=True).order_by("pk"))


def test_stretches_are_the_soonest_of_each_service_in_turn_and_share_no_day() -> None:
    days = [date(2026, 3, day) for day in (1, 2, 3, 4, 7, 8)]
    runs = runs_apart(days, 2)
    assert [(run[0].day, run[-1].day) for run in runs] == [(1, 2), (3, 4), (7, 8)]
    assert runs_apart(days, 2, [date(2026, 3, 4)]) == [(date(2026, 3, 3), date(2026, 3, 4))]
    assert in_turn({"a": runs[:2], "b": runs[2:]}, 3) == [
        Asked("a", runs[0]),
        Asked("b", runs[2]),
        Asked("a", runs[1]),
    ]
    assert in_turn({"a": runs}, 0) == []


def test_one_wish_waits_for_the_soonest_full_days_of_each_service_and_enters_every_open_draw(ward: Ward) -> None:
    draw = builders.draw_round(ward.stay, ahead(12))
    wish = ward.says()
    stay, care = ward.stay.slug, ward.day_care.slug
    assert waits() == [(stay, 3, 1), (care, 3, 1), (stay, 4, 1), (care, 4, 1), (stay, 5, 1)]
    (entry,) = entered()
    assert (entry.round, entry.least_days) == (draw, 1)
    assert [choice["days"][0] for choice in entry.choices] == [ahead(n).isoformat() for n in (12, 14, 16)]
    assert WishPart.objects.filter(wish=wish).count() == 6
    outbox.take_all(at=timezone.now())
    assert mail.outbox == []


def test_days_on_end_are_waited_for_and_drawn_on_end(ward: Ward) -> None:
    builders.draw_round(ward.stay, ahead(12))
    ward.says(together=True, services=[ward.stay])
    assert waits() == [(ward.stay.slug, n, 2) for n in (2, 4, 6, 8)]
    (entry,) = entered()
    assert {len(choice["days"]) for choice in entry.choices} == {2}
    assert entry.least_days is None


def test_with_the_elder_child_or_else_without_waits_for_any_place_and_says_both_to_the_draw(ward: Ward) -> None:
    builders.draw_round(ward.stay, ahead(12))
    sibling = builders.sibling(ward.registration.birth.family, born=ahead(-900))
    ward.says(services=[ward.stay], sibling=sibling, or_without=True)
    assert set(WaitingEntry.objects.values_list("sibling", flat=True)) == {None}
    assert [(row.sibling, row.or_without) for row in entered()] == [(sibling, True)]
    ward.says(services=[ward.stay], sibling=sibling)
    live = WaitingEntry.objects.filter(ended_at__isnull=True)
    assert set(live.values_list("sibling", flat=True)) == {sibling.pk}
    assert [(row.sibling, row.or_without) for row in entered()] == [(sibling, False)]


def test_what_she_entered_by_hand_stays_hers(ward: Ward) -> None:
    draw, at = builders.draw_round(ward.stay, ahead(12)), timezone.now()
    with transaction.atomic():
        own = enter_draw(
            draw_round=draw,
            registration=ward.registration,
            choices=builders.wished(draw, [ahead(13)]),
            by=ward.mother,
            at=at,
        )
        wait = join_waiting_list(
            registration=ward.registration,
            service=ward.stay,
            first_day=ahead(7),
            last_day=ahead(7),
            by=ward.mother,
            at=at,
        )
    wish = ward.says(services=[ward.stay])
    assert entered() == [own]
    assert len(waits()) == 5
    with transaction.atomic():
        withdraw_wish(wish=wish, at=timezone.now())
    assert entered() == [own]
    assert list(WaitingEntry.objects.filter(ended_at__isnull=True)) == [wait]


def test_what_she_takes_back_by_hand_is_not_made_again(ward: Ward) -> None:
    builders.draw_round(ward.stay, ahead(12))
    ward.says(services=[ward.stay], enters_later=True)
    first = WaitingEntry.objects.earliest("pk")
    with transaction.atomic():
        withdraw_entry(entry=entered()[0], at=timezone.now())
        leave_waiting_list(entry=first, at=timezone.now())
    look_again()
    assert entered() == []
    assert [number for _slug, number, _length in waits()] == [4, 5, 6, 7, 8]


def test_a_draw_announced_later_is_entered_only_if_she_agreed_and_then_by_a_mail(ward: Ward) -> None:
    ward.says(services=[ward.stay])
    builders.draw_round(ward.stay, ahead(12))
    look_again()
    assert entered() == []
    ward.says(services=[ward.stay], enters_later=True, until=ahead(11))
    assert entered() == []
    ward.says(services=[ward.stay], enters_later=True)
    assert len(entered()) == 1
    builders.draw_round(ward.stay, ahead(20), opens_at=timezone.now())
    outbox.take_all(at=timezone.now())
    assert mail.outbox == []
    look_again()
    assert len(entered()) == 2
    outbox.take_all(at=timezone.now())
    assert len(mail.outbox) == 1


def test_a_day_that_is_booked_is_taken_off_and_the_wish_ends_once_it_is_fulfilled(ward: Ward) -> None:
    builders.draw_round(ward.stay, ahead(12))
    wish = ward.says()
    ward.books(ward.registration, ward.stay, 2)
    give_back_offers()
    wish.refresh_from_db()
    assert (wish.left, wish.ended_at) == (1, None)
    assert {len(choice["days"]) for choice in entered()[0].choices} == {1}
    ward.frees(ward.taken[0])
    offered = Booking.objects.filter(registration=ward.registration, state=BookingState.OFFERED).first()
    assert offered is not None
    with transaction.atomic():
        accept_offer(booking=offered, by=ward.mother, at=timezone.now())
    give_back_offers()
    wish.refresh_from_db()
    assert wish.ended_as == "fulfilled"
    assert entered() == []
    held = Booking.objects.filter(registration=ward.registration, state=BookingState.OFFERED)
    assert WaitingEntry.objects.filter(ended_at__isnull=True).exclude(booking__in=held).count() == 0


def test_a_wish_withdrawn_is_taken_back_with_its_turns_and_after_the_minutes_no_more(ward: Ward) -> None:
    builders.draw_round(ward.stay, ahead(12))
    wish, at = ward.says(), timezone.now()
    before = list(WaitingEntry.objects.filter(ended_at__isnull=True).values_list("pk", "joined_at"))
    with transaction.atomic():
        withdraw_wish(wish=wish, at=at)
    assert (waits(), entered()) == ([], [])
    with transaction.atomic(), pytest.raises(Refused) as refused:
        wish_again(wish=wish, at=at + timedelta(days=1))
    assert refused.value.code == "too_late_to_undo"
    with transaction.atomic():
        wish_again(wish=wish, at=at + timedelta(minutes=1))
    assert list(WaitingEntry.objects.filter(ended_at__isnull=True).values_list("pk", "joined_at")) == before
    assert len(entered()) == 1


def test_a_changed_wish_lets_go_what_it_does_not_want_any_more_and_keeps_the_rest(ward: Ward) -> None:
    ward.says()
    kept = set(WaitingEntry.objects.filter(service=ward.stay).values_list("pk", flat=True))
    ward.says(services=[ward.stay])
    live = WaitingEntry.objects.filter(ended_at__isnull=True)
    assert set(live.values_list("service", flat=True)) == {ward.stay.pk}
    assert kept <= set(live.values_list("pk", flat=True))
    assert Wish.objects.count() == 1


def test_a_wish_ends_by_itself_once_its_days_have_passed(ward: Ward) -> None:
    wish = ward.says()
    Wish.objects.update(until=timezone.localdate())
    look_again()
    wish.refresh_from_db()
    assert (wish.ended_as, waits()) == ("passed", [])


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"services": []}, "no_service"),
        ({"days": 0}, "days_wished"),
        ({"days": 8}, "days_wished"),
        ({"until": ahead(0)}, "until_when"),
        ({"until": ahead(400)}, "until_when"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(ward: Ward, changed: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        ward.says(**changed)
    assert refused.value.code == code


def test_a_family_has_one_living_wish_whatever_registrations_it_has(ward: Ward) -> None:
    ward.says()
    family = ward.registration.birth.family
    ward.registration = builders.registration(family, born=ahead(-30))
    with pytest.raises(Refused) as refused:
        ward.says()
    assert refused.value.code == "wishes_already"
    wish = Wish.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Wish.objects.create(
            registration=wish.registration, days=1, left=1, until=ahead(9), made_at=timezone.now(), made_by=ward.mother
        )


def test_a_wish_ends_with_its_registration_and_stands_in_the_way_of_no_other_one(ward: Ward) -> None:
    builders.draw_round(ward.stay, ahead(12))
    wish = ward.says()
    family, now = ward.registration.birth.family, timezone.now()
    with transaction.atomic():
        end_registration(registration=ward.registration, reason="里に帰る", by=ward.mother, at=now)
    ward.registration = builders.registration(family, born=ahead(-30))
    give_back_offers()
    wish.refresh_from_db()
    assert (wish.ended_as, waits(), entered()) == ("ended", [], [])
    with pytest.raises(Refused) as refused, transaction.atomic():
        wish_again(wish=wish, at=now)
    assert refused.value.code == "not_approved"
    assert ward.says().registration == ward.registration


def test_another_registration_is_wished_with_before_the_first_ones_wish_has_ended(ward: Ward) -> None:
    ward.says()
    family = ward.registration.birth.family
    with transaction.atomic():
        end_registration(registration=ward.registration, reason="里に帰る", by=ward.mother, at=timezone.now())
    ward.registration = builders.registration(family, born=ahead(-30))
    assert ward.says(services=[ward.day_care]).registration == ward.registration


def test_a_wish_withdrawn_is_not_taken_back_once_its_registration_has_ended(ward: Ward) -> None:
    wish, now = ward.says(), timezone.now()
    with transaction.atomic():
        withdraw_wish(wish=wish, at=now)
    with transaction.atomic():
        end_registration(registration=ward.registration, reason="里に帰る", by=ward.mother, at=now)
    with pytest.raises(Refused) as refused, transaction.atomic():
        wish_again(wish=wish, at=now)
    assert refused.value.code == "not_approved"
    assert waits() == []


def test_she_says_it_on_one_page_reads_her_place_and_withdraws_it_with_undo(ward: Ward) -> None:
    builders.draw_round(ward.stay, ahead(12))
    client = Client()
    client.force_login(ward.mother)
    page = reverse("family:wish", args=[ward.registration.pk])
    assert client.get(page).status_code == 200
    until = ahead(30)
    said = {"days": "2", "on_end": "apart", "service_1": ward.stay.pk, "service_2": ward.day_care.pk}
    wrong = client.post(page, said | {"until": "2001-01-01"})
    assert (wrong.status_code, Wish.objects.count()) == (422, 0)
    answer = client.post(page, said | {"until": until.isoformat()}, follow=True)
    assert answer.status_code == 200, answer.context["form"].errors
    assert "希望の残り 2日" in answer.text
    assert [row["number"] for row in answer.context["waits"]] == [1] * 5
    assert len(answer.context["draws"]) == 1
    client.post(page, {"withdraw": "1"})
    assert Wish.objects.get().ended_as == "withdrawn"
    assert 'name="again"' in client.get(page).text
    client.post(page, {"again": "1"})
    assert len(waits()) == 5


def test_her_own_page_says_what_she_still_wishes_as_long_as_it_lives(ward: Ward) -> None:
    client = Client()
    client.force_login(ward.mother)
    wish = ward.says()
    (row,) = client.get(reverse("family:home")).context["registrations"]
    assert (row["wish"]["left"], row["wish"]["until"], len(row["wish"]["names"])) == (2, ahead(30), 2)
    page = client.get(reverse("family:home")).text
    assert "希望の残り 2日" in page
    assert reverse("family:wish", args=[ward.registration.pk]) in page
    with transaction.atomic():
        withdraw_wish(wish=wish, at=timezone.now())
    (row,) = client.get(reverse("family:home")).context["registrations"]
    assert row["wish"] is None
