"""家庭のページ: one family whole, as the ward's desk needs it while a mother is on the telephone."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in
from enrollment.models import Family
from enrollment.timeline import timeline_for

from . import known
from .links import url_for
from .message_words import messages_to
from .money import money_of
from .places import booking_rows, draw_rows, needs_in_force, open_wishes, waiting_rows
from .registrations import registration_rows, ways_to_a_place

# Of what is over, so many stand on the page; the rest behind a touch.
SHOWN = 5


@never_cache
@require_safe
def family(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one family that the person may read, with every action; of a joined entry the one that is kept."""
    families = Family.objects.select_related("account", "protection")
    found = shown_or_404(request, Action.FAMILY_FILE, families, pk=pk)
    if found.merged_into_id is not None:
        return redirect("ward_family", found.merged_into_id)
    return render(request, "ward/family/page.html", page_of(signed_in(request), found))


def page_of(person: User, family: Family) -> dict[str, Any]:
    """Return the page's context. In a fixed number of queries."""
    now = timezone.now()
    today = timezone.localdate(now)
    registrations = registration_rows(person, family, today)
    bookings = booking_rows(person, family, today)
    residences, tax_classes = known.residences_of(family, today), known.tax_classes_of(family, today)
    home = known.holding(residences)
    infants = {baby.pk: baby for row in registrations for baby in row["registration"].birth.infants.all()}
    return {
        "family": family,
        "protection": getattr(family, "protection", None),
        "protection_url": url_for(person, "protection:state", family.pk),
        "registrations": registrations,
        "infants": list(infants.values()),
        "siblings": known.siblings_of(family, today),
        "residences": residences,
        "home": home,
        "tax_classes": tax_classes,
        "tax_class": known.holding(tax_classes),
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
        "changes": known.changes_to_report(
            person,
            family,
            born=bool(infants),
            rolls_over=any(baby.rolls_over_since for baby in infants.values()),
            leaves=any(row["last"] is not None and row["last"] >= today for row in residences if row["holds"]),
        ),
        "entries": list(timeline_for(person.role, family)),
        "shown": SHOWN,
    }
