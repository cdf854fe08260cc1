"""Who may do what: the one reviewed file. Views, admin and API use it for the object check and the list alike.

``POLICY`` says which role may do an action, and on whose objects; ``PAGES`` says which action each URL is.
A URL that is not named here is not served (accounts.middleware). An object outside a person's scope does
not exist for her: 404.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.lookups import Exact
from django.http import Http404
from django.utils import timezone

from .in_charge import district_in_charge
from .roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest
    from rest_framework.request import Request

    from .models import User

    Person = User | AnonymousUser

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Scope:
    """On whose objects: ``path`` leads from the object to what the person is bound to.

    ``or_without`` names a link of the object: where it is empty, the object is everybody's of that role.
    """

    kind: str
    path: str = ""
    or_without: str = ""


ALL = Scope("all")


def own_family(path: str) -> Scope:
    """The mother's own: ``path`` leads to the family's sign-in."""
    return Scope("family", path)


def own_facility(path: str, *, or_without: str = "") -> Scope:
    """The operator's facility: ``path`` leads to a facility."""
    return Scope("facility", path, or_without)


def own_district(path: str) -> Scope:
    """Families that live in the person's district today: ``path`` leads to a family ("" = the object is one)."""
    return Scope("district", path)


def addressed(path: str) -> Scope:
    """Follow-up referrals that are with the person's section (her role, her district); ``path`` leads to one."""
    return Scope("addressed", path)


def staff_of(path: str, *, or_without: str = "") -> Scope:
    """Ward staff: of their district where they are bound to one, else of all. ``path`` leads to a family."""
    return Scope("staff", path, or_without)


M_, O_, FM, WS, SV, HN, CW, AU = (
    Role.MOTHER,
    Role.OPERATOR,
    Role.FACILITY_MANAGER,
    Role.WARD_STAFF,
    Role.SUPERVISOR,
    Role.HEALTH_NURSE,
    Role.CASEWORKER,
    Role.AUDITOR,
)

_ABOVE = {SV: ALL, AU: ALL}
_DISTRICT = {HN: own_district(""), CW: own_district("")}
_REFERENCE = {WS: ALL, SV: ALL, AU: ALL}

