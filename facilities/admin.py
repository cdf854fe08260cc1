"""The ward's calendars and places in the admin: plain reference data, each change guarded by the database."""

from typing import ClassVar

from django.contrib import admin
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import ModelAdmin, TabularInline
from sankecare.periods import as_text

from .models import (
    Capacity,
    Closure,
    DayOverride,
    District,
    Facility,
    FacilityAddress,
    FacilityOption,
    PlacePool,
    PublicHoliday,
    Service,
    ServiceTermsRow,
    Town,
    TownArea,
    WeeklyPattern,
)


@admin.display(description=_("period"), ordering="period")
def shown_period(row: Model) -> str:
    """The row's period with inclusive last day."""
    return as_text(row.period)  # type: ignore[attr-defined]


class TownAreaInline(TabularInline):
    model = TownArea


class FacilityAddressInline(TabularInline):
    model = FacilityAddress


class FacilityOptionInline(TabularInline):
    model = FacilityOption


class WeeklyPatternInline(TabularInline):
    model = WeeklyPattern


class CapacityInline(TabularInline):
    model = Capacity


class ClosureInline(TabularInline):
    model = Closure


class ServiceTermsInline(TabularInline):
    model = ServiceTermsRow


@admin.register(District)
class DistrictAdmin(ModelAdmin):
    list_display = ("name", "health_section", "caseworker_section")


@admin.register(Town)
class TownAdmin(ModelAdmin):
    list_display = ("name", "name_kana", "chome_count")
    search_fields = ("name", "name_kana")
    inlines: ClassVar = [TownAreaInline]


@admin.register(Facility)
class FacilityAdmin(ModelAdmin):
    list_display = ("name", "operator", "opened_on")
    inlines: ClassVar = [FacilityAddressInline, FacilityOptionInline]


@admin.register(PlacePool)
class PlacePoolAdmin(ModelAdmin):
    list_display = ("__str__", "facility", "unit")
    list_select_related = ("facility",)
    inlines: ClassVar = [WeeklyPatternInline, CapacityInline, ClosureInline]


@admin.register(Service)
class ServiceAdmin(ModelAdmin):
    list_display = ("__str__", "kind", "pool")
    list_select_related = ("facility", "pool__facility")
    list_filter = ("facility", "kind")
    inlines: ClassVar = [ServiceTermsInline]


@admin.register(DayOverride)
class DayOverrideAdmin(ModelAdmin):
    list_display = ("day", "pool", "slots", "reason", "inferred", "source")
    list_select_related = ("pool__facility",)
    list_filter = ("pool", "inferred")
    date_hierarchy = "day"


@admin.register(Closure)
class ClosureAdmin(ModelAdmin):
    list_display = ("pool", shown_period, "repeats_yearly", "reason", "inferred", "source")
    list_select_related = ("pool__facility",)
    list_filter = ("pool", "inferred", "repeats_yearly")


@admin.register(PublicHoliday)
class PublicHolidayAdmin(ModelAdmin):
    list_display = ("day", "name")
    date_hierarchy = "day"
