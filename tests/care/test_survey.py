"""Questions after a stay: once, short, of nobody; their figures in the reports, never of few."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking, BookingState, Stay
from care.models import SurveyAnswer, SurveyDone, SurveyQuestion
from care.survey.counting import count_answers
from facilities.fiscal_year import fiscal_year
from facilities.models import ServiceKind
from tests import builders


@pytest.fixture
def asked(db: None) -> list[SurveyQuestion]:
    return [
        SurveyQuestion.objects.create(
            code=code, text=text, text_en=code, period=(builders.LONG_AGO, None), position=number
        )
        for number, (code, text) in enumerate([("rested", "体を休めることができた"), ("asked", "聞けた")])
    ]


@pytest.fixture
def mother(db: None) -> User:
    return builders.user(Role.MOTHER)


def over(mother: User, service: Any = None, *states: BookingState) -> Booking:
    today, now = timezone.localdate(), timezone.now()
    family = getattr(mother, "family", None) or builders.family(account=mother)
    registration = builders.registration(family, born=today - timedelta(days=30))
    booking = Booking.objects.create(
        registration=registration, service=service or builders.service(), booked_at=now - timedelta(days=9)
    )
    booking.days.create(day=today - timedelta(days=1), status="used")
    Stay.objects.create(booking=booking, arrived_at=now - timedelta(days=1), departed_at=now)
    for state in states or (BookingState.ARRIVED, BookingState.DEPARTED):
        Booking.objects.filter(pk=booking.pk).update(state=state)
    return booking


def test_she_answers_once_and_nothing_leads_from_an_answer_to_her(
    client: Client, mother: User, asked: list[SurveyQuestion]
) -> None:
    booking = over(mother)
    client.force_login(mother)
    home, page = reverse("takehome:page", args=[booking.pk]), reverse("family:survey", args=[booking.pk])
    assert page in client.get(home).text
    assert "どれか1つ" in client.post(page, {}).text
    answer = client.post(page, {f"question-{asked[0].pk}": "4"}, follow=True)
    assert "ありがとうございました" in answer.text
    assert page not in answer.text
    client.post(page, {f"question-{asked[1].pk}": "1"})
    (kept,) = SurveyAnswer.objects.values()
    assert set(kept) == {"id", "question_id", "service_id", "fiscal_year", "agreement"}
    assert [field.name for field in SurveyDone._meta.concrete_fields] == ["id", "booking"]
    assert client.get(page).status_code == 302


def test_a_stay_that_runs_is_not_asked_about_nor_another_mothers(
    client: Client, mother: User, asked: list[SurveyQuestion]
) -> None:
    booking = over(mother, None, BookingState.ARRIVED)
    client.force_login(mother)
    client.post(reverse("family:survey", args=[booking.pk]), {f"question-{asked[0].pk}": "4"})
    client.force_login(builders.user(Role.MOTHER))
    assert client.get(reverse("family:survey", args=[booking.pk])).status_code == 404
    assert not SurveyAnswer.objects.exists()


@pytest.mark.parametrize(("answers", "shown"), [([4, 4, 3, 2], None), ([4, 4, 3, 2, 1, 1], 6)])
def test_the_report_counts_and_of_few_it_shows_nothing(
    asked: list[SurveyQuestion], answers: list[int], shown: int | None, tmp_path: Path
) -> None:
    year, service = fiscal_year(timezone.localdate()), builders.service()
    for agreement in answers:
        SurveyAnswer.objects.create(question=asked[0], service=service, fiscal_year=year, agreement=agreement)
    transaction.atomic(count_answers)(at=timezone.now())
    file = tmp_path / "answers.json"
    call_command("report", "after-stay", "--fiscal-year", str(year), "--format", "json", "--output", str(file))
    rows = json.loads(file.read_text())
    if not shown:
        assert rows == []
        return
    (row,) = rows
    counted = [row[name] for name in ("very", "rather", "little", "not_at_all")]
    assert (row["answers"], row["facility"], row["question"]) == (shown, "ward-centre", "rested")
    assert (counted, row["agree_percent"]) == ([2, 1, 1, 2], 50.0)


def test_the_online_consultation_is_offered_where_it_may_be_used_and_not_elsewhere(
    client: Client, mother: User, asked: list[SurveyQuestion]
) -> None:
    here = builders.service()
    online = builders.service(
        ServiceKind.ONLINE_CONSULTATION, builders.pool(3, here.facility, slug="online"), age_limit_months=12
    )
    booking = over(mother, here)
    client.force_login(mother)
    page = client.get(reverse("takehome:page", args=[booking.pk])).text
    assert f"?service={online.slug.replace('/', '%2F')}" in page or f"?service={online.slug}" in page
    online.terms.update(age_limit_months=0)
    assert "オンライン相談をご利用" not in client.get(reverse("takehome:page", args=[booking.pk])).text
