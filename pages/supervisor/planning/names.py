"""Names and figures of a result as they are read: facilities, districts, traits, ranges, percents."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from enrollment.models import TaxClass
from facilities.models import District, Facility
from reports.occupancy import occupancy_percent
from reports.planning.households import NO_DISTRICT
from reports.planning.world import NEW_HOUSE

Range = Mapping[str, Any]
NOTHING: Range = {"middle": 0, "low": 0, "high": 0}


def in_range(row: Range) -> str:
    """Write the middle with the lowest and the highest beside it; alone where all replays gave the same."""
    middle, low, high = (_figure(row[name]) for name in ("middle", "low", "high"))
    return (
        middle
        if low == high == middle
        else _("%(middle)s (%(low)s to %(high)s)")
        % {
            "middle": middle,
            "low": low,
            "high": high,
        }
    )


def percent_in_range(days: Range, slots: Range) -> str:
    """Write an occupancy with its range; a dash where there are no slots."""
    shares = {name: occupancy_percent(int(days[name]), int(slots["middle"])) for name in ("middle", "low", "high")}
    if shares["middle"] is None:
        return "–"
    return in_range({name: _percent(share) for name, share in shares.items()})


def _percent(share: Decimal | None) -> str:
    return f"{share} %"


def becomes(was: str, would_be: str) -> str:
    """Write what was and what would be; once where nothing differs."""
    return was if was == would_be else f"{was} → {would_be}"


def change(was: Range, would_be: Range) -> str:
    """Write the difference of two middles with its sign; a dash where one is hidden."""
    if not isinstance(was["middle"], int) or not isinstance(would_be["middle"], int):
        return "–"
    apart = would_be["middle"] - was["middle"]
    return f"{apart:+,}" if apart else "0"


def facility_names(new_house: str = "") -> dict[str, str]:
    """Return the facilities' names by their slugs, in their order; a new house last. One query."""
    names = {place.slug: str(place.name) for place in Facility.objects.order_by("position")}
    return names | ({NEW_HOUSE: new_house} if new_house else {})


def district_names() -> dict[str, str]:
    """Return the districts' names by their slugs, in their order, and the row of the others. One query."""
    return {place.slug: str(place.name) for place in District.objects.order_by("position")} | {
        NO_DISTRICT: _("Elsewhere, unknown")
    }


def trait_names() -> dict[str, str]:
    """Return what families are counted by."""
    return {
        "all": _("Families as a whole"),
        "district": _("District"),
        "tax_class": _("Tax class"),
        "corrected_age": _("Corrected age"),
        "multiple": _("Multiple birth"),
        "sibling": _("With a sibling"),
        "high_need": _("High need"),
    }


def value_name(trait: str, value: str, districts: Mapping[str, str]) -> str:
    """Return the words of a trait's value."""
    known = {
        "all": _("Families as a whole"),
        "yes": _("Yes"),
        "no": _("No"),
        **{str(one.value): str(one.label) for one in TaxClass},
    }
    return districts.get(value, value) if trait == "district" else known.get(value, value)


def weekdays_in_words(numbers: list[int]) -> str:
    """Return weekdays, short, in order."""
    return _(", ").join(str(WEEKDAYS_ABBR[number]) for number in numbers)


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
