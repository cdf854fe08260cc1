"""What gave cause: a stay, a record of it, a visit, or an EPDS whose scores propose a referral; a person decides."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.models import Booking, BookingDay, BookingState, DayStatus, Stay
from care.models import Assessment, CareRecord, Incident, IncidentKind, Mood, ProposalDecision, SafetyChapter, Severity
from care.record_queries import proposals_of
from facilities.models import ServiceKind
from referrals.models import Origin, Referral
from sankecare.errors import Refused
from tests import builders

from .factories_referrals import Scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_published")]


def as_person(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def scores(here: Scene, total: int = 12, item_10: int = 0) -> Assessment:
    now = timezone.now()
    return Assessment.objects.create(
        stay=here.booking.stay,
        assessed_on=timezone.localdate(),
        total=total,
        item_10=item_10,
        recorded_at=now,
        recorded_by=here.operator,
    )


def care_record(here: Scene) -> CareRecord:
    return CareRecord.objects.create(
        stay=here.booking.stay,
        day=timezone.localdate(),
        mood=Mood.VERY_LOW,
        note="夜中に泣いていた記録",
        recorded_at=timezone.now(),
        recorded_by=here.operator,
    )


def raise_on(here: Scene, cause: str = "") -> Any:
    operator = as_person(here.operator)
    address = reverse("operator:referral-new", args=[here.booking.pk])
    page = operator.get(address, {"cause": cause} if cause else {})
    if page.status_code != 200:
        return page
    key = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert key
    asked = {
        "key": key.group(1),
        "cause": cause,
        "recipient": "health_nurse",
        "concerns": ["mood"],
        "what_was_seen": "目を合わせない",
        "urgency": "soon",
        "ground": "consent",
    }
    return operator.post(address, asked)


@pytest.mark.parametrize(
    ("total", "item_10", "proposed"), [(8, 0, False), (9, 0, True), (3, 1, True), (0, 0, False), (30, 3, True)]
)
def test_the_scores_propose_by_the_rule_on_board_and_stay(
    here: Scene, total: int, item_10: int, proposed: bool
) -> None:
    found = scores(here, total, item_10)
    assert proposals_of(here.booking.service.facility) == ([found] if proposed else [])
    operator = as_person(here.operator)
    for address in (reverse("operator:day"), reverse("operator:stay", args=[here.booking.pk])):
        assert ("フォロー依頼が提案されています" in operator.get(address).content.decode()) == proposed


def test_a_proposal_waits_on_the_board_until_a_referral_is_raised_on_it(here: Scene) -> None:
    found = scores(here)
    assert raise_on(here, f"assessment:{found.pk}").status_code == 302
    referral = Referral.objects.get()
    assert (referral.origin, referral.assessment) == (Origin.ASSESSMENT, found)
    assert (found.decision.raised, found.decision.recorded_by) == (True, here.operator)
    assert "フォロー依頼の提案" not in as_person(here.operator).get(reverse("operator:day")).content.decode()
    page = as_person(here.nurse).get(reverse("nurse:referral", args=[referral.pk])).content.decode()
    assert "EPDS" in page
    assert "12" in page


def test_a_proposal_is_dismissed_with_a_reason_alone_and_once(here: Scene) -> None:
    found, operator = scores(here), as_person(here.operator)
    address = reverse("operator:dismissal", args=[here.booking.pk, found.pk])
    assert operator.post(address, {"key": "a", "reason": " "}).status_code == 422
    operator.post(address, {"key": "b", "reason": "本人と話し、主治医が見ている"})
    decision = ProposalDecision.objects.get()
    assert (decision.raised, decision.reason, decision.recorded_by) == (
        False,
        "本人と話し、主治医が見ている",
        here.operator,
    )
    assert operator.post(address, {"key": "c", "reason": "もう一度"}).status_code == 422
    assert proposals_of(here.booking.service.facility) == []
    stay = operator.get(reverse("operator:stay", args=[here.booking.pk])).content.decode()
    assert "主治医が見ている" in stay


def test_another_facility_sees_no_proposal_and_decides_none(here: Scene) -> None:
    found = scores(here)
    elsewhere = builders.facility("mamas-room", "ママズルーム")
    other = as_person(builders.user(Role.OPERATOR, facility=elsewhere))
    assert proposals_of(elsewhere) == []
    address = reverse("operator:dismissal", args=[here.booking.pk, found.pk])
    assert other.post(address, {"key": "a", "reason": "x"}).status_code == 404


def test_a_care_record_is_kept_as_the_cause_and_read_by_the_section(here: Scene) -> None:
    record = care_record(here)
    assert raise_on(here, f"care_record:{record.pk}").status_code == 302
    referral = Referral.objects.get()
    assert (referral.origin, referral.care_record) == (Origin.CARE_RECORD, record)
    page = as_person(here.nurse).get(reverse("nurse:referral", args=[referral.pk])).content.decode()
    assert "夜中に泣いていた記録" in page


def test_an_incident_of_the_stay_is_kept_as_the_cause_one_of_the_house_is_none(here: Scene) -> None:
    here.booking.service.facility.refresh_from_db()
    chapter = SafetyChapter.objects.create(number=1, name="窒息", name_en="Choking", period=(builders.LONG_AGO, None))
    facts = {
        "facility": here.booking.service.facility,
        "kind": IncidentKind.NEAR_MISS,
        "chapter": chapter,
        "happened_at": timezone.now(),
        "place": "居室",
        "what_happened": "寝具が顔にかかった記録",
        "done_at_once": "すぐに外した",
        "severity": Severity.NO_HARM,
        "recorded_at": timezone.now(),
        "recorded_by": here.operator,
    }
    of_stay = Incident.objects.create(stay=here.booking.stay, **facts)
    of_house = Incident.objects.create(**facts)
    incident_page = as_person(here.operator).get(reverse("operator:incident", args=[of_stay.pk])).content.decode()
    assert f"?cause=incident:{of_stay.pk}" in incident_page
    assert raise_on(here, f"incident:{of_house.pk}").status_code == 404
    assert raise_on(here, f"incident:{of_stay.pk}").status_code == 302
    referral = Referral.objects.get()
    assert (referral.origin, referral.incident) == (Origin.INCIDENT, of_stay)
    page = as_person(here.nurse).get(reverse("nurse:referral", args=[referral.pk])).content.decode()
    assert "寝具が顔にかかった記録" in page


@pytest.mark.parametrize("cause", ["care_record:999999", "assessment:x", "invented:1", "care_record:" + "9" * 30])
def test_a_cause_that_is_not_of_this_stay_does_not_exist(here: Scene, cause: str) -> None:
    assert raise_on(here, cause).status_code == 404


def test_the_record_of_another_stay_is_no_cause(here: Scene) -> None:
    record = care_record(here)
    other = builders.registration(builders.family(mother_name="別の人"))
    booking = Booking.objects.create(
        registration=other, service=here.booking.service, state=BookingState.ARRIVED, booked_at=timezone.now()
    )
    Stay.objects.create(booking=booking, arrived_at=timezone.now(), arrival_recorded_by=here.operator)
    with pytest.raises(Refused, match="cause_of_another"):
        Scene(**{**vars(here), "booking": booking}).raised(cause=record)


@pytest.mark.parametrize("kind", [ServiceKind.OUTREACH, ServiceKind.ONLINE_CONSULTATION])
def test_a_visit_or_an_online_consultation_gives_cause_too(here: Scene, kind: ServiceKind) -> None:
    facility = here.booking.service.facility
    service = builders.service(kind, builders.pool(3, facility, slug="visits"))
    booking = Booking.objects.create(
        registration=here.booking.registration, service=service, state=BookingState.DEPARTED, booked_at=timezone.now()
    )
    day = timezone.localdate() - timedelta(days=1)
    BookingDay.objects.create(booking=booking, day=day, status=DayStatus.USED)
    Stay.objects.create(
        booking=booking,
        arrived_at=builders.at(day),
        departed_at=builders.at(day, 11),
        arrival_recorded_by=here.operator,
    )
    there = Scene(**{**vars(here), "booking": booking})
    stay = as_person(here.operator).get(reverse("operator:stay", args=[booking.pk])).content.decode()
    assert reverse("operator:referral-new", args=[booking.pk]) in stay
    assert raise_on(there).status_code == 302
    assert Referral.objects.get().origin == Origin.VISIT
