"""A report that takes booked days away: what it does is listed first, and done only as it was listed."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bookings.places.given_back import Consequences, TouchedDays
from bookings.places.refusals import db_errors_as_refusals, guarded_transaction
from enrollment.models import Family
from pages.public.availability_views import name_of
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal
from sankecare.periods import days_in_words
from sankecare.rehearsal import rehearsed

from .after_booking import desk_or

Listed = list[tuple[str, list[str]]]


class ListChanged(Refused):
    """Between the list and the word to do it something else was booked, or given back."""

    def __init__(self) -> None:
        super().__init__("list_changed", _("What it touches has changed. Please look at the list once more."))


def report_after_list(
    request: HttpRequest,
    family: Family,
    form: OperationForm,
    do: Callable[[], Any],
    *,
    title: str,
    words: str,
    done: str,
    lines: "Callable[[Any], Listed] | None" = None,
    only_if_listed: bool = False,
) -> HttpResponse:
    """Show the form, then what it would do, then do it in one transaction; a refusal loses nothing typed.

    ``lines``: what the operation's result is as a list, read before it is taken back; that of given-back days.
    ``only_if_listed``: where the list is empty it is done at once.
    """
    in_words = lines or in_lines

    def listed_while_doing() -> Listed:
        return in_words(do())

    context: dict[str, Any] = {"form": form, "family": family, "title": title, "words": words, "lists_first": True}
    if request.method == "POST" and form.is_valid() and "edit" not in request.POST:
        try:
            if _done_as_listed(request, listed_while_doing, only_if_listed=only_if_listed):
                messages.success(request, done)
                return desk_or(request, family, "life:overview", family.pk)
        except ListChanged as changed:
            messages.warning(request, changed.detail)
        except Refused as refused:
            show_refusal(form, refused)
        if not form.errors:
            try:
                with db_errors_as_refusals():
                    listed = rehearsed(listed_while_doing)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                return render(request, "mother/life_event_list.html", context | shown(form, listed))
    return render(request, "mother/life_event.html", context, status=422 if form.errors else 200)


def _done_as_listed(request: HttpRequest, do: Callable[[], Listed], *, only_if_listed: bool) -> bool:
    """Do it where she has seen the list and it is still the same; False where she has not seen it yet.

    Errors: ListChanged, and the operation's; then nothing is done.
    """
    seen = request.POST.get("seen", "")
    if not seen and not only_if_listed:
        return False
    try:
        with guarded_transaction():
            if digest_of(do()) != (seen or digest_of([])):
                raise ListChanged
    except ListChanged:
        if seen:
            raise
        return False
    return True


def shown(form: OperationForm, listed: Listed) -> dict[str, Any]:
    """Return what the page of the list needs: its lines, their digest, and what was typed, to be sent along."""
    typed = [(name, text) for name, texts in form.data.lists() if name not in NOT_TYPED for text in texts]  # type: ignore[attr-defined]
    return {"listed": listed, "seen": digest_of(listed), "typed": typed}


NOT_TYPED = ("csrfmiddlewaretoken", "seen", "edit")


def in_lines(found: Consequences) -> Listed:
    """Return what happens, as (heading, lines), without what does not."""
    groups = (
        (_("These are given back"), found.given_back),
        (_("These are booked again"), found.brought_back),
        (_("These cannot be booked again"), found.stays_away),
        (_("These were used after the last day: they stay used, at their price"), found.used_away),
    )
    return [(heading, [line_of(row) for row in rows]) for heading, rows in groups if rows]


def digest_of(listed: Listed) -> str:
    return hashlib.sha256(repr(listed).encode()).hexdigest()


def line_of(row: TouchedDays) -> str:
    """Say which days of which booking; and why, where it is said."""
    facts = {
        "number": row.booking.number,
        "service": name_of(row.booking.service),
        "days": days_in_words(row.days),
    }
    line = _("%(number)s %(service)s: %(days)s") % facts
    if row.whole:
        line = _("%(line)s (the whole booking)") % {"line": line}
    return f"{line}　{row.why}" if row.why else line
