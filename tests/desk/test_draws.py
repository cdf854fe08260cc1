"""Draws and lines at the ward's desk: what is to be announced, one round whole, who hopes for which day."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLogEntry, User
from accounts.roles import Role
from bookings.draws.announcing import announce_round, call_off
from bookings.draws.closing import close_round
from bookings.draws.desk.next_step import Step
from bookings.draws.desk.round_figures import Numbers
from bookings.draws.draw import Choice
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.draws.public_number import Typed, enter_number
from bookings.models import DrawEntry, DrawPolicy, DrawRound
from bookings.places.offers import accept_offer
from pages.ward.draws.next_words import next_of
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced() -> DrawRound:
    builders.usage_limits()
    builders.draw_policy()
    return round_of(builders.service(slots=2).pool)


def round_of(pool: object) -> DrawRound:
    now = timezone.now()
    return transaction.atomic(announce_round)(
        pool=pool,  # type: ignore[arg-type]
        first_day=timezone.localdate() + timedelta(days=14),
        last_day=timezone.localdate() + timedelta(days=20),
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=2),
        draw_at=now + timedelta(days=3),
        by=builders.user(),
        at=now,
    )


def enter(announced: DrawRound) -> DrawEntry:
    mother = builders.user(Role.MOTHER, email=f"m{DrawEntry.objects.count()}@example.jp")
    first = announced.period.lower
    return transaction.atomic(enter_draw)(
        draw_round=announced,
        registration=builders.registration(
            builders.family(f"抽選 花{DrawEntry.objects.count()}", account=mother),
            born=timezone.localdate() - timedelta(days=40),
        ),
        choices=[Choice(announced.pool.services.get().slug, (first, first + timedelta(days=1)))],
        by=mother,
        at=timezone.now(),
    )


def drawn(announced: DrawRound) -> DrawRound:
    transaction.atomic(close_round)(draw_round=announced, at=announced.closes_at)
    transaction.atomic(run_draw)(draw_round=announced, at=announced.draw_at)
    return DrawRound.objects.get(pk=announced.pk)


def client_of(role: Role = Role.WARD_STAFF, **facts: object) -> Client:
    client = Client()
    client.force_login(builders.user(role, **facts))
    return client


def page(announced: DrawRound, client: Client | None = None) -> str:
    answer = (client or client_of()).get(reverse("desk:draw", args=[announced.pk]))
    assert answer.status_code == 200
    return answer.text


def test_a_round_that_families_enter_is_tried_out_by_its_button(announced: DrawRound) -> None:
    enter(announced)
    seen = page(announced)
    assert "申込みを受け付けています" in seen
    assert reverse("admin:bookings_drawround_preview", args=[announced.pk]) in seen
    assert reverse("public:draw-verify", args=[announced.pk]) in seen
    assert announced.commitment in seen


def test_a_drawn_round_says_who_has_to_answer_what_is_left_and_who_comes_next(announced: DrawRound) -> None:
    entries = [enter(announced) for _number in range(3)]
    seen = page(drawn(announced))
    assert "2件の返事を待っています" in seen
    assert "当選・返事待ち 2" in seen
    assert "抽選で残った枠 10" in seen  # two of two places on two of seven days are given
    (loser,) = [entry for entry in entries if DrawEntry.objects.get(pk=entry.pk).booking is None]
    assert loser.registration.birth.family.mother_name in seen
    winners = [entry for entry in entries if entry != loser]
    assert not any(entry.registration.birth.family.mother_name in seen for entry in winners)


def test_once_all_have_answered_the_next_draw_is_announced_or_the_line_is_looked_at(announced: DrawRound) -> None:
    for entry in [enter(announced), enter(announced)]:
        assert entry.booking is None
    over = drawn(announced)
    for entry in DrawEntry.objects.filter(round=over):
        assert entry.booking is not None
        transaction.atomic(accept_offer)(booking=entry.booking, by=builders.user(), at=timezone.now())
    assert f"{reverse('admin:bookings_drawround_add')}?pool={over.pool_id}" not in page(
        over
    )  # 31 days ahead are drawn
    assert "することはありません" in page(over)


def test_the_number_is_entered_by_one_and_asked_of_another(announced: DrawRound) -> None:
    """The deadline lies ahead of the clock: the words are asked for at a moment after it."""
    DrawPolicy.objects.update(number_source="ナンバーズ4")
    first, second = builders.user(), builders.user()
    found = round_of(builders.pool(slots=2, of=builders.facility("other"), slug="others"))
    transaction.atomic(close_round)(draw_round=found, at=found.closes_at)
    after = found.closes_at + timedelta(hours=1)

    def step(person: User) -> Step:
        listed = DrawRound.objects.select_related("number").get(pk=found.pk)
        return next_of(listed, Numbers(), person, after).step

    assert (step(first), step(second)) == (Step.NUMBER, Step.NUMBER)
    typed = Typed.of("0427", timezone.localdate(after))
    transaction.atomic(enter_number)(draw_round=found, typed=typed, by=first, at=after)
    assert (step(first), step(second)) == (Step.SECOND_PERSON, Step.CONFIRM)


def test_a_round_called_off_says_why_and_by_whom(announced: DrawRound) -> None:
    person = builders.user(last_name="山田", first_name="花子")
    enter(announced)
    transaction.atomic(call_off)(draw_round=announced, reason="改修のため", by=person, at=timezone.now())
    seen = page(announced)
    assert "改修のため" in seen
    assert "山田 花子" in seen


def test_the_list_has_what_runs_and_what_was_drawn_with_what_comes_next(announced: DrawRound) -> None:
    enter(announced)
    client = client_of()
    listed = client.get(reverse("desk:draws"))
    assert [row["round"] for row in listed.context["running"]] == [announced]
    assert listed.context["running"][0]["numbers"].entered == 1
    drawn(announced)
    listed = client.get(reverse("desk:draws"))
    assert [row["round"] for row in listed.context["lately"]] == [announced]
    assert (listed.context["running"], listed.context["others"]) == ([], [])


def test_who_stands_in_line_is_read_by_service_and_day_and_the_look_is_written_down(announced: DrawRound) -> None:
    for _number in range(3):
        enter(announced)
    drawn(announced)
    client, service = client_of(), announced.pool.services.get()
    overview = client.get(reverse("desk:lines"))
    rows = [row for _name, found in overview.context["services"] for row in found]
    assert [(row.in_line, row.held) for row in rows] == [(1, 2), (1, 2)]
    before = AccessLogEntry.objects.count()
    line = client.get(reverse("desk:lines"), {"service": service.pk, "day": rows[0].day.isoformat()})
    (loser,) = DrawEntry.objects.filter(turn__isnull=False)
    assert [row["family"] for row in line.context["rows"]] == [loser.registration.birth.family]
    assert len(line.context["offers"]) == 2
    assert AccessLogEntry.objects.count() - before == 3


def test_staff_of_another_district_see_the_place_in_line_and_no_name(announced: DrawRound) -> None:
    for _number in range(3):
        enter(announced)
    drawn(announced)
    service = announced.pool.services.get()
    client = client_of(district=builders.district("kitazawa"))
    line = client.get(reverse("desk:lines"), {"service": service.pk, "day": announced.period.lower.isoformat()})
    assert [row["family"] for row in line.context["rows"]] == [None]
    assert "抽選 花" not in line.text
    assert "ほかの地域の家庭" in line.text


@pytest.mark.parametrize("asked", [{"service": "x", "day": "2026-12-01"}, {"service": "1", "day": "31"}, {"day": "x"}])
def test_what_no_link_asks_shows_all_lines(announced: DrawRound, asked: dict[str, str]) -> None:
    answer = client_of().get(reverse("desk:lines"), asked)
    assert answer.status_code == 200
    assert "services" in answer.context


def test_the_pages_ask_as_much_when_more_entered(announced: DrawRound) -> None:
    asked = []
    client = client_of()
    addresses = [reverse("desk:draws"), reverse("desk:draw", args=[announced.pk]), reverse("desk:lines")]
    for _more in range(2):
        enter(announced)
        for address in addresses:
            client.get(address)
        with CaptureQueriesContext(connection) as queries:
            for address in addresses:
                assert client.get(address).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] <= 75


def test_a_supervisor_reads_the_rounds_and_is_offered_no_step_of_the_staff(announced: DrawRound) -> None:
    client = client_of(Role.SUPERVISOR)
    seen = page(announced, client)
    assert reverse("admin:bookings_drawround_preview", args=[announced.pk]) not in seen
    assert reverse("admin:bookings_drawround_add") not in client.get(reverse("desk:draws")).text
