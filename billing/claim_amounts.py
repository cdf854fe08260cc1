"""請求額: what a facility's month claims, each part by the contract of its own day, this year's or last year's."""

from datetime import date
from typing import Any

from .contract import rate_on, takes_fees_off
from .models import ContractRate


def days_reckoned(
    first: date, last: date, adjustments: list[dict[str, Any]], late: list[dict[str, Any]]
) -> list[date]:
    """The days whose contract the month asks for: its own, and those that something late is about."""
    earlier = [row["of_day"] for row in adjustments] + [row["day"] for row in late]
    return [first, last, *map(date.fromisoformat, earlier)]


def settled(row: dict[str, Any], rates: list[ContractRate]) -> dict[str, Any]:
    """A late item with the contract of its own day: the rate, which its own month claimed, and what is taken off."""
    rate = rate_on(rates, row["service"], date.fromisoformat(row["day"]))
    taken_off = row["fee"] if rate and rate.less_family_fees else 0
    return {**row, "rate": rate.amount if rate else None, "taken_off": taken_off}


def amounts_claimed(
    services: list[dict[str, Any]],
    adjustments: list[dict[str, Any]],
    late: list[dict[str, Any]],
    rides: list[dict[str, Any]],
    rates: list[ContractRate],
) -> dict[str, Any]:
    """Return the yen claimed; ``contract`` and ``total`` are None while a day reckoned with has no rate.

    A correction is settled by the contract of the day that it is about, a late fee by that of its day.
    """
    without = {row["service"] for row in services if row["days_without_rate"]}
    contract = sum(rate["amount"] * rate["days"] for row in services for rate in row["rates"])
    taken_off = sum(row["fees_taken_off"] for row in services)
    for row in adjustments:
        fees_off = takes_fees_off(rates, row["service"], date.fromisoformat(row["of_day"]))
        taken_off += row["amount"] if fees_off else 0
        without |= {row["service"]} if fees_off is None else set()
    without |= {row["service"] for row in late if row["rate"] is None}
    late_taken_off = sum(row["taken_off"] for row in late)
    transport = sum(ride["borne"] for ride in rides)
    return {
        "contract": None if without else contract,
        "fees_taken_off": taken_off,
        "late_taken_off": late_taken_off,
        "transport": transport,
        "total": None if without else contract - taken_off - late_taken_off + transport,
        "without_rate": sorted(without),
    }
