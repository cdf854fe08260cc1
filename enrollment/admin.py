"""Families and registrations in the admin. Every judgement goes through enrollment/decide.py."""

from functools import partial
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_site import ModelAdmin, TabularInline
from facilities.admin import shown_period

from . import letter_admin  # noqa: F401 - registers its pages
from .decide_admin import decide
from .merge_admin import compare
from .models import (
    Family,
    Protection,
    Registration,
    RegistrationException,
    RegistrationPolicy,
    RegistrationState,
    Residence,
    Sibling,
    TaxClassPeriod,
)
from .queue_admin import queue


class ResidenceInline(TabularInline):
    model = Residence
    fields = (shown_period, "town", "chome", "block", "rest", "district")
    readonly_fields = (shown_period,)


class TaxClassInline(TabularInline):
    model = TaxClassPeriod


class SiblingInline(TabularInline):
    model = Sibling


@admin.register(Family)
class FamilyAdmin(ModelAdmin):
    list_display = ("mother_name", "mother_name_kana", "phone", "disclosure", "created_at", "made_up")
    search_fields = ("mother_name_kana", "mother_name", "phone")
    list_filter = ("made_up",)
    readonly_fields = ("account", "created_at", "made_up")

    inlines: ClassVar = [ResidenceInline, TaxClassInline, SiblingInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """An entry that was joined into another one is read there."""
        entries: QuerySet[Any] = super().get_queryset(request).filter(merged_into__isnull=True)
        marked: QuerySet[Any] = entries.annotate(protected=Exists(Protection.objects.filter(family=OuterRef("pk"))))
        return marked

    @admin.display(description=gettext_lazy("address"))
    def disclosure(self, family: Any) -> str:
        return _("address not disclosed") if family.protected else "–"

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(compare, self))
        return [
            path("<int:pk>/compare/<int:other>/", page, name="enrollment_family_compare"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A family comes in with its application (enrollment/apply.py)."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A family's records are kept."""
        return False


class ExceptionInline(TabularInline):
    model = RegistrationException


@admin.register(Registration)
class RegistrationAdmin(ModelAdmin):
    list_display = ("shown_number", "family", "state", "applied_at", "decided_at", "to_decide")
    list_select_related = ("birth__family",)
    list_filter = ("state",)
    search_fields = ("=pk", "birth__family__mother_name_kana", "birth__family__mother_name")
    date_hierarchy = "applied_at"
    inlines: ClassVar = [ExceptionInline]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Who has waited longest comes first once the list is filtered to what waits."""
        return ["-applied_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(partial(queue, self)), name="enrollment_registration_queue"),
            path("<int:pk>/decide/", wrap(partial(decide, self)), name="enrollment_registration_decide"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("family"))
    def family(self, registration: Registration) -> str:
        return registration.birth.family.mother_name

    @admin.display(description=gettext_lazy("decision"))
    def to_decide(self, registration: Registration) -> SafeString | str:
        if registration.state != RegistrationState.APPLIED:
            return "–"
        address = reverse("admin:enrollment_registration_decide", args=[registration.pk])
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("Look and decide"))


@admin.register(RegistrationPolicy)
class RegistrationPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "from_pregnancy_week", "source")
