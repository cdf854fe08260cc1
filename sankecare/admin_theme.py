"""The admin's look: the same tokens as the pages (static/css/src/dads-tokens.css), nothing from a foreign host."""

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
    "BORDER_RADIUS": "8px",
    "SIDEBAR": {"show_search": True, "show_all_applications": False},
    "COLORS": {
        "base": {
            "50": "#f2f2f2",
            "100": "#f2f2f2",
            "200": "#e6e6e6",
            "300": "#cccccc",
            "400": "#999999",
            "500": "#767676",
            "600": "#666666",
            "700": "#4d4d4d",
            "800": "#333333",
            "900": "#1a1a1a",
            "950": "#1a1a1a",
        },
        "primary": {
            "50": "#e9f7f9",
            "100": "#c8f8ff",
            "200": "#99f2ff",
            "300": "#79e2f2",
            "400": "#2bc8e4",
            "500": "#008299",
            "600": "#006173",
            "700": "#006173",
            "800": "#004c59",
            "900": "#003741",
            "950": "#003741",
        },
    },
}
