"""What stands at the side of the administration: the day's work first, then every table."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from sankecare.context import Navigation


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Return Unfold's groups: the pages of the site that the person may open, and the tables that she may see.

    Without the first, who leaves the queue for a table finds no way back to it.
    """
    work = [{"title": item.label, "link": item.url, "active": item.current} for item in Navigation(request).work]
    tables = [
        {
            "title": app["name"],
            "items": [{"title": model["name"], "link": model["admin_url"]} for model in app["models"]],
        }
        for app in admin.site.get_app_list(request)
    ]
    return [{"title": _("Day by day"), "items": work}, *tables] if work else tables