POLICY: Mapping[str, Mapping[Role, Scope]] = {
    # Families and registrations
    "family.view": {M_: own_family("account"), WS: staff_of(""), **_ABOVE, **_DISTRICT},
    # A mother's own page, whether she has applied yet or not
    "family.own": {M_: own_family("account")},
    # What changes in a family's life: the mother reports it, or staff for her
    "family.report": {M_: own_family("account"), WS: staff_of("")},
    "family.tax_class": {WS: staff_of("")},
    "family.add": {WS: ALL},
    "family.change": {WS: staff_of("")},
    # 支援措置: that a family's address is sealed, and who asks for it; the address itself is for named persons
    "protection.see": {WS: staff_of(""), **_DISTRICT},
    "protection.change": {WS: staff_of("")},
    # Two entries of one family
    "family.merge": {WS: staff_of("")},
    "registration.view": {
        M_: own_family("birth__family__account"),
        WS: staff_of("birth__family"),
        **_ABOVE,
        HN: own_district("birth__family"),
        CW: own_district("birth__family"),
    },
    "registration.apply": {M_: own_family("birth__family__account"), WS: staff_of("birth__family")},
    "registration.decide": {WS: staff_of("birth__family")},
    "registration.end": {M_: own_family("birth__family__account"), WS: staff_of("birth__family")},
    # Papers: her own, or those that a family sent to be judged by
    "evidence.own": {M_: own_family("uploaded_by")},
    "evidence.view": {M_: own_family("uploaded_by"), WS: staff_of("family")},
    "evidence.add": {WS: staff_of("")},
    "letter.read": {
        M_: own_family("registration__birth__family__account"),
        WS: staff_of("registration__birth__family"),
        AU: ALL,
    },
    "letter.void": {WS: staff_of("registration__birth__family")},
    # Places and stays
    "booking.view": {
        M_: own_family("registration__birth__family__account"),
        O_: own_facility("service__facility"),
        FM: own_facility("service__facility"),
        WS: staff_of("registration__birth__family"),
        **_ABOVE,
    },
    "booking.reserve": {M_: own_family("birth__family__account"), WS: staff_of("birth__family")},
    "booking.cancel": {
        M_: own_family("registration__birth__family__account"),
        WS: staff_of("registration__birth__family"),
    },
    "booking.change": {
        M_: own_family("registration__birth__family__account"),
        WS: staff_of("registration__birth__family"),
    },
    # 抽選: rounds are announced by staff; who wishes what is seen by the ward, weighed by staff with a reason
    "draw.announce": {WS: ALL},
    "draw.entries": {WS: staff_of("registration__birth__family"), **_ABOVE},
    "draw.weigh": {WS: staff_of("registration__birth__family")},
    # High need that a district asked for: read with its reason, ended before its time by staff
    "need.view": {WS: staff_of("family"), **_ABOVE},
    "need.end": {WS: staff_of("family")},
    "stay.view": {
        M_: own_family("booking__registration__birth__family__account"),
        O_: own_facility("booking__service__facility"),
        FM: own_facility("booking__service__facility"),
        WS: staff_of("booking__registration__birth__family"),
        **_ABOVE,
    },
    # On a booking: arrival, absence and departure are recorded where the family is
    "stay.record": {O_: own_facility("service__facility"), FM: own_facility("service__facility")},
    # ヒヤリハット・事故: written where it happened; read by the ward, of a family by the staff of its district
    "incident.record": {O_: own_facility("facility"), FM: own_facility("facility")},
    # On a stay: what happened to its family
    "incident.of_stay": {
        O_: own_facility("booking__service__facility"),
        FM: own_facility("booking__service__facility"),
    },
    "incident.examine": {WS: staff_of("stay__booking__registration__birth__family", or_without="stay"), **_ABOVE},
    # Of all facilities: days, reports that are due, and figures; no family
    "incident.oversee": {WS: ALL, SV: ALL, AU: ALL},
    # Those who see to it that a report that is late is made
    "incident.chase": {WS: ALL, SV: ALL},
    # 安全管理マニュアル: read by everybody at the facility, followed by its manager
    "manual.acknowledge": {
        O_: own_facility("facility", or_without="facility"),
        FM: own_facility("facility", or_without="facility"),
    },
    "manual.follow": {FM: ALL},
    # コーディネーター相談: run by the facility; the ward sees who takes part
    "session.run": {O_: own_facility("facility"), FM: own_facility("facility")},
    "session.families": {WS: staff_of("family"), **_ABOVE},
    # Money
    "charge.view": {
        M_: own_family("booking__registration__birth__family__account"),
        O_: own_facility("booking__service__facility"),
        FM: own_facility("booking__service__facility"),
        WS: staff_of("booking__registration__birth__family"),
        **_ABOVE,
    },
    "payment.view": {
        M_: own_family("charge__booking__registration__birth__family__account"),
        O_: own_facility("charge__booking__service__facility"),
        FM: own_facility("charge__booking__service__facility"),
        WS: staff_of("charge__booking__registration__birth__family"),
        **_ABOVE,
    },
    # On a booking whose family has left
    "charge.issue": {
        O_: own_facility("service__facility"),
        FM: own_facility("service__facility"),
        WS: staff_of("registration__birth__family"),
    },
    "charge.adjust": {WS: staff_of("booking__registration__birth__family")},
    # 送迎: recorded and taken back where the family stays
    "ride.record": {O_: own_facility("booking__service__facility"), FM: own_facility("booking__service__facility")},
    "ride.view": {
        O_: own_facility("booking__service__facility"),
        FM: own_facility("booking__service__facility"),
        WS: staff_of("booking__registration__birth__family"),
        **_ABOVE,
    },
    # 月次実績報告・請求: of a facility, by booking numbers, so that the ward's part is not bound to a district
    "claim.prepare": {FM: own_facility("facility")},
    "claim.view": {FM: own_facility("facility"), WS: ALL, **_ABOVE},
    "claim.oversee": {WS: ALL, **_ABOVE},
    "claim.decide": {WS: ALL},
    # Follow-up
    "referral.raise": {O_: own_facility("service__facility"), FM: own_facility("service__facility")},
    "referral.view": {
        O_: own_facility("booking__service__facility"),
        FM: own_facility("booking__service__facility"),
        HN: addressed(""),
        CW: addressed(""),
        SV: ALL,
        AU: ALL,
    },
    # The facility that raised it: that it is received and closed, not what was found
    "referral.follow": {
        O_: own_facility("booking__service__facility"),
        FM: own_facility("booking__service__facility"),
    },
    # Every district's: that it is late, not what was seen
    "referral.oversee": {SV: ALL, AU: ALL},
    "referral.work": {HN: addressed(""), CW: addressed("")},
    # To the other section or another district: who has it, or a supervisor where nobody takes it
    "referral.redirect": {HN: addressed(""), CW: addressed(""), SV: ALL},
    # What somebody who left had in hand
    "referral.reassign": {SV: ALL},
    # What the facility sent along
    "referral.paper": {
        O_: own_facility("referral__booking__service__facility"),
        FM: own_facility("referral__booking__service__facility"),
        HN: addressed("referral"),
        CW: addressed("referral"),
    },
    # 見守りリスト: for the nurses of the family's district alone
    "watch.work": {HN: own_district("family")},
    # 優先利用の依頼: a district asks for a place for its family, ward staff answer
    "place.ask": _DISTRICT,
    "place.follow": {HN: own_district("family"), CW: own_district("family")},
    "place.answer": {WS: staff_of("family")},
    "place.read": {WS: staff_of("family"), **_ABOVE},
    # Figures
    "report.view": {WS: ALL, SV: ALL, AU: ALL},
    # 合同会議: notes of good practice, one's own; reviewed by staff before the pack prints them
    "practice.write": {role: own_family("written_by") for role in (O_, FM, HN, CW, WS)},
    "practice.review": {WS: ALL},
    # Reference data: facilities, calendars, tariffs, districts, policies
    "reference.view": _REFERENCE,
    "reference.change": {WS: ALL},
    # Who changed what and who looked, by family and by person
    "audit.read": {AU: ALL},
    "audit.person": {AU: ALL},
    "user.view": {WS: ALL, AU: ALL},
    "user.change": {WS: ALL},
    "admin.open": {WS: ALL, SV: ALL, AU: ALL},
    "signed_in": dict.fromkeys(Role, ALL),
    # A mother has neither password nor second factor: a code by mail, or a passkey
    "staff.second_factor": {role: ALL for role in Role if role != M_},
    "no_one": {},
}

