"""Fees and what came of them, coupons, rides, and what the ward pays the houses. Whole yen."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.models import ServiceKind
from reports.chapters.money_queries import (
    FeeYear,
    claim_years,
    coupon_years,
    facility_names,
    fee_years,
    payment_years,
    ride_years,
)
from reports.explained.of_money import COMPONENTS, COUPONS, PAYMENTS, RIDES
from reports.masked_figures import notes_of
from reports.small_cells import HIDDEN, hidden_in
from reports.tables import Row, Table

from .entry import Chapter, TableEntry

Counted = TypeVar("Counted")
FEES = ("base", "multiple", "sibling", "coupon", "corrections", "goodwill")


def fee_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and facility what the days of the year cost families, by component."""
    counted, names = fee_years(years, today=today), facility_names()
    rows = [
        {
            "fiscal_year": year,
            "facility": slug,
            **{f"fee_{name}": getattr(row, name) for name in FEES},
            "fee_total": row.total,
        }
        for year, slug, row in _in_order(counted, names)
    ]
    total = sum((row.total for row in counted.values()), 0)
    keys = ("fiscal_year", "facility", *(f"fee_{name}" for name in FEES), "fee_total")
    notes = [_("All years and facilities together: %(total)s yen.") % {"total": f"{total:,}"}] if rows else []
    return Table(_("Fees by component"), keys, (), rows, notes, {"facility": names})


def payment_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year of issue and facility what was owed, received by each way, given back, and is open."""
    counted, names = payment_years(years, today=today), facility_names()
    rows = [
        {
            "fiscal_year": year,
            "facility": slug,
            "charges": row.charges,
            "owed": row.owed,
            "paid_cash": row.cash,
            "paid_card": row.card,
            "paid_code": row.code,
            "refunded": row.refunded,
            "unpaid": row.unpaid,
            "to_give_back": row.to_give_back,
        }
        for year, slug, row in _in_order(counted, names)
    ]
    keys = (
        *("fiscal_year", "facility", "charges", "owed", "paid_cash", "paid_card", "paid_code"),
        *("refunded", "unpaid", "to_give_back"),
    )
    notes = [_("Owed: received, less given back, with what is unpaid, less what is still to be given back.")]
    return Table(_("Payments and what is open"), keys, (), rows, notes, {"facility": names})


def coupon_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and facility the coupons handed over, and what they took off the fees of its days."""
    handed, fees, names = coupon_years(years, today=today), fee_years(years, today=today), facility_names()
    off = {key: row for key, row in fees.items() if row.coupon}
    none = FeeYear()
    rows: list[Row] = [
        {
            "fiscal_year": year,
            "facility": slug,
            "coupons": of_place.handed if (of_place := handed.get((year, slug))) else 0,
            "families": of_place.families if of_place else 0,
            "coupon_yen": -off.get((year, slug), none).coupon,
        }
        for year, slug, _found in _in_order(dict.fromkeys([*handed, *off]), names)
    ]
    notes = [_("Coupons count on the day of handing over, what they took off on the day used.")]
    keys = ("fiscal_year", "facility", "coupons", "families", "coupon_yen")
    return Table(_("Coupons"), keys, (), rows, notes, {"facility": names})


def ride_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and facility the rides, their fares, and what of them the ward bears."""
    names = facility_names()
    rows: list[Row] = [
        {
            "fiscal_year": year,
            "facility": slug,
            "rides_there": row.there,
            "rides_back": row.back,
            "families": row.families,
            "fares": row.fares,
            "borne": row.borne,
        }
        for year, slug, row in _in_order(ride_years(years, today=today), names)
    ]
    keys = ("fiscal_year", "facility", "rides_there", "rides_back", "families", "fares", "borne")
    shown = _hide_few(rows, keys[2:])
    return Table(_("Rides borne by the ward"), keys, (), shown, notes_of([], today), {"facility": names})


def claim_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year and facility the monthly claims, and what the accepted ones come to."""
    (counted, _kinds), names = claim_years(years, today=today), facility_names()
    rows = [
        {
            "fiscal_year": year,
            "facility": slug,
            "claims_accepted": row.accepted,
            "claims_submitted": row.submitted,
            "claims_returned": row.returned,
            "contract_yen": row.contract,
            "fees_taken_off": row.fees_taken_off,
            "transport_yen": row.transport,
            "claimed_yen": row.total,
        }
        for year, slug, row in _in_order(counted, names)
    ]
    keys = (
        *("fiscal_year", "facility", "claims_accepted", "claims_submitted", "claims_returned"),
        *("contract_yen", "fees_taken_off", "transport_yen", "claimed_yen"),
    )
    notes = [_("Claimed: the contract amount, less fees taken off, with rides. Yen of accepted claims alone.")]
    return Table(_("Monthly claims"), keys, (), rows, notes, {"facility": names})


