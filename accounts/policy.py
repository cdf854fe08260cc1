"""Who may do what: which role may do an action, on whose objects. The one file that a reviewer reads.

Which action a URL is stands in accounts.url_permissions; views, admin and API ask accounts.permissions.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .actions import Action
from .roles import FACILITY_ROLES, Role


@dataclass(frozen=True)
class Scope:
    """On whose objects: ``path`` leads from the object to what the person is bound to.

    ``or_without`` names a link of the object: where it is empty, the object is everybody's of that role.
    ``helper``: the rights (enrollment.models.HelperRight) by any of which somebody whom the mother invited has it too.
    """

    kind: str
    path: str = ""
    or_without: str = ""
    helper: tuple[str, ...] = ()


ALL = Scope("all")


def own_family(path: str, *, helper: tuple[str, ...] = ()) -> Scope:
    """The mother's own: ``path`` leads to the family's sign-in. ``helper``: or of a family that a helper helps."""
    return Scope("family", path, helper=helper)


def own_facility(path: str, *, or_without: str = "") -> Scope:
    """The operator's facility: ``path`` leads to a facility."""
    return Scope("facility", path, or_without)


def own_district(path: str) -> Scope:
    """Families that live in the person's district today: ``path`` leads to a family ("" = the object is one)."""
    return Scope("district", path)


def last_district(path: str) -> Scope:
    """Families that live in the person's district today or, living in none, did last: ``path`` leads to one."""
    return Scope("last_district", path)


def addressed(path: str) -> Scope:
    """Follow-up referrals that are with the person's section (her role, her district); ``path`` leads to one.

    And those that were handed to her as a deputy, while the dated policy names her section as one (SectionDeputy).
    """
    return Scope("addressed", path)


def staff_of(path: str, *, or_without: str = "") -> Scope:
    """Ward staff: of their district where they are bound to one, else of all. ``path`` leads to a family."""
    return Scope("staff", path, or_without)


_ABOVE = {Role.SUPERVISOR: ALL, Role.AUDITOR: ALL}
_DISTRICT = {Role.HEALTH_NURSE: own_district(""), Role.CASEWORKER: own_district("")}
_REFERENCE = {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL, Role.AUDITOR: ALL}


