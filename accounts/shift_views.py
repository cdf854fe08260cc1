"""交代: another midwife takes the shared tablet by her PIN, and every entry is hers from then on."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from django import forms
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .account_mails import Notice, tell
from .known_device import device_of
from .models import ShiftPin, ShiftSignIn, Tried, User
from .permissions import signed_in
from .pin_rules import LONGEST
from .roles import FACILITY_ROLES
from .shift import end_shifts, set_pin, shifts_on, try_pin
from .sign_in_alarm import note_failure

BACKEND = "accounts.sign_in.Backend"
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": LONGEST}


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # the stubs' own parameter
    """A colleague, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.person)


class ChangeForm(forms.Form):
    """Who takes the tablet, and her PIN."""

    sign_in = PersonChoice(
        ShiftSignIn.objects.none(), label=gettext_lazy("Who are you?"), widget=forms.RadioSelect, empty_label=None
    )
    pin = forms.CharField(label=gettext_lazy("PIN"), max_length=LONGEST, widget=forms.PasswordInput(attrs=DIGITS))

    def __init__(self, data: Any, *, people: Any) -> None:
        alone = list(people[:2])
        super().__init__(data, initial={"sign_in": alone[0].pk if len(alone) == 1 else None})
        self.fields["sign_in"].queryset = people  # type: ignore[attr-defined]


class PinForm(forms.Form):
    """A PIN of one's own, typed twice."""

    pin = forms.CharField(
        label=gettext_lazy("New PIN"),
        help_text=gettext_lazy("4 to 8 digits, neither all the same nor in a row such as 1234."),
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs=DIGITS),
    )
    again = forms.CharField(
        label=gettext_lazy("Once more"), max_length=LONGEST, widget=forms.PasswordInput(attrs=DIGITS)
    )

    def clean_again(self) -> str:
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("pin"):
            raise forms.ValidationError(_("The two are not the same."))
        return again


@sensitive_post_parameters("pin")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """The colleagues who have signed in fully on this tablet in this shift; with her PIN one of them takes it.

    Somebody else signs in fully (``other``), and whoever gave her the tablet comes back by her PIN.
    """
    person, at, device = signed_in(request), timezone.now(), device_of(request)
    if "other" in request.POST:
        logout(request)  # her PIN goes on: she did not sign out, she gave the tablet to somebody
        return redirect_to_login(_next(request) or reverse("accounts:landing"))
    people = shifts_on(device.name, person, at) if device else ShiftSignIn.objects.none()
    form = ChangeForm(request.POST if request.method == "POST" else None, people=people)
    status, closed = 200, ""
    if form.is_valid():
        with transaction.atomic(durable=True):
            tried = try_pin(sign_in=form.cleaned_data["sign_in"], pin=form.cleaned_data["pin"], at=timezone.now())
        if tried.sign_in is not None:
            _enter(request, tried.sign_in)
            messages.success(request, _("%(name)s works on this tablet now.") % {"name": tried.sign_in.person})
            return redirect(_next(request) or reverse("accounts:landing"))
        whose = form.cleaned_data["sign_in"].person
        note_failure(person=whose, tried=Tried.PIN, closed=not tried.left, at=at)
        form.add_error("pin", _wrong(tried.left))
        status, closed = (422, "") if tried.left else (429, _wrong(0))
    elif form.is_bound:
        status = 422
    context = {
        "form": form,
        "people": people,
        "has_pin": ShiftPin.objects.filter(person=person).exists(),
        "next": _next(request),
        "closed": closed,
    }
    return render(request, "accounts/shift.html", context, status=status)


@sensitive_post_parameters("pin", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
def pin(request: HttpRequest) -> HttpResponse:
    """Set one's own PIN, after showing again who one is."""
    form = PinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        by, at = signed_in(request), timezone.now()
        try:
            with transaction.atomic(durable=True):
                set_pin(pin=form.cleaned_data["pin"], by=by, at=at)
                tell(Notice.PIN_SET, person=by, at=at)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Your PIN is set. It is good after your own full sign-in on this tablet."))
            return redirect("accounts:shift")
    return render(request, "accounts/pin.html", {"form": form}, status=422 if form.errors else 200)


class SignOut(LogoutView):
    """Who signs out of a shared tablet does not come back to it by PIN."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person, device = request.user, device_of(request)
        if isinstance(person, User) and person.role in FACILITY_ROLES and device is not None:
            with transaction.atomic(durable=True):
                end_shifts(person=person, at=timezone.now(), device=device.name)
        answer: HttpResponse = super().post(request, *args, **kwargs)  # a way on, or a page
        return answer


def _enter(request: HttpRequest, sign_in: ShiftSignIn) -> None:
    """A session of her own, with what she showed at her full sign-in and when, and no longer than that lasts."""
    person = sign_in.person
    login(request, person, BACKEND)
    for way in sign_in.ways.split():
        record_authentication(request, person, way, at=sign_in.signed_in_at.timestamp())
    request.session.set_expiry(sign_in.ends_at)
    # No full sign-in: the hours of her PIN go on from the one before.
    del request.signed_in_just_now  # type: ignore[attr-defined]


def _wrong(left: int) -> str:
    if left:
        return _("This PIN is wrong. %(left)d tries left; then sign in with password and second factor.") % {
            "left": left
        }
    return _("This PIN opens nothing any more. Please sign in with name, password and second factor.")


def _next(request: HttpRequest) -> str:
    """Where the tablet was: a page of this site, or nothing."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else ""
