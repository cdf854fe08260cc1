"""What a message to a mother was, by the kind of its entry in the outbox: staff read that, never its text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from enrollment.models import Family
from sankecare.models import OutboxEntry

# So many are shown, the newest.
SHOWN = 30
# On another way than mail: told beside the message that it carries.
WAYS: Mapping[int, str] = {1: "LINE", 2: "SMS"}
BY_WAY = "word_by_way"
KINDS: Mapping[str, Any] = {
    "application_sent": _("Application received"),
    "letter_mail": _("A letter is ready to read"),
    "deletion_mail": _("Answer to her request for deletion"),
    "helper_mail": _("Invitation of a helper"),
    "booking_made": _("Booking made"),
    "booking_changed": _("Booking changed by the ward or the facility"),
    "booking_updated": _("Booking changed or cancelled"),
    "entry_counts": _("Her wish counts again, or does not count"),
    "place_offered": _("A place is offered"),
    "offer_reminder": _("An offered place waits for her answer"),
    "offer_lapsed": _("The time to answer is over"),
    "draw_entered": _("Entered in a draw"),
    "draw_list": _("Entries of a draw published"),
    "draw_result": _("Result of a draw"),
    "draw_called_off": _("Draw called off"),
    "waiting_joined": _("On the waiting list"),
    "stay_reminder": _("Reminder of the stay"),
    "give_back_reminder": _("Reminder of the last day to give back"),
    "stay_over": _("After the stay"),
    "unpaid_reminder": _("A fee is still open"),
    "incident_told": _("An incident is told of"),
    "session_changed": _("Session changed"),
    "session_called_off": _("Session called off"),
    "phone_code": _("Code for her telephone number"),
    "line_answer": _("Answer on LINE"),
}


@dataclass(frozen=True)
class Sent:
    """One message. ``done_at``: when it went out, or was not needed any more; None while it is under way."""

    words: Any
    way: str
    at: datetime
    done_at: datetime | None
    failed: bool


def messages_to(family: Family) -> list[Sent]:
    """Return the newest messages to the family's sign-in. One query; none where nobody signs in."""
    if family.account_id is None:
        return []
    entries = OutboxEntry.objects.filter(recipient=f"user:{family.account_id}").order_by("-created_at", "-pk")
    found = list(entries[: SHOWN * 2])
    ways = {row.payload.get("entry"): row for row in found if row.kind == BY_WAY}
    sent = []
    for row in found:
        if row.kind == BY_WAY or row.kind not in KINDS:
            continue
        on_way = ways.get(row.pk)
        carried = on_way or row
        way = WAYS.get(on_way.payload.get("way", 0), "") if on_way else ""
        failed = bool(carried.done_at is None and carried.last_error)
        sent.append(Sent(KINDS[row.kind], way, row.created_at, carried.done_at, failed))
    return sent[:SHOWN]
