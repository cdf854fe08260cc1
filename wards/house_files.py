"""The files of a ward's folder on a house: what guests are told, the way to it, photographs, hours of keeping."""

from facilities.models import GuestTopic, ServiceKind

from .columns import Column, ages, clock, numbers_of_days, one_of, slug, text, whole, yen, yes_no
from .specs import FACILITY, PERIOD, ward_file

HOUSE_FILES = (
    # ご利用の案内: what guests are told of a facility, or of one kind of its services. What is not known has no row.
    ward_file(
        "guest_notes.csv",
        "facility kind topic code first_day",
        FACILITY,
        Column("kind", one_of(*ServiceKind.values), required=False),
        Column("topic", one_of(*GuestTopic.values)),
        Column("code", slug),
        *PERIOD,
        Column("text", text(200)),
        Column("text_en", text(300)),
        alone_within="facility kind topic code",
    ),
    # Minutes from each town to each facility.
    ward_file(
        "town_minutes.csv",
        "town facility first_day",
        Column("town", text(40), refers_to="towns.csv"),
        FACILITY,
        *PERIOD,
        Column("minutes", whole(1, 240)),
        alone_within="town facility",
    ),
    # Who is told of words of despair, and whether a tick tells as words do.
    ward_file(
        "despair_policies.csv",
        "first_day",
        *PERIOD,
        Column("tells_health_nurses", yes_no),
        Column("tells_ward_staff", yes_no),
        Column("ticks_tell", yes_no),
        alone_within="",
    ),
    # When families are reminded by the clock, and at which hours.
    ward_file(
        "reminder_policies.csv",
        "first_day",
        *PERIOD,
        Column("stay_days_before", numbers_of_days),
        Column("give_back_days_before", whole(0, 60), required=False),
        Column("unpaid_days", numbers_of_days),
        Column("after_stay_hours", whole(1, 72), required=False),
        Column("earliest", clock),
        Column("latest", clock),
        alone_within="",
    ),
    # 未払い・返金: how unpaid fees are sorted, whether letters of reminder go out, when two people give back.
    ward_file(
        "unpaid_policies.csv",
        "first_day",
        *PERIOD,
        Column("ages", ages),
        Column("letters", yes_no),
        Column("letter_after_days", whole(1, 1000), required=False),
        Column("again_after_days", whole(1, 1000), required=False),
        Column("pay_within_days", whole(1, 1000), required=False),
        Column("how_to_pay", text(200), required=False),
        Column("refund_by_two_from", yen, required=False),
        alone_within="",
    ),
    # 写真: whether any are taken, and how long they are kept.
    ward_file(
        "photo_policies.csv",
        "first_day",
        *PERIOD,
        Column("is_on", yes_no),
        Column("days_kept", whole(1, 3660)),
        Column("most_a_stay", whole(1, 200)),
        alone_within="",
    ),
    # お預かりできない時間: hours of each day in which babies are not kept apart from their mothers.
    ward_file(
        "hours_without_keeping.csv",
        "facility starts_at first_day",
        FACILITY,
        Column("starts_at", clock),
        Column("ends_at", clock),
        *PERIOD,
        Column("reason", text(120), required=False),
        Column("reason_en", text(160), required=False),
        alone_within="facility starts_at",
    ),
)
