"""The dated rules of care. What happened is read on its own pages, not here."""

from django.contrib import admin

from accounts.admin_site import ModelAdmin
from facilities.admin import shown_period

from . import incident_admin, session_admin  # noqa: F401 - register their pages
from .models import (
    CarePolicy,
    HourPolicy,
    HoursWithoutKeeping,
    PhotoPolicy,
    PlanPhrase,
    Questionnaire,
    SurveyQuestion,
)


@admin.register(PlanPhrase)
class PlanPhraseAdmin(ModelAdmin):
    list_display = ("kind", "text", "text_en", shown_period, "source")
    list_filter = ("kind",)


@admin.register(Questionnaire)
class QuestionnaireAdmin(ModelAdmin):
    list_display = ("code", shown_period, "items", "item_most", "proposes_from", "proposing_items", "source")


@admin.register(CarePolicy)
class CarePolicyAdmin(ModelAdmin):
    list_display = (shown_period, "sleep_check_minutes", "records_days", "corrections_days", "fever_from", "source")


@admin.register(HoursWithoutKeeping)
class HoursWithoutKeepingAdmin(ModelAdmin):
    list_display = ("facility", "starts_at", "ends_at", shown_period, "source")
    list_select_related = ("facility",)
    list_filter = ("facility",)


@admin.register(PhotoPolicy)
class PhotoPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "is_on", "days_kept", "most_a_stay", "source")


@admin.register(HourPolicy)
class HourPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "one_feed_minutes", "ask_weight_change", "ask_feed", "source")


@admin.register(SurveyQuestion)
class SurveyQuestionAdmin(ModelAdmin):
    list_display = ("text", "text_en", shown_period, "position", "source")
