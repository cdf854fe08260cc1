"""The round of the sleeping babies on the board: written in one touch, and a touch that was a slip taken back."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in
from accounts.roles import FACILITY_ROLES
from bookings.models import Booking
from bookings.places.queries import FacilityDay, facility_day
from bookings.stays.room_queries import room_of
from care.models import SleepCheck
from care.record_queries import care_policy, last_looks, looks_just_written, newest_looks
from care.sleep_checks import note_sleep_checks
from care.undo import take_back_sleep_check
from facilities.models import Facility
from facilities.queries import own_facility
from pages.once_form import key_of, posted, submit_once
from sankecare.errors import Refused
from sankecare.moments import clock_time

from .family_badges import show_badges
from .sleep_forms import RoundForm, Sleeper


def sleepers_of(shown: FacilityDay, today: date) -> list[Sleeper]:
    """Return each infant in house that is to be looked at, by room, then by the family's kana. Three queries."""
    policy, now = care_policy(today), timezone.now()
    here = [*shown.in_house, *shown.departures]
    newest = newest_looks(here, now) if policy and policy.sleep_check_minutes else {}
    states = last_looks(here, policy.sleep_check_minutes if policy else None, now, newest)
    rooms = room_of(here) if states else {}
    rows = [
        Sleeper(
            booking,
            infant,
            states[booking.pk, infant.pk],
            newest.get((booking.pk, infant.pk)),
            rooms[booking.pk].name if booking.pk in rooms else "",
        )
        for booking in here
        for infant in booking.registration.birth.infants.all()
        if (booking.pk, infant.pk) in states
    ]
    return sorted(rows, key=_by_room)


def _by_room(row: Sleeper) -> tuple[str, str, int, int]:
    return row.room, row.booking.registration.birth.family.mother_name_kana, row.booking.pk, row.infant.pk


def round_form(data: Any, sleepers: list[Sleeper], place: Facility, person: User) -> RoundForm:
    """Return the form of a round, with who works in the house."""
    return RoundForm(data, sleepers=sleepers, people=_people(place), person=person)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def looks(request: HttpRequest) -> HttpResponse:
    """Every sleeping baby of the house in a row of its own; written together, or all that are not named at once."""
    person, today = signed_in(request), timezone.localdate()
    place = own_facility(person)
    shown = facility_day(place, today)
    sleepers = sleepers_of(shown, today)
    note_shown(request, [row.booking for row in sleepers])
    form = round_form(posted(request), sleepers, place, person)
    written = submit_once(request, key_of(request), form, note_sleep_checks)
    if written is not None:
        check = SleepCheck.objects.get(pk=written)
        words = {"time": clock_time(check.happened_at)}
        messages.success(request, _("The round is written: %(time)s.") % words)
        if any(look.breathing != "regular" or look.colour != "good" for look in form.values["looks"]):
            messages.error(
                request, _("A baby breathes otherwise than usual or is pale: call for help now, 119. Then record it.")
            )
        return redirect("operator:day" if request.POST.get("from") == "day" else "operator:looks")
    show_badges([row.booking for row in sleepers], today)
    context = {
        "round": form,
        "rows": list(form.rows()),
        "key": key_of(request),
        "just_written": looks_just_written(place, timezone.now()),
    }
    return render(request, "facility/looks.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """From when on each look is late, in milliseconds since 1970, and nothing of any family: for the sound."""
    place, today = own_facility(signed_in(request)), timezone.localdate()
    found = {
        row.key: [_milliseconds(row.state.next_at), _milliseconds(row.state.red_at)]
        for row in sleepers_of(facility_day(place, today), today)
    }
    return JsonResponse({"now": _milliseconds(timezone.now()), "looks": found})


@require_POST
def undo(request: HttpRequest, pk: int, check: int) -> HttpResponse:
    """Take a sleep check back that was touched by mistake."""
    booking = shown_or_404(request, Action.STAY_RECORD, Booking.objects.all(), pk=pk)
    found = get_object_or_404(SleepCheck.objects.select_related("stay__booking"), pk=check, stay__booking=booking)
    try:
        with transaction.atomic(durable=True):
            take_back_sleep_check(check=found, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("It is taken back. Please look again."))
    return redirect("operator:looks")


def _milliseconds(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1000) if moment else 0


def _people(place: Facility) -> "QuerySet[User]":
    people = User.objects.filter(facility=place, role__in=FACILITY_ROLES, is_active=True)
    return people.order_by("last_name", "first_name", "pk")
