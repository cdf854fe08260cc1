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
    moment stands in another row; ``filled``: columns that other rows tell, written once themselves: steps, events.
    ``begins``: asks for the moment before which nothing can be told, empty where all can.
    """

    written: str
    later: dict[str, tuple[str, ...]] = field(default_factory=dict)
    joins: str = ""
    needs: tuple[str, ...] = ()
    filled: dict[str, str] = field(default_factory=dict)
    begins: str = ""


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

# A claim as its last step left it. Of a record that was submitted anew since, nobody has kept the words.
A_CLAIM = Once(
    "first.at",
    joins="""
        JOIN LATERAL (SELECT min(at) AS at FROM public.billing_claimstep WHERE claim_id = known.id) first ON true
        JOIN LATERAL (SELECT state, digest FROM public.billing_claimstep
                       WHERE claim_id = known.id AND at < %(moment)s ORDER BY at DESC, id DESC LIMIT 1) step ON true
        JOIN LATERAL (SELECT EXISTS (SELECT FROM public.billing_claimstep WHERE claim_id = known.id
                                        AND at >= %(moment)s AND state = 'submitted') AS anew) later ON true
    """,
    filled={
        "state": "step.state",
        "digest": "step.digest",
        "snapshot": "CASE WHEN later.anew THEN '{}'::jsonb ELSE known.snapshot END",
    },
)


def _event(told: str, kinds: str) -> str:
    """Return what the last event of these kinds before the moment told."""
    return (
        f"(SELECT {told} FROM public.referrals_referralevent WHERE referral_id = known.id"  # noqa: S608
        f" AND at < %(moment)s AND kind IN ({kinds}) ORDER BY at DESC, id DESC LIMIT 1)"
    )


PLANS, CLOSED = "'planned', 'called_off', 'contact'", "'closed'"


def _as_then(standing: str, then: str) -> str:
    """Return what stands where nothing happened to the referral since, else what its events told by then."""
    return f"CASE WHEN since.happened THEN {then} ELSE known.{standing} END"


RECEIVED = "CASE WHEN stood.state IN ('acknowledged', 'closed') THEN {} END"
ENDED = "CASE WHEN stood.state IN ('closed', 'withdrawn') THEN {} END"
SENT = "'raised', 'redirected', 'moved'"
IN_HAND = "'acknowledged', 'handed_over', 'reopened'"
AS_IT_STOOD = """
        JOIN LATERAL (SELECT EXISTS (SELECT FROM public.referrals_referralevent WHERE referral_id = known.id
                                        AND at >= %(moment)s)
                          OR EXISTS (SELECT FROM public.referrals_referraladdition WHERE referral_id = known.id
                                        AND added_at >= %(moment)s) AS happened) since ON true
        JOIN LATERAL (SELECT coalesce((
            SELECT CASE event.kind WHEN 'acknowledged' THEN 'acknowledged' WHEN 'reopened' THEN 'acknowledged'
                       WHEN 'closed' THEN 'closed' WHEN 'withdrawn' THEN 'withdrawn' ELSE 'raised' END
              FROM public.referrals_referralevent event
             WHERE event.referral_id = known.id AND event.at < %(moment)s
               AND event.kind IN ('raised', 'redirected', 'moved', 'acknowledged', 'reopened', 'closed', 'withdrawn')
             ORDER BY event.at DESC, event.id DESC LIMIT 1), 'raised') AS state) stood ON true
