"""計算を頼む: a run is asked for, with everything that it will be worked out by."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from bookings.places.queries import STAYS
from facilities.models import Service
from reports.models import PlanningKind, PlanningRun
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .parameters import WhatIf, as_kept

# At one time of one person; and how long at most a run is kept (DEFAULT).
MOST_OPEN = 3
KEPT_AT_MOST = timedelta(days=3 * 366)


@in_transaction
def start_what_if(*, title: str, asked: WhatIf, keep_until: date, by: User, at: datetime) -> PlanningRun:
    """Ask for a replay: one of what happened, then two for each seed. Errors: NotPossible ``nothing_changed``,
    ``too_many_runs``, ``kept_too_long``.
    """
    if asked.changes.is_nothing:
        raise NotPossible("nothing_changed", _("Please change something: nothing differs from what was."))
    return _start(PlanningKind.WHAT_IF, title, as_kept(asked), 1 + asked.seeds, keep_until, by=by, at=at)


@in_transaction
def start_forecast(*, title: str, keep_until: date, by: User, at: datetime) -> PlanningRun:
    """Ask for a forecast from the next month on. Errors: NotPossible ``no_services`` and as ``start_what_if``."""
    facilities = Service.objects.filter(kind__in=STAYS).values("facility").distinct().count()
    if not facilities:
        raise NotPossible("no_services", _("There is no facility to foretell anything of."))
    parameters = {"from_month": timezone.localdate(at).replace(day=1).isoformat()}
    return _start(PlanningKind.FORECAST, title, parameters, 1, keep_until, by=by, at=at)


def _start(
    kind: PlanningKind,
    title: str,
    parameters: Mapping[str, object],
    steps: int,
    keep_until: date,
    *,
    by: User,
    at: datetime,
) -> PlanningRun:
    today = timezone.localdate(at)
    if not today <= keep_until <= today + KEPT_AT_MOST:
        sentence = _("A run is kept for three years at most.")
        raise NotPossible("kept_too_long", sentence, {"keep_until": sentence})
    open_runs = PlanningRun.objects.filter(asked_by=by, finished_at=None)
    if open_runs.count() >= MOST_OPEN:
        sentence = _("%(most)d of your runs are still being worked out. Please wait for one of them.")
        raise NotPossible("too_many_runs", sentence % {"most": MOST_OPEN})
    return PlanningRun.objects.create(
        kind=kind,
        title=title.strip(),
        parameters=dict(parameters),
        seed=secrets.token_hex(8),
        asked_by=by,
        asked_at=at,
        keep_until=keep_until,
        steps=steps,
    )
