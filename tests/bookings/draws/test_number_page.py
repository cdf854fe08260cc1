"""公開の番号 in the admin: one types what she reads, another the same without seeing it; then the draw goes on."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.models import DrawNumber, DrawPolicy
from tests.builders import draw_policy, service, usage_limits, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced():
    usage_limits()
    draw_policy()
    DrawPolicy.objects.update(number_source="ナンバーズ4の当せん番号", number_fallback="日経平均株価の終値")
    now, today = timezone.now(), timezone.localdate()
    return transaction.atomic(announce_round)(
        pool=service().pool,
        first_day=today + timedelta(days=14),
        last_day=today + timedelta(days=20),
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(minutes=1),
        draw_at=now + timedelta(days=1),
        by=None,
        at=now - timedelta(days=3),
    )


@pytest.fixture
def closed(announced):
    return close_round(draw_round=announced, at=announced.closes_at)


def words(answer):
    return str(answer.content, "utf-8")


def typed(value="0427", **changed):
    return {"value": value, "of_day": timezone.localdate().isoformat()} | changed


def page_of(announced):
    return f"/admin/bookings/drawround/{announced.pk}/number/"


def test_two_of_the_ward_enter_the_number_from_the_rounds_row(client, closed):
    first, second = user(), user()
    client.force_login(first)
    assert page_of(closed) in words(client.get("/admin/bookings/drawround/"))
    shown = words(client.get(page_of(closed)))
    assert "ナンバーズ4の当せん番号" in shown
    assert "日経平均株価の終値" in shown
    answer = client.post(page_of(closed), typed(), follow=True)
    assert "もう1人が同じ番号を入力すると確定します" in words(answer)
    again = client.post(page_of(closed), typed("0428"))
    assert again.status_code == 302  # her own, corrected
    client.force_login(second)
    shown = words(client.get(page_of(closed)))
    assert str(first) in shown
    assert "0428" not in shown
    differs = client.post(page_of(closed), typed("0427"))
    assert differs.status_code == 422
    assert "入力と異なります" in words(differs)
    assert "0428" not in words(differs)
    client.post(page_of(closed), typed("0428"))
    number = DrawNumber.objects.get()
    assert (number.value, number.entered_by, number.confirmed_by) == ("0428", first, second)
    assert "0428" in words(client.get("/admin/bookings/drawround/"))
    assert "<form method" not in words(client.get(page_of(closed))).partition("ward-title")[2]


def test_who_finds_the_first_one_wrong_replaces_it_and_the_other_confirms(client, closed):
    first, second = user(), user()
    for person, sent in ((first, typed("0427")), (second, typed("0428", anew="1")), (first, typed("0428"))):
        client.force_login(person)
        assert client.post(page_of(closed), sent).status_code == 302
    number = DrawNumber.objects.get()
    assert (number.value, number.entered_by, number.confirmed_by) == ("0428", second, first)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"value": ""}, "value"),
        ({"value": "abc"}, "数字で入力"),
        ({"of_day": "2020-01-01"}, "公開したあと"),
        ({"of_day": "2099-01-01"}, "id_of_day_error"),
        ({"of_day": "きのう"}, "id_of_day_error"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(client, closed, sent, said):
    client.force_login(user())
    answer = client.post(page_of(closed), typed() | sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not DrawNumber.objects.exists()


def test_before_the_list_is_published_nothing_can_be_entered(client, announced):
    client.force_login(user())
    assert "以降）に入力します" in words(client.get(page_of(announced)))
    client.post(page_of(announced), typed())
    assert not DrawNumber.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.WARD_STAFF])
def test_nobody_but_the_wards_staff_enters_it(client, closed, role):
    client.force_login(user(role))
    client.post(page_of(closed), typed())
    assert not DrawNumber.objects.exists()


def test_the_public_reads_source_and_number_and_how_to_check(client, closed):
    page = words(client.get("/draws/"))
    assert "ナンバーズ4の当せん番号" in page
    assert f"/draws/{closed.pk}/verify/" in page
    shown = words(client.get(f"/draws/{closed.pk}/verify/"))
    assert "どこにも何も送りません" in shown
    assert client.get("/draws/999999/verify/").status_code == 404
