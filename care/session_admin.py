"""コーディネーター相談 in the admin: for the ward to read; topics of consultations, which staff change."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts.admin_site import ModelAdmin
from care.models import ConsultationTopic, CoordinatorSession, SessionSignUp
from enrollment.family_search import FindsFamilies
from facilities.admin import shown_period

from .session_queries import sessions_with_counts


@admin.register(CoordinatorSession)
class CoordinatorSessionAdmin(ModelAdmin):
    list_display = ("facility", "starts_at", "minutes", "places", "taking_part", "came", "called_off_at")
    list_select_related = ("facility",)
    list_filter = ("facility",)
    date_hierarchy = "starts_at"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[CoordinatorSession]":
        return sessions_with_counts(super().get_queryset(request))

    @admin.display(description=gettext_lazy("Families taking part"))
    def taking_part(self, session: CoordinatorSession) -> int:
        return session.taking_part  # type: ignore[attr-defined, no-any-return]  # annotated

    @admin.display(description=gettext_lazy("Came"))
    def came(self, session: CoordinatorSession) -> int:
        return session.came  # type: ignore[attr-defined, no-any-return]  # annotated


@admin.register(SessionSignUp)
class SessionSignUpAdmin(FindsFamilies, ModelAdmin):
    list_display = ("session", "mother", "signed_up_at", "cancelled_at", "attended")
    list_select_related = ("session__facility", "family")
    list_filter = ("session__facility", "attended")
    moments: ClassVar[tuple[str, ...]] = ("session__starts_at", "signed_up_at")

    @admin.display(description=gettext_lazy("Family"))
    def mother(self, sign_up: SessionSignUp) -> str:
        return sign_up.family.mother_name


@admin.register(ConsultationTopic)
class ConsultationTopicAdmin(ModelAdmin):
    list_display = ("name", "name_en", shown_period, "source")
