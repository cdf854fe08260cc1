"""Statements that are asked together: each answers for itself, in a request's history as without."""

from datetime import date
from typing import Any

import pghistory
import pytest
from django.db import IntegrityError, transaction

from facilities.models import PublicHoliday
from sankecare.db import run_alike, run_batch

pytestmark = pytest.mark.django_db
KEEP = "INSERT INTO facilities_publicholiday (day, name) VALUES (%s, %s) RETURNING name"


def asked() -> list[object]:
    return run_batch(
        (KEEP, ["2023-05-03", "憲法記念日"]),
        ("UPDATE facilities_publicholiday SET name = %s", ["祝日"]),
        ("SELECT count(*), min(name) FROM facilities_publicholiday", []),
    )


def test_each_has_its_rows_and_sees_what_came_before_it() -> None:
    assert asked() == [[("憲法記念日",)], [], [(1, "祝日")]]


def test_within_a_request_the_historys_context_is_no_answer() -> None:
    with pghistory.context(user=1, url="/"):
        assert asked() == [[("憲法記念日",)], [], [(1, "祝日")]]


def test_where_one_is_refused_none_of_them_was() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run_batch((KEEP, ["2023-05-03", "憲法記念日"]), (KEEP, ["2023-05-03", "もう一度"]))
    assert not PublicHoliday.objects.exists()


def test_questions_alike_are_asked_together_and_answered_as_if_each_were_asked_alone(
    django_assert_num_queries: Any,
) -> None:
    numbers = (
        "SELECT number, %s::int FROM generate_series(3, 1, -1) AS number WHERE number <= %s AND number <> ALL(%s)"
    )
    days = "SELECT day FROM unnest(%s::date[]) AS asked(day)"
    asked = [
        (numbers, [1, 2, []]),
        (numbers, [7, 2, []]),
        (days, [[date(2026, 4, 1), date(2026, 4, 2)]]),
        (numbers, [1, 2, []]),
        (numbers, [1, 3, [2]]),
        (numbers, [2, 0, []]),
        (days, [[]]),
        (numbers, [7, 0, []]),
    ]
    with django_assert_num_queries(1):
        together = run_alike(asked)
    assert together == run_batch(*asked)
    assert together[0] == [(2, 1), (1, 1)]
