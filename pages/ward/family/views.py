"""家庭のページ: one family whole, as the ward's desk needs it while a mother is on the telephone."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, signed_in
from enrollment.families.call_notes import call_notes_of, note_call
from enrollment.models import Family
from enrollment.timeline import timeline_for
from pages.once_form import key_of, submit_once
from reports.family_history import origins_of, steps_of_bookings
from reports.people_words import told_apart

from . import happened, known
from .call_forms import CallForm
from .links import url_for
from .message_words import messages_to
from .money import money_of
from .places import booking_rows, draw_rows, needs_in_force, open_wishes, waiting_rows
from .registrations import registration_rows, ways_to_a_place

# So many sentences of the history stand on the page; the rest behind a touch.
SHOWN = 12


@never_cache
@require_safe
def family(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one family that the person may read, with every action; of a joined entry the one that is kept."""
    families = Family.objects.select_related("account", "protection")
    found = shown_or_404(request, Action.FAMILY_FILE, families, pk=pk)
    if found.merged_into_id is not None:
        return redirect("ward_family", found.merged_into_id)
    return _page(request, found)


@never_cache
@sensitive_post_parameters()
@require_POST
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a call, or what came of one that was noted."""
    families = Family.objects.select_related("account", "protection").filter(merged_into=None)
    found = shown_or_404(request, Action.FAMILY_CHANGE, families, pk=pk)
    form = CallForm(request.POST, found)
    if submit_once(request, key_of(request), form, partial(note_call, family=found)) is None:
        return _page(request, found, form)
    messages.success(request, _("The call is noted."))
    return redirect("ward_family", pk)


def _page(request: HttpRequest, family: Family, form: CallForm | None = None) -> HttpResponse:
    context = page_of(signed_in(request), family)
    if may(request.user, Action.FAMILY_CHANGE):
        context |= {"form": form or CallForm(None, family), "key": key_of(request)}
    return render(request, "ward/family/page.html", context, status=422 if form is not None else 200)


def page_of(person: User, family: Family) -> dict[str, Any]:
    """Return the page's context. In a fixed number of queries."""
    now = timezone.now()
    today = timezone.localdate(now)
    registrations = registration_rows(person, family, today)
    bookings = booking_rows(person, family, today)
    residences = known.residences_of(family, today)
    infants = {baby.pk: baby for row in registrations for baby in row["registration"].birth.infants.all()}
    shown = {
        "family": family,
        **known.protection_of(person, family),
        "registrations": registrations,
        "home": known.holding(residences),
        "enter_url": url_for(person, "entry:for-family", family.pk),
        "ways": ways_to_a_place(person, registrations),
        "ahead": [row for row in bookings if row["is_ahead"]],
        "behind": [row for row in bookings if not row["is_ahead"]],
        "draws": draw_rows(person, family, now),
        "waits": waiting_rows(person, family),
        "wishes": open_wishes(person, family),
        "needs": needs_in_force(person, family, today),
        "money": money_of(person, family, bookings, today),
        "letters": known.letters_of(person, family),
        "papers": known.papers_of(person, family),
        "messages_sent": messages_to(family),
        "hard_news": known.open_hard_news(person, family),
        "referrals": list(known.referrals_of(person, family)),
        "place_requests": known.place_requests_of(person, family),
        "helpers": list(known.helpers_of(family)),
        "deletions": known.deletions_open(person, family),
        "calls": _calls(family, today),
        "changes": known.changes_to_report(
            person,
            family,
            born=bool(infants),
            rolls_over=any(baby.rolls_over_since for baby in infants.values()),
            leaves=any(row["last"] is not None and row["last"] >= today for row in residences if row["holds"]),
        ),
        "all_history_url": url_for(person, "ward_family_history", family.pk),
        "residences": residences,
        "infants": list(infants.values()),
    }
    return shown | _told(person, family, shown)


def _calls(family: Family, today: Any) -> list[dict[str, Any]]:
    """The notes of calls: those to look at again first, then the newest."""
    rows = [
        {
            "note": note,
            "is_open": note.look_again_on is not None and not hasattr(note, "answer"),
            "is_due": note.look_again_on is not None and note.look_again_on <= today and not hasattr(note, "answer"),
        }
        for note in call_notes_of(family)
    ]
    return [*(row for row in rows if row["is_open"]), *(row for row in rows if not row["is_open"])]


def _told(person: User, family: Family, shown: dict[str, Any]) -> dict[str, Any]:
    """The facts with who entered them, and the history, both with the names of who did it."""
    entries = list(timeline_for(person.role, family))
    all_happened = [
        *happened.of_timeline(entries, [row["letter"] for row in shown["letters"]]),
        *happened.of_bookings([*shown["ahead"], *shown["behind"]], steps_of_bookings(family)),
        *happened.of_money(shown["money"]),
    ]
    origins = origins_of(family)
    people = told_apart(happened.people_of(all_happened, [origin.by for origin in origins.values()]))
    sentences = happened.newest_first(all_happened, people)
    today = timezone.localdate()
    tax_classes, siblings = known.tax_classes_of(family, today), known.siblings_of(family, today)
    named = [("Residence", shown["residences"]), ("TaxClassPeriod", tax_classes), ("Sibling", siblings)]
    for label, rows in named:
        for row in rows:
            row["origin"] = known.origin_in_words(origins, (label, row["row"].pk, ""), people)
    return {
        "person": [
            {**row, "origin": known.origin_in_words(origins, row["key"], people)} for row in known.person_rows(family)
        ],
        "infants": [
            {"baby": baby, "origin": known.origin_in_words(origins, ("Infant", baby.pk, ""), people)}
            for baby in shown["infants"]
        ],
        "siblings": siblings,
        "tax_classes": tax_classes,
        "tax_class": known.holding(tax_classes),
        "sentences": sentences[:SHOWN],
        "more_sentences": sentences[SHOWN:],
    }
