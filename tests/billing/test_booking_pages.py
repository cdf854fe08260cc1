"""Choosing days in the month, the page of one booking, and changing it; staff on behalf of a caller."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import AllocationPolicy, Booking, BookingState, ChangeNotice
from bookings.places.cancel import cancel_booking
from bookings.places.capacity import Fate
from bookings.places.change import shorten_booking
from enrollment.models import TaxClassPeriod
from facilities.models import Closure, FacilityOption
from tests import builders

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in_as(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def day(ahead: int) -> str:
    return (timezone.localdate() + timedelta(days=ahead)).isoformat()


class Family:
    """A mother signed in, her registration, the Ward Centre with one place a day, and a caller's member of staff."""

    def __init__(self) -> None:
        builders.usage_limits()
        self.service = builders.service(slots=1)
        self.mother = builders.user(Role.MOTHER, email="yoshiko@example.jp")
        born = timezone.localdate() - timedelta(days=40)
        self.registration = builders.registration(builders.family(account=self.mother), born=born)
        self.client = sign_in_as(self.mother)
        self.book = reverse("family:book", args=[self.registration.pk])

    def booked(self, *ahead: int, client: Client | None = None, **more: Any) -> Booking:
        given = {"service": self.service.slug, "day": [day(one) for one in ahead], "key": f"k-{ahead}"} | more
        answer = (client or self.client).post(self.book, given, follow=True)
        assert answer.status_code == 200, answer.context["form"].errors
        return Booking.objects.latest("pk")

    def page(self, name: str, booking: Booking, **given: Any) -> Any:
        return self.client.get(reverse(f"family:{name}", args=[booking.pk]), given)


@pytest.fixture
def family(transactional_db: None) -> Family:
    return Family()


def test_the_calendar_lets_her_tick_only_what_she_can_use_and_says_why_not(family: Family) -> None:
    other = builders.registration(born=timezone.localdate() - timedelta(days=40))
    others = Booking.objects.create(registration=other, service=family.service, booked_at=timezone.now())
    others.days.create(day=day(3))
    Closure.objects.create(pool=family.service.pool, period=(day(4), day(5)), reason="改修")
    family.booked(5)
    page = family.client.get(family.book).content.decode()
    ticks = {ahead: f'value="{day(ahead)}"' in page for ahead in range(2, 7)}
    assert ticks == {2: True, 3: False, 4: False, 5: False, 6: True}
    assert {word for word in ("満", "休", "予約済") if word in page} == {"満", "休", "予約済"}
    assert "あと6日" in page


def test_days_ticked_are_kept_from_page_to_page_and_priced_before_she_goes_on(family: Family) -> None:
    later = (timezone.localdate() + timedelta(days=40)).isoformat()
    chosen = {"service": family.service.slug, "day": [day(3), day(4)], "show": later}
    page = family.client.get(family.book, chosen).content.decode()
    assert page.count('type="hidden" name="day"') == 2
    assert "9,000" in page


def test_what_she_ticked_too_much_is_said_while_she_ticks_and_nothing_is_lost(family: Family) -> None:
    chosen = {"service": family.service.slug, "day": [day(number) for number in range(3, 11)]}
    marking = family.client.get(family.book, chosen)
    assert marking.status_code == 200
    assert "いま8日選ばれています" in marking.content.decode()
    going_on = family.client.get(family.book, chosen | {"ask": "1"})
    assert going_on.status_code == 422
    assert len(going_on.context["elsewhere"]) + going_on.content.decode().count(" checked") == 8


@pytest.mark.parametrize("days", [["9999-12-31"], ["0001-01-01"], ["1999-05-01"], [day(3), day(500)]])
def test_days_that_nobody_can_judge_are_refused_in_words(family: Family, days: list[str]) -> None:
    booking = family.booked(5)
    for page in (family.book, reverse("family:move", args=[booking.pk])):
        for answer in (
            family.client.get(page, {"service": family.service.slug, "day": days}),
            family.client.get(page, {"service": family.service.slug, "day": days, "ask": "1"}),
            family.client.post(page, {"service": family.service.slug, "day": days, "key": "k"}),
        ):
            assert (answer.status_code in (200, 422), bool(answer.context["form"].errors)) == (True, True)


def test_her_booking_shows_its_price_and_what_she_wished_for(family: Family) -> None:
    wish = FacilityOption.objects.create(
        facility=family.service.facility, name="ボディケア", name_en="Body care", period=(builders.LONG_AGO, None)
    )
    booking = family.booked(3, 5, options=[wish.pk])
    page = family.page("booking", booking).content.decode()
    assert "9,000" in page
    assert "ボディケア" in page
    file = family.page("calendar", booking)
    assert (file["Content-Type"], b"VEVENT" in file.content) == ("text/calendar; method=PUBLISH; charset=utf-8", True)


def test_the_page_of_other_days_begins_with_hers_and_their_fee(family: Family) -> None:
    assert "9,000" in family.page("move", family.booked(3, 4)).content.decode()


