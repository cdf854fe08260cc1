"""Her own page: the next thing first, what is new on top, what is left, what was folded with its days."""

import re
from collections.abc import Sequence
from datetime import date, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState, ChangeNotice, DayStatus, Stay, WaitingEntry
from enrollment.models import Registration, RegistrationState, TaxClassPeriod
from facilities.models import Service, ServiceKind
from pages.mother.home_parts import weeks_until
from tests import builders

pytestmark = pytest.mark.django_db


def ahead(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def mother() -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


@pytest.fixture
def stay() -> Service:
    builders.usage_limits()
    return builders.service(slots=5)


@pytest.fixture
def registered(mother: User, stay: Service) -> Registration:
    return builders.registration(builders.family(account=mother), born=ahead(-40))


def has(
    registered: Registration, service: Service, days: Sequence[int], state: str = BookingState.BOOKED, **facts: object
) -> Booking:
    made = Booking.objects.create(
        registration=registered, service=service, state=state, booked_at=timezone.now() - timedelta(days=60), **facts
    )
    status = {BookingState.DEPARTED: DayStatus.USED, BookingState.CANCELLED: DayStatus.RELEASED}
    for day in days:
        made.days.create(day=ahead(day), status=status.get(BookingState(state), DayStatus.HELD))
    return made


def page(mother: User) -> str:
    client = Client()
    client.force_login(mother)
    answer = client.get(reverse("family:home"))
    assert answer.status_code == 200
    return answer.text.split("<main", 1)[1].split("</main>", 1)[0]


def next_thing(mother: User) -> str:
    return page(mother).split('class="next-thing"', 1)[1].split("</section>", 1)[0]


def words(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def test_the_nearest_stay_stands_first_with_its_day_place_and_telephone(
    registered: Registration, stay: Service, mother: User
) -> None:
    stay.facility.phone = "0312345678"
    stay.facility.save()
    has(registered, stay, [20])
    nearest = has(registered, stay, [5, 6])
    first = next_thing(mother)
    assert "5日後" in first
    assert date_format(ahead(5), "MONTH_DAY_FORMAT") in words(first)
    assert reverse("family:booking", args=[nearest.pk]) in first
    assert 'href="tel:0312345678"' in first
    assert date_format(ahead(20), "MONTH_DAY_FORMAT") in words(page(mother).split('id="bookings"')[1])


def test_a_place_that_waits_for_her_answer_comes_before_everything_with_its_deadline(
    registered: Registration, stay: Service, mother: User
) -> None:
    has(registered, stay, [3])
    until = timezone.now() + timedelta(hours=20)
    held = has(registered, stay, [9], BookingState.OFFERED, offered_until=until)
    first = next_thing(mother)
    assert reverse("family:offer", args=[held.pk]) in first
    assert date_format(timezone.localtime(until), "DATETIME_FORMAT") in first


@pytest.mark.parametrize(
    ("state", "born", "expected"),
    [
        (RegistrationState.APPLIED, -10, "区が申請を確認しています"),
        (RegistrationState.RETURNED, -10, "申請を直す"),
        (RegistrationState.APPROVED, None, "赤ちゃんが生まれたら"),
        (RegistrationState.APPROVED, -10, "利用する日を選べます"),
    ],
)
def test_without_a_booking_the_next_step_of_her_registration_stands_first(
    mother: User, stay: Service, state: str, born: int | None, expected: str
) -> None:
    reason = {"decision_reason": "予定日の確認"} if state == RegistrationState.RETURNED else {}
    day = None if born is None else ahead(born)
    builders.registration(builders.family(account=mother), state=state, born=day, **reason)
    assert expected in words(next_thing(mother))


def test_with_no_day_left_it_says_so_and_offers_what_is_counted_apart(
    registered: Registration, stay: Service, mother: User
) -> None:
    visit = builders.service(ServiceKind.OUTREACH, in_pool=stay.pool, age_limit_months=12)
    has(registered, stay, range(-8, -1), BookingState.DEPARTED)
    first = next_thing(mother)
    assert "残りの日数はありません" in words(first)
    assert f"{reverse('family:book', args=[registered.pk])}?service={visit.slug}" in first
    assert "予約する" not in words(page(mother)).replace("アウトリーチを予約する", "")


def test_what_is_left_is_told_in_days_weeks_and_coupons(registered: Registration, stay: Service, mother: User) -> None:
    builders.coupon_policy()
    TaxClassPeriod.objects.get_or_create(
        family=registered.birth.family, defaults={"period": (builders.LONG_AGO, None), "tax_class": "taxed"}
    )
    has(registered, stay, [10, 11], coupons=2)
    told = words(page(mother))
    assert "あと5日です（全部で7日）" in told
    assert "クーポン：残り3枚" in told
    assert re.search(r"（あと\d+週間）", told)


@pytest.mark.parametrize(("days", "weeks"), [(0, 0), (5, 0), (6, 1), (13, 2), (14, 2), (-3, 0)])
def test_a_week_is_left_when_seven_days_with_the_last_one_are(days: int, weeks: int) -> None:
    assert weeks_until(date(2026, 3, 1) + timedelta(days=days), date(2026, 3, 1)) == weeks


def test_used_and_cancelled_are_folded_each_with_its_days(
    registered: Registration, stay: Service, mother: User
) -> None:
    has(registered, stay, [-9, -8], BookingState.DEPARTED)
    has(registered, stay, [12], BookingState.CANCELLED)
    folded = [words(one) for one in re.findall(r"<details.*?</details>", page(mother), re.DOTALL)]
    assert len(folded) == 2
    assert "利用が終わったもの：1件" in folded[0]
    assert date_format(ahead(-9), "MONTH_DAY_FORMAT") in folded[0]
    assert "取り消したもの：1件" in folded[1]
    assert date_format(ahead(12), "MONTH_DAY_FORMAT") in folded[1]


def test_new_letters_messages_and_notices_stand_on_top_and_no_longer_once_they_are_old(
    registered: Registration, stay: Service, mother: User
) -> None:
    letter = builders.letter(registered, by=builders.user())
    left = has(registered, stay, [-3, -2], BookingState.DEPARTED)
    now = timezone.now()
    Stay.objects.create(
        booking=left, arrived_at=now - timedelta(days=3), departed_at=now - timedelta(days=2), summary="よく休めました"
    )
    coming = has(registered, stay, [9])
    staff = builders.user()
    ChangeNotice.objects.create(booking=coming, kind="moved", message="部屋の工事のため", made_at=now, made_by=staff)
    news = page(mother).split('id="news"', 1)[1].split("</section>", 1)[0]
    assert "部屋の工事のため" in news
    assert reverse("takehome:page", args=[left.pk]) in news
    assert reverse("letters:pdf", args=[letter.pk]) in news
    client = Client()
    client.force_login(mother)
    client.get(reverse("letters:pdf", args=[letter.pk]))
    Stay.objects.update(departed_at=now - timedelta(days=20), arrived_at=now - timedelta(days=21))
    news = page(mother).split('id="news"', 1)[1].split("</section>", 1)[0]
    assert reverse("takehome:page", args=[left.pk]) not in news
    assert reverse("letters:pdf", args=[letter.pk]) not in news


def test_what_she_waits_for_stands_with_its_days(registered: Registration, stay: Service, mother: User) -> None:
    WaitingEntry.objects.create(
        registration=registered, service=stay, period=(ahead(8), ahead(10)), joined_at=timezone.now(), joined_by=mother
    )
    waits = words(page(mother).split(f'id="waits-{registered.pk}"', 1)[1].split("</section>", 1)[0])
    assert date_format(ahead(8), "MONTH_DAY_FORMAT") in waits
    assert date_format(ahead(9), "MONTH_DAY_FORMAT") in waits
    assert "キャンセル待ちをしています" in waits


def test_a_visit_stands_with_its_hour(registered: Registration, stay: Service, mother: User) -> None:
    visit = builders.service(ServiceKind.OUTREACH, in_pool=stay.pool, age_limit_months=12)
    made = has(registered, visit, [4])
    made.days.update(starts_at=time(13, 30), busy_minutes=120)
    assert "13:30" in words(next_thing(mother))
