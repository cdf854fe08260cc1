"""What staff see of a round: each entry with its wishes, tickets and reasons, what it got and what became of it."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.draw import Choice
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw, set_high_need
from bookings.models import DrawEntry, DrawRound
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced() -> DrawRound:
    builders.usage_limits()
    builders.draw_policy()
    now = timezone.now()
    return transaction.atomic(announce_round)(
        pool=builders.service(slots=2).pool,
        first_day=timezone.localdate() + timedelta(days=14),
        last_day=timezone.localdate() + timedelta(days=20),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=2),
        draw_at=now + timedelta(days=3),
        by=None,
        at=now,
    )


def enter(announced: DrawRound, **facts: object) -> DrawEntry:
    mother = builders.user(Role.MOTHER, email=f"m{DrawEntry.objects.count()}@example.jp")
    first = announced.period.lower
    return transaction.atomic(enter_draw)(
        draw_round=announced,
        registration=builders.registration(
            builders.family(account=mother), born=timezone.localdate() - timedelta(days=40)
        ),
        choices=[Choice(announced.pool.services.get().slug, (first, first + timedelta(days=1)))],
        by=mother,
        at=timezone.now(),
        **facts,
    )


def page(announced: DrawRound) -> str:
    client = Client()
    client.force_login(builders.user())
    answer = client.get(reverse("admin:bookings_drawround_entries", args=[announced.pk]))
    assert answer.status_code == 200
    return str(answer.content, "utf-8")


def test_an_entry_shows_its_wishes_and_its_tickets_with_the_reason(announced: DrawRound) -> None:
    entry = enter(announced, least_days=1)
    transaction.atomic(set_high_need)(entry=entry, reason="保健師の依頼", by=builders.user(), at=timezone.now())
    seen = page(announced)
    assert entry.sign in seen
    assert "1日以上なら利用する" in seen
    assert "＋2枚（保健師の依頼）" in seen
    assert "申込み済み" in seen


def test_once_drawn_the_result_is_read_there_and_not_in_a_file(announced: DrawRound) -> None:
    entries = [enter(announced) for _number in range(3)]
    transaction.atomic(close_round)(draw_round=announced, at=announced.closes_at)
    transaction.atomic(run_draw)(draw_round=announced, at=announced.draw_at)
    seen = page(announced)
    assert seen.count("当選・返事待ち") == 2
    assert seen.count("落選・順番待ち") == 1
    assert seen.count("第1希望：") == 2
    order = [row["sign"] for row in DrawRound.objects.get().result or []]
    assert sorted(order, key=seen.index) == order
    assert len(entries) == len(order)


def test_the_page_asks_so_many_queries_however_many_entries(announced: DrawRound) -> None:
    counts = []
    for _number in range(2):
        enter(announced)
        enter(announced)
        with CaptureQueriesContext(connection) as asked:
            page(announced)
        counts.append(len(asked))
    assert counts[0] == counts[1]