def test_she_moves_it_after_looking_the_new_days_over(family: Family) -> None:
    booking = family.booked(3, 4)
    move = reverse("family:move", args=[booking.pk])
    choosing = family.client.get(move).content.decode()
    assert f'value="{day(3)}" checked' in choosing
    seen = family.client.get(move, {"day": [day(4), day(6)], "ask": "1"}).content.decode()
    assert "この日にちに変える" in seen
    family.client.post(move, {"day": [day(4), day(6)]})
    kept = booking.days.exclude(status="released").values_list("day", flat=True)
    assert [one.isoformat() for one in kept] == [day(4), day(6)]
    refused = family.client.post(move, {"day": [day(-1)]})
    assert refused.status_code == 422


def test_the_sibling_comes_along_and_the_fee_says_so_at_once(family: Family) -> None:
    born = timezone.localdate() - timedelta(days=900)
    sibling = builders.sibling(family.registration.birth.family, born)
    booking = family.booked(3)
    page = reverse("family:party", args=[booking.pk])
    typed = {"key": family.client.get(page).context["key"], "infants": 1, "sibling": sibling.pk, "coupons": 0}
    first, after = (family.client.post(page, typed, follow=True) for _ in range(2))
    assert first.redirect_chain == after.redirect_chain
    assert "6,200" in after.content.decode()  # 4,500 and 1,700 (SEED)
    refused = family.client.post(page, {"infants": 1, "sibling": "", "coupons": 3})
    assert refused.status_code == 422
    booking.refresh_from_db()
    assert (booking.sibling, booking.coupons) == (sibling, 0)


@pytest.mark.parametrize(
    ("tax_class", "days", "coupons", "words"),
    [
        ("taxed", 2, "3", "この日にちで使えるクーポンは2枚まで"),
        ("taxed", 7, "6", "5枚まで"),
        ("taxed", 2, "100", "99以下"),
        ("taxed", 2, "-1", "0以上"),
        ("taxed", 2, "二", "整数"),
        ("non_taxed", 2, "1", "課税世帯"),
    ],
)
def test_coupons_that_cannot_be_used_are_said_while_she_ticks_and_when_she_goes_on(
    transactional_db: None, tax_class: str, days: int, coupons: str, words: str
) -> None:
    """They fell out of the fee without a word, and were refused only when she sent them."""
    builders.coupon_policy(builders.LONG_AGO)
    family = Family()
    TaxClassPeriod.objects.update(tax_class=tax_class)
    chosen = {
        "service": family.service.slug,
        "day": [day(number) for number in range(3, 3 + days)],
        "coupons": coupons,
    }
    live = family.client.get(family.book, chosen)
    box = live.content.decode().partition('id="price"')[2].partition("</section>")[0]
    assert (live.status_code, words in box) == (200, True), box
    for answer in (
        family.client.get(family.book, chosen | {"ask": "1"}),
        family.client.post(family.book, chosen | {"key": "k" * 20}),
    ):
        assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not Booking.objects.exists()


def test_after_days_are_given_up_the_fee_stands_with_the_coupons_that_are_left_and_says_why(family: Family) -> None:
    builders.coupon_policy(builders.LONG_AGO)
    booking = family.booked(3, 4, coupons=2)
    assert "4,000" in family.page("booking", booking).text
    with transaction.atomic():
        shorten_booking(
            booking=booking, last_day=timezone.localdate() + timedelta(days=3), by=family.mother, at=timezone.now()
        )
    page = family.page("booking", booking).text
    assert ("2,000" in page, "使えるクーポンは1枚まで" in page) == (True, True)


def test_the_facility_is_told_of_too_many_coupons_too(family: Family) -> None:
    builders.coupon_policy(builders.LONG_AGO)
    booking = family.booked(3)
    page = reverse("operator:change", args=[booking.pk])
    operator = sign_in_as(builders.user(Role.OPERATOR))
    sent = {"what": "party", "infants": 1, "sibling": "", "coupons": 3, "key": "k" * 20}
    answer = operator.post(page, sent)
    assert (answer.status_code, "使えるクーポンは1枚まで" in answer.text) == (422, True)


def test_who_comes_sent_from_a_page_still_open_after_staff_cancelled_is_answered_in_words(family: Family) -> None:
    booking = family.booked(3)
    with transaction.atomic():
        cancel_booking(booking=booking, by=builders.user(), at=timezone.now())
    answer = family.client.post(
        reverse("family:party", args=[booking.pk]), {"infants": 1, "sibling": "", "coupons": 0}
    )
    assert answer.status_code == 422
    assert f"{booking.number}は、もう変更できません" in answer.content.decode()


def test_what_the_ward_changed_and_why_stands_on_her_page(family: Family) -> None:
    booking = family.booked(3)
    ChangeNotice.objects.create(
        booking=booking,
        kind="moved",
        message="改修のため移しました",
        made_at=timezone.now(),
        made_by=builders.user(),
    )
    assert "改修のため移しました" in family.page("booking", booking).content.decode()


