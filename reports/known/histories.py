"""How the past of each table is told: by its history, by the moment each row was written, or not at all.

Names only; nothing here asks the database. A table that stands in none of these has no past that can be told.
"""

from dataclasses import dataclass, field

# The label of a row that stood already when its history began (a migration wrote it down then).
STOOD = "stood"

A_BOOKING_OF = """
    LEFT JOIN bookings_booking booking ON booking.id = known.booking_id
    LEFT JOIN facilities_service service ON service.id = booking.service_id
    LEFT JOIN enrollment_registration registration ON registration.id = booking.registration_id
    LEFT JOIN enrollment_birth birth ON birth.id = registration.birth_id
"""
OF_A_BOOKING = ("bookings_booking", "facilities_service", "enrollment_registration", "enrollment_birth")


@dataclass(frozen=True)
class Filled:
    """Columns that a history leaves out, and where they come from. ``needs``: tables to be told first."""

    columns: dict[str, str]
    joins: str = ""
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Once:
    """Rows that are written once: known from the moment in ``written`` on.

    ``later``: a moment that may come to a row later, and the columns that are empty until then. ``joins``: where the
    moment stands in another row; ``filled``: columns that follow a family which may have been joined since.
    """

    written: str
    later: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joins: str = ""
    needs: tuple[str, ...] = ()
    filled: dict[str, str] = field(default_factory=dict)


def _joined(family: str) -> str:
    """Into which row this one was joined: nothing where its family was not joined yet."""
    return (
        "(SELECT stands.joined_into_id FROM public.{table} stands"  # noqa: S608
        " JOIN public.enrollment_familymerge joined ON joined.merged_at < %(moment)s"
        f" AND joined.given_up_id = {family} WHERE stands.id = known.id LIMIT 1)"
    )


FILLED = {
    "bookings_bookingday": Filled(
        {
            "pool_id": "coalesce(stands.pool_id, service.pool_id)",
            "family_id": "birth.family_id",
            "released_at": "CASE WHEN known.status = 'released' THEN"
            " least(coalesce(stands.released_at, known.pgh_created_at), known.pgh_created_at) END",
            "busy_minutes": "stands.busy_minutes",
            "visit_round": "stands.visit_round",
        },
        A_BOOKING_OF + "LEFT JOIN public.bookings_bookingday stands ON stands.id = known.id",
        OF_A_BOOKING,
    ),
    "enrollment_birth": Filled({"joined_into_id": _joined("known.family_id").format(table="enrollment_birth")}),
    "enrollment_sibling": Filled({"joined_into_id": _joined("known.family_id").format(table="enrollment_sibling")}),
    "enrollment_infant": Filled(
        {"joined_into_id": _joined("birth.family_id").format(table="enrollment_infant")},
        "LEFT JOIN enrollment_birth birth ON birth.id = known.birth_id",
        ("enrollment_birth",),
    ),
}

ONCE = {
    "billing_charge": Once("known.issued_at"),
    "billing_chargeline": Once(
        "charge.issued_at", joins="JOIN public.billing_charge charge ON charge.id = known.charge_id"
    ),
    "billing_adjustment": Once("known.made_at"),
    "billing_payment": Once("known.received_at"),
    "billing_handedcoupon": Once(
        "known.handed_at", joins=A_BOOKING_OF, needs=OF_A_BOOKING, filled={"family_id": "birth.family_id"}
    ),
    "billing_ride": Once("known.recorded_at", {"taken_back_at": ("taken_back_by_id", "taken_back_reason")}),
    "billing_claimstep": Once("known.at"),
    "bookings_freeddays": Once("known.freed_at"),
    "bookings_freedplace": Once("known.freed_at", {"passed_on_at": ()}),
    "bookings_givenback": Once("known.given_back_at", {"brought_back_at": ()}),
    "bookings_highneed": Once("known.set_at", {"ended_at": ("ended_by_id", "ended_reason")}),
    "bookings_lineoffer": Once("known.offered_at"),
    "bookings_roundodds": Once("known.worked_out_at"),
    "care_incidentreport": Once("known.recorded_at"),
    "care_incidentcall": Once("known.told_at", {"taken_up_at": ("taken_up_by_id",)}),
    "enrollment_factcorrection": Once("known.corrected_at"),
    "enrollment_familymerge": Once("known.merged_at"),
    "enrollment_timelineentry": Once("known.entered_at"),
    "referrals_referralevent": Once("known.at"),
    "referrals_referraladdition": Once("known.added_at"),
    "referrals_referralcontact": Once("known.recorded_at"),
    "referrals_placerequestevent": Once("known.at"),
    "referrals_watchmark": Once("known.at"),
    "referrals_watchlist": Once("known.made_at"),
    "referrals_watchrow": Once(
        "list.made_at", joins="JOIN public.referrals_watchlist list ON list.id = known.watch_list_id"
    ),
    "referrals_reconciliation": Once("known.at"),
}

# Told as they stand today: names and places, what was printed, and settings whose past no one can rewrite.
AS_TODAY = frozenset(
    (
        *("facilities_district", "facilities_town", "facilities_townarea", "facilities_facility"),
        *("facilities_facilityoption", "facilities_facilityaddress", "accounts_user"),
        *("reports_publishedfacilityyear", "reports_publisheddistrictyear", "reports_publisheddistricttotal"),
        *("reports_publishedfigure", "billing_couponpolicy", "billing_transportpolicy", "care_incidentpolicy"),
        *("care_consultationtopic", "referrals_referralpolicy", "referrals_watchpolicy"),
        *("django_content_type", "pghistory_context", "enrollment_protection", "reports_practicenote"),
    )
)