# The model whose object an action is done on; actions that are not here have none.
SUBJECTS: Mapping[str, str] = {
    "family.view": "enrollment.Family",
    "family.change": "enrollment.Family",
    "family.merge": "enrollment.Family",
    "protection.see": "enrollment.Family",
    "protection.change": "enrollment.Family",
    "family.report": "enrollment.Family",
    "family.tax_class": "enrollment.Family",
    "registration.view": "enrollment.Registration",
    "registration.apply": "enrollment.Registration",
    "registration.decide": "enrollment.Registration",
    "registration.end": "enrollment.Registration",
    "audit.read": "enrollment.Family",
    "audit.person": "accounts.User",
    "evidence.own": "enrollment.EvidenceFile",
    "evidence.view": "enrollment.EvidenceFile",
    "evidence.add": "enrollment.Family",
    "letter.read": "enrollment.Letter",
    "letter.void": "enrollment.Letter",
    "booking.view": "bookings.Booking",
    "booking.reserve": "enrollment.Registration",
    "booking.cancel": "bookings.Booking",
    "draw.entries": "bookings.DrawEntry",
    "draw.weigh": "bookings.DrawEntry",
    "need.view": "bookings.HighNeed",
    "need.end": "bookings.HighNeed",
    "booking.change": "bookings.Booking",
    "stay.view": "bookings.Stay",
    "stay.record": "bookings.Booking",
    "incident.record": "bookings.Incident",
    "incident.of_stay": "bookings.Stay",
    "incident.examine": "bookings.Incident",
    "manual.acknowledge": "bookings.SafetyManual",
    "session.run": "bookings.CoordinatorSession",
    "session.families": "bookings.SessionSignUp",
    "charge.view": "billing.Charge",
    "payment.view": "billing.Payment",
    "charge.issue": "bookings.Booking",
    "charge.adjust": "billing.Charge",
    "ride.record": "billing.Ride",
    "ride.view": "billing.Ride",
    "claim.view": "billing.Claim",
    "claim.decide": "billing.Claim",
    "referral.raise": "bookings.Booking",
    "referral.view": "referrals.Referral",
    "referral.follow": "referrals.Referral",
    "referral.work": "referrals.Referral",
    "referral.redirect": "referrals.Referral",
    "referral.paper": "referrals.ReferralPaper",
    "watch.work": "referrals.WatchRow",
    "practice.review": "reports.PracticeNote",
    "place.ask": "enrollment.Family",
    "place.follow": "referrals.PlaceRequest",
    "place.answer": "referrals.PlaceRequest",
    "place.read": "referrals.PlaceRequest",
}

