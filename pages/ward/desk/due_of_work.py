"""What is due of places, money and safety: draws, days with fewer places, claims, fees, incidents."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, visible
from billing.balances import Balance, balances_standing
from billing.desk.differing import differing_by_year
from billing.desk.refunds import proposals_waiting
from billing.models import Charge, Claim, ClaimState
from bookings.draws.coming_rounds import pools_without_round
from bookings.draws.desk.near_rounds import rounds_drawn_lately, rounds_soon
from bookings.draws.desk.round_figures import answers_awaited
from bookings.draws.late_rounds import LateRound, WhyLate, late_rounds
from bookings.waiting.lines import families_hoping
from care.incident_queries import reports_waiting
from care.models import Incident
from care.telling.queries import not_taken_up
from facilities.cuts_ahead import closures_ahead, overrides_ahead
from facilities.fiscal_year import fiscal_year
from pages.due import MOST_DIRECT, Direct, Due, Grade, counted
from referrals.models import PlaceRequest
from referrals.place_queries import waiting_requests
from referrals.queries import late
from reports.models import PracticeNote, PracticeState


def incidents(person: User, _at: datetime) -> Iterator[Due]:
    """Serious incidents that a facility told of: at once, from the first day. One query."""
    if may(person, Action.INCIDENT_CHASE):
        count, since = counted(not_taken_up(), "told_at")
        page = f"{reverse('supervisor:incidents')}#told"
        yield Due(Grade.AT_ONCE, _("Serious incidents that nobody has in hand"), count, page, since=since)


def incident_reports(person: User, at: datetime) -> Iterator[Due]:
    """Reports of serious incidents: too late, or still to come. One query."""
    if may(person, Action.INCIDENT_OVERSEE):
        found = reports_waiting(Incident.objects.all(), timezone.localdate(at))
        page = reverse("supervisor:incidents")
        yield Due(
            Grade.AT_ONCE,
            _("Serious incidents that a facility has not reported in time"),
            found.red,
            page,
            by=found.next_due if found.red else None,
        )
        yield Due(
            Grade.WAITS,
            _("Serious incidents with a report still to come"),
            found.open - found.red,
            page,
            by=None if found.red else found.next_due,
        )


def referrals(person: User, at: datetime) -> Iterator[Due]:
    """Follow-up requests that no section has received in time. One query."""
    if may(person, Action.REFERRAL_OVERSEE):
        found = late(at)
        grade = Grade.AT_ONCE if found.red else Grade.LATE
        words = _("Follow-up requests that nobody has received in time")
        yield Due(grade, words, found.overdue, reverse("supervisor:referrals"))


def places_asked(person: User, at: datetime) -> Iterator[Due]:
    """Places that districts ask for. One query."""
    if may(person, Action.PLACE_ANSWER):
        asked = visible(person, Action.PLACE_ANSWER, PlaceRequest.objects.all()).order_by().values("pk")
        waiting = waiting_requests(timezone.localdate(at)).filter(pk__in=asked)
        count, since = counted(waiting, "asked_at")
        page = reverse("admin:referrals_placerequest_waiting")
        yield Due(Grade.WAITS, _("Places that a district asks for"), count, page, since=since)


def draws(person: User, at: datetime) -> Iterator[Due]:
    """Draws that stand still, are to be announced, come, were held of late, and answers awaited. Five queries."""
    if not may(person, Action.DRAW_ANNOUNCE):
        return
    page = reverse("desk:draws")
    standing = late_rounds(at)
    yield Due(
        Grade.LATE,
        _("Draws that stand still or wait for their number"),
        len(standing),
        f"{page}#soon",
        by=timezone.localdate(standing[0].due) if standing else None,
        direct=tuple(Direct(str(row.draw_round), _page_of_late(row)) for row in standing[:MOST_DIRECT]),
    )
    without = pools_without_round(timezone.localdate(at))
    yield Due(
        Grade.WAITS,
        _("Draws to announce"),
        len(without),
        f"{page}#announce",
        by=min((row.last_day for row in without if row.last_day), default=None),
        direct=tuple(
            Direct(str(row.pool), f"{reverse('admin:bookings_drawround_add')}?pool={row.pool.pk}")
            for row in without[:MOST_DIRECT]
        ),
    )
    for words, where, found in (
        (_("Results of draws of the last week"), "lately", list(rounds_drawn_lately(at))),
        (_("Draws of the coming week"), "soon", list(rounds_soon(at))),
    ):
        yield Due(
            Grade.AHEAD,
            words,
            len(found),
            f"{page}#{where}",
            by=timezone.localdate(found[0].draw_at) if found else None,
            direct=tuple(Direct(str(row), reverse("desk:draw", args=[row.pk])) for row in found[:MOST_DIRECT]),
        )
    count, until = answers_awaited(at)
    by = timezone.localdate(until) if until else None
    yield Due(Grade.AHEAD, _("Places given by a draw that await an answer"), count, f"{page}#lately", by=by)


def lines(person: User, at: datetime) -> Iterator[Due]:
    """Families that stand in line after a draw or wait. Two queries."""
    if may(person, Action.DRAW_ANNOUNCE):
        count = families_hoping(timezone.localdate(at))
        yield Due(Grade.AHEAD, _("Families in line or waiting for a place"), count, reverse("desk:lines"))


def _page_of_late(late: LateRound) -> str:
    view = "admin:bookings_drawround_number" if late.why == WhyLate.NO_NUMBER else "desk:draw"
    return reverse(view, args=[late.draw_round.pk])


def cuts(person: User, at: datetime) -> Iterator[Due]:
    """Days ahead with fewer places. Two queries."""
    if may(person, Action.REFERENCE_VIEW):
        today = timezone.localdate(at)
        closed, single = list(closures_ahead(today)), list(overrides_ahead(today))
        yield Due(
            Grade.AHEAD,
            _("Closures in the coming 60 days"),
            len(closed),
            f"{reverse('admin:facilities_closure_changelist')}?days=ahead",
            by=max(today, closed[0].period.lower or today) if closed else None,
        )
        yield Due(
            Grade.AHEAD,
            _("Days with other slots in the coming 60 days"),
            len(single),
            f"{reverse('admin:facilities_dayoverride_changelist')}?days=ahead",
            by=single[0].day if single else None,
        )


def claims(person: User, _at: datetime) -> Iterator[Due]:
    """Months that facilities handed in, and those that went back to them. One query."""
    if not may(person, Action.CLAIM_OVERSEE):
        return
    waiting = visible(person, Action.CLAIM_OVERSEE, Claim.objects.exclude(state=ClaimState.ACCEPTED))
    rows = list(waiting.select_related("facility").defer("snapshot").order_by("month", "facility__position"))
    for state, grade, words in (
        (ClaimState.SUBMITTED, Grade.WAITS, _("Monthly claims to accept")),
        (ClaimState.RETURNED, Grade.AHEAD, _("Monthly claims that went back to the facility")),
    ):
        found = [row for row in rows if row.state == state]
        yield Due(
            grade,
            words,
            len(found),
            f"{reverse('claims:list')}?state={state}",
            direct=tuple(
                Direct(
                    f"{row.facility} {date_format(row.month, 'YEAR_MONTH_FORMAT')}",
                    reverse("claims:claim", args=[row.pk]),
                )
                for row in found[:MOST_DIRECT]
            ),
        )


def fees(person: User, at: datetime) -> Iterator[Due]:
    """Fees that are open for a month, and what was paid too much. Two queries."""
    if may(person, Action.CHARGE_VIEW):
        found = balances_standing(visible(person, Action.CHARGE_VIEW, Charge.objects.all()), at)
        page = reverse("admin:billing_charge_changelist")
        too_much = reverse("money:refunds") if may(person, Action.MONEY_DESK) else f"{page}?balance={Balance.TOO_MUCH}"
        for words, address, count, since in (
            (_("Fees not paid for over 30 days"), f"{page}?balance={Balance.LATE}", found.late, found.late_since),
            (_("Fees of which too much was paid"), too_much, found.too_much, found.too_much_since),
        ):
            day = timezone.localdate(since) if since else None
            yield Due(Grade.WAITS, words, count, address, since=day)


def differences(person: User, at: datetime) -> Iterator[Due]:
    """Charges of this fiscal year and the last that a fresh computation prices otherwise. Two queries at most."""
    if may(person, Action.CHARGE_ADJUST):
        this_year = fiscal_year(timezone.localdate(at))
        found = differing_by_year(person, (this_year - 1, this_year))
        page = reverse("admin:billing_charge_differences")
        for year in (this_year - 1, this_year):
            words = _("Charges of fiscal year %(year)d to look at again") % {"year": year}
            yield Due(Grade.WAITS, words, found.get(year, 0), f"{page}?year={year}")


def refunds(person: User, _at: datetime) -> Iterator[Due]:
    """Refunds that a colleague proposed. One query."""
    if may(person, Action.MONEY_DESK):
        own = visible(person, Action.MONEY_DESK, Charge.objects.all())
        count, since = counted(proposals_waiting(own, person), "proposed_at")
        yield Due(Grade.WAITS, _("Refunds to confirm"), count, reverse("money:refunds"), since=since)


def practice(person: User, _at: datetime) -> Iterator[Due]:
    """Notes of good practice to be reviewed. One query."""
    if may(person, Action.PRACTICE_REVIEW):
        count, since = counted(PracticeNote.objects.filter(state=PracticeState.WAITING), "written_at")
        words = _("Notes of good practice to review")
        yield Due(Grade.AHEAD, words, count, reverse("meeting:review-list"), since=since)
