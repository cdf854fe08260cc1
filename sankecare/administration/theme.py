"""The admin's look: nothing from a foreign host. Its colours stand in static/css/src/admin/base.css."""

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Postpartum care: administration"),
    "SITE_HEADER": _("Postpartum care: administration"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "child_care",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("images/favicon.svg")},
    ],
    "STYLES": [lambda request: static("css/admin.css")],
    "SHOW_LANGUAGES": True,
    "DASHBOARD_CALLBACK": "pages.ward.desk.home.dashboard",
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "sankecare.administration.navigation.groups",
    },
}
