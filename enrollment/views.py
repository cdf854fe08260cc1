"""A mother's own pages of her registration: applying, correcting, withdrawing, reporting the birth."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import visible_or_404
from sankecare.errors import Refused

from .apply import apply_for_registration, correct_application, report_birth, withdraw_application
from .forms import ApplicationForm, BirthForm, filled_in
from .models import Family, Registration, RegistrationState
from .queries import week_to_apply


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Apply: for the first time, for a further birth, or again after the application was returned."""
    person = cast(User, request.user)
    family = Family.objects.filter(account=person).first()
    returned = (
        Registration.objects.filter(birth__family=family, state=RegistrationState.RETURNED)
        .select_related("birth")
        .first()
        if family
        else None
    )
    known = filled_in(family, returned, timezone.localdate()) if family else {}
    form = ApplicationForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        try:
            if returned:
                correct_application(registration=returned, application=form.application, by=person, at=timezone.now())
            else:
                apply_for_registration(application=form.application, family=family, by=person, at=timezone.now())
        except Refused as refused:
            form.add_refusal(refused.fields, refused.detail)
        else:
            messages.success(request, _("Your application has arrived. The ward's answer will be shown here."))
            return redirect("family:home")
    context = {"form": form, "returned": returned, "week": week_to_apply(timezone.localdate())}
    return render(request, "family/apply.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def birth(request: HttpRequest, pk: int) -> HttpResponse:
    """Report the birth: from then on the registration can be used."""
    registration = _own(request, pk)
    form = BirthForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            report_birth(
                registration=registration,
                infants=form.infants,
                by=cast(User, request.user),
                at=timezone.now(),
            )
        except Refused as refused:
            form.add_refusal(refused.fields, refused.detail)
        else:
            messages.success(request, _("Congratulations. The birth is entered."))
            return redirect("accounts:landing")
    context = {"form": form, "registration": registration}
    return render(request, "family/birth.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an application that is not decided yet."""
    try:
        withdraw_application(registration=_own(request, pk), by=cast(User, request.user), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("Your application is withdrawn."))
    return redirect("accounts:landing")


def _own(request: HttpRequest, pk: int) -> Registration:
    return visible_or_404(
        request.user, "registration.apply", Registration.objects.select_related("birth__family"), pk=pk
    )
