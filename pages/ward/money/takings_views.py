"""収納: what was taken in and given back in a month, by facility, way and day; beside what was charged."""

import re
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actions import Action
from accounts.permissions import may_open, signed_in, visible
from billing.desk.takings import Sums, agreement, takings
from billing.models import Charge, Payment, PaymentMethod
from facilities.models import Facility
from pages.facility.cash.sheet import FIRST_DAY
from sankecare.periods import midnight

MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
FIRST_MONTH = FIRST_DAY.replace(day=1)


@never_cache
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """One month: by facility and way, by day, and how it agrees with the charges. No family stands on it."""
    person, today = signed_in(request), timezone.localdate()
    first = _month_asked(request.GET.get("month", ""), today)
    until = _next(first)
    places = list(Facility.objects.order_by("position"))
    asked = request.GET.get("facility", "")
    chosen = next((place for place in places if place.slug == asked), None)
    if asked and chosen is None:
        raise Http404
    paid = visible(person, Action.TAKINGS_VIEW, Payment.objects.all())
    charged = visible(person, Action.CHARGE_VIEW, Charge.objects.all())
    if chosen is not None:
        paid = paid.filter(charge__booking__service__facility=chosen)
        charged = charged.filter(booking__service__facility=chosen)
    by_facility, by_day, everything = takings(paid, midnight(first), midnight(until))
    context = {
        "month": first,
        "earlier": f"{_before(first):%Y-%m}" if first > FIRST_MONTH else "",
        "later": f"{until:%Y-%m}" if until <= today else "",
        "is_over": until <= today,
        "facilities": places,
        "facility": chosen,
        "columns": _columns(),
        "by_facility": [[place.name, *_cells(by_facility[place.pk])] for place in places if place.pk in by_facility],
        "by_day": [[_day(request, day, chosen), *_cells(sums)] for day, sums in by_day.items()],
        "footer": [_("Together"), *_cells(everything)],
        "agreement": agreement(charged, midnight(first), midnight(until)),
        "everything": everything,
        "is_part": person.district_id is not None,
    }
    return render(request, "ward/money/payments.html", context)


def _columns() -> list[dict[str, Any]]:
    ways = [{"label": way.label, "numeric": True} for way in PaymentMethod]
    return [
        *ways,
        {"label": _("of that given back"), "numeric": True},
        {"label": _("Together, yen"), "numeric": True},
        {"label": _("Payments and refunds"), "numeric": True},
    ]


def _cells(sums: Sums) -> list[str]:
    return [
        *(f"{sums.by_way[way]:,}" for way in PaymentMethod.values),
        f"{sums.given_back:,}",
        f"{sums.net:,}",
        _("%(payments)d, %(refunds)d") % {"payments": sums.payments, "refunds": sums.refunds},
    ]


def _day(request: HttpRequest, day: date, facility: Facility | None) -> Any:
    """The day, with the way to its cash sheet where one facility is looked at."""
    words = date_format(day, "MONTH_DAY_FORMAT")
    if facility is None or not may_open(request.user, "money:cash"):
        return words
    return {"text": words, "url": f"{reverse('money:cash')}?facility={facility.slug}&day={day.isoformat()}"}


def _month_asked(asked: str, today: date) -> date:
    found = MONTH.fullmatch(asked)
    first = date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
    return first if FIRST_MONTH <= first <= today else today.replace(day=1)


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _before(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
