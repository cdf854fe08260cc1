"""料金の見直し: charges that a fresh computation prices otherwise, listed, and adjusted as staff confirm."""

from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access_log import note_shown
from accounts.actions import Action
from accounts.admin_site import ModelAdmin
from accounts.permissions import signed_in, visible
from facilities.fiscal_year import fiscal_year
from sankecare.errors import Refused
from sankecare.forms import line_sent

from .desk.differing import differing_of_year
from .differences import apply_adjustments, charges_of_year, propose_adjustments
from .models import Charge

# So many stand on one page; the rest follow once these are adjusted.
MOST_AT_ONCE = 200


def differences_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """List what would be adjusted in a fiscal year; adjust what is ticked, with the reason."""
    this_year = fiscal_year(timezone.localdate())
    asked = request.POST.get("year") or request.GET.get("year", "")
    is_year = len(asked) == 4 and asked.isascii() and asked.isdigit() and 2000 <= int(asked) <= this_year
    year = int(asked) if is_year else this_year
    refused = ""
    if request.method == "POST":
        try:
            confirmed = {int(key): int(request.POST[f"amount_{key}"]) for key in request.POST.getlist("charge")}
            own = visible(signed_in(request), Action.CHARGE_ADJUST, charges_of_year(year)).filter(pk__in=confirmed)
            confirmed = {key: confirmed[key] for key in own.values_list("pk", flat=True)}
            with transaction.atomic(durable=True):
                made = apply_adjustments(
                    confirmed=confirmed,
                    reason=line_sent(request.POST.get("reason", ""), most=400),
                    by=signed_in(request),
                    at=timezone.now(),
                )
            messages.success(request, _("%(count)d charges are adjusted.") % {"count": len(made)})
            return HttpResponseRedirect(f"{reverse('admin:billing_charge_differences')}?year={year}")
        except (KeyError, ValueError):
            refused = _("Please tick charges of this list.")
        except Refused as error:
            refused = error.detail
    own_differing = visible(signed_in(request), Action.CHARGE_ADJUST, differing_of_year(year))
    keys = list(own_differing.values_list("pk", flat=True))
    proposed = propose_adjustments(Charge.objects.filter(pk__in=keys[:MOST_AT_ONCE]))
    note_shown(request, [row.charge for row in proposed])
    prefetch_related_objects([row.charge for row in proposed], "adjustments")
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Charges to look at again"),
        "opts": model_admin.opts,
        "year": year,
        "years": range(this_year, this_year - 6, -1),
        "proposed": proposed,
        "more": max(len(keys) - MOST_AT_ONCE, 0),
        "refused": refused,
    }
    return TemplateResponse(request, "billing/admin/differences.html", context, status=422 if refused else 200)
