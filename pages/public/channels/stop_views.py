"""配信停止: by one touch and without signing in; mail programs do it by themselves (RFC 8058)."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.messages.stop_links import read_stop, stop


@csrf_exempt  # a mail program sends no token; who has the address may stop, and nothing else
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_messages(request: HttpRequest, signed: str) -> HttpResponse:
    """Ask by GET, which mail programs follow by themselves; end by POST. 404 for an address that is none of ours."""
    asked = read_stop(signed)
    if asked is None:
        raise Http404
    stopped = False
    if request.method == "POST":
        with transaction.atomic(durable=True):
            stopped = stop(asked)
        if not stopped:
            raise Http404
    return render(request, "public/stop.html", {"stopped": stopped, "way": asked.way})
