"""Statements that are asked together: each answers for itself, in a request's history as without."""

import pghistory
import pytest
from django.db import IntegrityError, transaction

from facilities.models import PublicHoliday
from sankecare.db import run_batch

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
