"""What a draft's page shows: differences in words, texts in both languages, and the bookings that are touched."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import ForeignKey
from django.http import HttpRequest
from django.utils.text import capfirst

from accounts.access_log import note_look
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in, visible
from bookings.models import Booking
from pages.ward.family.links import url_for
from sankecare.field_words import in_words
from sankecare.periods import as_text, days_in_words
from wards.dated.differences import Kind, RowDifference
from wards.dated.effects import Effect
from wards.dated.sheet import Line
from wards.dated.tables import DatedTable
from wards.dated.values import as_taken, words_of

HITS_A_PAGE = 25


@dataclass(frozen=True)
class Differing:
    """One row that differs, in words: (cell, before, after) each."""

    words: str
    kind: Kind
    cells: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Text:
    """A text as it will be read, in Japanese and in English."""

    words: str
    japanese: str
    english: str


def differing(table: DatedTable, found: Sequence[RowDifference], lines: Sequence[Line]) -> list[Differing]:
    """Write the differences for people."""
    words = {line.name: "・".join(part for part in line.words if part) for line in lines}
    return [
        Differing(
            words.get(row.name, ""),
            row.kind,
            [
                (
                    capfirst(str(table.field(one.field).verbose_name)),
                    words_of(table.field(one.field), one.before),
                    words_of(table.field(one.field), one.after),
                )
                for one in row.cells
                if not (one.before in (None, "") and one.after in (None, ""))
            ],
        )
        for row in found
    ]


def texts(table: DatedTable, rows: Sequence[Any]) -> list[Text]:
    """Return every text of the new rows beside its English."""
    return [
        Text(capfirst(str(table.field(japanese).verbose_name)), getattr(row, japanese), getattr(row, english))
        for row in rows
        for japanese, english in table.texts
    ]


@dataclass(frozen=True)
class Planned:
    """A row that is planned after the day: it stays, and what is new holds until it."""

    words: str
    period: str
    cells: str
    url: str


def planned(person: User, table: DatedTable, lines: Sequence[Line]) -> list[Planned]:
    """Return the rows that begin after the day, in words, each with its page."""
    return [
        Planned(
            "・".join(part for part in line.words if part),
            as_text(line.later.period),
            cells_in_words(table, line.later),
            row_url(person, line.later),
        )
        for line in lines
        if line.later is not None
    ]


def cells_in_words(table: DatedTable, row: Any) -> str:
    """Return what a row says, in one line."""
    parts = []
    for cell in table.cells:
        field = table.field(cell)
        if not isinstance(field, ForeignKey):
            words = in_words(field, as_taken(field, getattr(row, field.attname)))
            if words:
                parts.append(f"{capfirst(str(field.verbose_name))} {words}")
    return "、".join(parts[:4])


def row_url(person: User, row: Any) -> str:
    """Return the page of a row of the master data, "" where it has none or she may not open it."""
    if not admin.site.is_registered(type(row)):
        return ""
    return url_for(person, f"admin:{row._meta.label_lower.replace('.', '_')}_change", row.pk)


def touched(request: HttpRequest, effect: Effect) -> dict[str, Any]:
    """Return one page of the bookings that are touched, those that she may see, each with its family and its yen."""
    person = signed_in(request)
    asked = Booking.objects.filter(pk__in=[hit.booking for hit in effect.hits])
    mine = set(visible(person, Action.BOOKING_VIEW, asked).order_by().values_list("pk", flat=True))
    hits = [hit for hit in effect.hits if hit.booking in mine]
    page = Paginator(sorted(hits, key=lambda hit: (hit.days[0], hit.booking)), HITS_A_PAGE).get_page(
        request.GET.get("page")
    )
    shown = Booking.objects.select_related("registration__birth__family", "service__facility")
    bookings = shown.in_bulk([hit.booking for hit in page])
    if page.object_list:
        note_look(request, {hit.family for hit in page})
    rows = [
        {
            "booking": bookings[hit.booking],
            "family": bookings[hit.booking].registration.birth.family,
            "url": url_for(person, "ward_family", hit.family),
            "booking_url": url_for(person, "admin:bookings_booking_change", hit.booking),
            "days": days_in_words(hit.days, with_year=False),
            "hit": hit,
        }
        for hit in page
    ]
    return {"rows": rows, "page": page, "unseen": len(effect.hits) - len(hits)}
