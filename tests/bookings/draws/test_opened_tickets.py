"""All tickets of a draw, opened: by the auditor on her page, and nobody else; what each rests on is kept."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.entering import enter_draw, set_high_need
from bookings.draws.tickets import Ground, Standing, Weights, follow, tickets
from bookings.models import DrawEntry
from tests.builders import draw_policy, family, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db
WEIGHTS = Weights(high_need=2, lost_before=1, most_lost_counted=3, window=1, window_days=30)


@pytest.fixture
def closed():
    """Two families, of whom the first is in high need."""
    usage_limits()
    draw_policy()
    now, today = timezone.now(), timezone.localdate()
    made = transaction.atomic(announce_round)(
        pool=service(slots=1).pool,
        first_day=today + timedelta(days=14),
        last_day=today + timedelta(days=20),
        opens_at=now - timedelta(days=2),
        closes_at=now - timedelta(hours=1),
        draw_at=now + timedelta(days=1),
        by=None,
        at=now - timedelta(days=3),
    )
    entries = [
        enter_draw(
            draw_round=made,
            registration=registration(family(name), born=today - timedelta(days=30)),
            choices=wished(made, [today + timedelta(days=15)]),
            by=user(),
            at=now - timedelta(days=1),
        )
        for name in ("山田 花子", "川田 文子")
    ]
    set_high_need(entry=entries[0], reason="保健師の依頼", by=user(), at=now - timedelta(days=1))
    close_round(draw_round=made, at=now)
    return made


def words(answer):
    return str(answer.content, "utf-8")


def test_the_auditor_opens_all_tickets_and_it_is_written_down_whom_she_saw(client, closed):
    client.force_login(user(Role.AUDITOR))
    assert f"/audit/draws/{closed.pk}/" in words(client.get("/audit/draws/"))
    page = words(client.get(f"/audit/draws/{closed.pk}/"))
    assert "不一致" not in page
    assert "優先　+2" in page
    for entry in closed.wishes.all():
        assert entry.sign in page
        family_id = entry.registration.birth.family_id
        assert AccessLogEntry.objects.filter(page="audit:draw", family=family_id).exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUDITOR])
def test_nobody_else_opens_them(client, closed, role):
    client.force_login(user(role))
    assert client.get(f"/audit/draws/{closed.pk}/").status_code in (302, 403, 404)
    assert client.get("/audit/draws/").status_code in (302, 403, 404)


def test_what_a_weight_rests_on_is_kept_at_the_deadline_and_never_changed(closed):
    assert sorted(DrawEntry.objects.values_list("tickets", "grounds"), key=str) == [(1, {}), (3, {"high_need": 2})]
    for change in ({"tickets": 7}, {"grounds": {}}):
        with pytest.raises(DatabaseError), transaction.atomic():
            DrawEntry.objects.filter(tickets=3).update(**change)


@pytest.mark.parametrize("need", [True, False])
@pytest.mark.parametrize("lost", range(6))
@pytest.mark.parametrize("days_left", [None, -1, 0, 30, 31])
def test_what_the_rule_gives_follows_the_policy(need, lost, days_left):
    number, grounds = tickets(Standing(need, lost, days_left), WEIGHTS)
    assert follow(number, grounds, has_need=need, weights=WEIGHTS)
    assert not follow(number + 1, grounds, has_need=need, weights=WEIGHTS)
    assert not follow(number, grounds, has_need=not need, weights=WEIGHTS)


@pytest.mark.parametrize(
    ("number", "grounds"),
    [
        (2, {Ground.HIGH_NEED: 1}),
        (5, {Ground.LOST_BEFORE: 4}),
        (3, {Ground.WINDOW_CLOSES: 2}),
        (2, {"friend": 1}),
        (2, {}),
        (0, {}),
        (1, {Ground.LOST_BEFORE: 1, Ground.WINDOW_CLOSES: -1}),
    ],
)
def test_what_no_policy_gives_is_seen(number, grounds):
    assert not follow(number, grounds, has_need=Ground.HIGH_NEED in grounds, weights=WEIGHTS)
