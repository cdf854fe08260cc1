"""A baby that died or is in hospital: two touches set everything down, nothing comes by itself, a person calls."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import AllocationPolicy, Booking, BookingState, WaitingEntry
from bookings.reminders.remind import STAY_REMINDER
from enrollment.applications.queue import places_in_queue
from enrollment.bulk_approvable import Unclear
from enrollment.hard_news.note import HARD_NEWS
from enrollment.help_queries import kept_lines
from enrollment.models import HardNews, HelpLine, NamedCaller, Registration, RegistrationState
from sankecare import outbox
from sankecare.periods import period
from tests import builders

PAGE = "/my/baby/"


@pytest.fixture
def ward(db: None) -> Any:
    builders.usage_limits()
    builders.draw_policy()
    return builders.service(slots=2)


@pytest.fixture
def mother(ward: Any) -> User:
    return builders.user(Role.MOTHER, email="yoshiko@example.jp")


def held(mother: User, service: Any, first: date, **fields: Any) -> Booking:
    """A booking of hers; tomorrow's can be given back online no more."""
    registration = mother.family.births.get().registrations.get()
    booking = Booking.objects.create(
        registration=registration, service=service, booked_at=timezone.now(), booked_by=mother, **fields
    )
    booking.days.create(day=first)
    return booking


@pytest.fixture
def hers(mother: User, ward: Any) -> list[Booking]:
    today = timezone.localdate()
    AllocationPolicy.objects.create(
        service=ward, period=(builders.LONG_AGO, None), method="first_come", gives_back_days_before=9
    )
    registration = builders.registration(builders.family(account=mother), born=today - timedelta(days=30))
    WaitingEntry.objects.create(
        registration=registration,
        service=ward,
        period=period(today + timedelta(days=20), today + timedelta(days=21)),
        joined_at=timezone.now(),
        joined_by=mother,
    )
    until = timezone.now() + timedelta(days=1)
    offered = held(mother, ward, today + timedelta(days=10), state=BookingState.OFFERED, offered_until=until)
    return [held(mother, ward, today + timedelta(days=1)), offered]


def tell(client: Client, **said: str) -> Any:
    return client.post(PAGE, {"kind": "lost", "wants_call": "yes", **said}, follow=True)


def test_two_touches_cancel_without_cost_and_a_named_person_is_told(
    client: Client, mother: User, hers: list[Booking]
) -> None:
    here = builders.district()
    nurse, other = (
        builders.user(Role.HEALTH_NURSE, email=f"{name}@city.example", district=here, last_name=name)
        for name in ("佐藤", "鈴木")
    )
    NamedCaller.objects.create(district=here, person=nurse, period=(builders.LONG_AGO, None))
    client.force_login(mother)
    said = tell(client).text
    assert ("知らせてくださって" in said, "佐藤" in said, "料金はかかりません" in said) == (True, True, True)
    tell(client)  # sent twice over a poor network
    assert {booking.state for booking in Booking.objects.all()} == {BookingState.CANCELLED}
    assert not WaitingEntry.objects.filter(ended_at__isnull=True).exists()
    outbox.take_all(at=timezone.now())
    (told,) = [one for one in mail.outbox if one.to != ["yoshiko@example.jp"]]
    assert told.to == ["佐藤@city.example"]
    assert not [word for word in ("亡", "赤ちゃん", "髙﨑", "yoshiko") if word in f"{told.subject}{told.body}"]
    assert not [one for one in mail.outbox if one.to == ["yoshiko@example.jp"]]
    assert HardNews.objects.get().caller == nurse
    client.force_login(other)
    page = reverse("nurse:hard-news-do", args=[HardNews.objects.get().pk])
    client.post(page, {"take": "1"})
    client.post(page, {"called": "1", "offered": "訪問をご案内"})
    news = HardNews.objects.get()
    assert (news.caller, news.offered, news.called_at is not None) == (other, "訪問をご案内", True)


def test_nothing_goes_out_by_itself_until_it_has_ended(client: Client, mother: User, hers: list[Booking]) -> None:
    client.force_login(mother)
    tell(client, kind="hospital", wants_call="no")
    home = client.get(reverse("family:home")).text
    assert not [word for word in ("まで使えます", "月齢", "寝返り", "予約する", "残り") if word in home]
    booking, now = held(mother, hers[0].service, timezone.localdate() + timedelta(days=5)), timezone.now()

    def remind(number: int) -> int:
        before, day = len(mail.outbox), booking.days.get().day.toordinal()
        payload = {"booking": booking.pk, "day": day}
        key = f"{STAY_REMINDER}:{booking.pk}/{day}/{number}"
        outbox.enqueue(kind=STAY_REMINDER, recipient=f"user:{mother.pk}", dedupe_key=key, payload=payload, at=now)
        outbox.take_all(at=now)
        return len(mail.outbox) - before

    assert remind(7) == 0
    client.post(reverse("family:hard-news-end"))
    assert HardNews.objects.get().ended_by == mother
    assert remind(1) == 1


def test_without_a_named_person_the_section_is_told(client: Client, mother: User, hers: list[Booking]) -> None:
    for name in ("a", "b"):
        builders.user(Role.HEALTH_NURSE, email=f"{name}@city.example", district=builders.district())
    client.force_login(mother)
    assert "お住まいの地域の保健師" in tell(client).text
    assert outbox.OutboxEntry.objects.filter(kind=HARD_NEWS).count() == 1
    outbox.take_all(at=timezone.now())
    assert sorted(one.to[0] for one in mail.outbox) == ["a@city.example", "b@city.example"]


