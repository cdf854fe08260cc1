"""The files of a ward's folder (``wards/<ward>/``), in the order in which they are loaded."""

from billing.models import PRICED_COMPONENTS
from bookings.models import AllocationMethod, LimitGroup
from enrollment.models import TaxClass
from facilities.models import ServiceKind, Source

from .columns import (
    Column,
    FileSpec,
    day,
    one_of,
    percent,
    service_slug,
    slug,
    tenths,
    text,
    weekday,
    weekdays,
    whole,
    yen,
    yes_no,
)

# A file's row comes from what the ward published or from our default; STAFF is what the admin writes.
SOURCE = (
    Column("source", one_of(Source.SEED, Source.PUBLIC, Source.DEFAULT)),
    Column("note", text(200), required=False),
)
PERIOD = (Column("first_day", day), Column("last_day", day, required=False))
FACILITY = Column("facility", slug, refers_to="facilities.csv")
POOL = Column("pool", text(101), refers_to="pools.csv")
SERVICE = Column("service", service_slug, refers_to="services.csv")
DISTRICT = Column("district", slug, refers_to="districts.csv")
REASON = Column("reason", text(200), required=False)
YEAR = whole(1990, 2999)
A_YEARS_DAYS = 366


def _file(name: str, key: str, *columns: Column, alone_within: str | None = None) -> FileSpec:
    within = None if alone_within is None else tuple(alone_within.split())
    return FileSpec(name, (*columns, *SOURCE), tuple(key.split()), within)


