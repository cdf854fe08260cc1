"""Whether what was published of a draw stands in the sealed history, which no page can sign anew."""

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.models import DrawLink, DrawRound
from sankecare.history_seals.verifying import parts_as_sealed


def sealed_stages(draw_round: DrawRound) -> tuple[list[str], list[str]]:
    """Return in words which stages stand in the sealed history, and which of its days of draws were changed.

    Every sealed day of the draws is looked at: rows that were taken out belong to no round any more.
    """
    told = []
    with transaction.atomic():
        links = parts_as_sealed(DrawLink._meta.db_table)
        events = parts_as_sealed(DrawRound.pgh_event_model._meta.db_table)  # type: ignore[attr-defined]  # pghistory
    changed = {part.day.day for part, stands in (*links, *events) if not stands}
    for link in DrawLink.objects.filter(round=draw_round).order_by("pk"):
        day = next((part.day for part, _stands in links if part.after < link.pk <= part.last), None)
        stage = link.get_stage_display()
        if day is None:
            told.append(_("%(stage)s: not sealed yet.") % {"stage": stage})
        elif day.day not in changed:
            facts = {"stage": stage, "day": day.day.isoformat(), "digest": day.digest}
            told.append(_("%(stage)s: stands in the history that was sealed for %(day)s (%(digest)s).") % facts)
    words = _("The history of the draws that was sealed for %(day)s was changed.")
    return told, [words % {"day": day.isoformat()} for day in sorted(changed)]