def paid_a_day_table(years: Sequence[int], *, today: date) -> Table:
    """Return by fiscal year, facility and kind what the ward pays for a family-day (a visit), by accepted claims."""
    (_claims, counted), names = claim_years(years, today=today), facility_names()
    order = {slug: number for number, slug in enumerate(names)}
    kinds = [kind.value for kind in ServiceKind]
    rows: list[Row] = []
    for (year, slug, kind), row in sorted(
        counted.items(), key=lambda item: (item[0][0], order[item[0][1]], kinds.index(item[0][2]))
    ):
        paid = row.contract - row.fees_taken_off
        rows.append(
            {
                "fiscal_year": year,
                "facility": slug,
                "kind": kind,
                "paid_days": row.days,
                "contract_yen": row.contract,
                "fees_taken_off": row.fees_taken_off,
                "paid_yen": paid,
                "yen_a_day": _a_day(paid, row.days),
            }
        )
    keys = (
        *("fiscal_year", "facility", "kind", "paid_days", "contract_yen", "fees_taken_off", "paid_yen", "yen_a_day"),
    )
    words = {kind.value: str(kind.label) for kind in ServiceKind}
    notes = [_("Corrections of other months and rides belong to no day: they stand in the table of claims alone.")]
    title = _("What the ward pays for a family-day")
    return Table(title, keys, (), rows, notes, {"facility": names, "kind": words})


def _in_order(counted: Mapping[tuple[int, str], Counted], names: Mapping[str, Any]) -> list[tuple[int, str, Counted]]:
    """By year, then in the ward's order of facilities."""
    order = {slug: number for number, slug in enumerate(names)}
    return [
        (year, slug, row)
        for (year, slug), row in sorted(counted.items(), key=lambda item: (item[0][0], order[item[0][1]]))
    ]


def _hide_few(rows: list[Row], figures: Sequence[str]) -> list[Row]:
    """Hide every figure of a facility whose families of the year are few, and of who would give it away."""
    families: dict[int, dict[str, int]] = {}
    for row in rows:
        families.setdefault(row["fiscal_year"], {})[row["facility"]] = row["families"]
    hidden = {year: hidden_in(counts) for year, counts in families.items()}
    return [
        {**row, **dict.fromkeys(figures, HIDDEN)} if row["facility"] in hidden[row["fiscal_year"]] else row
        for row in rows
    ]


def _a_day(yen: int, days: int) -> Decimal | None:
    return (Decimal(yen) / days).quantize(Decimal("0.1"), ROUND_HALF_UP) if days else None


_CHARGES = gettext_lazy("Charges as issued, their lines, corrections and goodwill.")
_CLAIMS = gettext_lazy("Accepted monthly claims, as submitted.")

CHAPTER = Chapter(
    "money",
    gettext_lazy("Fees and what the ward pays"),
    (
        TableEntry(
            slug="fees",
            title=gettext_lazy("Fees by component"),
            build=fee_table,
            what=gettext_lazy("What families were charged for the days of the fiscal year, yen."),
            rule=gettext_lazy("A fee, a correction and goodwill count on the used day that they are about."),
            source=_CHARGES,
            opened=COMPONENTS,
        ),
        TableEntry(
            slug="payments",
            title=gettext_lazy("Payments and what is open"),
            build=payment_table,
            what=gettext_lazy("Of the charges issued in the fiscal year: owed, received, given back, open. Yen."),
            rule=gettext_lazy("By the year of issue, with what was paid, given back and corrected since."),
            source=gettext_lazy("Charges, corrections, payments and refunds at the facilities."),
            opened=PAYMENTS,
        ),
        TableEntry(
            slug="coupons",
            title=gettext_lazy("Coupons"),
            build=coupon_table,
            what=gettext_lazy("Coupons handed over, by how many families, and what they took off."),
            rule=gettext_lazy("A family counts once a year and facility."),
            source=gettext_lazy("Coupons handed over; lines of charges."),
            opened=COUPONS,
        ),
        TableEntry(
            slug="rides",
            title=gettext_lazy("Rides borne by the ward"),
            build=ride_table,
            what=gettext_lazy("Rides to and from stays, their fares, and what of them the ward bears. Yen."),
            rule=gettext_lazy("By the day of the ride, without those taken back. Few families: hidden."),
            source=gettext_lazy("Rides recorded at the facilities."),
            opened=RIDES,
        ),
        TableEntry(
            slug="claims",
            title=gettext_lazy("Monthly claims"),
            build=claim_table,
            what=gettext_lazy("How many months were claimed, and what the accepted claims come to. Yen."),
            rule=gettext_lazy("By the month that is claimed. Fees that came late are among those taken off."),
            source=_CLAIMS,
        ),
        TableEntry(
            slug="paid-a-day",
            title=gettext_lazy("What the ward pays for a family-day"),
            build=paid_a_day_table,
            what=gettext_lazy("The contract amount less the fees taken off, over the family-days (visits) claimed."),
            rule=gettext_lazy("Accepted claims alone. Yen a day to one decimal, halves up."),
            source=_CLAIMS,
        ),
    ),
)
