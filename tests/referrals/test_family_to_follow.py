"""What a nurse needs to decide in one call stands on her page: who lives there, where, what was seen, what else is."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry
from bookings.models import Stay
from care.models import Assessment, CareRecord, CheckIn, InfantCare
from enrollment.models import Protection, Registration
from referrals.acknowledge import acknowledge_referral
from referrals.ask_place import ask_for_place
from referrals.models import (
    Concern,
    ContactWay,
    Referral,
    ReferralPolicy,
    Urgency,
    Wanted,
    WatchList,
    WatchRow,
)
from referrals.queries import inbox
from referrals.working_hours import opens_next
from tests import builders

from .factories_referrals import Scene
from .steps import close_referral, mailed, received, sent_on, visited
from .test_working_hours import WARD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_published")]


def page(person: object, name: str, referral: Referral) -> str:
    client = Client()
    client.force_login(person)
    return client.get(reverse(f"nurse:{name}", args=[referral.pk])).text


def known(here: Scene) -> Referral:
    """A stay of four recorded days, with all that the family stated."""
    now, stay, family = timezone.now(), Stay.objects.get(), here.booking.registration.birth.family
    Registration.objects.filter(pk=here.booking.registration_id).update(
        worries="泣き声がこわい", support="義母が週に一度", mother_health="うつ病で通院したことがある"
    )
    type(family).objects.filter(pk=family.pk).update(mother_birth_date=timezone.localdate() - timedelta(days=29 * 366))
    builders.sibling(family)
    CheckIn.objects.create(stay=stay, recorded_at=now, recorded_by=here.operator, health="昨夜は眠れていない")
    for days in range(4):
        record = CareRecord.objects.create(
            stay=stay,
            day=timezone.localdate() - timedelta(days=days),
            note=f"記録{days}日前",
            recorded_at=now,
            recorded_by=here.operator,
        )
        infant = here.booking.registration.birth.infants.get()
        record.infants.create(infant=infant, weight_grams=3210 + days, temperature=Decimal("36.9"))
    Assessment.objects.create(
        stay=stay, assessed_on=timezone.localdate(), total=13, item_10=1, recorded_at=now, recorded_by=here.operator
    )
    type(here.booking.service.facility).objects.update(phone="03-0000-5555")
    return received(here)


@pytest.mark.parametrize(
    "told",
    [
        *("歳", "tel:090-0000-7391", "tel:03-0000-5555", "日齢40", "義母が週に一度", "泣き声がこわい"),
        *("うつ病で通院", "昨夜は眠れていない", "記録0日前", "記録2日前", "3212 g", "13"),
    ],
)
def test_what_she_needs_stands_on_the_page_of_the_request(here: Scene, told: str) -> None:
    assert told in page(here.nurse, "referral", known(here))


def test_of_the_stay_the_last_three_days_stand_there_and_no_more(here: Scene) -> None:
    assert "記録3日前" not in page(here.nurse, "referral", known(here))


def test_the_address_comes_by_a_touch_that_is_written_down_and_is_not_on_the_page_itself(here: Scene) -> None:
    referral = known(here)
    here.booking.registration.birth.family.residences.update(chome=4, block=21, rest="コーポ三〇二")
    assert "コーポ三〇二" not in page(here.nurse, "referral", referral)
    before = AccessLogEntry.objects.filter(page="nurse:address").count()
    assert "コーポ三〇二" in page(here.nurse, "address", referral)
    assert AccessLogEntry.objects.filter(page="nurse:address", user=here.nurse).count() == before + 1


def test_a_protected_address_an_ended_request_and_another_district_show_none(here: Scene) -> None:
    referral = known(here)
    family = here.booking.registration.birth.family
    family.residences.update(chome=4, block=21, rest="コーポ三〇二")
    assert "コーポ" not in page(here.nurse_elsewhere, "address", referral)
    assert "コーポ" not in page(here.caseworker, "address", referral)
    close_referral(referral=referral, by=here.nurse, at=timezone.now(), kind="service", outcome="支援につながった")
    assert "コーポ" not in page(here.nurse, "address", referral)
    family.residences.update(chome=None, block=None, rest="", town=None)
    Protection.objects.create(family=family, reason="支援措置", set_by=here.nurse, set_at=timezone.now())
    assert "コーポ" not in page(here.nurse, "address", referral)


def test_an_urgent_request_stays_first_and_red_until_somebody_has_met_the_family(here: Scene) -> None:
    now = timezone.now()
    usual = acknowledge_referral(referral=here.raised(), by=here.nurse, at=now)
    visited(here, usual, next_contact_on=timezone.localdate())
    urgent = acknowledge_referral(referral=here.raised(urgency=Urgency.TODAY), by=here.nurse, at=now)
    first = inbox(here.nurse, now).in_hand[0]
    assert (first.referral.pk, first.is_urgent) == (urgent.pk, True)
    visited(here, urgent, way=ContactWay.NOT_REACHED, met=None, text="")
    assert inbox(here.nurse, now).in_hand[0].is_urgent
    visited(here, urgent)
    assert [row.is_urgent for row in inbox(here.nurse, now).in_hand] == [False, False]


def test_the_subject_of_an_urgent_mail_says_today_and_nothing_of_the_family(here: Scene) -> None:
    here.raised(urgency=Urgency.TODAY)
    mailed()
    assert {message.subject for message in mail.outbox} == {"【産後ケア】【本日中】フォロー依頼が届きました"}


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (builders.at(builders.date(2026, 11, 27), 16, 0), None),  # Friday afternoon
        (builders.at(builders.date(2026, 11, 27), 17, 15), builders.at(builders.date(2026, 11, 30), 8, 30)),
        (builders.at(builders.date(2026, 11, 29), 3, 0), builders.at(builders.date(2026, 11, 30), 8, 30)),
        (builders.at(builders.date(2026, 11, 30), 7, 0), builders.at(builders.date(2026, 11, 30), 8, 30)),
        (builders.at(builders.date(2026, 12, 28), 18, 0), builders.at(builders.date(2027, 1, 4), 8, 30)),
    ],
)
def test_when_the_offices_open_next(moment: object, opens: object) -> None:
    assert opens_next(moment, WARD) == (opens or moment)


def test_on_a_closed_day_the_facility_reads_before_sending_that_nobody_is_there_and_whom_to_call(here: Scene) -> None:
    ReferralPolicy.objects.create(
        period=(builders.LONG_AGO, None), closed_call_name="夜間受付", closed_call_phone="03-0000-9999"
    )
    client = Client()
    asked = reverse("operator:referral-new", args=[here.booking.pk])

    def read(at: object) -> str:
        with time_machine.travel(at, tick=False):
            client.force_login(here.operator)
            return client.get(asked).text

    sunday = timezone.localdate() + timedelta(days=(6 - timezone.localdate().weekday()) % 7)
    assert "tel:03-0000-9999" in read(builders.at(sunday, 3))
    ReferralPolicy.objects.update(closed_call_name="", closed_call_phone="")
    assert "189" in read(builders.at(sunday, 3))
    assert "登録されていません" in read(builders.at(sunday, 3))


def test_requests_for_places_and_lists_stand_beside_for_who_may_open_them(here: Scene) -> None:
    builders.draw_policy()
    referral, family = received(here), here.booking.registration.birth.family
    asked = ask_for_place(
        family=family,
        by=here.nurse,
        at=timezone.now(),
        concerns=[Concern.EXHAUSTION],
        details="夜に眠れない",
        wanted=Wanted.NEXT,
    )
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    made = WatchList.objects.create(week=monday, district=here.nurse.district, made_at=timezone.now(), limits={})
    row = WatchRow.objects.create(
        watch_list=made, family=family, position=1, reasons=[{"sign": "no_show", "days": [monday.isoformat()]}]
    )
    links = [reverse("nurse:place", args=[asked.pk]), reverse("nurse:watch-row", args=[row.pk])]
    of_nurse = page(here.nurse, "referral", referral)
    of_caseworker = page(here.caseworker, "referral", sent_on(referral, here.nurse))
    assert [link in of_nurse for link in links] == [True, True]
    assert [link in of_caseworker for link in links] == [True, False]


def test_the_page_takes_as_many_queries_for_three_days_as_for_one(here: Scene) -> None:
    referral = known(here)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(here.nurse, "referral", referral)
        return len(asked)

    queries()
    of_three = queries()
    InfantCare.objects.filter(record__day__lt=timezone.localdate()).delete()
    CareRecord.objects.filter(day__lt=timezone.localdate()).delete()
    assert queries() == of_three
