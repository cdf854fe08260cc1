"""時間ごとの記録: what can be noted at a time, what makes up a day, what is asked once more. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What is noted: of an infant, of the mother, or of either."""

    BREAST = "breast"
    EXPRESSED = "expressed"
    FORMULA = "formula"
    WET = "wet"
    STOOL = "stool"
    WEIGHT = "weight"
    TEMPERATURE = "temperature"
    JAUNDICE = "jaundice"
    ASLEEP = "asleep"
    AWAKE = "awake"
    BATH = "bath"
    PRESSURE = "pressure"
    LOCHIA = "lochia"
    UTERUS = "uterus"
    WOUND = "wound"
    BREASTS = "breasts"
    SLEPT = "slept"
    MOOD = "mood"
    MEDICINE = "medicine"


FEEDS = (Kind.BREAST, Kind.EXPRESSED, Kind.FORMULA)
OF_INFANT = (*FEEDS, Kind.WET, Kind.STOOL, Kind.WEIGHT, Kind.JAUNDICE, Kind.ASLEEP, Kind.AWAKE, Kind.BATH)
OF_MOTHER = (
    *(Kind.PRESSURE, Kind.LOCHIA, Kind.UTERUS, Kind.WOUND),
    *(Kind.BREASTS, Kind.SLEPT, Kind.MOOD, Kind.MEDICINE),
)
# What a figure can be at all, in its unit; outside it is a slip of the finger (own ranges, DEFAULT). Millilitres a
# feed, grams, °C, mg/dL, mmHg (the upper one), hours.
AMOUNTS: dict[Kind, tuple[Decimal, Decimal]] = {
    Kind.EXPRESSED: (Decimal(1), Decimal(400)),
    Kind.FORMULA: (Decimal(1), Decimal(400)),
    Kind.WEIGHT: (Decimal(500), Decimal(15_000)),
    Kind.TEMPERATURE: (Decimal("34.0"), Decimal("42.0")),
    Kind.JAUNDICE: (Decimal("0.0"), Decimal("40.0")),
    Kind.PRESSURE: (Decimal(50), Decimal(280)),
    Kind.SLEPT: (Decimal("0.1"), Decimal("24.0")),
}
LOWER_PRESSURE = (20, 200)
# These say nothing without their figure, their finding, their words.
NEED_AMOUNT = tuple(kind for kind in AMOUNTS if kind != Kind.JAUNDICE)
NEED_FINDING = (Kind.BREAST, Kind.LOCHIA, Kind.UTERUS, Kind.WOUND, Kind.BREASTS, Kind.MOOD)
FINDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.BREAST: ("left", "right"),
    Kind.STOOL: ("meconium", "green", "yellow", "pale", "blood"),
    Kind.JAUNDICE: ("none", "face", "trunk", "limbs"),
    Kind.LOCHIA: ("little", "medium", "much", "smelling"),
    Kind.UTERUS: ("firm", "soft"),
    Kind.WOUND: ("clean", "red", "swollen", "open"),
    Kind.BREASTS: ("soft", "full", "engorged", "painful", "lumps", "nipples", "low_milk", "much_milk"),
    Kind.MOOD: ("1", "2", "3", "4"),
}
MIXED = "mixed"


@dataclass(frozen=True)
class Seen:
    """One thing noted at a time (``at`` by the clock of the ward); the amount in the unit of its kind."""

    kind: Kind
    at: datetime
    amount: Decimal | None = None
    lower: int | None = None
    finding: str = ""


@dataclass(frozen=True)
class InfantDay:
    """What a day of an infant adds up to; None, or empty, of what nothing was noted.

    The last weight in grams, the highest temperature in °C, feeds and how it was fed, milk from the bottle in
    millilitres, wet and soiled diapers, the highest bilirubin in mg/dL, hours slept.
    """

    weight_grams: int | None = None
    temperature: Decimal | None = None
    feeding: str = ""
    feeds: int | None = None
    milk_ml: int | None = None
    wets: int | None = None
    stools: int | None = None
    jaundice: Decimal | None = None
    sleep_hours: Decimal | None = None


