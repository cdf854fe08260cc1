"""The ward's published figures, as snapshots to read, and the births that coverage divides by."""

from django.contrib import admin

from accounts.admin_site import ModelAdmin

from .models import BirthsOfYear, PublishedDistrictYear, PublishedFacilityYear, PublishedFigure


@admin.register(PublishedFacilityYear)
class PublishedFacilityYearAdmin(ModelAdmin):
    list_display = ("facility", "fiscal_year", "total_days", "families", "occupancy_percent", "source")
    list_select_related = ("facility",)


@admin.register(PublishedDistrictYear)
class PublishedDistrictYearAdmin(ModelAdmin):
    list_display = ("fiscal_year", "district", "families", "source")
    list_select_related = ("district",)


@admin.register(PublishedFigure)
class PublishedFigureAdmin(ModelAdmin):
    list_display = ("figure", "fiscal_year", "value", "source", "note")


@admin.register(BirthsOfYear)
class BirthsOfYearAdmin(ModelAdmin):
    list_display = ("year", "births", "source")
