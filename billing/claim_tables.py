"""A month's record in words: the same tables for the page, the PDF and the workbook."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment.models import TaxClass
from facilities.models import ServiceKind

from .models import AdjustmentKind, Component, OpenWhy, PaymentMethod, RideDirection, item_number
from .month_record import Open

Cell = str | int | date | None


@dataclass(frozen=True)
class Booked:
    """A cell that names a booking: its number, and a link where the reader may follow it."""

    booking: int

    def __str__(self) -> str:
        return f"B-{self.booking:06d}"


@dataclass(frozen=True)
class ClaimOf:
    """A cell that names another claim: its number and month, and a link where the reader may follow it."""

    claim: int
    month: str

    def __str__(self) -> str:
        return f"M-{self.claim:06d} {self.month}"


@dataclass(frozen=True)
class ClaimTable:
    """A table of the record: columns as (words, numeric), rows of text, numbers (days, yen), days and references."""

    title: str
    columns: list[tuple[str, bool]]
    rows: list[list[Cell | Booked | ClaimOf]]
    nothing: str = ""


def month_name(record: Mapping[str, Any]) -> str:
    """Return the record's month in words."""
    return date_format(date.fromisoformat(f"{record['month']}-01"), "YEAR_MONTH_FORMAT")


def amounts(record: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    """Return what is claimed, yen; None where the contract rate is not entered."""
    of_record = record["amounts"]
    lines: list[tuple[str, int | None]] = [(_("Contract amount"), of_record["contract"])]
    if of_record["fees_taken_off"]:
        lines.append((_("less what families pay"), -of_record["fees_taken_off"]))
    if record.get("late"):
        lines.append((_("less fees that came late for accepted months"), -of_record["late_taken_off"]))
    lines += [(_("Rides borne by the ward"), of_record["transport"]), (_("Claimed in all"), of_record["total"])]
    return lines


def counts(record: Mapping[str, Any]) -> str:
    """Say how many days, families, visits and consultations the month has."""
    words = [
        _("%(days)s family-days, %(families)s families")
        % {"days": f"{record['days']:,}", "families": f"{record['families']:,}"}
    ]
    words += [f"{kind_name(kind)} {count:,}" for kind, count in record.get("visits", {}).items()]
    return _(", ").join(words)


def without_rate(record: Mapping[str, Any]) -> str:
    """Say for which services no contract rate is entered, "" where none is missing."""
    services = record["amounts"]["without_rate"]
    if not services:
        return ""
    kinds = {row["service"]: row["service_kind"] for row in record["adjustments"] if "service_kind" in row}
    kinds |= {row["service"]: row["kind"] for row in (*record["services"], *record.get("late", ()))}
    names = _(", ").join(kind_name(kinds[service]) for service in services)
    return _("No contract rate is entered for %(services)s: the amount is open.") % {"services": names}


def tables(record: Mapping[str, Any]) -> list[ClaimTable]:
    """Return the record's tables, in the order in which they are read."""
    return [
        _services(record),
        _fees(record),
        _payments(record),
        _rides(record),
        _coupons(record),
        _adjustments(record),
        _late(record),
        _uses(record),
    ]


def open_items(snapshot: Mapping[str, Any], claim: int) -> ClaimTable:
    """Return the days that the claim (id) could not price: their fee enters a later claim, under the same number."""
    return ClaimTable(
        _("Carried over: days without a fee yet"),
        [(_("Number"), False), (_("Booking"), False), (_("Day"), False), (_("Why"), False)],
        [
            [
                item_number(claim, row["position"]),
                Booked(row["booking"]),
                date.fromisoformat(row["day"]),
                why_open(row["why"], row["component"], row["tax_class"], row["missing_day"]),
            ]
            for row in snapshot.get("carried", ())
        ],
    )


def earlier_items(snapshot: Mapping[str, Any]) -> ClaimTable:
    """Return what earlier claims carried over and still had no fee when this one was submitted."""
    return ClaimTable(
        _("Carried over earlier, still open"),
        [
            (_("Number"), False),
            (_("Claim"), False),
            (_("Booking"), False),
            (_("Day"), False),
            (_("Why"), False),
        ],
        [
            [
                row["number"],
                ClaimOf(row["claim"], month_name(row)),
                Booked(row["booking"]),
                date.fromisoformat(row["day"]),
                why_open(row["why"], row["component"], row["tax_class"], row["missing_day"]),
            ]
            for row in snapshot.get("earlier", ())
        ],
    )


def why_open(why: str, component: str, tax_class: str, missing_day: str | None) -> str:
    """Say why a day has no fee: which amount is missing, and of which day."""
    if why != OpenWhy.NOT_PUBLISHED:
        return str(OpenWhy(why).label) if why else _("It can be charged now")
    facts = {
        "component": Component(component).label if component else "",
        "tax_class": TaxClass(tax_class).label if tax_class else "",
        "day": _day(missing_day) if missing_day else "",
    }
    return _("No amount published: %(component)s, %(tax_class)s, %(day)s") % facts


def in_words(what: str) -> str:
    """Say what a check has found."""
    return {
        Open.NOT_DEPARTED: _("The departure is not recorded"),
        Open.NOT_CONFIRMED: _("Neither the arrival nor the absence is recorded"),
        Open.NOT_CHARGED: _("The charge is not issued"),
        Open.CARRIED_OVER: _("Carried over from an accepted month: it can be charged now"),
        Open.NOT_PRICED: _("No charge: an amount is not published"),
        Open.NO_CARE_RECORD: _("A day without care record"),
        Open.NOT_PAID: _("The fee is not settled"),
    }[Open(what)]


def what_is_open(what: str, days: list[str], amount: int | None) -> str:
    """Say on which days, or how many yen."""
    if days:
        return _(", ").join(_day(day) for day in days)
    return "" if amount is None else _("%(amount)s yen") % {"amount": f"{amount:,}"}


def _services(record: Mapping[str, Any]) -> ClaimTable:
    rows: list[list[Cell | Booked | ClaimOf]] = []
    for row in record["services"]:
        rates = [f"{rate['amount']:,} × {rate['days']}" for rate in row["rates"]]
        if row["days_without_rate"]:
            rates.append(_("not entered × %(days)s") % {"days": row["days_without_rate"]})
        counts = [row[key] for key in ("bookings", "families", "days", "sibling_days", "further_infant_days", "fees")]
        rows.append([kind_name(row["kind"]), *counts, " + ".join(rates)])
    return ClaimTable(
        _("Use by service"),
        [
            (_("Service"), False),
            (_("Bookings"), True),
            (_("Families"), True),
            (_("Days or visits"), True),
            (_("Days with sibling"), True),
            (_("Days of further infants"), True),
            (_("Fees of families, yen"), True),
            (_("Contract rate × days"), True),
        ],
        rows,
        _("Nothing was used in this month."),
    )


def _fees(record: Mapping[str, Any]) -> ClaimTable:
    labels = dict(TaxClass.choices)
    keys = ("days", "visits", *Component.values, "total")
    return ClaimTable(
        _("Fees of families by tax class"),
        [
            (_("Tax class"), False),
            (_("Family-days"), True),
            (_("Visits, consultations"), True),
            *((_("%(what)s, yen") % {"what": component.label}, True) for component in Component),
            (_("In all, yen"), True),
        ],
        [
            [str(labels.get(row["tax_class"], _("no charge"))), *(row.get(key) for key in keys)]
            for row in record["fees"]
        ],
        _("No fees."),
    )


def _payments(record: Mapping[str, Any]) -> ClaimTable:
    labels = dict(PaymentMethod.choices)
    received: Counter[str] = Counter()
    given_back: Counter[str] = Counter()
    for row in record["payments"]:
        (received if row["amount"] > 0 else given_back)[row["method"]] += row["amount"]
    return ClaimTable(
        _("Received from families in this month"),
        [(_("How"), False), (_("Received, yen"), True), (_("Given back, yen"), True), (_("In all, yen"), True)],
        [
            [str(labels[method]), received[method], given_back[method], received[method] + given_back[method]]
            for method in PaymentMethod.values
            if method in received or method in given_back
        ],
        _("No payments."),
    )


def _rides(record: Mapping[str, Any]) -> ClaimTable:
    labels = dict(RideDirection.choices)
    return ClaimTable(
        _("Rides borne by the ward"),
        [(_("Booking"), False), (_("Which way"), False), (_("Day"), False), (_("Borne by the ward, yen"), True)],
        [
            [Booked(row["booking"]), str(labels[row["direction"]]), date.fromisoformat(row["day"]), row["borne"]]
            for row in record["rides"]
        ],
        _("No rides."),
    )


def _coupons(record: Mapping[str, Any]) -> ClaimTable:
    numbers: dict[tuple[int, str], list[int]] = {}
    for row in record["coupons"]:
        numbers.setdefault((row["booking"], row["day"]), []).append(row["number"])
    return ClaimTable(
        _("Coupons handed over in this month"),
        [
            (_("Booking"), False),
            (_("Day"), False),
            (_("Numbers of the coupons"), False),
            (_("Coupons (number)"), True),
        ],
        [
            [Booked(booking), date.fromisoformat(day), _(", ").join(map(str, handed)), len(handed)]
            for (booking, day), handed in numbers.items()
        ],
        _("No coupons."),
    )


def _adjustments(record: Mapping[str, Any]) -> ClaimTable:
    kinds = dict(AdjustmentKind.choices)
    return ClaimTable(
        _("Corrections and goodwill of this month"),
        [
            (_("Booking"), False),
            (_("Day"), False),
            (_("Of which day"), False),
            (_("Kind"), False),
            (_("Reason"), False),
            (_("Yen"), True),
        ],
        [
            [
                Booked(row["booking"]),
                date.fromisoformat(row["day"]),
                date.fromisoformat(row.get("of_day", row["day"])),
                str(kinds[row.get("kind", AdjustmentKind.CORRECTION)]),
                row["reason"],
                row["amount"],
            ]
            for row in record["adjustments"]
        ],
        _("No corrections."),
    )


def _late(record: Mapping[str, Any]) -> ClaimTable:
    """Fees that came after their month was accepted, each with the claim that carried it over and its own contract."""
    labels = dict(TaxClass.choices)
    return ClaimTable(
        _("Late items of accepted months"),
        [
            (_("Number"), False),
            (_("Claim"), False),
            (_("Booking"), False),
            (_("Service"), False),
            (_("Day"), False),
            (_("Tax class"), False),
            (_("Fee, yen"), True),
            (_("Contract rate, claimed then"), True),
            (_("Taken off now, yen"), True),
        ],
        [
            [
                row["number"],
                ClaimOf(row["claim"], month_name(row)),
                Booked(row["booking"]),
                kind_name(row["kind"]),
                date.fromisoformat(row["day"]),
                str(labels.get(row["tax_class"], "")),
                row["fee"],
                row["rate"],
                row["taken_off"],
            ]
            for row in record.get("late", ())
        ],
        _("No late items."),
    )


def _uses(record: Mapping[str, Any]) -> ClaimTable:
    return ClaimTable(
        _("Use by family"),
        [
            (_("Booking"), False),
            (_("Service"), False),
            (_("Days of the month"), False),
            (_("Days or visits"), True),
            (_("Fee, yen"), True),
        ],
        [
            [
                Booked(row["booking"]),
                kind_name(row["kind"]),
                _(", ").join(str(date.fromisoformat(day).day) for day in row["days"]),
                len(row["days"]),
                row["fees"],
            ]
            for row in record["uses"]
        ],
        _("Nothing was used in this month."),
    )


def kind_name(kind: str) -> str:
    """Return the name of a kind of service."""
    return str(ServiceKind(kind).label)


def _day(day: str) -> str:
    return date_format(date.fromisoformat(day), "MONTH_DAY_FORMAT")
