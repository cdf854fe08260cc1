"""コーディネーター相談: the facility plans, signs families up and notes who came."""

from collections.abc import Callable
from functools import partial

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in, visible_or_404
from care.models import CoordinatorSession
from care.session_queries import Guest, guests_of, sessions_of_facility, sessions_with_counts
from care.sessions import (
    call_off_session,
    change_session,
    lock_session,
    note_attendance,
    plan_session,
    sign_up,
    take_back,
)
from facilities.queries import own_facility
from pages.once_form import form_page, key_of, posted, submit_once
from pages.session_page import number_posted, with_family
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm

from .session_forms import (
    AttendanceForm,
    CallOffForm,
    ChangeSessionForm,
    PlanSessionForm,
    as_changed,
    as_planned,
    attendance_noted,
)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """The facility's sessions, and a new one."""
    place = own_facility(signed_in(request))
    coming, past = sessions_of_facility(place, timezone.now())
    form = PlanSessionForm(posted(request), initial=as_planned(next(iter([*coming, *past]), None)))

    return form_page(
        request,
        form,
        partial(plan_session, facility=place),
        template="facility/sessions.html",
        context={"coming": coming, "past": past, "facility": place},
        back=reverse("operator:sessions"),
        done=_("The session is planned. Families in house on that day see it on their page."),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: the families of its day, who takes part, and, once it has begun, who came."""
    shown = _session(request, pk)
    guests = guests_of(shown)
    note_shown(request, [guest.family for guest in guests])
    taking_part = [guest.sign_up for guest in guests if guest.sign_up]
    form = AttendanceForm(posted(request), sign_ups=taking_part)

    written = submit_once(
        request, key_of(request), form, partial(note_attendance, session=shown), stands=partial(_noted, shown)
    )
    if written is not None:
        messages.success(request, _("Who came is written down."))
        return redirect("operator:session", pk)
    return _session_page(request, shown, guests, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another time on its day, other places."""
    shown = _session(request, pk)
    form = ChangeSessionForm(posted(request), initial=as_changed(shown))

    done = _("The session is changed. Where its time changed, the families are told by mail.")
    operation = partial(change_session, session=shown)
    return _session_form(
        request,
        shown,
        form,
        operation,
        title=_("Change the session"),
        done=done,
        stands=lambda: Standing(as_changed(lock_session(shown))),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a session off, with the reason that families read."""
    shown = _session(request, pk)
    form = CallOffForm(posted(request))

    done = _("The session is called off. The families are told by mail.")
    operation = partial(call_off_session, session=shown)
    return _session_form(request, shown, form, operation, title=_("Call the session off"), done=done)


@require_POST
def families(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a family of the day up, or take its sign-up back: one touch each."""
    shown, person, now = _session(request, pk), signed_in(request), timezone.now()
    try:
        if number := number_posted(request, "take_back"):
            row = get_object_or_404(shown.sign_ups.select_related("session", "family"), pk=number)
            note_shown(request, [row])
            with transaction.atomic(durable=True):
                take_back(sign_up=row, by=person, at=now)
            messages.success(request, _("The sign-up is taken back."))
        elif number := number_posted(request, "sign_up"):
            booking = shown_or_404(request, Action.STAY_RECORD, with_family(), pk=number)
            with transaction.atomic(durable=True):
                sign_up(session=shown, family=booking.registration.birth.family, by=person, at=now)
            messages.success(request, _("The family is signed up."))
    except Refused as refused:
        messages.error(request, refused.detail)
    return redirect("operator:session", pk)


def _session_page(
    request: HttpRequest, shown: CoordinatorSession, guests: list[Guest], *, form: forms.Form
) -> HttpResponse:
    begun = shown.starts_at <= timezone.now()
    context = {
        "session": shown,
        "guests": guests,
        "begun": begun,
        "open": not begun and shown.called_off_at is None,
        "form": form if begun and shown.called_off_at is None and form.fields else None,
        "key": key_of(request),
    }
    return render(request, "facility/session.html", context, status=422 if form.errors else 200)


def _session_form(
    request: HttpRequest,
    shown: CoordinatorSession,
    form: OperationForm,
    operation: Callable[..., CoordinatorSession],
    *,
    title: str,
    done: str,
    stands: Callable[[], Standing] | None = None,
) -> HttpResponse:
    return form_page(
        request,
        form,
        operation,
        template="facility/session_form.html",
        context={"session": shown, "title": title},
        back=reverse("operator:session", args=[shown.pk]),
        done=done,
        stands=stands,
    )


def _noted(session: CoordinatorSession) -> Standing:
    """Who came, as it is noted, under the session's lock."""
    rows = list(lock_session(session).sign_ups.filter(cancelled_at__isnull=True).select_related("attendance_by"))
    noted = sorted((row.attendance_at, row.pk, row) for row in rows if row.attendance_at)
    at, _pk, last = noted[-1] if noted else (None, 0, None)
    return Standing(attendance_noted(rows), last.attendance_by if last else None, at)


def _session(request: HttpRequest, pk: int) -> CoordinatorSession:
    sessions = sessions_with_counts(CoordinatorSession.objects.select_related("facility"))
    return visible_or_404(request.user, Action.SESSION_RUN, sessions, pk=pk)
