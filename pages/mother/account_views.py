"""Her account: her address, her passkeys, signing out everywhere, everything that is kept of her, its deletion."""

import json

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import SecondFactor, User
from accounts.permissions import signed_in
from accounts.sessions import end_sessions
from enrollment.families.deletion import ask_for_deletion, take_back_deletion
from enrollment.models import DeletionRequest, DeletionState
from pages.once_form import posted
from reports.disclosure import as_json, asked_for_in_words, bundle_of
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal


class DeletionForm(OperationForm):
    """What she asks."""

    words = forms.CharField(
        label=gettext_lazy("What should be deleted, and why"),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("You need not write anything: then everything is meant."),
    )


@never_cache
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What she can look after, one touch each."""
    person = signed_in(request)
    passkeys = SecondFactor.objects.filter(user=person, type="webauthn").count()
    return render(request, "mother/account.html", {"passkeys": passkeys})


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """Every other device is signed out; on this one she stays."""
    person = signed_in(request)
    with transaction.atomic(durable=True):
        end_sessions(person=person, at=timezone.now())
    update_session_auth_hash(request, User.objects.get(pk=person.pk))
    messages.success(request, _("All other devices are signed out. Here you stay signed in."))
    return redirect("family:account")


@never_cache
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """What is kept of her, by kind, with how much there is; to be read whole or taken along."""
    parts = bundle_of(signed_in(request))
    return render(request, "mother/my_data.html", {"parts": parts, "asked_for": asked_for_in_words()})


@never_cache
@require_safe
def my_data_read(request: HttpRequest) -> HttpResponse:
    """All of it, to be read and printed."""
    parts = bundle_of(signed_in(request))
    return render(request, "mother/my_data_read.html", {"parts": parts, "asked_for": asked_for_in_words()})


@never_cache
@require_safe
def my_data_file(request: HttpRequest) -> HttpResponse:
    """All of it as a file for programs."""
    written = json.dumps(as_json(bundle_of(signed_in(request)), timezone.now()), ensure_ascii=False, indent=1)
    return HttpResponse(
        written,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="my-data.json"'},
    )


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def deletion(request: HttpRequest) -> HttpResponse:
    """She asks for deletion, reads how it stands, or takes it back."""
    person = signed_in(request)
    asked = list(DeletionRequest.objects.filter(account=person))
    waiting = next((row for row in asked if row.state == DeletionState.ASKED), None)
    form = DeletionForm(posted(request))
    status = 200
    if request.method == "POST":
        try:
            if "take_back" in request.POST and waiting is not None:
                with transaction.atomic(durable=True):
                    take_back_deletion(asked=waiting)
                messages.success(request, _("Your request is taken back. Nothing is deleted."))
                return redirect("family:deletion")
            if form.is_valid():
                with transaction.atomic(durable=True):
                    ask_for_deletion(by=person, at=timezone.now(), **form.values)
                messages.success(request, _("The ward has your request. It answers on this page and writes to you."))
                return redirect("family:deletion")
        except Refused as refused:
            show_refusal(form, refused)
        status = 422
    context = {"form": form, "asked": asked, "waiting": waiting}
    return render(request, "mother/deletion.html", context, status=status)
