"""Which days a family can use: what stands in the way, named in its order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookings.places.day_hindrances import Hindrance, PlacesOfDay, Standing, family_day

TODAY = date(2023, 5, 10)
DAY = date(2023, 5, 15)
FREE = PlacesOfDay(DAY, slots=3, free=1, sibling_rooms_left=1)
OPEN = Standing(today=TODAY)


@pytest.mark.parametrize(
    ("places", "standing", "hindrance"),
    [
        (FREE, OPEN, None),
        (PlacesOfDay(DAY, 3, 0), OPEN, Hindrance.FULL),
        (PlacesOfDay(DAY, 0, 0), OPEN, Hindrance.CLOSED),
        (FREE, Standing(DAY + timedelta(days=1)), Hindrance.PASSED),
        (FREE, Standing(DAY), None),
        (FREE, Standing(TODAY, late_days={DAY}), Hindrance.TOO_SHORT_NOTICE),
        (FREE, Standing(TODAY, late_days={DAY - timedelta(days=1)}), None),
        (FREE, Standing(TODAY, not_open_days={DAY + timedelta(days=1)}), None),
        (FREE, Standing(TODAY, not_open_days={DAY}), Hindrance.NOT_OPEN_YET),
        (FREE, Standing(TODAY, own_days={DAY}), Hindrance.OWN_BOOKING),
        (FREE, Standing(TODAY, unfit_days={DAY}), Hindrance.NOT_ELIGIBLE),
        (FREE, Standing(TODAY, drawn_days={DAY}), Hindrance.BY_LOT),
        (FREE, Standing(TODAY, used_up_days={DAY}), Hindrance.NO_DAYS_LEFT),
        (FREE, Standing(TODAY, used_up_days={DAY + timedelta(days=1)}), None),
        (FREE, Standing(TODAY, with_sibling=True), None),
        (PlacesOfDay(DAY, 3, 1, 0), Standing(TODAY, with_sibling=True), Hindrance.NO_SIBLING_ROOM),
        (PlacesOfDay(DAY, 3, 1, 0), OPEN, None),
        (PlacesOfDay(DAY, 3, 1, None), Standing(TODAY, with_sibling=True), None),
        # What she has already is hers: a move takes it from her only where she leaves it out.
        (PlacesOfDay(DAY, 3, 0), Standing(TODAY, late_days={DAY}, kept_days={DAY}, drawn_days={DAY}), None),
        (FREE, Standing(TODAY, kept_days={DAY}, unfit_days={DAY}), Hindrance.NOT_ELIGIBLE),
        # Of several the one that nothing can change is said.
        (PlacesOfDay(DAY, 0, 0), Standing(TODAY, unfit_days={DAY}), Hindrance.CLOSED),
        (PlacesOfDay(DAY, 3, 0), Standing(TODAY, unfit_days={DAY}), Hindrance.NOT_ELIGIBLE),
    ],
)
def test_a_day_names_the_first_thing_in_the_familys_way(
    places: PlacesOfDay, standing: Standing, hindrance: Hindrance | None
) -> None:
    found = family_day(places, standing)
    assert (found.hindrance, found.usable) == (hindrance, hindrance is None)


@given(free=st.integers(0, 3), used_up=st.booleans(), away=st.integers(-3, 3), late=st.booleans())
def test_a_usable_day_has_a_place_a_day_left_and_its_notice(free: int, used_up: bool, away: int, late: bool) -> None:
    day = TODAY + timedelta(days=away)
    standing = Standing(TODAY, late_days={day} if late else (), used_up_days={day} if used_up else ())
    usable = family_day(PlacesOfDay(day, 3, free), standing).usable
    assert usable == (free > 0 and not used_up and away >= 0 and not late)