# From a kind of object to the family whose data it is: where one is shown, a look is written (accounts.looks).
FAMILY_OF: Mapping[str, str] = {
    "enrollment.Family": "pk",
    **dict.fromkeys(
        [
            "enrollment.Residence",
            "enrollment.TaxClassPeriod",
            "enrollment.Sibling",
            "enrollment.EvidenceFile",
            "enrollment.Birth",
            "enrollment.Protection",
            "enrollment.TimelineEntry",
            "referrals.Referral",
            "bookings.HighNeed",
            "referrals.PlaceRequest",
            "referrals.WatchRow",
            "bookings.SessionSignUp",
        ],
        "family",
    ),
    **dict.fromkeys(
        ["referrals.ReferralPaper", "referrals.ReferralContact", "referrals.ReferralEvent"], "referral__family"
    ),
    "enrollment.Infant": "birth__family",
    "enrollment.Registration": "birth__family",
    "enrollment.RegistrationException": "registration__birth__family",
    "enrollment.Letter": "registration__birth__family",
    "bookings.Booking": "registration__birth__family",
    "bookings.DrawEntry": "registration__birth__family",
    "bookings.WaitingEntry": "registration__birth__family",
    "bookings.BookingDay": "booking__registration__birth__family",
    "bookings.ChangeNotice": "booking__registration__birth__family",
    **dict.fromkeys(
        [
            "bookings.CheckIn",
            "bookings.CareRecord",
            "bookings.SleepCheck",
            "bookings.Assessment",
            "bookings.SoldOption",
        ],
        "stay__booking__registration__birth__family",
    ),
    "bookings.ProposalDecision": "assessment__stay__booking__registration__birth__family",
    "bookings.Incident": "stay__booking__registration__birth__family",
    "bookings.IncidentReport": "incident__stay__booking__registration__birth__family",
    "bookings.VisitRecord": "booked_day__booking__registration__birth__family",
    "bookings.VisitTopic": "record__booked_day__booking__registration__birth__family",
    "bookings.InfantCare": "record__stay__booking__registration__birth__family",
    "bookings.Stay": "booking__registration__birth__family",
    "billing.Charge": "booking__registration__birth__family",
    "billing.Payment": "charge__booking__registration__birth__family",
    "billing.HandedCoupon": "family",
    "billing.Ride": "booking__registration__birth__family",
    "billing.ChargeLine": "charge__booking__registration__birth__family",
    "billing.Adjustment": "charge__booking__registration__birth__family",
}

ANYONE = "anyone"
SIGNED_IN = "signed_in"

