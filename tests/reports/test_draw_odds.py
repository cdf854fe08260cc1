"""示した当たりやすさと抽選の結果: what families were told, beside what the draws gave them."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from bookings.draws.announcing import announce_round
from bookings.draws.closing import close_round
from bookings.draws.drawing import run_draw
from bookings.draws.entering import enter_draw
from bookings.models import DrawEntry, Outcome
from reports.draw_odds import draw_odds_table
from tests.builders import A_DAY, at, draw_policy, registration, service, usage_limits, user, wished

pytestmark = pytest.mark.django_db
FIRST = A_DAY + timedelta(days=14)


@pytest.fixture
def drawn():
    """Six entries for two places on the first day; one of them wants another day first. The bands are set by hand."""
    usage_limits()
    draw_policy()
    announced = announce_round(
        pool=service(slots=2).pool,
        first_day=FIRST,
        last_day=FIRST + timedelta(days=1),
        opens_at=at(A_DAY),
        closes_at=at(A_DAY + timedelta(days=1)),
        draw_at=at(A_DAY + timedelta(days=2)),
        by=None,
        at=at(A_DAY),
    )
    for number in range(6):
        stretches = [[FIRST], [FIRST + timedelta(days=1)]] if number else [[FIRST + timedelta(days=1)]]
        entry = enter_draw(
            draw_round=announced,
            registration=registration(),
            choices=wished(announced, *stretches),
            by=user(),
            at=at(A_DAY),
        )
        DrawEntry.objects.filter(pk=entry.pk).update(odds_told=33 if number else 90)
    close_round(draw_round=announced, at=announced.closes_at)
    return run_draw(draw_round=announced, at=announced.draw_at)


def test_what_was_told_stands_beside_how_many_were_given_their_first_choice(drawn):
    rows = {row["odds_told"]: row for row in draw_odds_table([2023], today=A_DAY + timedelta(days=9)).rows}
    firsts = sum(row["choice"] == 1 and row["days"] == [FIRST.isoformat()] for row in drawn.result)
    assert rows[33] == {"fiscal_year": 2023, "odds_told": 33, "entries": 5, "given": firsts, "given_percent": 40.0}
    assert (firsts, rows[90]["entries"]) == (2, 1)
    # A second choice that was given is not what the odds were told of.
    assert DrawEntry.objects.filter(outcome=Outcome.WON).count() > firsts


def test_what_was_not_told_not_drawn_or_drawn_in_another_year_counts_nowhere(drawn):
    assert draw_odds_table([2022, 2024], today=A_DAY + timedelta(days=900)).rows == []
    assert draw_odds_table([2023], today=A_DAY).rows == []
    DrawEntry.objects.update(odds_told=None)
    assert draw_odds_table([2023], today=A_DAY + timedelta(days=9)).rows == []


def test_the_command_gives_it_to_programs(drawn, capsys):
    call_command("report", "draw-odds", "--fiscal-year", "2023", "--format", "json")
    rows = json.loads(capsys.readouterr().out)
    assert [(row["odds_told"], row["entries"]) for row in rows] == [(90, 1), (33, 5)]
