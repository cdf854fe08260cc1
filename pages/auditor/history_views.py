"""記録の封印 for the auditor: what is sealed since when, the last head, what the last check found, what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sankecare.history_seals.standing import standing


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Whether every change and look stands as it was written."""
    return render(request, "auditor/audit_history.html", {"standing": standing(timezone.now())})
