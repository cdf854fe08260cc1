"""Whole lives walked at random, from pregnancy to the last claim, against the rules told a second time.

The suite walks a few, always the same; ``make lives`` walks 2,000 (``LIVES=``, ``SEED=``) and prints what it walked.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis import strategies as st

from .correction_steps import CorrectionSteps
from .joining_steps import JoiningSteps
from .till_steps import TillSteps
from .waiting_steps import WaitingSteps
from .walk import Counts
from .ward import Ward

STEPS = 70
IN_THE_SUITE = 4  # walks, of three families each
WALKS_A_PART = 20
LIVES_A_PART = 80  # nearly every family of a walk applies, and some are entered twice
ASKED = int(os.environ.get("LIVES", "0"))
SEED = int(os.environ.get("SEED", "0"))
SHRINK = bool(os.environ.get("SHRINK"))  # a walk that fails is made as short as it can be: takes minutes
WALKS = WALKS_A_PART if ASKED else IN_THE_SUITE


class Lives(JoiningSteps, CorrectionSteps, TillSteps, WaitingSteps):
    """All that can happen, in any order."""


@pytest.mark.django_db
@pytest.mark.parametrize("part", range(-(-ASKED // LIVES_A_PART) or 1))
def test_whole_lives_are_as_the_rules_told_apart_say(part, record_property):
    ward, counts = Ward(), Counts()
    differences: dict[str, list[str]] = {}

    @seed(1000 * SEED + part)
    @settings(
        max_examples=WALKS,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink) if SHRINK else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,  # a walk that differs tells its own story
    )
    @given(st.data())
    def walks(data):
        try:
            Lives(ward, counts, data.draw).goes(STEPS)
        except Exception as difference:
            if SHRINK:
                raise
            kind = getattr(difference, "what", "") or repr(difference)[:100]
            differences.setdefault(kind, []).append("\n".join([repr(difference), *difference.__notes__]))

    try:
        walks()
    finally:
        counts.differences = sum(map(len, differences.values()))
        record_property("lives", vars(counts))
    assert not differences, "\n\n".join(
        f"{kind}: {len(stories)} of {counts.walks} walks. The shortest:\n{min(stories, key=len)}"
        for kind, stories in differences.items()
    )
