"""Follow-up requests: what their tables count. Rows for who may read requests alone."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import Action
from facilities.fiscal_year import fiscal_year_days
from referrals.models import Concern, EventKind, Outcome, ReferralState
from reports.chapters.follow_up_queries import requests_counted
from reports.masked_figures import counted_until
from reports.meeting_queries import STATES
from reports.tables import Row

from .cells import Cell, Opened, Words
from .figure import RowsBehind

REQUEST = gettext_lazy("Requests raised in the year, without those withdrawn by its end.")
RECEIVED = Q(received__isnull=False)
WARD = "ward"


def requests_behind(row: Row, today: date, which: Q) -> RowsBehind:
    """Return the requests of the row's year that a figure counts, as they stood at its end."""
    year = row["fiscal_year"]
    found = requests_counted(fiscal_year_days(year)[0], counted_until(year, today)).filter(which)
    return RowsBehind(
        _("Follow-up requests"),
        # One without an event of a state was raised, and no more.
        found.exclude(stood=EventKind.WITHDRAWN).select_related("family").order_by("raised_at", "pk"),
        "family",
        (_("Raised on"), _("Received by a person on"), _("Family")),
        lambda one: (_moment(one.raised_at), _moment(one.received), one.family.mother_name),
        lambda one: int(one.family_id),
        also=Action.REFERRAL_VIEW,
    )


def _moment(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT") if moment else "–"


def _request(meaning: Words, which: Q, **more: Any) -> Cell:
    return Cell(meaning, rows=lambda row, today: requests_behind(row, today, which), **more)


def _still(state: ReferralState) -> Q:
    kinds = [kind for kind, of in STATES.items() if of == state]
    return Q(stood__in=kinds) | (Q(stood__isnull=True) if state == ReferralState.RAISED else Q(pk__in=[]))


def _place(row: Row) -> Q:
    return Q() if row["district"] == WARD else Q(district__slug=row["district"])


def _response(meaning: Words, which: Q, **more: Any) -> Cell:
    return Cell(meaning, rows=lambda row, today: requests_behind(row, today, which & _place(row)), **more)


def _concerns() -> Mapping[str, Cell]:
    meaning = gettext_lazy("Requests that name the concern; one may name several.")
    return {
        f"concern_{concern.value}": _request(meaning, Q(concerns__contains=[concern.value])) for concern in Concern
    }


def _outcomes() -> Mapping[str, Cell]:
    closed = {
        f"outcome_{outcome.value}": _request(
            gettext_lazy("Requests that were closed so."), Q(stood=EventKind.CLOSED, came_of_it=outcome.value)
        )
        for outcome in Outcome
    }
    open_still = {
        f"still_{state.value}": _request(
            gettext_lazy("Requests that were open at the end of the year."), _still(state)
        )
        for state in (ReferralState.RAISED, ReferralState.ACKNOWLEDGED)
    }
    return closed | open_still


_WAIT = gettext_lazy("Working hours of the ward's offices from raising until a person received the request.")
CONCERNS = Opened(("fiscal_year",), {"requests": _request(REQUEST, Q()), **_concerns()}, finished=True, rounded=True)
CAME_OF_THEM = Opened(
    ("fiscal_year",), {**_outcomes(), "requests": _request(REQUEST, Q())}, finished=True, rounded=True
)
RESPONSES = Opened(
    ("fiscal_year", "district"),
    {
        "requests": _response(REQUEST, Q()),
        "received": _response(
            gettext_lazy("Of these, those that a person received by the end of the year."), RECEIVED
        ),
        "within_percent": _response(
            gettext_lazy("Of those received, the share that waited no longer than was due when they were raised."),
            RECEIVED,
            makes_up="received",
            over=("received",),
            rule=gettext_lazy("Received in time × 100 ÷ received, halves up to one decimal; of three or more."),
        ),
        "median_hours": _response(
            _WAIT,
            RECEIVED,
            makes_up="received",
            over=("received",),
            rule=gettext_lazy("The wait that half of them did not exceed, by nearest rank; of three or more."),
        ),
        "p90_hours": _response(
            _WAIT,
            RECEIVED,
            makes_up="received",
            over=("received",),
            rule=gettext_lazy("The wait that nine of ten did not exceed, by nearest rank; of three or more."),
        ),
    },
    finished=True,
    rounded=True,
)
