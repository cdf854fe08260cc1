"""施設の「今日の対応」: one page beside the board, so that the board itself asks nothing more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import signed_in
from facilities.queries import own_facility
from pages.due import graded

from .due_at_house import due_at


@never_cache
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What is due at the house, the gravest and oldest first; numbers alone, no family is named."""
    person = signed_in(request)
    found, nothing = graded(due_at(person, timezone.now()))
    context = {"graded": found, "nothing": nothing, "facility": own_facility(person)}
    return render(request, "facility/due.html", context)
