"""Who may do what: which role may do an action, on whose objects. The one file that a reviewer reads.

Which action a URL is stands in accounts.url_permissions; views, admin and API ask accounts.permissions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .roles import Role


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

ANYONE = "anyone"
SIGNED_IN = "signed_in"

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
    # 訪問先の住所: of a visit booked at the facility, near its day; a protected family's never
    "visit.address": {O_: own_facility("service__facility"), FM: own_facility("service__facility")},
    # Days and people of a stay that runs, where the family is; ward staff for a caller
    "stay.change": {
        O_: own_facility("service__facility"),
        FM: own_facility("service__facility"),
        WS: staff_of("registration__birth__family"),
    },
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
    SIGNED_IN: dict.fromkeys(Role, ALL),
    # A mother has neither password nor second factor: a code by mail, or a passkey
    "staff.second_factor": {role: ALL for role in Role if role != M_},
    "no_one": {},
}

# The model whose object an action is done on; actions that are not here have none.
SUBJECTS: Mapping[str, str] = {
    "family.view": "enrollment.Family",
    "family.own": "enrollment.Family",
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
    "stay.change": "bookings.Booking",
    "visit.address": "bookings.Booking",
    "incident.record": "care.Incident",
    "incident.of_stay": "bookings.Stay",
    "incident.examine": "care.Incident",
    "manual.acknowledge": "care.SafetyManual",
    "session.run": "care.CoordinatorSession",
    "session.families": "care.SessionSignUp",
    "charge.view": "billing.Charge",
    "payment.view": "billing.Payment",
    "charge.issue": "bookings.Booking",
    "charge.adjust": "billing.Charge",
    "ride.record": "billing.Ride",
    "ride.view": "billing.Ride",
    "claim.prepare": "billing.Claim",
    "claim.view": "billing.Claim",
    "claim.decide": "billing.Claim",
    "referral.raise": "bookings.Booking",
    "referral.view": "referrals.Referral",
    "referral.follow": "referrals.Referral",
    "referral.work": "referrals.Referral",
    "referral.redirect": "referrals.Referral",
    "referral.paper": "referrals.ReferralPaper",
    "watch.work": "referrals.WatchRow",
    "practice.write": "reports.PracticeNote",
    "practice.review": "reports.PracticeNote",
    "place.ask": "enrollment.Family",
    "place.follow": "referrals.PlaceRequest",
    "place.answer": "referrals.PlaceRequest",
    "place.read": "referrals.PlaceRequest",
}
