"""Which touches a family's page offers, in the order of a round at the bed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from care.hour_rules import AMOUNTS, FINDINGS, NEED_AMOUNT, NEED_FINDING, Kind
from care.models import FINDING_WORDS, Observation

from .touch_form import UNITS, WHOLE


@dataclass(frozen=True)
class Touches:
    """The touches of one kind: a button each finding, or one button, beside the figure or the words that it needs.

    ``unit``: of its figure, empty where it has none; ``step``, ``low``, ``high``: of the figure.
    """

    kind: str
    label: Any
    findings: Sequence[tuple[str, Any]]
    unit: Any = ""
    step: str = "1"
    low: Decimal | None = None
    high: Decimal | None = None
    is_plain: bool = True
    has_lower: bool = False
    has_words: bool = False


def _touches(kind: Kind) -> Touches:
    label = dict(Observation._meta.get_field("kind").flatchoices)[kind]
    low, high = AMOUNTS.get(kind, (None, None))
    by_finding = kind in FINDINGS and kind not in NEED_AMOUNT
    return Touches(
        kind=kind.value,
        label=label,
        findings=FINDING_WORDS[kind] if by_finding else [],
        unit=UNITS.get(kind, ""),
        step="1" if kind in WHOLE else "0.1",
        low=low,
        high=high,
        is_plain=kind not in NEED_FINDING,
        has_lower=kind == Kind.PRESSURE,
        has_words=kind == Kind.MEDICINE,
    )


INFANTS_TOUCHES = [
    _touches(kind)
    for kind in (
        *(Kind.BREAST, Kind.FORMULA, Kind.EXPRESSED, Kind.WET, Kind.STOOL, Kind.TEMPERATURE, Kind.WEIGHT),
        *(Kind.JAUNDICE, Kind.ASLEEP, Kind.AWAKE, Kind.BATH),
    )
]
MOTHERS_TOUCHES = [
    _touches(kind)
    for kind in (
        *(Kind.TEMPERATURE, Kind.PRESSURE, Kind.LOCHIA, Kind.UTERUS, Kind.WOUND),
        *(Kind.BREASTS, Kind.SLEPT, Kind.MOOD, Kind.MEDICINE),
    )
]