PAGES: dict[str, str] = {
    "public:home": ANYONE,
    "public:check": ANYONE,
    "public:fees": ANYONE,
    "public:facilities": ANYONE,
    "public:availability": ANYONE,
    "public:draws": ANYONE,
    "public:draw-file": ANYONE,
    "healthz": ANYONE,
    "set_language": ANYONE,
    "accounts:login": ANYONE,
    "accounts:logout": SIGNED_IN,
    "accounts:landing": SIGNED_IN,
    "accounts:password": "staff.second_factor",
    "accounts:password-forgotten": ANYONE,
    "accounts:password-sent": ANYONE,
    "accounts:password-new": ANYONE,
    "account_login": ANYONE,
    "account_confirm_login_code": ANYONE,
    "account_reauthenticate": "staff.second_factor",
    "mfa_authenticate": ANYONE,
    "mfa_login_webauthn": ANYONE,
    "mfa_index": SIGNED_IN,
    "mfa_reauthenticate": "staff.second_factor",
    "mfa_reauthenticate_webauthn": SIGNED_IN,
    "mfa_activate_totp": "staff.second_factor",
    "mfa_deactivate_totp": "staff.second_factor",
    "mfa_view_recovery_codes": "staff.second_factor",
    "mfa_generate_recovery_codes": "staff.second_factor",
    "mfa_download_recovery_codes": "staff.second_factor",
    # Each one's own, by allauth's views: another's is 404
    "mfa_list_webauthn": SIGNED_IN,
    "mfa_add_webauthn": SIGNED_IN,
    "mfa_edit_webauthn": SIGNED_IN,
    "mfa_remove_webauthn": SIGNED_IN,
    "demo-mails": ANYONE,  # the demo alone serves it
    "family:home": "family.own",
    "family:apply": "family.own",
    "family:apply-step": "family.own",
    "family:apply-check": "family.own",
    "family:verdict": "registration.apply",
    "family:birth": "registration.apply",
    "family:withdraw": "registration.apply",
    "family:book": "booking.reserve",
    "family:booking": "booking.change",
    "family:move": "booking.change",
    "family:party": "booking.change",
    "family:calendar": "booking.change",
    "family:cancel": "booking.cancel",
    "family:offer": "booking.change",
    "family:sessions": "booking.change",
    "family:draws": "booking.reserve",
    "family:waiting": "booking.reserve",
    "family:draw": "booking.reserve",
    "family:papers": "family.own",
    "family:paper-take-back": "evidence.own",
    "papers:paper": "evidence.view",
    "papers:for-family": "evidence.add",
    "letters:pdf": "letter.read",
    "letters:void": "letter.void",
    "protection:state": "protection.see",
    "protection:change": "protection.change",
    "protection:ask": "protection.see",
    "protection:open": "protection.change",
    "protection:address": "protection.see",
    "life:overview": "family.report",
    "life:address": "family.report",
    "life:move-out": "family.report",
    "life:rolling-over": "family.report",
    "life:tax-class": "family.tax_class",
    "life:end": "registration.end",
    "operator:day": "stay.record",
    "operator:pulse": "stay.record",
    "operator:coming": "stay.record",
    "operator:stay": "stay.record",
    "operator:time": "stay.record",
    "operator:check-in": "stay.record",
    "operator:care": "stay.record",
    "operator:assessment": "stay.record",
    "operator:dismissal": "stay.record",
    "operator:handover": "stay.record",
    "operator:sale": "stay.record",
    "operator:look": "stay.record",
    "operator:weeks": "stay.record",
    "operator:visit": "stay.record",
    "operator:sessions": "session.run",
    "operator:session": "session.run",
    "operator:session-change": "session.run",
    "operator:session-call-off": "session.run",
    "operator:session-families": "session.run",
    "operator:arrival": "stay.record",
    "operator:absence": "stay.record",
    "operator:departure": "stay.record",
    "operator:incidents": "incident.record",
    "operator:incident-new": "incident.record",
    "operator:incident-of-stay": "incident.of_stay",
    "operator:incident": "incident.record",
    "operator:incident-correct": "incident.record",
    "operator:incident-report": "incident.record",
    "operator:manuals": "manual.acknowledge",
    "operator:manual-acknowledge": "manual.acknowledge",
    "supervisor:incidents": "incident.oversee",
    "supervisor:incident": "incident.examine",
    "operator:charge": "charge.view",
    "operator:receipt": "payment.view",
    "operator:ride": "stay.record",
    "operator:ride-take-back": "ride.record",
    "operator:claims": "claim.prepare",
    "operator:claim": "claim.prepare",
    "claims:list": "claim.oversee",
    "claims:claim": "claim.view",
    "claims:pdf": "claim.view",
    "claims:xlsx": "claim.view",
    "supervisor:occupancy": "report.view",
    "supervisor:download": "report.view",
    "supervisor:consultations": "report.view",
    "operator:referral-new": "referral.raise",
    "operator:referrals": "referral.follow",
    "operator:referral": "referral.follow",
    "operator:referral-withdraw": "referral.follow",
    "nurse:inbox": "referral.work",
    "nurse:referral": "referral.work",
    "nurse:acknowledge": "referral.work",
    "nurse:contact": "referral.work",
    "nurse:plan": "referral.work",
    "nurse:share": "referral.work",
    "nurse:close": "referral.work",
    "nurse:reopen": "referral.work",
    "nurse:redirect": "referral.redirect",
    "nurse:hand-over": "referral.work",
    "nurse:hand-over-all": "referral.work",
    "supervisor:referrals": "referral.oversee",
    "supervisor:redirect": "referral.redirect",
    "supervisor:reassign": "referral.reassign",
    "papers:of-referral": "referral.paper",
    "nurse:watch": "watch.work",
    "nurse:watch-row": "watch.work",
    "nurse:families": "place.ask",
    "nurse:place-ask": "place.ask",
    "nurse:places": "place.follow",
    "nurse:place": "place.follow",
    "nurse:place-withdraw": "place.follow",
    "meeting:pack": "report.view",
    "meeting:file": "report.view",
    "meeting:notes": "practice.write",
    "meeting:review-list": "practice.review",
    "meeting:review": "practice.review",
    "audit:home": "audit.read",
    "audit:family": "audit.read",
    "audit:family-file": "audit.read",
    "audit:person": "audit.person",
    "audit:person-file": "audit.person",
    "api-schema": ANYONE,
    "api:facilities": ANYONE,
    "api:eligibility": ANYONE,
    "api:quotes": ANYONE,
    "api:registrations-list": "registration.view",
    "api:registrations-detail": "registration.view",
    "api:charges-list": "charge.view",
    "api:charges-detail": "charge.view",
    "api:charges-adjustments": "charge.adjust",
    "api:bookings-departure": "stay.record",
    "api:availability": ANYONE,
    "api:bookings-list": "booking.view",
    "api:bookings-detail": "booking.view",
    "api:bookings-cancel": "booking.cancel",
    "api:bookings-shorten": "booking.change",
    "api:bookings-extend": "booking.change",
    "api:bookings-move": "booking.change",
    "api:bookings-party": "booking.change",
    "api:bookings-arrival": "stay.record",
    "api:bookings-absence": "stay.record",
    "api:stays-list": "stay.view",
    "api:stays-detail": "stay.view",
    "api:referrals-list": "referral.view",
    "api:referrals-detail": "referral.view",
    "api:referrals-acknowledge": "referral.work",
    "api:referrals-contacts": "referral.work",
    "api:referrals-close": "referral.work",
    # The admin's own pages
    "admin:index": "admin.open",
    "admin:app_list": "admin.open",
    "admin:login": ANYONE,
    "admin:logout": SIGNED_IN,
    "admin:password_change": "admin.open",
    "admin:password_change_done": "admin.open",
    "admin:jsi18n": "admin.open",
    "admin:autocomplete": "admin.open",
    "admin:search": "admin.open",
    "admin:view_on_site": "no_one",  # no object of ours has a page of its own there
    "admin:auth_user_password_change": "user.change",
    "admin:enrollment_registration_decide": "registration.decide",
    "admin:enrollment_registration_queue": "registration.decide",
    "admin:enrollment_family_compare": "family.merge",
    "admin:bookings_booking_capacity": "reference.change",
    "admin:billing_charge_differences": "charge.adjust",
    "admin:referrals_placerequest_waiting": "place.answer",
    "admin:referrals_placerequest_answer": "place.answer",
    "admin:bookings_drawround_preview": "draw.announce",
    "admin:bookings_drawround_call-off": "draw.announce",
    # What came in by telephone or on paper, typed in by staff
    "entry:new": "family.add",
    "entry:correct": "registration.decide",
}

