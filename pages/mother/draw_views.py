"""抽選 for a mother: the draws that she can enter, her wishes, and what became of them at each moment."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.draws.entering import enter_draw, withdraw_entry
from bookings.draws.entry_moments import turn_of, with_what_moments_ask
from bookings.draws.round_places import closed_days, services_of
from bookings.models import DrawEntry, DrawRound
from bookings.places.birth_use import days_of_birth_with_limit
from bookings.places.locking import lock_registration
from bookings.places.refusals import guarded_transaction
from bookings.waiting.line import leave_line, stand_again
from enrollment.models import Registration
from facilities.queries import terms_row
from pages.once_form import posted, say_changed_meanwhile
from pages.public.draw_views import SERVICES, round_row
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.moments import moment_in_words

from .draw_entry_page import entry_page, entry_row
from .draw_odds import odds_part
from .draw_wish_form import WishForm, as_touched, as_typed, nothing_typed


@require_safe
def of_registration(request: HttpRequest, pk: int) -> HttpResponse:
    """The draws that a family can enter now, and what became of those it entered. In a fixed number of queries."""
    registration = _own(request, pk)
    now = timezone.now()
    standing = registration.draw_entries.filter(withdrawn_at__isnull=True)
    entries = {entry.round_id: entry for entry in with_what_moments_ask(standing)}
    is_open = Q(opens_at__lte=now, closes_at__gt=now, called_off_at__isnull=True)
    shown = DrawRound.objects.filter(is_open | Q(pk__in=entries)).select_related("pool__facility")
    rows = [
        round_row(row) | (entry_row(entries[row.pk], now) if row.pk in entries else {"entry": None})
        for row in shown.prefetch_related(SERVICES)
    ]
    return render(request, "mother/draws.html", {"registration": registration, "rounds": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, pk: int, draw: int) -> HttpResponse:
    """A family's wishes in one draw, changed as often as she likes until the deadline; then what becomes of them."""
    registration = _own(request, pk)
    draw_round = get_object_or_404(
        DrawRound.objects.select_related("pool__facility").prefetch_related(SERVICES), pk=draw
    )
    entry, now = _entry(registration, draw_round), timezone.now()
    if entry is not None and request.method != "POST" and (now >= draw_round.closes_at or draw_round.called_off_at):
        context = entry_page(entry, now) | {"registration": registration}
        return render(request, "mother/draw_entry.html", context)
    if request.POST.keys() & {"leave_line", "stand_again"} and entry is not None:
        return _line_left(request, entry, now)
    form = _form(request, registration, draw_round, entry)
    way = redirect("family:draws", registration.pk)
    try:
        if "withdraw" in request.POST and entry is not None:
            with guarded_transaction():
                withdraw_entry(entry=entry, at=now)
            taken_out = _(
                "Your wishes are taken out of the draw. One touch below puts them in again, until the deadline."
            )
            messages.success(request, taken_out)
            return redirect("family:draw", registration.pk, draw_round.pk)
        if form.is_valid():
            with guarded_transaction():
                lock_registration(registration.pk)
                say_changed_meanwhile(request, form, _wished(_entry(registration, draw_round)))
                enter_draw(
                    draw_round=draw_round,
                    registration=registration,
                    by=signed_in(request),
                    at=now,
                    infant_count=max(registration.birth.infants.count(), 1),
                    **form.values,
                )
            messages.success(request, _sent(draw_round))
            return way
    except Refused as refused:
        show_refusal(form, refused)
    context = round_row(draw_round) | {"form": form, "registration": registration, "entry": entry}
    context |= {"days": days_of_birth_with_limit(registration.birth, timezone.localdate(now))}
    context |= odds_part(draw_round, services_of(draw_round).values(), entry, now)
    return render(request, "mother/draw.html", context, status=422 if form.errors else 200)


def _sent(draw_round: DrawRound) -> str:
    return _("Your wishes are in the draw. It is drawn on %(moment)s.") % {
        "moment": moment_in_words(draw_round.draw_at)
    }


def _line_left(request: HttpRequest, entry: DrawEntry, now: datetime) -> HttpResponse:
    """She leaves the line of a draw, or takes that back while she can."""
    turn, leaves = turn_of(entry), "leave_line" in request.POST
    try:
        if turn is not None:
            with guarded_transaction():
                (leave_line if leaves else stand_again)(turn=turn, at=now)
            said = _("You no longer stand in line.") if leaves else _("You stand in line again, as before.")
            messages.success(request, said)
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("family:draw", entry.registration_id, entry.round_id)


def _form(
    request: HttpRequest, registration: Registration, draw_round: DrawRound, entry: DrawEntry | None
) -> WishForm:
    services = list(services_of(draw_round).values())
    terms = [terms_row(service, draw_round.period.lower) for service in services]
    return WishForm(
        None if "withdraw" in request.POST else posted(request),
        initial=as_typed(entry) or as_touched(request.GET) or as_typed(_taken_out(registration, draw_round)),
        draw_round=draw_round,
        services=services,
        closed=closed_days(draw_round, services),
        family=registration.birth.family,
        takes_sibling=any(row is not None and row.takes_siblings for row in terms),
    )


def _entry(registration: Registration, draw_round: DrawRound) -> DrawEntry | None:
    entries = DrawEntry.objects.filter(round=draw_round, registration=registration, withdrawn_at__isnull=True)
    return with_what_moments_ask(entries).select_related("entered_by", "sibling").first()


def _taken_out(registration: Registration, draw_round: DrawRound) -> DrawEntry | None:
    """The wishes that she took out last: what she puts in again with one touch."""
    entries = DrawEntry.objects.filter(round=draw_round, registration=registration, withdrawn_at__isnull=False)
    return entries.select_related("sibling").order_by("-withdrawn_at").first()


def _wished(entry: DrawEntry | None) -> Standing:
    """What is wished as it stands; without an entry nothing stands that could be overwritten."""
    if entry is None:
        return Standing({})
    return Standing(nothing_typed() | as_typed(entry), entry.entered_by, entry.entered_at)


def _own(request: HttpRequest, pk: int) -> Registration:
    registrations = Registration.objects.select_related("birth__family")
    return shown_or_404(request, Action.BOOKING_WISH, registrations, pk=pk)