def test_no_application_of_hers_is_approved_with_others_or_unseen(client: Client, mother: User, ward: Any) -> None:
    today = timezone.localdate()
    waits = builders.registration(
        builders.family(account=mother), born=today - timedelta(days=9), state=RegistrationState.APPLIED
    )
    (before,) = places_in_queue(Registration.objects.all(), today)
    client.force_login(mother)
    tell(client)
    (after,) = places_in_queue(Registration.objects.all(), today)
    assert (after.registration, Unclear.HARD_NEWS in before.unclear, after.unclear[0]) == (
        waits,
        False,
        Unclear.HARD_NEWS,
    )


def test_what_is_left_open_is_asked_beside_it_and_nothing_is_done(
    client: Client, mother: User, hers: list[Booking]
) -> None:
    client.force_login(mother)
    assert client.post(PAGE, {"wants_call": "yes"}).status_code == 422
    assert not HardNews.objects.exists()
    assert Booking.objects.get(pk=hers[0].pk).state == BookingState.BOOKED


def test_what_has_changed_is_told_on_the_same_page_and_waits_for_a_call_again(
    client: Client, mother: User, hers: list[Booking]
) -> None:
    nurse = builders.user(Role.HEALTH_NURSE, email="sato@city.example", district=builders.district())
    client.force_login(mother)
    assert 'name="kind"' in tell(client, kind="hospital", wants_call="no").text
    outbox.take_all(at=timezone.now())
    client.force_login(nurse)
    client.post(reverse("nurse:hard-news-do", args=[HardNews.objects.get().pk]), {"called": "1", "offered": "訪問"})
    client.force_login(mother)
    tell(client, kind="lost", wants_call="yes")
    tell(client, kind="lost", wants_call="yes")  # sent twice over a poor network
    news = HardNews.objects.get()
    assert (news.kind, news.wants_call, news.called_at, news.offered) == ("lost", True, None, "訪問")
    mail.outbox.clear()
    outbox.take_all(at=timezone.now())
    assert [one.to for one in mail.outbox] == [["sato@city.example"]]


def test_after_a_loss_she_hears_nothing_again_by_a_touch_of_home_again(
    client: Client, mother: User, hers: list[Booking]
) -> None:
    client.force_login(mother)
    assert reverse("family:hard-news-end") not in tell(client).text
    client.post(reverse("family:hard-news-end"))
    assert HardNews.objects.get().ended_at is None


def test_what_a_nurse_wrote_too_long_stands_there_again_and_she_has_not_spoken_with_her(
    client: Client, mother: User, hers: list[Booking]
) -> None:
    nurse = builders.user(Role.HEALTH_NURSE, email="sato@city.example", district=builders.district())
    client.force_login(mother)
    tell(client)
    client.force_login(nurse)
    written = "訪" * 1001
    answer = client.post(
        reverse("nurse:hard-news-do", args=[HardNews.objects.get().pk]), {"called": "1", "offered": written}
    )
    assert (answer.status_code, written in answer.text) == (422, True)
    news = HardNews.objects.get()
    assert (news.caller, news.called_at) == (None, None)
    assert "no-store" in client.get(reverse("nurse:hard-news"))["Cache-Control"]


def test_no_line_speaks_of_a_child_at_home_to_her_whose_baby_died(
    client: Client, mother: User, hers: list[Booking]
) -> None:
    for code, name, about_children in (("listens", "話を聞く電話", False), ("child", "子どものことの電話", True)):
        HelpLine.objects.create(
            code=code,
            name=name,
            name_en=name,
            phone="189",
            about="いつでも",
            about_en="Any time",
            weekdays=list(range(7)),
            about_children=about_children,
            period=(builders.LONG_AGO, None),
        )
    kept_lines.forget()
    client.force_login(mother)
    assert "子どものことの電話" in client.get(reverse("public:help-now")).text
    tell(client)
    for page in (PAGE, reverse("family:home")):
        said = client.get(page).text
        assert ("話を聞く電話" in said, "子どものことの電話" in said) == (True, False)
    kept_lines.forget()


def test_once_she_was_spoken_with_no_page_promises_a_call(client: Client, mother: User, hers: list[Booking]) -> None:
    nurse = builders.user(Role.HEALTH_NURSE, district=builders.district(), last_name="佐藤")
    client.force_login(mother)
    tell(client)
    client.force_login(nurse)
    client.post(reverse("nurse:hard-news-do", args=[HardNews.objects.get().pk]), {"called": "1", "offered": ""})
    client.force_login(mother)
    for page in (PAGE, reverse("family:home")):
        said = client.get(page).text
        assert ("佐藤" in said, "お電話します" in said) == (True, False)


@pytest.mark.parametrize("touch", ["take", "end"])
def test_what_a_nurse_typed_is_kept_whichever_button_she_touches(
    client: Client, mother: User, hers: list[Booking], touch: str
) -> None:
    client.force_login(mother)
    tell(client)
    client.force_login(builders.user(Role.HEALTH_NURSE, district=builders.district()))
    page = reverse("nurse:hard-news-do", args=[HardNews.objects.get().pk])
    client.post(page, {touch: "1", "offered": "訪問をご案内"})
    assert HardNews.objects.get().offered == "訪問をご案内"
    assert client.post(page, {touch: "1", "offered": "あ" * 1001}).status_code == 422


def test_a_nurse_reads_how_her_name_is_said_and_ends_it_in_two_touches(
    client: Client, mother: User, hers: list[Booking]
) -> None:
    client.force_login(mother)
    tell(client)
    client.force_login(builders.user(Role.HEALTH_NURSE, district=builders.district()))
    page = client.get(reverse("nurse:hard-news")).text
    family = HardNews.objects.get().family
    assert family.mother_name_kana in page
    before, fold = page.split("<summary>終える（お知らせを元に戻す）</summary>")
    assert ('name="end"' in before, 'name="end"' in fold.partition("</details>")[0]) == (False, True)
