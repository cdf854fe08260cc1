"""手伝う家族: whom she has invited, with what right and since when; and what such a person sees."""

from typing import Any
from unicodedata import normalize

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import Action
from accounts.forms import ONE_TIME
from accounts.permissions import may_on, signed_in, visible_or_404
from bookings.models import BookingState
from bookings.places.queries import bookings_with_days
from enrollment.helpers import CODE_DIGITS, accept_help, end_help, invite_helper, open_invitations
from enrollment.models import Family, FamilyHelper, HelperKind, HelperRight, Registration, RegistrationState
from facilities.queries import terms_row
from pages.once_form import posted
from pages.public.availability_views import name_of
from sankecare.email_addresses import PlainEmailField
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal

OPEN = (BookingState.BOOKED, BookingState.ARRIVED)


class InviteForm(OperationForm):
    """Who helps, with what right, and where the link goes."""

    kind = forms.ChoiceField(label=_("Who is it?"), choices=HelperKind.choices, widget=forms.RadioSelect)
    right = forms.ChoiceField(
        label=_("What may this person do?"),
        choices=HelperRight.choices,
        widget=forms.RadioSelect,
        help_text=_("Nobody sees your application, your letters, your health or what the facility writes."),
    )
    email = PlainEmailField(label=_("E-mail address of this person"), widget=forms.EmailInput({"autocomplete": "off"}))


class CodeForm(forms.Form):
    """The code that she tells her helper."""

    code = forms.CharField(
        label=_("The code that you were told"), max_length=CODE_DIGITS + 4, widget=forms.TextInput(ONE_TIME)
    )

    def clean_code(self) -> str:
        return "".join(sign for sign in normalize("NFKC", self.cleaned_data["code"]) if sign.isdecimal())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def helpers(request: HttpRequest) -> HttpResponse:
    """Her helpers, and an invitation; its code is shown on this answer alone."""
    person, now = signed_in(request), timezone.now()
    family = Family.objects.filter(account=person).first()
    form, code = InviteForm(posted(request)), ""
    if family is not None and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                _helper, code = invite_helper(family=family, by=person, at=now, **form.values)
            form = InviteForm()
        except Refused as refused:
            show_refusal(form, refused)
    context = {
        "form": form,
        "family": family,
        "code": code,
        "helpers": FamilyHelper.objects.filter(family=family, ended_at__isnull=True) if family else (),
    }
    return render(request, "mother/helpers.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the right back: at once."""
    helper = visible_or_404(signed_in(request), Action.HELPER_END, FamilyHelper.objects.all(), pk=pk)
    with transaction.atomic(durable=True):
        end_help(helper=helper, at=timezone.now())
    messages.success(request, now_("It is taken back. This person sees nothing of yours any more."))
    return redirect("family:helpers")


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    """Who was invited enters the code that she was told."""
    person, now = signed_in(request), timezone.now()
    form = CodeForm(posted(request))
    if form.is_valid():
        with transaction.atomic(durable=True):
            helper = accept_help(code=form.cleaned_data["code"], by=person, at=now)
        if helper is not None:
            return redirect("family:helping", helper.family_id)
        form.add_error("code", now_("This is not the code. Please ask for it once more."))
    context = {"form": form, "is_invited": bool(open_invitations(person, now))}
    return render(request, "mother/helping_accept.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD"])
def helping(request: HttpRequest, pk: int) -> HttpResponse:
    """What a helper sees of a family: where it is booked and when; nothing of health, letters or money.

    The mother sees the same page, to know what is shown.
    """
    person = signed_in(request)
    family = visible_or_404(person, Action.HELPED_VIEW, Family.objects.all(), pk=pk)
    if family.merged_into_id is not None:
        raise Http404
    today = timezone.localdate()
    shown = bookings_with_days().filter(registration__birth__family=family, state__in=OPEN)
    bookings = [row for row in shown if any(day >= today for day in row.days_kept)]
    registrations = Registration.objects.filter(
        birth__family=family, state=RegistrationState.APPROVED, birth__infants__isnull=False
    ).distinct()
    context: dict[str, Any] = {
        "family": family,
        "is_own": family.account_id == person.pk,
        "bookings": [{"booking": row, "name": name_of(row.service), **_place(row)} for row in bookings],
        "registrations": [row for row in registrations if may_on(person, Action.BOOKING_RESERVE, row)],
        "may_cancel": bool(bookings) and may_on(person, Action.BOOKING_CANCEL, bookings[0]),
    }
    return render(request, "mother/helping.html", context)


def _place(booking: Any) -> dict[str, Any]:
    first = booking.days_kept[0]
    address = booking.service.facility.addresses.filter(period__contains=first).first()
    return {"terms": terms_row(booking.service, first), "address": address}
