"""What browsers and those who look for holes ask for: the site as an app, and whom to tell."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# The theme's --key by day (static/css/src/colours.css).
COLOUR = "#006173"


@cache_control(public=True, max_age=3600)
@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """The site on a telephone's first screen: opened like an app, with nothing kept offline."""
    icons = [
        {"src": static(f"images/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
        for size in (192, 512)
    ]
    app = {
        "name": _("Postpartum care"),
        "short_name": _("Postpartum care"),
        "lang": "ja",
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "background_color": "#ffffff",
        "theme_color": COLOUR,
        "icons": icons,
    }
    return JsonResponse(app, content_type="application/manifest+json")


@cache_control(public=True, max_age=3600)
@require_safe
def security_txt(_request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116); not there while nobody is named (``SECURITY_CONTACT``)."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    lines = (
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {expires}",
        "Preferred-Languages: ja, en",
        f"Canonical: {settings.PUBLIC_BASE_URL.rstrip('/')}/.well-known/security.txt",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
