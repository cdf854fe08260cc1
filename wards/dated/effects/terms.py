"""What other terms of a service do to families that are booked: whose days they no longer allow."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Prefetch

from bookings.models import Booking, BookingDay, DayStatus
from enrollment.eligibility import NotJudgeable, Rule, ServiceTerms, judge
from enrollment.queries import application_of, cut_to_offered
from facilities.models import Service
from wards.dated.plan import Plan

from .hit import Effect, Hit


def terms_effect(plan: Plan) -> Effect:
    """Judge the days held from the first day on by both terms, each by itself, and the days with a sibling together.

    A fixed number of queries, however many bookings. Whether a family has used the facility before is not asked.
    """
    services = {service.pk: service for service in Service.objects.all()}
    before, after = (_as_rules(rows, services) for rows in (plan.before, plan.after))
    held = BookingDay.objects.filter(status=DayStatus.HELD, day__gte=plan.day).order_by("day")
    changed = [key for key in services if before[key] != after[key]]
    bookings = (
        Booking.objects.filter(service__in=changed, pk__in=held.order_by().values("booking"))
        .select_related("registration__birth", "sibling")
        .prefetch_related(
            "registration__birth__infants",
            "registration__exceptions",
            Prefetch("days", held, to_attr="held_days"),
        )
        .order_by("pk")
    )
    hits, looked_at = [], 0
    for booking in bookings:
        looked_at += 1
        if days := _refused(booking, before[booking.service_id], after[booking.service_id]):
            hits.append(Hit(booking.pk, booking.held_days[0].family_id, tuple(days)))
    return Effect(hits, looked_at)


def _as_rules(rows: Sequence[Any], services: dict[int, Service]) -> dict[int, list[ServiceTerms]]:
    found: dict[int, list[ServiceTerms]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.period.lower or date.min):
        terms = cut_to_offered(row, services[row.service_id])
        if terms is not None:
            found[row.service_id].append(terms)
    return found


def _refused(booking: Booking, before: Sequence[ServiceTerms], after: Sequence[ServiceTerms]) -> list[date]:
    """The days that the terms allowed before and do not allow after."""
    held: list[BookingDay] = booking.held_days  # type: ignore[attr-defined]  # prefetched above
    single = [row.day for row in held if _unmet(booking, [row], after) - _unmet(booking, [row], before)]
    with_sibling = [row for row in held if row.with_sibling]
    if single or not with_sibling:
        return single
    newly = _unmet(booking, with_sibling, after) - _unmet(booking, with_sibling, before)
    return [row.day for row in with_sibling] if Rule.SIBLING in newly else []


def _unmet(booking: Booking, days: Sequence[BookingDay], terms: Sequence[ServiceTerms]) -> set[Rule]:
    sibling_days = [row.day for row in days if row.with_sibling]
    asked = application_of(
        booking.registration,
        days[0].day,
        days[-1].day,
        sibling_birth_date=booking.sibling.birth_date if booking.sibling and sibling_days else None,
        sibling_days=sibling_days,
    )
    try:
        return {row.rule for row in judge(asked, terms).rules if not row.met and not row.excepted}
    except NotJudgeable:
        return {Rule.SERVICE_OFFERED}
