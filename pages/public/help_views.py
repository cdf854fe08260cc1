"""いま話せるところ: whom to call now, by itself or before she goes on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe


@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """The lines, those that answer now first. ``next``: where she was going, if it is an address of ours."""
    wanted = request.GET.get("next", "")
    known = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return render(request, "public/help_now.html", {"next": wanted if known else ""})
