"""安全管理マニュアル at the facility: the versions in force, acknowledged by each; for its manager who has not."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import Action
from accounts.permissions import may, signed_in, visible_or_404
from care.manual_queries import manuals_in_force
from care.manuals import acknowledge_manual
from care.models import SafetyManual
from facilities.queries import own_facility
from sankecare.errors import Refused


@require_safe
def manuals(request: HttpRequest) -> HttpResponse:
    """The versions in force here; the manager sees who has acknowledged them."""
    person = signed_in(request)
    context = {
        "manuals": manuals_in_force(own_facility(person), timezone.localdate(), person),
        "sees_staff": may(person, Action.MANUAL_FOLLOW),
    }
    return render(request, "facility/manuals.html", context)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """One touch: read and understood."""
    manual = visible_or_404(request.user, Action.MANUAL_ACKNOWLEDGE, SafetyManual.objects.all(), pk=pk)
    try:
        with transaction.atomic(durable=True):
            acknowledge_manual(manual=manual, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("Recorded: you have read version %(version)s.") % {"version": manual.version})
    return redirect("operator:manuals")