"""
# A referral as its events tell it. Its urgency, its times due and the district chosen for it are told as they stand.
A_REFERRAL = Once(
    "known.raised_at",
    joins=A_BOOKING_OF + AS_IT_STOOD,
    needs=OF_A_BOOKING,
    filled={
        "family_id": "coalesce(birth.family_id, known.family_id)",
        "state": _as_then("state", "stood.state"),
        "recipient": _as_then("recipient", f"coalesce(nullif({_event('recipient', SENT)}, ''), known.asked_of)"),
        "announced_to_id": _as_then("announced_to_id", _event("district_id", SENT)),
        "acknowledged_at": _as_then("acknowledged_at", RECEIVED.format(_event("at", "'acknowledged'"))),
        "acknowledged_by_id": _as_then("acknowledged_by_id", RECEIVED.format(_event("by_id", "'acknowledged'"))),
        "in_charge_id": _as_then("in_charge_id", RECEIVED.format(_event("coalesce(person_id, by_id)", IN_HAND))),
        "next_contact_on": _as_then(
            "next_contact_on",
            f"CASE WHEN stood.state = 'acknowledged' AND {_event('kind', PLANS)} <> 'called_off'"
            f" THEN {_event('day', PLANS)} END",
        ),
        "ended_at": _as_then("ended_at", ENDED.format(_event("at", "'closed', 'withdrawn'"))),
        "ended_by_id": _as_then("ended_by_id", ENDED.format(_event("by_id", "'closed', 'withdrawn'"))),
        "outcome_kind": _as_then(
            "outcome_kind", f"CASE stood.state WHEN 'closed' THEN {_event('outcome_kind', CLOSED)} ELSE '' END"
        ),
        "outcome": _as_then("outcome", f"CASE stood.state WHEN 'closed' THEN {_event('text', CLOSED)} ELSE '' END"),
    },
)
# Into which entry a row went with its family stands in its history: what it said last before the moment, else first.
FOLLOWED = """
    LEFT JOIN LATERAL (SELECT family_id, joined_into_id FROM public.referrals_watchrowevent
                        WHERE pgh_obj_id = known.id
                        ORDER BY pgh_created_at < %(moment)s DESC,
                                 CASE WHEN pgh_created_at < %(moment)s THEN -pgh_id ELSE pgh_id END LIMIT 1) stood
           ON true
"""
# Counts of signs from the moment at which they were; the self-check's, which has no history, when its week is over.
A_COUNT = Once(
    "CASE known.kind WHEN 'checked' THEN (known.week + 7)::timestamp AT TIME ZONE 'Asia/Tokyo' ELSE counted.since END",
    joins="""
        LEFT JOIN LATERAL (SELECT min(pgh_created_at) AS since,
                                  max(number) FILTER (WHERE pgh_created_at < %(moment)s) AS number
                             FROM public.bookings_unmetcountevent WHERE pgh_obj_id = known.id) counted ON true
    """,
    filled={"number": "CASE known.kind WHEN 'checked' THEN known.number ELSE counted.number END"},
    begins=f"SELECT min(pgh_created_at) FROM public.bookings_unmetcountevent WHERE pgh_label = '{STOOD}'",  # noqa: S608
)
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
    "billing_claim": A_CLAIM,
    "billing_claimstep": Once("known.at"),
    "bookings_freeddays": Once("known.freed_at"),
    "bookings_freedplace": Once("known.freed_at", {"passed_on_at": ()}),
    "bookings_givenback": Once("known.given_back_at", {"brought_back_at": ()}),
    "bookings_highneed": Once("known.set_at", {"ended_at": ("ended_by_id", "ended_reason")}),
    "bookings_lineoffer": Once("known.offered_at"),
    "bookings_roundodds": Once("known.worked_out_at"),
    "bookings_unmetcount": A_COUNT,
    "care_incidentreport": Once("known.recorded_at"),
    "care_incidentcall": Once("known.told_at", {"taken_up_at": ("taken_up_by_id",)}),
    "care_surveycount": Once(
        "known.counted_at", begins="SELECT min(counted_at) FROM public.care_surveycount WHERE stood"
    ),
    "enrollment_factcorrection": Once("known.corrected_at"),
    "enrollment_familymerge": Once("known.merged_at"),
    "enrollment_timelineentry": Once("known.entered_at"),
    "referrals_referral": A_REFERRAL,
    "referrals_referralevent": Once("known.at"),
    "referrals_referraladdition": Once("known.added_at"),
    "referrals_referralcontact": Once("known.recorded_at"),
    "referrals_placerequest": Once(
        "known.asked_at",
        {"decided_at": ("decided_by_id", "answer", "high_need_id")},
        filled={"state": "CASE WHEN known.decided_at < %(moment)s THEN known.state ELSE 'asked' END"},
    ),
    "referrals_placerequestevent": Once("known.at"),
    "referrals_watchmark": Once("known.at"),
    "referrals_watchlist": Once("known.made_at"),
    "referrals_watchrow": Once(
        "list.made_at",
        joins="JOIN public.referrals_watchlist list ON list.id = known.watch_list_id" + FOLLOWED,
        filled={
            "family_id": "coalesce(stood.family_id, known.family_id)",
            "joined_into_id": "CASE WHEN stood.family_id IS NULL THEN known.joined_into_id"
            " ELSE stood.joined_into_id END",
        },
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
