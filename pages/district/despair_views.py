"""つらい言葉: the families of the district that wrote them, until somebody has each in hand."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from enrollment.despair_notes import notes_shown, take_up
from enrollment.models import DespairNote
from sankecare.errors import Refused


@require_safe
def despair(request: HttpRequest) -> HttpResponse:
    """Those that wait first, then those that were taken up of late."""
    notes = list(notes_shown(signed_in(request), timezone.now()))
    note_shown(request, notes)
    return render(request, "district/despair.html", {"notes": notes})


@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the section has it in hand: the others see it."""
    note = shown_or_404(request, Action.DESPAIR_WORK, DespairNote.objects.select_related("family"), pk=pk)
    try:
        with transaction.atomic(durable=True):
            take_up(note=note, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.warning(request, refused.detail)
    else:
        messages.success(request, _("You have it in hand. The others see it."))
    return redirect("nurse:despair")
