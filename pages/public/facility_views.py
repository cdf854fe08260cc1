"""The public page of the facilities."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from facilities.models import FacilityPicture, Town
from facilities.queries import facilities_on
from pages.guest_info import guest_infos


@require_safe
def facilities(request: HttpRequest) -> HttpResponse:
    """Each facility with what its guests need to know, what it offers, and for whom; the way from a town, if asked."""
    today = timezone.localdate()
    shown, towns = list(facilities_on(today)), list(Town.objects.all())
    asked = request.GET.get("town", "")
    town = next((row for row in towns if row.name == asked), None)
    known = guest_infos(shown, today, town=town)
    rows = [(row, known[row.pk]) for row in shown]
    return render(request, "public/facilities.html", {"facilities": rows, "towns": towns, "town": town})


@cache_control(public=True, max_age=3600)
@require_safe
def picture(_request: HttpRequest, pk: int) -> HttpResponse:
    """A picture of a facility, as long as it is shown."""
    shown = get_object_or_404(FacilityPicture, pk=pk, period__contains=timezone.localdate())
    return HttpResponse(bytes(shown.content), content_type="image/jpeg")
