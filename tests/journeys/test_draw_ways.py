"""The page that computes a draw anew does it in every way of drawing as the program does, to the letter."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from bookings.draws.draw import as_published, award_as_published, rooms_as_published, serve
from bookings.draws.mechanisms import Mechanism
from bookings.draws.trials.made_demand import made_demand

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "draw-proof.js"


@pytest.mark.parametrize("mechanism", Mechanism)
def test_the_browser_gives_what_the_program_gives(page: Page, mechanism: Mechanism) -> None:
    page.add_script_tag(content=f"{SCRIPT.read_text()}\nwindow.serve = DrawProof.serve;")
    for seed in range(12):
        demand = made_demand(seed, families=25, places=seed % 4 + 1, days=7)
        ordered = [family.entered(mechanism) for family in demand.families]
        told = [
            award_as_published(award)
            for award in serve(ordered, demand.rooms, mechanism=mechanism, set_aside_percent=30)
        ]
        asked = [[as_published(wish) for wish in ordered], rooms_as_published(demand.rooms), {}, mechanism.value, 30]
        assert page.evaluate("(asked) => window.serve(...asked)", asked) == told
