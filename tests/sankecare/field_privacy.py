"""How private each field is: a reviewed list, kept whole by a test. No code reads it: it is for people.

``PUBLIC``: the ward publishes it. ``INTERNAL``: of the ward's work, of nobody in particular. ``PERSONAL``: says who
a person is or where she lives. ``SENSITIVE``: health, welfare, tax, worries, where a family is and when.
A test fails on a field that is not labelled, and on a label without a field.
"""

from enum import StrEnum


class Privacy(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


P, I, N, S = Privacy.PUBLIC, Privacy.INTERNAL, Privacy.PERSONAL, Privacy.SENSITIVE  # noqa: E741

# Models of which every field is alike.
WHOLE_MODELS: dict[str, Privacy] = {
    **dict.fromkeys(
        [
            "facilities.District",
            "facilities.Town",
            "facilities.TownArea",
            "facilities.Facility",
            "facilities.FacilityAddress",
            "facilities.PlacePool",
            "facilities.Service",
            "facilities.ServiceTermsRow",
            "facilities.FacilityOption",
            "facilities.PublicHoliday",
            "facilities.WeeklyPattern",
            "facilities.Capacity",
            "facilities.Closure",
            "facilities.DayOverride",
            "enrollment.RegistrationPolicy",
            "enrollment.LetterPolicy",
            "enrollment.ConsentText",
            "enrollment.HelpLine",
            "enrollment.DespairWord",
            "bookings.UsageLimits",
            "bookings.AllocationPolicy",
            "bookings.DrawPolicy",
            "accounts.AccountPolicy",
            "care.CarePolicy",
            "care.IncidentPolicy",
            "care.SafetyChapter",
            "care.SafetyManual",
            "care.ConsultationTopic",
            "billing.Tariff",
            "billing.CouponPolicy",
            "billing.TransportPolicy",
            "reports.PublishedFacilityYear",
            "reports.PublishedDistrictYear",
            "reports.PublishedDistrictTotal",
            "reports.BirthsOfYear",
            "reports.PublishedFigure",
        ],
        P,
    ),
    **dict.fromkeys(
        [
            "referrals.ReferralPolicy",
            "billing.ContractRate",
            "referrals.WatchPolicy",
            "referrals.WatchList",
            "reports.LoadedWardRow",
            "sankecare.OutboxEntry",
            "sankecare.Pulse",
            "referrals.ReferralNotice",
            "referrals.Reconciliation",
            "care.ManualAcknowledgement",
            "enrollment.LetterSerial",
            "enrollment.NotTheSame",
            "accounts.AccessLogLink",
        ],
        I,
    ),
    **dict.fromkeys(
        [
            "bookings.BookingDay",
            "bookings.GivenBack",
            "bookings.CalendarFeed",
            "bookings.HighNeed",
            "bookings.ChangeNotice",
            "care.CheckIn",
            "care.CareRecord",
            "care.InfantCare",
            "care.SleepCheck",
            "care.SleepCheckTakenBack",
            "bookings.StayStep",
            "care.Assessment",
            "care.ProposalDecision",
            "care.HandoverNote",
            "care.Incident",
            "care.IncidentReport",
            "care.SoldOption",
            "care.VisitRecord",
            "care.VisitTopic",
            "care.SessionSignUp",
            "billing.Charge",
            "billing.Payment",
            "billing.HandedCoupon",
            "billing.Ride",
            "billing.Claim",
            "billing.OpenItem",
            "billing.ClaimStep",
            "billing.ChargeLine",
            "billing.Adjustment",
            "enrollment.RegistrationException",
            "enrollment.TaxClassPeriod",
            "enrollment.ApplicationDraft",
            "enrollment.EvidenceFile",
            "enrollment.Consent",
            "enrollment.Letter",
            "enrollment.LetterFile",
            "enrollment.Protection",
            "enrollment.ConfidentialAddress",
            "enrollment.BreakGlass",
            "enrollment.FamilyMerge",
            "enrollment.FactCorrection",
            "enrollment.DespairNote",
            "enrollment.TimelineEntry",
            "accounts.AccessLogEntry",
            "accounts.SecondFactor",
            "referrals.Referral",
            "referrals.ReferralEvent",
            "referrals.ReferralAddition",
            "referrals.ReferralContact",
            "referrals.ReferralPaper",
            "reports.PracticeNote",
            "referrals.WatchRow",
            "referrals.WatchMark",
            "referrals.PlaceRequest",
            "referrals.PlaceRequestEvent",
        ],
        S,
    ),
    "accounts.AccountChange": N,
    "accounts.EmailChange": N,
    "enrollment.Residence": N,
    "enrollment.Sibling": N,
}

FIELDS: dict[str, dict[str, Privacy]] = {
    "sankecare.AnsweredRequest": {
        **dict.fromkeys(["id", "user", "key", "body_digest", "status", "answer", "answered_at"], I),
        "sealed": S,
    },
    "accounts.User": {
        **dict.fromkeys(["id", "is_superuser", "is_staff", "is_active", "role", "facility", "district"], I),
        "password_set_at": I,
        **dict.fromkeys(["username", "first_name", "last_name", "email", "last_login", "date_joined"], N),
        "password": S,
    },
    "enrollment.Family": {
        **dict.fromkeys(["id", "account", "created_at", "merged_into", "made_up"], I),
        **dict.fromkeys(["mother_name", "mother_name_kana", "mother_birth_date", "phone", "email", "search_key"], N),
    },
    "enrollment.Birth": {"id": I, "family": I, "due_date": S, "joined_into": I},
    "enrollment.Infant": {
        "id": I,
        "birth": I,
        "joined_into": I,
        **dict.fromkeys(["name", "name_kana", "birth_date"], N),
        **dict.fromkeys(["gestation_days", "long_hospital_stay", "discharged_on", "rolls_over_since"], S),
    },
    "enrollment.Registration": {
        **dict.fromkeys(
            ["id", "birth", "state", "applied_at", "channel", "entered_by", "decided_at", "decided_by"], I
        ),
        **dict.fromkeys(["mother_in_ward", "infant_in_ward", "usable_until", "heard_from"], N),
        **dict.fromkeys(["worry", "worry_topics", "worries", "lacks_support", "support", "needs_medical_care"], S),
        **dict.fromkeys(["mother_health", "infant_health", "decision_reason", "verdict", "stated_tax_class"], S),
    },
    "bookings.Booking": {
        **dict.fromkeys(["id", "registration", "state", "infant_count", "coupons", "booked_at", "booked_by"], I),
        **dict.fromkeys(["calendar_events", "calendar_changes", "calendar_from", "part_of"], I),
        **dict.fromkeys(["service", "sibling", "ended_reason", "offered_until", "food"], S),
    },
    "bookings.DrawRound": {
        **dict.fromkeys(["id", "service", "period", "opens_at", "closes_at", "draw_at", "commitment"], P),
        **dict.fromkeys(["entries", "closed_at", "revealed", "rooms", "usable", "result", "drawn_at"], P),
        **dict.fromkeys(["called_off_at", "called_off_reason"], P),
        **dict.fromkeys(["announced_by", "called_off_by"], I),
        "secret": S,
    },
    "care.CoordinatorSession": {
        **dict.fromkeys(["id", "planned_at", "planned_by", "called_off_at", "called_off_reason"], I),
        **dict.fromkeys(["facility", "starts_at", "minutes", "places", "about"], I),
    },
    "bookings.FreedPlace": dict.fromkeys(["id", "pool", "day", "freed_at", "passed_on_at"], I),
    "bookings.WaitingEntry": {
        **dict.fromkeys(["id", "registration", "joined_at", "joined_by", "booking", "ended_at", "ended_as"], I),
        **dict.fromkeys(["away_since", "away_why"], S),
        **dict.fromkeys(["service", "period", "sibling", "infant_count"], S),
    },
    "bookings.DrawEntry": {
        **dict.fromkeys(["id", "round", "registration", "entered_at", "entered_by", "withdrawn_at", "booking"], I),
        **dict.fromkeys(["sign", "choices", "least_days", "infant_count", "tickets", "outcome"], N),
        **dict.fromkeys(["sibling", "high_need_reason", "high_need_by", "need_counted", "away_since", "away_why"], S),
    },
    "bookings.Stay": {
        **dict.fromkeys(["id", "booking", "arrival_recorded_by", "departure_recorded_by"], I),
        **dict.fromkeys(["arrived_at", "departed_at", "note", "summary"], S),
        **dict.fromkeys(["arrival_recorded_at", "departure_recorded_at"], S),
    },
}