FILES = (
    _file(
        "districts.csv",
        "slug",
        Column("slug", slug),
        Column("name", text(40)),
        Column("name_en", text(40)),
        Column("health_section", text(60)),
        Column("caseworker_section", text(60)),
    ),
    _file(
        "towns.csv",
        "name",
        Column("name", text(40)),
        Column("name_kana", text(60)),
        Column("chome_count", whole(1, 99), required=False),
    ),
    _file(
        "town_areas.csv",
        "town chome_from block_from",
        Column("town", text(40), refers_to="towns.csv"),
        DISTRICT,
        Column("chome_from", whole(1, 99), required=False),
        Column("chome_to", whole(1, 99), required=False),
        Column("block_from", whole(1, 999), required=False),
        Column("block_to", whole(1, 999), required=False),
    ),
    _file(
        "facilities.csv",
        "slug",
        Column("slug", slug),
        Column("name", text(80)),
        Column("name_en", text(80)),
        Column("name_kana", text(120), required=False),
        Column("operator", text(120)),
        Column("opened_on", day),
        Column("phone", text(20), required=False),
        Column("extras", text(2000), required=False),
    ),
    _file(
        "facility_addresses.csv",
        "facility first_day",
        FACILITY,
        *PERIOD,
        Column("address", text(200)),
        alone_within="facility",
    ),
    _file(
        "facility_options.csv",
        "facility name first_day",
        FACILITY,
        *PERIOD,
        Column("name", text(60)),
        Column("name_en", text(60)),
        Column("amount", yen, required=False),
        alone_within="facility name",
    ),
    _file(
        "pools.csv",
        "facility slug",
        FACILITY,
        Column("slug", slug),
        Column("name", text(80)),
        Column("unit", text(20)),
    ),
    _file(
        "services.csv",
        "slug",
        Column("slug", service_slug),
        Column("kind", one_of(*ServiceKind.values)),
        POOL,
        Column("offered_from", day),
        Column("offered_until", day, required=False),
        Column("description", text(2000), required=False),
    ),
    _file(
        "service_terms.csv",
        "service first_day",
        SERVICE,
        *PERIOD,
        Column("age_limit_months", whole(1, 36)),
        Column("takes_siblings", yes_no),
        Column("max_sibling_days", whole(1, A_YEARS_DAYS), required=False),
        Column("sibling_rooms", whole(1), required=False),
        Column("requires_facility_use", yes_no),
        alone_within="service",
    ),
    _file("public_holidays.csv", "day", Column("day", day), Column("name", text(40))),
    _file(
        "weekly_patterns.csv",
        "pool first_day",
        POOL,
        *PERIOD,
        Column("weekdays", weekdays),
        Column("keeps_public_holidays", yes_no),
        REASON,
        alone_within="pool",
    ),
    _file("capacities.csv", "pool first_day", POOL, *PERIOD, Column("slots", whole()), REASON, alone_within="pool"),
    _file(
        "closures.csv",
        "pool first_day repeats_yearly",
        POOL,
        *PERIOD,
        Column("repeats_yearly", yes_no),
        Column("inferred", yes_no),
        Column("reason", text(200)),
    ),
    _file(
        "day_overrides.csv",
        "pool day",
        POOL,
        Column("day", day),
        Column("slots", whole()),
        Column("inferred", yes_no),
        Column("reason", text(200)),
    ),
    _file(
        "tariffs.csv",
        "service component tax_class first_day",
        SERVICE,
        Column("component", one_of(*PRICED_COMPONENTS)),
        Column("tax_class", one_of(*TaxClass.values)),
        Column("amount", yen),
        *PERIOD,
        alone_within="service component tax_class",
    ),
    _file(
        "coupon_policies.csv",
        "tax_class first_day",
        Column("tax_class", one_of(*TaxClass.values)),
        *PERIOD,
        Column("amount", yen),
        Column("per_mother", whole(1)),
        alone_within="tax_class",
    ),
    _file(
        "transport_policies.csv",
        "tax_class first_day",
        Column("tax_class", one_of(*TaxClass.values)),
        *PERIOD,
        Column("most_yen", yen, required=False),
        Column("conditions", text(400), required=False),
        alone_within="tax_class",
    ),
    _file(
        "usage_limits.csv",
        "group first_day",
        Column("group", one_of(*LimitGroup.values)),
        *PERIOD,
        Column("days_per_birth", whole(1, A_YEARS_DAYS), required=False),
        Column("consecutive_days", whole(1, A_YEARS_DAYS), required=False),
        alone_within="group",
    ),
    _file(
        "allocation_policies.csv",
        "service first_day",
        SERVICE,
        *PERIOD,
        Column("method", one_of(*AllocationMethod.values)),
        Column("opens_days_before", whole(0, A_YEARS_DAYS), required=False),
        Column("closes_days_before", whole(0, A_YEARS_DAYS), required=False),
        Column("stretch_days", whole(1, A_YEARS_DAYS), required=False),
        Column("draw_weekday", weekday, required=False),
        alone_within="service",
    ),
    _file(
        "draw_policies.csv",
        "first_day",
        *PERIOD,
        Column("high_need_tickets", whole(0, 20)),
        Column("high_need_days", whole(1, 366)),
        Column("lost_before_tickets", whole(0, 20)),
        Column("most_lost_counted", whole(0, 20)),
        Column("window_tickets", whole(0, 20)),
        Column("window_days", whole(0, A_YEARS_DAYS)),
        Column("answer_hours", whole(1, 24 * 14)),
        Column("offer_hours", whole(1, 24 * 14)),
        alone_within="",
    ),
    _file(
        "care_policies.csv",
        "first_day",
        *PERIOD,
        Column("sleep_check_minutes", whole(1, 600), required=False),
        Column("fever_from", tenths, required=False),
        alone_within="",
    ),
    # The chapters by which incidents are counted, and how soon a serious one is reported.
    _file(
        "safety_chapters.csv",
        "number first_day",
        Column("number", whole(1, 99)),
        Column("name", text(80)),
        Column("name_en", text(80)),
        *PERIOD,
        alone_within="number",
    ),
    _file(
        "incident_policies.csv",
        "first_day",
        *PERIOD,
        Column("first_report_days", whole(0, 30)),
        Column("second_report_months", whole(1, 12)),
        Column("remind_days_before", whole(0, 60)),
        alone_within="",
    ),
    _file(
        "registration_policies.csv",
        "first_day",
        *PERIOD,
        Column("from_pregnancy_week", whole(1, 42)),
        alone_within="",
    ),
    # What stands on every letter: who signs, whom to ask.
    _file(
        "letter_policies.csv",
        "first_day",
        *PERIOD,
        Column("number_sign", text(20)),
        Column("signed_by", text(40)),
        Column("office", text(80)),
        Column("contact", text(120), required=False),
        Column("municipality", text(40)),
        alone_within="",
    ),
    # What a family is asked to agree to; another text is another version from another day.
    _file(
        "consents.csv",
        "code first_day",
        Column("code", slug),
        Column("version", text(20)),
        *PERIOD,
        Column("required", yes_no),
        Column("text_ja", text(2000)),
        Column("text_en", text(2000)),
        Column("position", whole()),
        alone_within="code",
    ),
    _file("births.csv", "year", Column("year", YEAR), Column("births", whole(0, 999_999))),
    _file(
        "published_usage.csv",
        "facility fiscal_year",
        FACILITY,
        Column("fiscal_year", YEAR),
        Column("short_stay_days", whole(0, 999_999), required=False),
        Column("day_care_days", whole(0, 999_999), required=False),
        Column("total_days", whole(0, 999_999)),
        Column("families", whole(0, 999_999)),
        Column("occupancy_percent", percent),
        Column("capacity_note", text(300), required=False),
    ),
    _file(
        "published_districts.csv",
        "fiscal_year district",
        Column("fiscal_year", YEAR),
        DISTRICT,
        Column("families", whole(0, 999_999)),
    ),
    _file(
        "published_district_totals.csv",
        "fiscal_year",
        Column("fiscal_year", YEAR),
        Column("families", whole(0, 999_999)),
    ),
    # Single figures; read from the file where they are compared, no table keeps them.
    _file(
        "published_other.csv",
        "figure fiscal_year",
        Column("figure", one_of("families_at_both_facilities", "online_consultations")),
        Column("fiscal_year", YEAR),
        Column("value", whole(0, 999_999)),
    ),
)
BY_NAME = {spec.name: spec for spec in FILES}
