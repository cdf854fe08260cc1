"""What a mother sees: the public check, the fees, and her own page from application to a booking given back."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from billing.models import Tariff
from bookings.models import AllocationPolicy, Booking, BookingState
from enrollment.models import Family, Registration, RegistrationPolicy, RegistrationState
from facilities.models import Closure, DayOverride, ServiceKind, ServiceTermsRow
from tests.builders import LONG_AGO, draw_round, family, registration, service, sibling, usage_limits, user
from tests.factories_application_steps import baby, parts, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def short_stay():
    return service()


@pytest.fixture
def today():
    return timezone.localdate()


def answers(today, **changes):
    return {
        "service": "ward-centre/short-stay",
        "first_day": today + timedelta(days=7),
        "last_day": today + timedelta(days=9),
        **parts("birth_date", today - timedelta(days=40)),
        "home": "both",
        "worry": "yes",
        "lacks_support": "yes",
        "needs_medical_care": "no",
        "tax_class": "taxed",
    } | changes


def page(client, address, data=None):
    answer = client.post(address, data) if data is not None else client.get(address)
    return answer, answer.content.decode()


def test_the_check_shows_every_rule_in_words_and_the_fee_by_day(short_stay, today):
    answer, text = page(Client(), "/check/days/", answers(today))
    assert answer.status_code == 200
    assert "この日程でご利用いただけます" in text
    assert text.count('class="badge badge-success"') == 8
    assert "13,500" in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"needs_medical_care": "yes"}, "ご利用いただけません"),
        ({"home": "mother"}, "ご利用いただけません"),
    ],
)
def test_the_check_says_no_with_the_reason_and_where_to_ask(short_stay, today, changes, words):
    answer, text = page(Client(), "/check/days/", answers(today, **changes))
    assert (answer.status_code, words in text, "ご相談ください" in text) == (200, True, True)


def test_the_check_ends_with_a_way_on(short_stay, today):
    _answer, text = page(Client(), "/check/days/", answers(today))
    free_days = f"{reverse('public:availability')}?service=ward-centre%2Fshort-stay&amp;month="
    assert ('name="apply"' in text, free_days in text) == (True, True)
    _answer, refused = page(Client(), "/check/days/", answers(today, needs_medical_care="yes"))
    assert f'href="{reverse("public:facilities")}"' in refused


@pytest.mark.parametrize(
    ("ahead", "words", "has_fee"),
    [
        ((-3, -1), "過ぎています", False),
        ((-1, 2), "過ぎています", False),
        ((0, 2), "まででした", True),
        ((7, 16), "続けて使えるのは7日まで", False),
        ((20, 22), "休みです", False),
        ((30, 31), "空きがありません", True),
        ((60, 62), "に抽選します", True),
        ((200, 201), "から予約できます", True),
        ((7, 9), "", True),
    ],
    ids=["passed", "begins yesterday", "too near", "ten in a row", "closed", "full", "by lot", "too far", "free"],
)
def test_the_check_knows_calendar_limits_and_today(short_stay, today, ahead, words, has_fee):
    """It said “you can use these days” of closed and past days and of ten in a row, with 45,000 yen."""
    usage_limits()
    ServiceTermsRow.objects.update(age_limit_months=24)
    AllocationPolicy.objects.create(
        service=short_stay, period=(LONG_AGO, None), method="first_come", notice_hours=24, opens_days_before=180
    )
    Closure.objects.create(
        pool=short_stay.pool, period=(today + timedelta(days=21), today + timedelta(days=22)), reason="改修"
    )
    DayOverride.objects.create(pool=short_stay.pool, day=today + timedelta(days=30), slots=1, reason="縮小")
    other = Booking.objects.create(registration=registration(), service=short_stay, booked_at=timezone.now())
    other.days.create(day=today + timedelta(days=30))
    draw_round(short_stay, today + timedelta(days=60))
    answer, text = page(
        Client(),
        "/check/days/",
        answers(today, first_day=today + timedelta(days=ahead[0]), last_day=today + timedelta(days=ahead[1])),
    )
    assert answer.status_code == 200
    assert ("この日程でご利用いただけます" in text) == (not words)
    assert (words in text, "45,000" in text) == (True, False)
    assert bool(answer.context.get("fee_rows")) == has_fee


def test_twins_are_priced_as_twins_and_a_pregnancy_is_judged_from_the_due_date(short_stay, today):
    twins = answers(today, **parts("birth_date_2", today - timedelta(days=40)))
    assert "15,000" in page(Client(), "/check/days/", twins)[1]
    pregnant = answers(today, birth_date_0="", birth_date_1="", birth_date_2="", **parts("due_date", today))
    pregnant |= {"birth_date_0": "", "birth_date_1": "", "birth_date_2": ""}
    assert "この日程でご利用いただけます" in page(Client(), "/check/days/", pregnant)[1]


def test_an_amount_that_is_not_published_is_said_and_not_guessed(short_stay, today):
    Tariff.objects.all().delete()
    answer, text = page(Client(), "/check/days/", answers(today))
    assert (answer.status_code, "料金はまだ決まっていません" in text) == (200, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"service": "nowhere/spa"}, "service"),
        ({"service": "\x00"}, "service"),
        ({"first_day": "2023-02-30"}, "first_day"),
        ({"last_day": "1999-01-01"}, "last_day"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"birth_date_1": "13"}, "birth_date"),
        ({"birth_date_0": "", "birth_date_1": "", "birth_date_2": ""}, "birth_date"),
        ({"worry": ""}, "worry"),
        ({"tax_class": "rich"}, "tax_class"),
        ({"coupons": "3"}, "coupons"),
        ({"gestation_weeks": "400"}, "gestation_weeks"),
    ],
)
def test_an_error_stands_beside_its_field_and_what_was_typed_stays(short_stay, today, changes, field):
    answer, _text = page(Client(), "/check/days/", answers(today, **changes))
    assert answer.status_code in (200, 422)
    assert list(answer.context["form"].errors) == [field]


def test_the_check_keeps_nothing(short_stay, today):
    client = Client()
    client.post("/check/days/", answers(today))
    assert set(client.cookies) <= {"csrftoken"}
    assert not Family.objects.exists()


def test_the_fee_tables_say_what_is_not_published(short_stay):
    service(ServiceKind.OUTREACH, short_stay.pool)
    Tariff.objects.create(
        service=short_stay.pool.services.get(kind="outreach"),
        component="base",
        tax_class="taxed",
        amount=2000,
        period=(LONG_AGO, None),
    )
    _answer, text = page(Client(), "/fees/")
    assert ("4,500円" in text, "2,000円" in text, "未定" in text) == (True, True, True)


@pytest.mark.parametrize("name", ["home", "check", "check-days", "fees", "facilities", "availability"])
def test_the_public_pages_open_before_any_data_is_entered(name):
    assert Client().get(reverse(f"public:{name}")).status_code == 200


@pytest.fixture
def mother(client):
    person = user(Role.MOTHER)
    client.force_login(person)
    return person


def test_a_mother_applies_on_her_page_and_sees_that_it_has_arrived(client, mother, today):
    RegistrationPolicy.objects.create(period=(LONG_AGO, None), from_pregnancy_week=28)
    assert "まだ申請していません" in page(client, "/my/")[1]
    answer = send(client, today, follow=True)
    assert "申請を受け付けました" in answer.content.decode()
    assert Family.objects.get(account=mother).mother_name == "髙﨑 𠮷子"
    again = send(client, today)
    assert (again.status_code, Registration.objects.count()) == (302, 1)


def test_a_returned_application_comes_back_filled_in_and_is_sent_again(client, mother, today):
    kept = registration(family(account=mother), born=today - timedelta(days=20), state=RegistrationState.APPLIED)
    Registration.objects.filter(pk=kept.pk).update(state="returned", decision_reason="住所をご確認ください")
    text = client.get("/my/apply/", follow=True).content.decode()
    assert ("住所をご確認ください" in text, "髙﨑 𠮷子" in text) == (True, True)
    send(client, today)
    kept.refresh_from_db()
    assert kept.state == RegistrationState.APPLIED


def test_a_birth_is_reported_and_an_application_withdrawn_on_her_page(client, mother, today):
    kept = registration(family(account=mother), born=None, state=RegistrationState.APPLIED)
    client.post(reverse("family:birth", args=[kept.pk]), {"babies": "1", "shown": 1, **baby(today)})
    assert kept.birth.infants.get().birth_date == today
    client.post(reverse("family:withdraw", args=[kept.pk]))
    kept.refresh_from_db()
    assert kept.state == RegistrationState.WITHDRAWN


@pytest.fixture
def registered(mother, short_stay, today):
    return registration(family(account=mother), born=today - timedelta(days=40), infants=2)


def asked(today, **changes):
    return {
        "service": "ward-centre/short-stay",
        "day": [str(today + timedelta(days=number)) for number in (7, 8)],
        "infants": 2,
        "coupons": 0,
    } | changes


def test_she_sees_verdict_and_price_and_one_key_books_once(client, registered, today):
    address = reverse("family:book", args=[registered.pk])
    seen = client.get(address, asked(today) | {"ask": 1})
    assert "10,000" in seen.content.decode()
    confirmed = asked(today) | {"key": seen.context["key"]}
    for _ in range(2):
        assert "B-" in client.post(address, confirmed, follow=True).content.decode()
    booking = Booking.objects.get()
    assert (booking.days.count(), booking.infant_count, booking.state) == (2, 2, BookingState.BOOKED)


def test_what_cannot_be_booked_is_said_on_the_page_and_nothing_is_written(client, registered, today):
    usage_limits()
    sibling(registered.birth.family)
    address = reverse("family:book", args=[registered.pk])
    far = [str(today + timedelta(days=number)) for number in range(3, 12)]
    for changes in ({"day": far}, {"day": "2020-01-01"}, {"infants": 3}, {"day": []}, {"day": "morgen"}, {"key": ""}):
        answer = client.post(address, asked(today, key="a-key") | changes)
        assert answer.status_code == 422
        assert answer.context["form"].errors
    assert not Booking.objects.exists()


def test_she_gives_a_booking_back(client, registered, today):
    client.post(reverse("family:book", args=[registered.pk]), asked(today, key="a-key"))
    booking = Booking.objects.get()
    assert client.get(reverse("family:cancel", args=[booking.pk])).status_code == 200
    client.post(reverse("family:cancel", args=[booking.pk]))
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED


def test_what_is_anothers_is_not_there(client, mother, short_stay, today):
    other = registration(born=today - timedelta(days=40))
    for name in ("book", "birth", "withdraw"):
        assert client.post(reverse(f"family:{name}", args=[other.pk])).status_code == 404


def test_her_page_takes_as_many_queries_with_three_bookings_as_with_one(client, registered, today):
    address = reverse("family:book", args=[registered.pk])
    counts = []
    for number in (1, 2, 3):
        client.post(address, asked(today, key=f"k{number}", day=str(today + timedelta(days=7 * number))))
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/my/").status_code == 200
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1
    # What she waits for, notices, coupons left and where to pay are asked once each; what is said once is taken away.
    assert counts[-1] <= 28