# The admin's pages of a model: one line a model, (what seeing takes, what changing takes); None = nobody may.
ADMIN_MODELS: dict[str, tuple[str, str | None]] = {
    "accounts_user": ("user.view", "user.change"),
    "facilities_district": ("reference.view", "reference.change"),
    "facilities_town": ("reference.view", "reference.change"),
    "facilities_townarea": ("reference.view", "reference.change"),
    "facilities_facility": ("reference.view", "reference.change"),
    "facilities_facilityaddress": ("reference.view", "reference.change"),
    "facilities_placepool": ("reference.view", "reference.change"),
    "facilities_weeklypattern": ("reference.view", "reference.change"),
    "facilities_capacity": ("reference.view", "reference.change"),
    "facilities_closure": ("reference.view", "reference.change"),
    "facilities_dayoverride": ("reference.view", "reference.change"),
    "facilities_publicholiday": ("reference.view", "reference.change"),
    "facilities_service": ("reference.view", "reference.change"),
    "facilities_servicetermsrow": ("reference.view", "reference.change"),
    "facilities_facilityoption": ("reference.view", "reference.change"),
    "enrollment_family": ("family.view", "family.change"),
    "enrollment_residence": ("family.view", None),
    "enrollment_taxclassperiod": ("family.view", "family.change"),
    "enrollment_sibling": ("family.view", "family.change"),
    "enrollment_registration": ("registration.view", None),
    "enrollment_registrationexception": ("registration.view", None),
    "enrollment_letter": ("letter.read", "letter.void"),
    "enrollment_letterpolicy": ("reference.view", "reference.change"),
    "enrollment_consenttext": ("reference.view", "reference.change"),
    "enrollment_registrationpolicy": ("reference.view", "reference.change"),
    "bookings_booking": ("booking.view", None),
    "bookings_bookingday": ("booking.view", None),
    "bookings_changenotice": ("booking.view", None),
    "bookings_drawround": ("reference.view", "draw.announce"),
    "bookings_drawentry": ("draw.entries", "draw.weigh"),
    "bookings_highneed": ("need.view", "need.end"),
    "bookings_waitingentry": ("draw.entries", None),
    "bookings_drawpolicy": ("reference.view", "reference.change"),
    "bookings_consultationtopic": ("reference.view", "reference.change"),
    "bookings_coordinatorsession": ("reference.view", None),
    "bookings_sessionsignup": ("session.families", None),
    "bookings_carepolicy": ("reference.view", "reference.change"),
    "bookings_incident": ("incident.examine", None),
    "bookings_incidentreport": ("incident.examine", None),
    "bookings_incidentpolicy": ("reference.view", "reference.change"),
    "bookings_safetychapter": ("reference.view", "reference.change"),
    "bookings_safetymanual": ("reference.view", "reference.change"),
    "bookings_manualacknowledgement": ("reference.view", None),
    "bookings_usagelimits": ("reference.view", "reference.change"),
    "bookings_allocationpolicy": ("reference.view", "reference.change"),
    "billing_tariff": ("reference.view", "reference.change"),
    "billing_couponpolicy": ("reference.view", "reference.change"),
    "billing_charge": ("charge.view", None),
    "billing_chargeline": ("charge.view", None),
    "billing_adjustment": ("charge.view", None),
    "billing_payment": ("charge.view", None),
    "billing_contractrate": ("reference.view", "reference.change"),
    "billing_transportpolicy": ("reference.view", "reference.change"),
    "billing_ride": ("ride.view", None),
    "referrals_placerequest": ("place.read", None),
    "referrals_placerequestevent": ("place.read", None),
    "referrals_watchpolicy": ("reference.view", "reference.change"),
    "referrals_referralpolicy": ("reference.view", "reference.change"),
    "reports_publishedfacilityyear": ("reference.view", None),
    "reports_publisheddistrictyear": ("reference.view", None),
    "reports_publishedfigure": ("reference.view", None),
    "reports_birthsofyear": ("reference.view", "reference.change"),
}

