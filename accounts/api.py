"""The API's own door: the permission file again, and the list filter."""

from typing import TYPE_CHECKING, Any

from rest_framework.permissions import BasePermission

from .access_log import note_shown
from .actions import Action
from .permissions import may, visible
from .url_permissions import action_of_page

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from rest_framework.generics import GenericAPIView
    from rest_framework.request import Request
    from rest_framework.views import APIView


class NamedInPermissionFile(BasePermission):
    """The default permission: the URL's action in the permission file, and the object in its scope."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        action = _action(request)
        return action is not None and may(request.user, action)


if TYPE_CHECKING:
    Viewset = GenericAPIView[Any]
else:
    Viewset = object


class ScopedQuerySet(Viewset):
    """For viewsets: the list, and so each object looked up in it, narrowed to what the person may see.

    What is shown is written down (accounts.access_log).
    """

    def get_queryset(self) -> "QuerySet[Any]":
        action = _action(self.request)
        objects = super().get_queryset()
        return visible(self.request.user, action, objects) if action else objects.none()

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        note_shown(self.request, queryset if page is None else page)
        return page

    def get_object(self) -> Any:
        found = super().get_object()
        note_shown(self.request, [found])
        return found


def _action(request: "Request") -> Action | None:
    match = request.resolver_match
    return action_of_page(match.view_name) if match else None
