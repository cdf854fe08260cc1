"""ケアプラン: set with the mother at her arrival, looked at each day."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from care.planning.plan_queries import plan_of
from care.planning.plans import look_at_aims, set_aims
from pages.facility.care_views import booking_to_record, day_or_today, record_page
from pages.once_form import posted

from .forms import AimsForm, LooksForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def aims(request: HttpRequest, pk: int) -> HttpResponse:
    """Set aims together with the mother, or add one."""
    booking = booking_to_record(request, pk)
    form = AimsForm(posted(request), day=timezone.localdate())
    operation = partial(set_aims, booking=booking)
    return record_page(
        request, booking, form, operation, title=_("Aims with the mother"), done=_("The aims are written.")
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def looks(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """How it went with the aims on a day."""
    booking, one = booking_to_record(request, pk), day_or_today(day)
    form = LooksForm(posted(request), aims=plan_of(booking, one).open_aims)
    operation = partial(look_at_aims, booking=booking, day=one)
    title, done = _("How it goes with the aims"), _("It is written.")
    return record_page(request, booking, form, operation, title=title, done=done, day=one)
