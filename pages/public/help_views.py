"""いま話せるところ: whom to call now, by itself or before she goes on."""

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from facilities.models import Facility


@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """The lines, those that answer now first. ``next``: where she was going, if it is an address of ours."""
    wanted = request.GET.get("next", "")
    known = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    context = {"next": wanted if known else "", "houses": _houses(request)}
    return render(request, "public/help_now.html", context)


def _houses(request: HttpRequest) -> list[Facility]:
    """The houses where she is, was or comes; for everybody else all that have a telephone. None while that is away."""
    try:
        there = Facility.objects.exclude(phone="")
        if request.user.is_authenticated:
            hers = there.filter(services__bookings__registration__birth__family__account=request.user).distinct()
            return list(hers) or list(there)
        return list(there)
    except Error:  # the lines to call stand without the database, too
        return []