_ADMIN_VERBS = {"changelist": 0, "change": 0, "history": 0, "add": 1, "delete": 1}


def action_of_page(view_name: str) -> str | None:
    """Return the action that a URL stands for, ``ANYONE``, or None where this file does not name the URL."""
    if view_name in PAGES:
        return PAGES[view_name]
    if view_name.startswith("admin:") and "_" in view_name:
        model, _, verb = view_name.removeprefix("admin:").rpartition("_")
        if model in ADMIN_MODELS and verb in _ADMIN_VERBS:
            return ADMIN_MODELS[model][_ADMIN_VERBS[verb]]
    return None


def signed_in(request: "HttpRequest | Request") -> "User":
    """Return who is signed in, on a page that the permission file opens to roles only."""
    user = request.user
    assert user.is_authenticated, "a page for roles was reached by nobody"
    return user


def scope_of(person: "Person", action: str) -> Scope | None:
    """Return on whose objects the person may do the action, or None where she may not at all."""
    role = getattr(person, "role", None)
    if not person.is_authenticated or not person.is_active or not role:
        return None
    return POLICY[action].get(Role(role))


def may(person: "Person", action: str) -> bool:
    """Tell whether the person may do the action on any object at all."""
    return action == ANYONE or scope_of(person, action) is not None


