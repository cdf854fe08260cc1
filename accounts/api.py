"""The API's own door: the permission file again, and the list filter."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

from .permissions import action_of_page, may, visible

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.request import Request
    from rest_framework.views import APIView


class NamedInPermissionFile(BasePermission):
    """The default permission: the URL's action in the permission file, and the object in its scope."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        action = _action(request)
        return action is not None and may(request.user, action)


class ScopedQuerySet:
    """For viewsets: the list, and so each object looked up in it, narrowed to what the person may see."""

    def get_queryset(self) -> "QuerySet":  # type: ignore[type-arg]
        action = _action(self.request)  # type: ignore[attr-defined]
        objects = super().get_queryset()  # type: ignore[misc]
        return visible(self.request.user, action, objects) if action else objects.none()  # type: ignore[attr-defined]


def _action(request: "Request") -> str | None:
    match = request.resolver_match
    return action_of_page(match.view_name) if match else None