def test_when_it_is_too_late_the_page_says_to_call_and_staff_can_still_do_it(family: Family) -> None:
    AllocationPolicy.objects.create(
        service=family.service, period=(builders.LONG_AGO, None), method="first_come", gives_back_days_before=3
    )
    booking = family.booked(2)
    cancel = reverse("family:cancel", args=[booking.pk])
    assert "お電話" in family.client.post(cancel, follow=True).content.decode()
    booking.refresh_from_db()
    assert booking.state == BookingState.BOOKED
    sign_in_as(builders.user()).post(cancel)
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def test_staff_book_for_a_family_that_calls(family: Family) -> None:
    staff = builders.user()
    booking = family.booked(3, client=sign_in_as(staff))
    assert (booking.registration, booking.booked_by) == (family.registration, staff)


def test_staff_read_on_every_page_for_whom_they_do_it_and_a_mother_does_not(family: Family) -> None:
    booking = family.booked(3)
    pages = [reverse(f"family:{name}", args=[family.registration.pk]) for name in ("book", "draws", "waiting")]
    pages += [reverse(f"family:{name}", args=[booking.pk]) for name in ("booking", "move", "party", "cancel", "offer")]
    staff = sign_in_as(builders.user())
    whose = f"髙﨑 𠮷子 さん（{family.registration.number}）"
    assert [page for page in pages if whose not in staff.get(page).content.decode()] == []
    assert [page for page in pages if whose in family.client.get(page).content.decode()] == []


def test_the_facility_sees_what_is_booked_at_once_and_enters_times_of_visits(family: Family) -> None:
    family.booked(3)
    operator = sign_in_as(builders.user(Role.OPERATOR))
    assert "髙﨑 𠮷子" in operator.get(reverse("operator:coming")).content.decode()
    visits = builders.service(
        builders.ServiceKind.OUTREACH, builders.pool(3, slug="visits"), age_limit_months=12, takes_siblings=False
    )
    visit = family.booked(6, service=visits.slug)
    address = reverse("operator:stay", args=[visit.pk])
    assert "約束した時刻" in operator.get(address).content.decode()
    operator.post(reverse("operator:time", args=[visit.pk]), {"day": day(6), "starts_at": "10:30"})
    assert "10:30" in family.page("booking", visit).content.decode()
    wrong = operator.post(reverse("operator:time", args=[visit.pk]), {"day": day(6), "starts_at": "25"}, follow=True)
    assert "10:30 のように" in wrong.content.decode()


def test_staff_take_places_away_with_a_decision_for_each_family(family: Family) -> None:
    booking = family.booked(3)
    staff = sign_in_as(builders.user())
    page = reverse("admin:bookings_booking_capacity")
    closing = {
        "pool": family.service.pool_id,
        "kind": "closure",
        "first_day": day(3),
        "last_day": day(3),
        "slots": 0,
        "reason": "改修のため",
    }
    listed = staff.post(page, closing).content.decode()
    assert (booking.number in listed, "髙﨑 𠮷子" in listed, Closure.objects.exists()) == (True, True, False)
    undecided = staff.post(page, closing | {"apply": "", f"b{booking.pk}-fate": ""})
    assert (undecided.status_code, Closure.objects.exists()) == (200, False)
    decided = {f"b{booking.pk}-fate": Fate.MOVE, f"b{booking.pk}-first_day": day(5), f"b{booking.pk}-days": 1}
    mute = staff.post(page, closing | decided | {"apply": ""})
    assert (mute.status_code, Closure.objects.exists()) == (422, False)
    staff.post(page, closing | decided | {"apply": "", f"b{booking.pk}-message": "改修のため"})
    assert (Closure.objects.count(), booking.notices.count()) == (1, 1)
    assert booking.days.exclude(status="released").get().day.isoformat() == day(5)


def test_a_service_that_is_not_offered_is_never_replaced_by_another(family: Family) -> None:
    for slug in ("mamas-room/day-care", "", "../x"):
        answer = family.client.post(family.book, {"service": slug, "day": day(3), "key": "k"}, follow=True)
        assert "もう一度選んでください" in answer.content.decode()
    assert not Booking.objects.exists()


def test_allergies_are_asked_where_the_booking_is_confirmed_and_stand_in_no_address(family: Family) -> None:
    chosen = {"service": family.service.slug, "day": [day(3)]}
    choosing = family.client.get(family.book, chosen)
    looked_over = family.client.get(family.book, chosen | {"ask": "1"})
    assert ('name="food"' in choosing.text, 'name="food"' in looked_over.text) == (False, True)
    booking = family.booked(3, food="卵アレルギー")
    assert booking.food == "卵アレルギー"
    assert "卵アレルギー" in family.page("booking", booking).text
    too_long = family.client.post(family.book, {**chosen, "day": [day(4)], "key": "k", "food": "あ" * 201})
    assert (too_long.status_code, Booking.objects.count()) == (422, 1)