def may_open(person: "Person", view_name: str) -> bool:
    """Tell whether a link to the page may be shown."""
    action = action_of_page(view_name)
    return action is not None and may(person, action)


def visible(person: "Person", action: str, objects: "QuerySet[M]") -> "QuerySet[M]":
    """Narrow a list to the objects that the person may do the action on."""
    scope = scope_of(person, action)
    if scope is None:
        return objects.none()
    return objects.filter(_condition(person, scope))


def visible_or_404(person: "Person", action: str, objects: "QuerySet[M]", **lookup: Any) -> M:
    """Return the one object, or raise Http404: what is outside the scope does not exist for her."""
    found = visible(person, action, objects).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


def may_on(person: "Person", action: str, obj: Model) -> bool:
    """Tell whether the person may do the action on this object."""
    return visible(person, action, type(obj)._default_manager.filter(pk=obj.pk)).exists()


def _condition(person: Any, scope: Scope) -> Q:
    bound = _bound_to(person, scope)
    return bound | Q(**{f"{scope.or_without}__isnull": True}) if bound and scope.or_without else bound


def _bound_to(person: Any, scope: Scope) -> Q:
    if scope.kind == "all":
        return Q()
    if scope.kind == "family":
        return Q(**{scope.path: person.pk})
    if scope.kind == "facility":
        return Q(**{scope.path: person.facility_id})
    if scope.kind == "staff" and person.district_id is None:
        return Q()
    prefix = f"{scope.path}__" if scope.path else ""
    if scope.kind == "addressed":
        with_her = Exact(district_in_charge(timezone.localdate(), prefix), person.district_id)
        return Q(with_her, **{f"{prefix}recipient": person.role})
    # Residences of a family never overlap (constraint), so one row at most joins and nothing is listed twice.
    return Q(
        **{
            f"{prefix}residences__district": person.district_id,
            f"{prefix}residences__period__contains": timezone.localdate(),
        }
    )
