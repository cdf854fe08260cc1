"""未払い: fees that are open, by how long they are, with letters of reminder where the ward sends them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import note_shown
from accounts.actions import Action
from accounts.permissions import signed_in, visible
from billing.desk.policy import ages_of, unpaid_policy
from billing.desk.remind import remind_by_letter
from billing.desk.reminder_rules import LetterStands
from billing.desk.unpaid_fees import Open, OpenCharge, listed, open_fees, rules_of
from billing.models import Charge
from facilities.models import Facility
from sankecare.errors import Refused
from sankecare.periods import days_in_words

ON_A_PAGE = 50
# A letter is set in about a third of a second.
MOST_AT_ONCE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unpaid(request: HttpRequest) -> HttpResponse:
    """Sums by age, and the charges of one age, the oldest first; letters for what is ticked."""
    if request.method == "POST":
        _remind(request)
        return redirect(request.get_full_path())
    now = timezone.now()
    today = timezone.localdate(now)
    policy = unpaid_policy(today)
    ages = ages_of(policy)
    facility, band = request.GET.get("facility", ""), request.GET.get("band", "")
    places = list(Facility.objects.order_by("position"))
    charges = visible(signed_in(request), Action.MONEY_DESK, Charge.objects.all())
    if facility:
        if facility not in {place.slug for place in places}:
            raise Http404
        charges = charges.filter(booking__service__facility__slug=facility)
    found = open_fees(charges, ages, today)
    bands = _bands(ages, found)
    chosen = int(band) if band.isascii() and band.isdigit() and int(band) < len(bands) else None
    shown = [row for row in found if chosen in (None, row.band)]
    page = Paginator(shown, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = listed([row.charge for row in page.object_list], policy, now)
    note_shown(request, [row.charge for row in rows])
    context = {
        "bands": bands,
        "band": chosen,
        "rows": [_in_words(row) for row in rows],
        "page": page,
        "left": sum(row.left for row in shown),
        "facilities": places,
        "facility": facility,
        "sends_letters": rules_of(policy) is not None,
        "may_write": any(row.stands == LetterStands.MAY for row in rows),
        "most_at_once": MOST_AT_ONCE,
    }
    return render(request, "ward/money/unpaid.html", context)


def _bands(ages: Any, found: list[Open]) -> list[dict[str, Any]]:
    """Each age with how many are open and how many yen."""
    bands: list[dict[str, Any]] = [{"words": words, "count": 0, "left": 0} for words in age_words(ages)]
    for row in found:
        bands[row.band]["count"] += 1
        bands[row.band]["left"] += row.left
    return bands


def age_words(ages: Any) -> list[str]:
    """Say each age: up to the first of the days, between two, more than the last."""
    firsts = [0, *(age + 1 for age in ages)]
    between = [
        _("%(first)d to %(last)d days") % {"first": first, "last": last}
        for first, last in zip(firsts, ages, strict=False)
    ]
    return [*between, _("more than %(days)d days") % {"days": ages[-1]}]


def _in_words(row: OpenCharge) -> dict[str, Any]:
    days = {line.day for line in row.charge.lines.all()}
    return {
        "row": row,
        "charge": row.charge,
        "family": row.charge.booking.registration.birth.family,
        "days": days_in_words(days) if days else "",
        "may": row.stands == LetterStands.MAY,
        "in_person": row.stands == LetterStands.IN_PERSON,
        "waits": row.stands in (LetterStands.WAITS, LetterStands.TOO_EARLY),
    }


def _remind(request: HttpRequest) -> None:
    """Issue a letter for each that is ticked, each by itself: one that is refused stops no other."""
    keys = [int(key) for key in request.POST.getlist("chosen") if key.isascii() and key.isdigit() and len(key) < 19]
    if not keys or len(keys) > MOST_AT_ONCE:
        words = _("Tick %(most)d at most: nothing was changed.") if keys else _("Nothing was ticked.")
        messages.error(request, words % {"most": MOST_AT_ONCE} if keys else words)
        return
    person, issued = signed_in(request), 0
    own = visible(person, Action.MONEY_DESK, Charge.objects.filter(pk__in=keys))
    for charge in own.order_by("pk"):
        try:
            with transaction.atomic(durable=True):
                remind_by_letter(charge=charge, by=person, at=timezone.now())
        except Refused as refused:
            messages.error(request, refused.detail)
        else:
            issued += 1
    if issued:
        words = ngettext(
            "%(count)d letter is issued. It waits to be printed with the other letters.",
            "%(count)d letters are issued. They wait to be printed with the other letters.",
            issued,
        )
        messages.success(request, words % {"count": issued})