@dataclass(frozen=True)
class MotherDay:
    """What a day of the mother adds up to: hours slept, the highest temperature and pressure, the last of the rest."""

    sleep_hours: Decimal | None = None
    breast: str = ""
    mood: int | None = None
    temperature: Decimal | None = None
    systolic: int | None = None
    diastolic: int | None = None
    lochia: str = ""
    uterus: str = ""
    wound: str = ""


def infants_day(seen: Iterable[Seen], start: datetime, end: datetime, one_feed: timedelta) -> InfantDay:
    """Add up an infant's day from ``start`` to ``end``.

    ``seen``: what was noted of the infant, of sleep also on the days beside it, so that a night is shared between
    them. Feeds that follow each other within ``one_feed`` are one: both sides, and the bottle after the breast.
    """
    rows = sorted(seen, key=lambda one: one.at)
    day = [one for one in rows if start <= one.at < end]
    feeds = [one for one in day if one.kind in FEEDS]
    bottles = [one.amount for one in feeds if one.amount is not None]
    weights = _amounts(day, Kind.WEIGHT)
    return InfantDay(
        weight_grams=int(weights[-1]) if weights else None,
        temperature=max(_amounts(day, Kind.TEMPERATURE), default=None),
        feeding=_feeding(feeds),
        feeds=_together(feeds, one_feed) or None,
        milk_ml=int(sum(bottles)) if bottles else None,
        wets=sum(one.kind == Kind.WET for one in day) or None,
        stools=sum(one.kind == Kind.STOOL for one in day) or None,
        jaundice=max(_amounts(day, Kind.JAUNDICE), default=None),
        sleep_hours=_slept(rows, start, end),
    )


def mothers_day(seen: Iterable[Seen], start: datetime, end: datetime) -> MotherDay:
    """Add up the mother's day from ``start`` to ``end``."""
    day = sorted((one for one in seen if start <= one.at < end), key=lambda one: one.at)
    slept, mood = _amounts(day, Kind.SLEPT), _last_finding(day, Kind.MOOD)
    highest = max((one for one in day if one.kind == Kind.PRESSURE), key=lambda one: one.amount or 0, default=None)
    return MotherDay(
        sleep_hours=min(sum(slept, Decimal(0)), Decimal(24)) if slept else None,
        breast=_last_finding(day, Kind.BREASTS),
        mood=int(mood) if mood else None,
        temperature=max(_amounts(day, Kind.TEMPERATURE), default=None),
        systolic=int(highest.amount) if highest and highest.amount is not None else None,
        diastolic=highest.lower if highest else None,
        lochia=_last_finding(day, Kind.LOCHIA),
        uterus=_last_finding(day, Kind.UTERUS),
        wound=_last_finding(day, Kind.WOUND),
    )


def _amounts(day: Iterable[Seen], kind: Kind) -> list[Decimal]:
    return [one.amount for one in day if one.kind == kind and one.amount is not None]


def _last_finding(day: Iterable[Seen], kind: Kind) -> str:
    return next((one.finding for one in reversed(list(day)) if one.kind == kind), "")


def _feeding(feeds: Sequence[Seen]) -> str:
    """As the sheet says it: milk of the mother, formula, or both."""
    formula = [one.kind == Kind.FORMULA for one in feeds]
    if not formula:
        return ""
    return str(Kind.FORMULA) if all(formula) else MIXED if any(formula) else str(Kind.BREAST)


def _together(feeds: Sequence[Seen], one_feed: timedelta) -> int:
    """How many feeds they are: each that begins longer than ``one_feed`` after the one before."""
    count, last = 0, None
    for one in feeds:
        count += last is None or one.at - last > one_feed
        last = one.at
    return count


def _slept(rows: Sequence[Seen], start: datetime, end: datetime) -> Decimal | None:
    """Hours slept of the day, of the stretches that are over."""
    asleep: datetime | None = None
    total, known = timedelta(0), False
    for one in rows:
        if one.kind == Kind.ASLEEP:
            asleep = asleep or one.at
        elif one.kind == Kind.AWAKE and asleep is not None:
            within = min(one.at, end) - max(asleep, start)
            if within > timedelta(0):
                total, known = total + within, True
            asleep = None
    if not known:
        return None
    hours = Decimal(total // timedelta(minutes=1)) / 60
    return hours.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
