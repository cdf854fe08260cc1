"""Near misses and incidents for the ward to read; report days, chapters and versions of the manual to keep."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import ModelAdmin, TabularInline
from care.models import Incident, IncidentPolicy, IncidentReport, ManualAcknowledgement, SafetyChapter, SafetyManual
from enrollment.family_search import FindsFamilies
from facilities.admin import shown_period


class IncidentReportInline(TabularInline):
    model = IncidentReport
    fields = ("number", "reported_at", "text", "recorded_by")


@admin.register(Incident)
class IncidentAdmin(FindsFamilies, ModelAdmin):
    list_display = (
        "shown_number",
        "facility",
        "kind",
        "chapter",
        "severity",
        "happened_at",
        "first_due_on",
        "second_due_on",
    )
    list_select_related = ("facility", "chapter")
    list_filter = ("facility", "kind", "chapter", "severity")
    date_hierarchy = "happened_at"
    sign = "I"
    moments: ClassVar[tuple[str, ...]] = ("happened_at",)
    inlines: ClassVar = [IncidentReportInline]


@admin.register(IncidentPolicy)
class IncidentPolicyAdmin(ModelAdmin):
    list_display = (
        shown_period,
        "first_report_days",
        "second_report_months",
        "remind_days_before",
        "bar_days_before",
        "call_name",
        "call_phone",
        "source",
    )


@admin.register(SafetyChapter)
class SafetyChapterAdmin(ModelAdmin):
    list_display = ("number", "name", "name_en", shown_period, "source")


class AcknowledgementInline(TabularInline):
    model = ManualAcknowledgement
    fields = ("person", "at")


@admin.register(SafetyManual)
class SafetyManualAdmin(ModelAdmin):
    list_display = ("version", "facility", shown_period, "acknowledged")
    list_select_related = ("facility",)
    list_filter = ("facility",)
    inlines: ClassVar = [AcknowledgementInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SafetyManual]:
        return super().get_queryset(request).annotate(acknowledged_by=Count("acknowledgements"))  # type: ignore[no-any-return]

    @admin.display(description=_("acknowledged by (people)"), ordering="acknowledged_by")
    def acknowledged(self, manual: SafetyManual) -> int:
        return manual.acknowledged_by  # type: ignore[attr-defined, no-any-return]  # annotated above
