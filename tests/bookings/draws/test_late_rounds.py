"""A round that stands still is late: its entries not published, its number missing, not drawn; no other is."""

from datetime import datetime, timedelta

import pytest

from bookings.draws.late_rounds import WhyLate, late_of
from bookings.models import DrawNumber, DrawRound
from tests.builders import TOKYO

CLOSES = datetime(2026, 6, 12, 17, 0, tzinfo=TOKYO)
DRAWN = CLOSES + timedelta(hours=17)
MINUTE = timedelta(minutes=1)


def round_of(**facts: object) -> DrawRound:
    return DrawRound(closes_at=CLOSES, draw_at=DRAWN, **facts)


@pytest.mark.parametrize(
    ("facts", "at", "why", "is_late"),
    [
        ({}, CLOSES + 14 * MINUTE, None, None),
        ({}, CLOSES + 15 * MINUTE, WhyLate.NOT_CLOSED, True),
        ({"closed_at": CLOSES}, DRAWN + 14 * MINUTE, None, None),
        ({"closed_at": CLOSES}, DRAWN + 15 * MINUTE, WhyLate.NOT_DRAWN, True),
        ({"closed_at": CLOSES, "number_source": "ナンバーズ4"}, CLOSES + MINUTE, WhyLate.NO_NUMBER, False),
        ({"closed_at": CLOSES, "number_source": "ナンバーズ4"}, DRAWN, WhyLate.NO_NUMBER, True),
        ({"closed_at": CLOSES, "drawn_at": DRAWN}, DRAWN + timedelta(days=1), None, None),
        ({"called_off_at": CLOSES}, DRAWN + timedelta(days=1), None, None),
    ],
)
def test_a_round_is_late_a_quarter_of_an_hour_after_it_should_have_gone_on(
    facts: dict[str, object], at: datetime, why: WhyLate | None, is_late: bool | None
) -> None:
    late = late_of(round_of(**facts), at)
    assert (late and late.why, late and late.is_late) == (why, is_late)


def test_a_number_that_two_have_entered_keeps_no_draw_waiting() -> None:
    waits = round_of(closed_at=CLOSES, number_source="ナンバーズ4")
    number = DrawNumber(value="1234")
    waits.number = number
    late = late_of(waits, CLOSES + MINUTE)
    assert late is not None
    assert late.why == WhyLate.NO_NUMBER
    number.confirmed_at = CLOSES
    assert late_of(waits, CLOSES + MINUTE) is None