POLICY: Mapping[Action, Mapping[Role, Scope]] = {
    # Families and registrations
    Action.FAMILY_VIEW: {Role.MOTHER: own_family("account"), Role.WARD_STAFF: staff_of(""), **_ABOVE, **_DISTRICT},
    # 家庭のページ: one family whole at the ward's desk; each part of it by its own action besides
    Action.FAMILY_FILE: {Role.WARD_STAFF: staff_of(""), **_ABOVE},
    # A mother's own page, whether she has applied yet or not
    Action.FAMILY_OWN: {Role.MOTHER: own_family("account")},
    # 手伝う家族: what somebody sees whom she invited, and taking that back (a helper signs in as a mother does)
    Action.HELPED_VIEW: {Role.MOTHER: own_family("account", helper=("see", "book"))},
    Action.HELPER_END: {Role.MOTHER: own_family("family__account")},
    # What changes in a family's life: the mother reports it, or staff for her
    Action.FAMILY_REPORT: {Role.MOTHER: own_family("account"), Role.WARD_STAFF: staff_of("")},
    Action.FAMILY_TAX_CLASS: {Role.WARD_STAFF: staff_of("")},
    Action.FAMILY_ADD: {Role.WARD_STAFF: ALL},
    Action.FAMILY_CHANGE: {Role.WARD_STAFF: staff_of("")},
    # 支援措置: that a family's address is sealed, and who asks for it; the address itself is for named persons
    Action.PROTECTION_SEE: {Role.WARD_STAFF: staff_of(""), **_DISTRICT},
    Action.PROTECTION_CHANGE: {Role.WARD_STAFF: staff_of("")},
    # Two entries of one family
    Action.FAMILY_MERGE: {Role.WARD_STAFF: staff_of("")},
    # 削除の請求: what a mother asks to be deleted; of who never applied, by all of the staff
    Action.DELETION_DECIDE: {Role.WARD_STAFF: staff_of("family", or_without="family")},
    Action.REGISTRATION_VIEW: {
        Role.MOTHER: own_family("birth__family__account"),
        Role.WARD_STAFF: staff_of("birth__family"),
        **_ABOVE,
        Role.HEALTH_NURSE: own_district("birth__family"),
        Role.CASEWORKER: own_district("birth__family"),
    },
    Action.REGISTRATION_APPLY: {
        Role.MOTHER: own_family("birth__family__account"),
        Role.WARD_STAFF: staff_of("birth__family"),
    },
    Action.REGISTRATION_DECIDE: {Role.WARD_STAFF: staff_of("birth__family")},
    Action.REGISTRATION_END: {
        Role.MOTHER: own_family("birth__family__account"),
        Role.WARD_STAFF: staff_of("birth__family"),
    },
    # Papers: her own, or those that a family sent to be judged by
    Action.EVIDENCE_OWN: {Role.MOTHER: own_family("uploaded_by")},
    Action.EVIDENCE_VIEW: {Role.MOTHER: own_family("uploaded_by"), Role.WARD_STAFF: staff_of("family")},
    Action.EVIDENCE_ADD: {Role.WARD_STAFF: staff_of("")},
    Action.LETTER_READ: {
        Role.MOTHER: own_family("registration__birth__family__account"),
        Role.WARD_STAFF: staff_of("registration__birth__family"),
        Role.AUDITOR: ALL,
    },
    Action.LETTER_VOID: {Role.WARD_STAFF: staff_of("registration__birth__family")},
    # 発送: letters printed together with their addresses, marked as sent, noted where they come back
    Action.LETTER_SEND: {Role.WARD_STAFF: staff_of("registration__birth__family")},
    # Places and stays
    Action.BOOKING_VIEW: {
        Role.MOTHER: own_family("registration__birth__family__account"),
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
        Role.WARD_STAFF: staff_of("registration__birth__family"),
        **_ABOVE,
    },
    Action.BOOKING_RESERVE: {
        Role.MOTHER: own_family("birth__family__account", helper=("book",)),
        Role.WARD_STAFF: staff_of("birth__family"),
    },
    # 抽選・キャンセル待ち: her wishes, with the tickets and why she has them; no helper's
    Action.BOOKING_WISH: {
        Role.MOTHER: own_family("birth__family__account"),
        Role.WARD_STAFF: staff_of("birth__family"),
    },
    Action.BOOKING_CANCEL: {
        Role.MOTHER: own_family("registration__birth__family__account", helper=("book",)),
        Role.WARD_STAFF: staff_of("registration__birth__family"),
    },
    Action.BOOKING_CHANGE: {
        Role.MOTHER: own_family("registration__birth__family__account"),
        Role.WARD_STAFF: staff_of("registration__birth__family"),
    },
    # 抽選: rounds are announced by staff; who wishes what is seen by the ward, weighed by staff with a reason
    Action.DRAW_ANNOUNCE: {Role.WARD_STAFF: ALL},
    Action.DRAW_ENTRIES: {Role.WARD_STAFF: staff_of("registration__birth__family"), **_ABOVE},
    Action.DRAW_WEIGH: {Role.WARD_STAFF: staff_of("registration__birth__family")},
    # High need that a district asked for: read with its reason, ended before its time by staff
    Action.NEED_VIEW: {Role.WARD_STAFF: staff_of("family"), **_ABOVE},
    Action.NEED_END: {Role.WARD_STAFF: staff_of("family")},
    Action.STAY_VIEW: {
        Role.MOTHER: own_family("booking__registration__birth__family__account"),
        Role.OPERATOR: own_facility("booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("booking__service__facility"),
        Role.WARD_STAFF: staff_of("booking__registration__birth__family"),
        **_ABOVE,
    },
    # On a booking: arrival, absence and departure are recorded where the family is
    Action.STAY_RECORD: {
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
    },
    # 訪問先の住所: of a visit booked at the facility, near its day; a protected family's never
    Action.VISIT_ADDRESS: {
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
    },
    # What the family wrote on its application of health, the birth (weeks, weight, way, what was unusual, the day of
    # leaving hospital), worries and help: read where it stays, with its booking, as long as that is open (care
    # policy); the consent text "personal-data" names it. The district that follows it up reads it with its request
    # (REFERRAL_WORK).
    Action.STATED_READ: {
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
        Role.WARD_STAFF: staff_of("registration__birth__family"),
    },
    # 持ち帰り: what a mother takes home of her stay, on her page and on paper; printed where she was
    Action.TAKE_HOME_READ: {
        Role.MOTHER: own_family("registration__birth__family__account"),
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
    },
    # Days and people of a stay that runs, where the family is; ward staff for a caller
    Action.STAY_CHANGE: {
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
        Role.WARD_STAFF: staff_of("registration__birth__family"),
    },
    # 写真: at the facility of the stay alone, while that can be read there (care policy); nobody else
    Action.PHOTO_SEE: {
        Role.OPERATOR: own_facility("stay__booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("stay__booking__service__facility"),
    },
    # ヒヤリハット・事故: written where it happened; read by the ward, of a family by the staff of its district
    Action.INCIDENT_RECORD: {Role.OPERATOR: own_facility("facility"), Role.FACILITY_MANAGER: own_facility("facility")},
    # On a stay: what happened to its family
    Action.INCIDENT_OF_STAY: {
        Role.OPERATOR: own_facility("booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("booking__service__facility"),
    },
    Action.INCIDENT_EXAMINE: {
        Role.WARD_STAFF: staff_of("stay__booking__registration__birth__family", or_without="stay"),
        **_ABOVE,
    },
    # Of all facilities: days, reports that are due, and figures; no family
    Action.INCIDENT_OVERSEE: {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL, Role.AUDITOR: ALL},
    # Those who see to it that a report that is late is made
    Action.INCIDENT_CHASE: {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL},
    # 安全管理マニュアル: read by everybody at the facility, followed by its manager
    Action.MANUAL_ACKNOWLEDGE: {
        Role.OPERATOR: own_facility("facility", or_without="facility"),
        Role.FACILITY_MANAGER: own_facility("facility", or_without="facility"),
    },
    Action.MANUAL_FOLLOW: {Role.FACILITY_MANAGER: ALL},
    # コーディネーター相談: run by the facility; the ward sees who takes part
    Action.SESSION_RUN: {Role.OPERATOR: own_facility("facility"), Role.FACILITY_MANAGER: own_facility("facility")},
    Action.SESSION_FAMILIES: {Role.WARD_STAFF: staff_of("family"), **_ABOVE},
    # Money
    Action.CHARGE_VIEW: {
        Role.MOTHER: own_family("booking__registration__birth__family__account"),
        Role.OPERATOR: own_facility("booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("booking__service__facility"),
        Role.WARD_STAFF: staff_of("booking__registration__birth__family"),
        **_ABOVE,
    },
    Action.PAYMENT_VIEW: {
        Role.MOTHER: own_family("charge__booking__registration__birth__family__account"),
        Role.OPERATOR: own_facility("charge__booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("charge__booking__service__facility"),
        Role.WARD_STAFF: staff_of("charge__booking__registration__birth__family"),
        **_ABOVE,
    },
    # On a booking whose family has left
    Action.CHARGE_ISSUE: {
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
        Role.WARD_STAFF: staff_of("registration__birth__family"),
    },
    Action.CHARGE_ADJUST: {Role.WARD_STAFF: staff_of("booking__registration__birth__family")},
    # 未払い・返金 at the ward's desk; a refund from an amount on is confirmed by a second person
    Action.MONEY_DESK: {Role.WARD_STAFF: staff_of("booking__registration__birth__family")},
    Action.REFUND_DECIDE: {Role.WARD_STAFF: staff_of("charge__booking__registration__birth__family")},
    # 収納: sums of payments, of her district's families where staff are bound to one; no family stands on it
    Action.TAKINGS_VIEW: {Role.WARD_STAFF: staff_of("charge__booking__registration__birth__family"), **_ABOVE},
    # 日計表: the cash of a facility's day by the numbers of its receipts, counted where it lies
    Action.CASH_VIEW: {Role.WARD_STAFF: ALL, **_ABOVE},
    Action.CASH_COUNT: {Role.OPERATOR: own_facility("facility"), Role.FACILITY_MANAGER: own_facility("facility")},
    # 送迎: recorded and taken back where the family stays
    Action.RIDE_RECORD: {
        Role.OPERATOR: own_facility("booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("booking__service__facility"),
    },
    Action.RIDE_VIEW: {
        Role.OPERATOR: own_facility("booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("booking__service__facility"),
        Role.WARD_STAFF: staff_of("booking__registration__birth__family"),
        **_ABOVE,
    },
    # 月次実績報告・請求: of a facility, by booking numbers, so that the ward's part is not bound to a district. The
    # payee and its bank account, sealed at rest, stand on it for who may view it; staff enter it (REFERENCE_CHANGE)
    Action.CLAIM_PREPARE: {Role.FACILITY_MANAGER: own_facility("facility")},
    Action.CLAIM_VIEW: {Role.FACILITY_MANAGER: own_facility("facility"), Role.WARD_STAFF: ALL, **_ABOVE},
    Action.CLAIM_OVERSEE: {Role.WARD_STAFF: ALL, **_ABOVE},
    Action.CLAIM_DECIDE: {Role.WARD_STAFF: ALL},
    # Follow-up
    Action.REFERRAL_RAISE: {
        Role.OPERATOR: own_facility("service__facility"),
        Role.FACILITY_MANAGER: own_facility("service__facility"),
    },
    Action.REFERRAL_VIEW: {
        Role.OPERATOR: own_facility("booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("booking__service__facility"),
        Role.HEALTH_NURSE: addressed(""),
        Role.CASEWORKER: addressed(""),
        Role.SUPERVISOR: ALL,
        Role.AUDITOR: ALL,
    },
    # The facility that raised it: that it is received and closed, not what was found
    Action.REFERRAL_FOLLOW: {
        Role.OPERATOR: own_facility("booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("booking__service__facility"),
    },
    # Every district's: that it is late, not what was seen
    Action.REFERRAL_OVERSEE: {Role.SUPERVISOR: ALL, Role.AUDITOR: ALL},
    Action.REFERRAL_WORK: {Role.HEALTH_NURSE: addressed(""), Role.CASEWORKER: addressed("")},
    # 住所: where the family of an open referral lives, by a touch that is written down; a protected family's is opened
    # by the protection's own rule alone (PROTECTION_SEE)
    Action.REFERRAL_ADDRESS: {Role.HEALTH_NURSE: addressed(""), Role.CASEWORKER: addressed("")},
    # To the other section or another district: who has it, or a supervisor where nobody takes it
    Action.REFERRAL_REDIRECT: {Role.HEALTH_NURSE: addressed(""), Role.CASEWORKER: addressed(""), Role.SUPERVISOR: ALL},
    # What somebody who left had in hand
    Action.REFERRAL_REASSIGN: {Role.SUPERVISOR: ALL},
    # What the facility sent along
    Action.REFERRAL_PAPER: {
        Role.OPERATOR: own_facility("referral__booking__service__facility"),
        Role.FACILITY_MANAGER: own_facility("referral__booking__service__facility"),
        Role.HEALTH_NURSE: addressed("referral"),
        Role.CASEWORKER: addressed("referral"),
    },
    # つらい言葉: that a family wrote them, for who can call her today
    Action.DESPAIR_WORK: {Role.HEALTH_NURSE: own_district("family"), Role.WARD_STAFF: staff_of("family")},
    # 赤ちゃんのこと: a mother with hard news, for who can call her
    Action.HARD_NEWS_WORK: {Role.HEALTH_NURSE: own_district("family"), Role.WARD_STAFF: staff_of("family")},
    # 見守りリスト: for the nurses of the family's district alone; who comes by an exception has that of the last home
    Action.WATCH_WORK: {Role.HEALTH_NURSE: last_district("family")},
    # 優先利用の依頼: a district asks for a place for its family, ward staff answer
    Action.PLACE_ASK: _DISTRICT,
    Action.PLACE_FOLLOW: {Role.HEALTH_NURSE: own_district("family"), Role.CASEWORKER: own_district("family")},
    Action.PLACE_ANSWER: {Role.WARD_STAFF: staff_of("family")},
    Action.PLACE_READ: {Role.WARD_STAFF: staff_of("family"), **_ABOVE},
    # Figures
    Action.REPORT_VIEW: {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL, Role.AUDITOR: ALL},
    # 計画: what demand would have been given in another world, and a forecast; counts only, worked out once and kept
    Action.PLANNING_VIEW: {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL, Role.AUDITOR: ALL},
    Action.PLANNING_RUN: {Role.SUPERVISOR: ALL},
    # The rows behind a figure: of the families that the reader may view (FAMILY_VIEW) alone; each look is written down
    Action.FIGURE_ROWS: {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL, Role.AUDITOR: ALL},
    # A file of many tables: who had it made
    Action.FILE_TAKE: {role: own_family("asked_by") for role in (Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR)},
    # 控え: a table of figures is fixed as it is given out
    Action.FIGURES_KEEP: {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL},
    # 合同会議: notes of good practice, one's own; reviewed by staff before the pack prints them
    Action.PRACTICE_WRITE: {
        role: own_family("written_by")
        for role in (Role.OPERATOR, Role.FACILITY_MANAGER, Role.HEALTH_NURSE, Role.CASEWORKER, Role.WARD_STAFF)
    },
    Action.PRACTICE_REVIEW: {Role.WARD_STAFF: ALL},
    # Reference data: facilities, calendars, tariffs, districts, policies
    Action.REFERENCE_VIEW: _REFERENCE,
    Action.REFERENCE_CHANGE: {Role.WARD_STAFF: ALL},
    # Who changed what and who looked, by family and by person
    Action.AUDIT_READ: {Role.AUDITOR: ALL},
    # 抽選: all tickets of a draw opened; which families it shows is written down
    Action.AUDIT_DRAW: {Role.AUDITOR: ALL},
    Action.AUDIT_PERSON: {Role.AUDITOR: ALL},
    # アカウント: of the staff alone (accounts.account_changes), by two administrators; the auditor reads
    Action.USER_VIEW: {Role.ACCOUNT_ADMIN: ALL, Role.AUDITOR: ALL},
    Action.USER_CHANGE: {Role.ACCOUNT_ADMIN: ALL},
    Action.USER_CONFIRM: {Role.ACCOUNT_ADMIN: ALL},
    # The search from every page: each kind by its own right; a facility has its own, of its families
    Action.DESK_SEARCH: {role: ALL for role in Role if role not in (Role.MOTHER, *FACILITY_ROLES)},
    Action.ADMIN_OPEN: {Role.WARD_STAFF: ALL, Role.SUPERVISOR: ALL, Role.AUDITOR: ALL},
    Action.SIGNED_IN: dict.fromkeys(Role, ALL),
    # 交代: who shares a tablet of a facility takes it by PIN, after her own full sign-in on it (decision 45); ``path``
    # leads from that sign-in
    Action.SHIFT_CHANGE: {
        Role.OPERATOR: own_facility("person__facility"),
        Role.FACILITY_MANAGER: own_facility("person__facility"),
    },
    # A mother has neither password nor second factor: a code by mail, or a passkey
    Action.STAFF_SECOND_FACTOR: {role: ALL for role in Role if role != Role.MOTHER},
    Action.GUIDE_READ: {role: ALL for role in Role if role != Role.MOTHER},
    Action.NO_ONE: {},
}
