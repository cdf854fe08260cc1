"""Which table each file fills, and how a row's values become its fields."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from accounts.models import AccountPolicy
from billing.models import CouponPolicy, Tariff, TransportPolicy, UnpaidPolicy
from bookings.models import (
    AllocationPolicy,
    DrawPolicy,
    ReminderPolicy,
    UsageLimits,
    VisitPolicy,
    VisitPreparation,
    VisitTime,
)
from care.models import (
    CarePolicy,
    ConsultationTopic,
    HourPolicy,
    HoursWithoutKeeping,
    IncidentPolicy,
    PhotoPolicy,
    PlanPhrase,
    Questionnaire,
    SafetyChapter,
    SurveyQuestion,
)
from enrollment.models import (
    ConsentText,
    DecisionPolicy,
    DespairPolicy,
    DespairWord,
    HelpLine,
    LetterForm,
    LetterPolicy,
    RegistrationPolicy,
    StandardReason,
)
from facilities.models import (
    Capacity,
    Closure,
    DayOverride,
    District,
    Facility,
    FacilityAddress,
    FacilityOption,
    GuestNote,
    PlacePool,
    PublicHoliday,
    Room,
    Service,
    ServiceTermsRow,
    Town,
    TownArea,
    TownMinutes,
    WeeklyPattern,
)
from referrals.models import SectionDeputy
from reports.models import (
    BirthsOfYear,
    PublishedDistrictTotal,
    PublishedDistrictYear,
    PublishedFacilityYear,
    PublishedFigure,
)
from sankecare.periods import period

from .columns import Row
from .files import BY_NAME
from .models import SettingsPolicy

PERIODS = {"first_day": ("period", "last_day"), "offered_from": ("offered", "offered_until")}
ORDERED = (
    *("districts.csv", "facilities.csv", "services.csv", "consultation_topics.csv", "help_lines.csv"),
    *("visit_preparations.csv", "plan_phrases.csv", "guest_notes.csv", "survey_questions.csv"),
    "standard_reasons.csv",
)


@dataclass(frozen=True)
class Table:
    """The model of a file, and the fields by which a row that staff entered themselves is known for the same."""

    model: type[Model]
    natural: tuple[str, ...]
    keeps: tuple[str, ...] = ("source",)


TABLES: Mapping[str, Table] = {
    "districts.csv": Table(District, ("slug",), ()),
    "towns.csv": Table(Town, ("name",), ()),
    "town_areas.csv": Table(TownArea, ("town_id", "chome_from", "block_from")),
    "facilities.csv": Table(Facility, ("slug",), ()),
    "facility_addresses.csv": Table(FacilityAddress, ("facility_id", "period"), ("source", "note")),
    "facility_options.csv": Table(FacilityOption, ("facility_id", "name", "period")),
    "guest_notes.csv": Table(GuestNote, ("facility_id", "kind", "topic", "code", "period")),
    "town_minutes.csv": Table(TownMinutes, ("town_id", "facility_id", "period")),
    "pools.csv": Table(PlacePool, ("facility_id", "slug"), ()),
    "rooms.csv": Table(Room, ("pool_id", "name", "period")),
    "services.csv": Table(Service, ("slug",), ()),
    "service_terms.csv": Table(ServiceTermsRow, ("service_id", "period")),
    "public_holidays.csv": Table(PublicHoliday, ("day",), ()),
    "weekly_patterns.csv": Table(WeeklyPattern, ("pool_id", "period")),
    "capacities.csv": Table(Capacity, ("pool_id", "period")),
    "closures.csv": Table(Closure, ("pool_id", "period", "repeats_yearly")),
    "day_overrides.csv": Table(DayOverride, ("pool_id", "day")),
    "tariffs.csv": Table(Tariff, ("service_id", "component", "tax_class", "period"), ("source", "note")),
    "coupon_policies.csv": Table(CouponPolicy, ("tax_class", "period")),
    "transport_policies.csv": Table(TransportPolicy, ("tax_class", "period")),
    "usage_limits.csv": Table(UsageLimits, ("group", "period")),
    "allocation_policies.csv": Table(AllocationPolicy, ("service_id", "period"), ("source", "note")),
    "draw_policies.csv": Table(DrawPolicy, ("period",)),
    "reminder_policies.csv": Table(ReminderPolicy, ("period",)),
    "unpaid_policies.csv": Table(UnpaidPolicy, ("period",)),
    "visit_times.csv": Table(VisitTime, ("service_id", "starts_at", "period")),
    "visit_policies.csv": Table(VisitPolicy, ("service_id", "period")),
    "visit_preparations.csv": Table(VisitPreparation, ("service_id", "code", "period")),
    "care_policies.csv": Table(CarePolicy, ("period",)),
    "survey_questions.csv": Table(SurveyQuestion, ("code", "period")),
    "plan_phrases.csv": Table(PlanPhrase, ("kind", "code", "period")),
    "questionnaires.csv": Table(Questionnaire, ("code", "period")),
    "photo_policies.csv": Table(PhotoPolicy, ("period",)),
    "hours_without_keeping.csv": Table(HoursWithoutKeeping, ("facility_id", "starts_at", "period")),
    "hour_policies.csv": Table(HourPolicy, ("period",)),
    "safety_chapters.csv": Table(SafetyChapter, ("number", "period")),
    "account_policies.csv": Table(AccountPolicy, ("period",)),
    "settings_policies.csv": Table(SettingsPolicy, ("period",)),
    "section_deputies.csv": Table(
        SectionDeputy, ("district_id", "recipient", "deputy_id", "period"), ("source", "note")
    ),
    "incident_policies.csv": Table(IncidentPolicy, ("period",)),
    "consultation_topics.csv": Table(ConsultationTopic, ("code", "period")),
    "registration_policies.csv": Table(RegistrationPolicy, ("period",)),
    "letter_policies.csv": Table(LetterPolicy, ("period",)),
    "standard_reasons.csv": Table(StandardReason, ("code", "period")),
    "decision_policies.csv": Table(DecisionPolicy, ("period",)),
    "letter_forms.csv": Table(LetterForm, ("kind", "period")),
    "consents.csv": Table(ConsentText, ("code", "period")),
    "help_lines.csv": Table(HelpLine, ("code", "period")),
    "despair_policies.csv": Table(DespairPolicy, ("period",)),
    "despair_words.csv": Table(DespairWord, ("text", "period")),
    "births.csv": Table(BirthsOfYear, ("year",)),
    "published_usage.csv": Table(PublishedFacilityYear, ("facility_id", "fiscal_year")),
    "published_districts.csv": Table(PublishedDistrictYear, ("district_id", "fiscal_year")),
    "published_district_totals.csv": Table(PublishedDistrictTotal, ("fiscal_year",)),
    "published_other.csv": Table(PublishedFigure, ("figure", "fiscal_year"), ("source", "note")),
}


class NotThere(LookupError):
    """A row names another that staff have deleted."""


def fields_of(row: Row, place: int, find: Callable[[str, str], Any]) -> dict[str, Any]:
    """Return the model's fields of a row: a column that names another file's row fills that foreign key.

    ``place`` is the row's number in its file; ``find`` gives another row's primary key by file and key.
    Raises ``NotThere`` where the other row's record was deleted.
    """
    table = TABLES[row.file]
    fields: dict[str, Any] = {}
    inside_periods = {last for _field, last in PERIODS.values()}
    for column in BY_NAME[row.file].columns:
        value = row[column.name]
        if column.refers_to:
            fields[f"{column.name}_id"] = find(column.refers_to, value)
        elif column.name in PERIODS:
            field, last = PERIODS[column.name]
            fields[field] = period(value, row[last])
        elif column.name in ("source", "note") and column.name not in table.keeps:
            continue
        elif column.name not in inside_periods:
            fields[column.name] = value if value is not None or table.model._meta.get_field(column.name).null else ""
    if row.file == "services.csv":
        fields["facility_id"] = find("facilities.csv", row["slug"].partition("/")[0])
    if row.file in ORDERED:
        fields["position"] = place
    return fields
