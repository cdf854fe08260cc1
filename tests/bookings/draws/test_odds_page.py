"""当たりやすさ on the page of her wishes: told before she chooses, hidden while few have entered."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.entering import enter_draw
from bookings.models import DrawPolicy, RoundOdds
from bookings.tasks import work_out_odds
from facilities.models import ServiceKind
from tests.builders import A_DAY, at, draw_policy, family, pool, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)
NOW = at(A_DAY, 12)


@pytest.fixture
def announced(time_machine):
    time_machine.move_to(NOW)
    usage_limits()
    draw_policy()
    DrawPolicy.objects.update(odds_from_entries=5)
    places = pool(2)
    service(in_pool=places)
    service(ServiceKind.DAY_CARE, in_pool=places)
    return announce_round(
        pool=places,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=3),
        opens_at=at(A_DAY),
        closes_at=at(A_DAY + timedelta(days=3)),
        draw_at=at(A_DAY + timedelta(days=4)),
        by=None,
        at=at(A_DAY),
    )


@pytest.fixture
def mother():
    return registration(family(account=user(Role.MOTHER)))


def enter(announced, made=None, length=1):
    days = [FIRST + timedelta(days=number) for number in range(length)]
    return enter_draw(
        draw_round=announced,
        registration=made or registration(),
        choices=wished(announced, days),
        by=user(),
        at=at(A_DAY),
    )


def page(client, announced, made):
    client.force_login(made.birth.family.account)
    return client.get(reverse("family:draw", args=[made.pk, announced.pk])).content.decode()


def test_while_few_have_entered_nothing_is_told(client, announced, mother):
    for _ in range(4):
        enter(announced)
    work_out_odds()
    assert not RoundOdds.objects.exists()
    assert "いまの当たりやすさ" not in page(client, announced, mother)


def test_each_day_and_length_is_told_in_words_for_every_service_before_she_chooses(client, announced, mother):
    for _ in range(5):
        enter(announced)
    work_out_odds()
    shown = page(client, announced, mother)
    assert "いまの当たりやすさ" in shown
    assert "5件の申込みから計算しました" in shown
    assert shown.count("3組に1組くらい") == 2 * 3, "the wanted day alone, and stays of two and three days from it"
    assert "10組に9組くらい" in shown
    assert shown.index("いまの当たりやすさ") < shown.index('name="first_1"'), "read before anything is chosen"


def test_who_has_entered_reads_what_would_better_her_own_wish(client, announced, mother):
    for _ in range(5):
        enter(announced)
    enter(announced, mother, length=2)
    work_out_odds()
    shown = page(client, announced, mother)
    assert "いまの第1希望" in shown
    assert "日数が少なくてもよい（1日でもよい）とき: <strong>10組に9組くらい</strong>" in shown
