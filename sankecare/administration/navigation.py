"""What stands at the side of the administration: the staff's menu by task, as on every other page of theirs."""

from typing import Any

from django.http import HttpRequest

from sankecare.context import Navigation


def groups(request: HttpRequest) -> list[dict[str, Any]]:
    """Return Unfold's groups: the tasks with the pages that the person may open."""
    return [
        {
            "title": group.label,
            "items": [{"title": item.label, "link": item.url, "active": item.current} for item in group.items],
        }
        for group in Navigation(request).groups
    ]
