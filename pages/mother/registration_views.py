"""A mother's own pages of a registration that she has: withdrawing it, reporting the birth."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from enrollment.applications.apply import report_birth, withdraw_application
from enrollment.models import Registration
from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .after_booking import desk_or
from .baby_forms import BirthForm


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def birth(request: HttpRequest, pk: int) -> HttpResponse:
    """Report the birth: from then on the registration can be used."""
    registration = _own(request, pk)
    form = BirthForm(request.POST if request.method == "POST" else None, due_date=registration.birth.due_date)
    if form.is_bound and form.asks_for_more:
        form.forgive_missing()
        return render(request, "mother/birth.html", {"form": form, "registration": registration})
    if form.is_valid():
        try:
            with transaction.atomic(durable=True):
                report_birth(
                    registration=registration,
                    infants=form.infants,
                    checked=form.is_checked,
                    by=signed_in(request),
                    at=timezone.now(),
                )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Congratulations. The birth is entered."))
            return desk_or(request, registration.birth.family, "accounts:landing")
    context = {"form": form, "registration": registration}
    return render(request, "mother/birth.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an application that is not decided yet: asked once more, as it cannot be undone."""
    registration = _own(request, pk)
    if request.method != "POST":
        return render(request, "mother/withdraw.html", {"registration": registration})
    try:
        with transaction.atomic(durable=True):
            withdraw_application(registration=registration, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("Your application is withdrawn."))
    return desk_or(request, registration.birth.family, "accounts:landing")


def _own(request: HttpRequest, pk: int) -> Registration:
    return shown_or_404(
        request, Action.REGISTRATION_APPLY, Registration.objects.select_related("birth__family"), pk=pk
    )
