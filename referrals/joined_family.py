"""名寄せ: two entries joined are one family: one row on the week's watch list, one request for a place that waits."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.families.merge import Lines
from enrollment.models import Family

from .models import PlaceRequest, PlaceRequestEvent, RequestEventKind, RequestState, Wanted, WatchRow


def settle_requests(family: Family, by: User, at: datetime) -> Lines:
    """Let one row and one request stand for an entry that another one was joined into, in the caller's transaction.

    The others stay to be read, each with the one that stands for it.
    """
    found: Lines = []
    with translation.override(settings.LANGUAGE_CODE):  # kept with what was joined
        if closed := _one_request(family, by, at):
            found.append((_("Requests for a place that are closed: the family has one"), closed))
        if joined := _one_row_a_week(family):
            found.append((_("Rows of watch lists that are joined: the family has one"), joined))
    return found


def _one_request(family: Family, by: User, at: datetime) -> list[str]:
    """Of several that wait the one wanted soonest stays, then the first; the others say which one it is."""
    waiting = PlaceRequest.objects.filter(
        family=family, state=RequestState.ASKED, expires_on__gte=timezone.localdate(at)
    )
    soonest = [wanted.value for wanted in Wanted]
    rows = sorted(waiting, key=lambda row: (soonest.index(row.wanted), row.asked_at, row.pk))
    for row in rows[1:]:
        row.state, row.decided_at, row.decided_by = RequestState.WITHDRAWN, at, by
        row.answer = _("The family was entered twice: %(number)s stands for it.") % {"number": rows[0].number}
        row.save(update_fields=["state", "decided_at", "decided_by", "answer"])
        PlaceRequestEvent.objects.create(request=row, kind=RequestEventKind.WITHDRAWN, by=by, at=at)
    return [f"{row.number} → {rows[0].number}" for row in rows[1:]]


def _one_row_a_week(family: Family) -> list[str]:
    """Of several rows of one week that of the district in which the family lives stays, else the first."""
    by_week: dict[object, list[WatchRow]] = {}
    rows = WatchRow.objects.filter(family=family, joined_into__isnull=True).select_related("watch_list__district")
    for row in rows.order_by("pk"):
        by_week.setdefault(row.watch_list.week, []).append(row)
    joined = []
    for same in by_week.values():
        lived_in = family.residences.filter(period__contains=same[0].watch_list.week).values_list(
            "district", flat=True
        )
        stays = next((row for row in same if row.watch_list.district_id in set(lived_in)), same[0])
        for row in same:
            if row.pk != stays.pk:
                row.joined_into = stays
                row.save(update_fields=["joined_into"])
                joined.append(f"{row.watch_list} {row.position} → {stays.watch_list} {stays.position}")
    return joined
