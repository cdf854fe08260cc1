"""The ward's admin: who may come in, and the one base of every ModelAdmin."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin as UnfoldModelAdmin
from unfold.admin import TabularInline as UnfoldTabularInline
from unfold.sites import UnfoldAdminSite

from .permissions import ADMIN_MODELS, may, visible


class WardAdminSite(UnfoldAdminSite):
    """The admin behind our own sign-in page and permission file."""

    def has_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "admin.open")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect_to_login(request.GET.get("next", request.get_full_path()))


class _ByPermissionFile:
    """Rights of an admin page from ADMIN_MODELS; the list and each object narrowed by the same scope."""

    model: type[Model]

    def _action(self, changing: bool) -> str | None:
        return ADMIN_MODELS.get(self.model._meta.label_lower.replace(".", "_"), (None, None))[int(changing)]

    def _may(self, request: HttpRequest, changing: bool, obj: Model | None) -> bool:
        action = self._action(changing)
        if action is None or not may(request.user, action):
            return False
        if obj is None or obj.pk is None:
            return True
        return visible(request.user, action, type(obj)._default_manager.filter(pk=obj.pk)).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, False, None)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, False, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, True, None)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, True, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, True, obj)


class ModelAdmin(_ByPermissionFile, UnfoldModelAdmin):  # type: ignore[misc]  # unfold ships no types
    """The base of every admin page of ours."""

    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        action = self._action(changing=False)
        objects = super().get_queryset(request)
        return visible(request.user, action, objects) if action else objects.none()


class TabularInline(_ByPermissionFile, UnfoldTabularInline):  # type: ignore[misc]  # unfold ships no types
    """The base of every inline of ours."""

    extra = 0
