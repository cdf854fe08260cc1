"""The ward's calendars and places in the admin: plain reference data, each change guarded by the database."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_site import ModelAdmin, TabularInline
from accounts.administration.filters import ByChoice
from sankecare.errors import NotPossible
from sankecare.periods import as_text

from .cuts_ahead import closures_ahead, overrides_ahead
from .models import (
    Capacity,
    Closure,
    DayOverride,
    District,
    Facility,
    FacilityAddress,
    FacilityOption,
    FacilityPicture,
    GuestNote,
    PlacePool,
    PublicHoliday,
    Room,
    RoomOutOfOrder,
    Service,
    ServiceTermsRow,
    Town,
    TownArea,
    TownMinutes,
    WeeklyPattern,
)
from .pictures import drawn_anew


@admin.display(description=_("period"), ordering="period")
def shown_period(row: Model) -> str:
    """The row's period with inclusive last day."""
    return as_text(row.period)  # type: ignore[attr-defined]


class DaysAhead(ByChoice):
    """Only what touches the days ahead, as the staff's home counts it."""

    title = _("days")
    parameter_name = "days"
    offered = (("ahead", _("the coming 60 days")),)

    def narrowed(self, queryset: "QuerySet[Any]", chosen: str) -> "QuerySet[Any]":
        near: QuerySet[Any] = (closures_ahead if queryset.model is Closure else overrides_ahead)(timezone.localdate())
        return queryset.filter(pk__in=near.order_by().values("pk"))


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


class RoomOutOfOrderInline(TabularInline):
    model = RoomOutOfOrder


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


@admin.register(Room)
class RoomAdmin(ModelAdmin):
    list_display = ("name", "floor", "pool", "takes_sibling", shown_period, "source")
    list_select_related = ("pool__facility",)
    list_filter = ("pool", "takes_sibling")
    inlines: ClassVar = [RoomOutOfOrderInline]


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
    list_filter = (DaysAhead, "pool", "inferred")
    date_hierarchy = "day"


@admin.register(Closure)
class ClosureAdmin(ModelAdmin):
    list_display = ("pool", shown_period, "repeats_yearly", "reason", "inferred", "source")
    list_select_related = ("pool__facility",)
    list_filter = (DaysAhead, "pool", "inferred", "repeats_yearly")


@admin.register(PublicHoliday)
class PublicHolidayAdmin(ModelAdmin):
    list_display = ("day", "name")
    date_hierarchy = "day"


@admin.register(GuestNote)
class GuestNoteAdmin(ModelAdmin):
    list_display = ("facility", "kind", "topic", "text", "text_en", shown_period, "source")
    list_select_related = ("facility",)
    list_filter = ("facility", "topic", "kind", "source")


class PictureForm(forms.ModelForm):  # type: ignore[type-arg]
    """A picture is drawn anew when it is uploaded; without a file the one that is there stays."""

    file = forms.FileField(label=_("picture"), help_text=_("JPEG, PNG or WebP; nobody may be seen on it."))

    class Meta:
        model = FacilityPicture
        fields = ("facility", "file", "text", "text_en", "period", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            self.fields["file"].required = self.instance.pk is None

    def clean_file(self) -> Any:
        upload = self.cleaned_data.get("file")
        if upload:
            try:
                drawn = drawn_anew(upload.read())
            except NotPossible as refused:
                raise forms.ValidationError(refused.detail, code=refused.code) from refused
            self.instance.content, self.instance.width, self.instance.height = drawn.content, drawn.width, drawn.height
        return upload


@admin.register(FacilityPicture)
class FacilityPictureAdmin(ModelAdmin):
    form = PictureForm  # type: ignore[assignment]  # a picture is not edited by two, it is put instead
    list_display = ("facility", "text", "text_en", shown_period)
    list_select_related = ("facility",)
    list_filter = ("facility",)

    @admin.display(description=_("picture"))
    def file(self, picture: FacilityPicture) -> str:
        """What who may only look reads of it."""
        return f"{picture.width} × {picture.height}"


@admin.register(TownMinutes)
class TownMinutesAdmin(ModelAdmin):
    list_display = ("town", "facility", "minutes", shown_period, "source")
    list_select_related = ("town", "facility")
    list_filter = ("facility", "source")
    search_fields = ("town__name", "town__name_kana")
