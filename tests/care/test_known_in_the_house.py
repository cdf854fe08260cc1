"""What a mother wrote for the midwife is in front of the midwife: her application, and the badges at her name."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.roles import Role
from bookings.models import Booking, BookingState, DayStatus, Stay
from bookings.places.queries import bookings_with_days
from care.badges import badges_of, names_allergy
from care.models import Assessment, CareRecord, CheckIn
from enrollment.models import Infant, Protection, Registration
from enrollment.stated import stated_of
from facilities.models import Service
from pages.facility.care_views import _checked
from pages.facility.family_history import stated_to
from tests import builders
from tests.care.test_care import House

pytestmark = pytest.mark.django_db(transaction=True)

STATED = {
    "worry_topics": ["sleep"],
    "worries": "夜に泣かれると、どうしてよいかわからない",
    "support": "夫は出張が多く、母は遠い",
    "lacks_support": True,
    "mother_health": "甲状腺の薬（チラーヂン50）を飲んでいる",
    "infant_health": "ミルクアレルギーの疑い",
}


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    Registration.objects.filter(pk=made.registration.pk).update(**STATED)
    return made


def _badges(house: House, booking: Booking | None = None) -> list[str]:
    shown = list(bookings_with_days().filter(pk=(booking or house.booking).pk))
    with translation.override("ja"):
        return [badge.text for badge in badges_of(shown, house.today)[shown[0].pk]]


def _page(house: House, name: str) -> str:
    return house.client.get(reverse(f"operator:{name}", args=[house.booking.pk])).text


@pytest.mark.parametrize("page", ["stay", "check-in"])
@pytest.mark.parametrize(
    "told", [*(STATED[key] for key in STATED if isinstance(STATED[key], str)), "眠れない", "十分でない"]
)
def test_all_that_she_wrote_stands_before_the_midwife_on_both_pages(house: House, page: str, told: str) -> None:
    assert told in _page(house, page)


def test_the_check_in_begins_with_it_and_what_is_said_there_stands_above_and_leaves_the_application_as_it_was(
    house: House,
) -> None:
    assert _page(house, "check-in").count("チラーヂン50") == 2
    house.post("check-in", residence_confirmed="on", health="チラーヂンは先週から75", key="k")
    page = _page(house, "stay")
    assert CheckIn.objects.get().health == "チラーヂンは先週から75"
    assert page.index("チラーヂンは先週から75") < page.index("チラーヂン50")
    house.registration.refresh_from_db()
    assert stated_of(house.registration, []).health == f"{STATED['mother_health']}\n{STATED['infant_health']}"


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ({"birth_weight_grams": 2480}, "出生体重 2,480 g"),
        ({"birth_weight_unknown": True}, "出生体重はわからない"),
        ({"birth_way": "urgent_caesarean"}, "帝王切開（緊急）"),
        ({"birth_way": "unknown"}, "分娩の方法はわからない"),
        ({"unusual": "some", "unusual_words": "黄疸で光線療法"}, "お産・出生後：黄疸で光線療法"),
        ({"unusual": "unknown"}, "お産のときの異常はわからない"),
    ],
)
def test_how_the_baby_was_born_stands_on_the_stays_page_and_begins_the_check_in(
    house: House, stated: dict[str, object], read: str
) -> None:
    Infant.objects.filter(birth=house.registration.birth).update(**stated)
    assert read in _page(house, "stay")
    assert "お産：" in _page(house, "check-in")
    assert _page(house, "check-in").count(read) == 2


def test_another_facility_and_an_ended_stay_read_nothing_of_it(house: House) -> None:
    other = builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム"))
    house.client.force_login(other)
    assert house.client.get(reverse("operator:stay", args=[house.booking.pk])).status_code == 404


def test_of_a_place_not_taken_yet_and_of_one_given_back_the_house_reads_nothing_of_it(house: House) -> None:
    """A midwife of a house that the family said no to does not read of its health."""
    booking = bookings_with_days().get(pk=house.booking.pk)
    for state in BookingState:
        booking.state = state
        shown = stated_to(house.midwife, booking)
        is_not_here = state in (BookingState.OFFERED, BookingState.CANCELLED)
        assert (shown is None) == is_not_here, state
        assert (_checked(booking, None).values["health"] == "") == is_not_here, state


def test_each_badge_stands_at_the_name_for_its_ground(house: House) -> None:
    assert _badges(house) == ["アレルギー"]
    Registration.objects.filter(pk=house.registration.pk).update(infant_health="アレルギーはありません")
    assert _badges(house) == []
    house.post(
        "check-in",
        residence_confirmed="on",
        food="卵は食べない",
        infant_temperature="37.8",
        fever_decision="様子をみる",
        key="k",
    )
    stay = CheckIn.objects.get().stay
    staff = builders.user(Role.WARD_STAFF)
    family = house.registration.birth.family
    Assessment.objects.create(
        stay=stay, assessed_on=house.today, total=9, item_10=0, recorded_at=timezone.now(), recorded_by=house.midwife
    )
    Protection.objects.create(family=family, reason="支援措置", set_by=staff, set_at=timezone.now())
    assert _badges(house) == ["発熱", "食事の注意", "EPDS要確認", "住所秘匿"]
    CheckIn.objects.update(infant_temperature=Decimal("36.8"))
    record = CareRecord.objects.create(
        stay=stay, day=house.today, recorded_at=timezone.now(), recorded_by=house.midwife
    )
    record.infants.create(infant=house.infant, temperature=Decimal("37.5"))
    assert "発熱" in _badges(house)


def test_two_mothers_of_one_name_in_the_house_are_marked_and_one_of_next_week_is_not(house: House) -> None:
    def expected(day: int) -> Booking:
        registration = builders.registration(born=house.today - timedelta(days=30))
        theirs = registration.birth.family
        ours = house.registration.birth.family
        type(theirs).objects.filter(pk=theirs.pk).update(
            mother_name=ours.mother_name, mother_name_kana=ours.mother_name_kana.replace("　", " ")
        )
        booking = Booking.objects.create(registration=registration, service=house.service, booked_at=timezone.now())
        booking.days.create(day=house.today + timedelta(days=day))
        return booking

    expected(7)
    assert "同姓同名あり" not in _badges(house)
    other = expected(1)
    assert "同姓同名あり" in _badges(house)
    assert "同姓同名あり" in _badges(house, other)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("卵アレルギー", True),
        ("アレルギー：小麦", True),
        ("ペニシリンでアナフィラキシー", True),
        ("Allergic to nuts", True),
        ("アレルギーなし", False),
        ("アレルギー：特になし", False),
        ("アレルギーはありません。", False),
        ("アレルギーなし。ただし上の子は卵アレルギー", True),
        ("アレルギーは無いと思うが、牛乳で発疹（アレルギー検査待ち）", True),
        ("No known allergies", False),
        ("", False),
    ],
)
def test_an_allergy_is_named_unless_it_is_plainly_denied(written: str, named: bool) -> None:
    assert names_allergy(written) is named


def test_the_badges_of_fifteen_families_take_as_many_queries_as_those_of_one(house: House) -> None:
    def queries() -> int:
        shown = list(bookings_with_days())
        with CaptureQueriesContext(connection) as asked:
            badges_of(shown, house.today)
        return len(asked)

    of_one = queries()
    for _number in range(4):
        registration = builders.registration(born=house.today - timedelta(days=30))
        booking = Booking.objects.create(registration=registration, service=house.service, booked_at=timezone.now())
        booking.days.create(day=house.today)
    assert queries() == of_one


def test_earlier_stays_at_this_facility_are_linked_newest_first_and_others_are_not(house: House) -> None:
    def over(days_ago: int, service: Service) -> Booking:
        left = timezone.now() - timedelta(days=days_ago)
        booking = Booking.objects.create(
            registration=house.registration, service=service, booked_at=left, state=BookingState.DEPARTED
        )
        booking.days.create(day=timezone.localdate(left), status=DayStatus.USED)
        Stay.objects.create(booking=booking, arrived_at=left - timedelta(hours=3), departed_at=left)
        return booking

    first, second = over(20, house.service), over(10, house.service)
    elsewhere = over(5, builders.service(in_pool=builders.pool(of=builders.facility("mamas-room", "ママズルーム"))))
    page = _page(house, "stay")
    assert page.index(second.number) < page.index(first.number)
    assert elsewhere.number not in page
