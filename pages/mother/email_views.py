"""A mother's one address: changed by her with a code to each, or by staff with proof."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.actions import Action
from accounts.address_codes import ask_codes, asked_codes, forget_codes, note_wrong_code
from accounts.email_codes import NotSent
from accounts.models import User
from accounts.permissions import signed_in
from accounts.sign_in_limit import Act, count, wait_seconds
from accounts.views import too_many_requests
from enrollment.families.email_address import change_by_codes, change_with_proof
from pages.once_form import posted
from sankecare.errors import Refused
from sankecare.forms import show_refusal

from .email_forms import BothCodesForm, NewAddressForm, ProvedAddressForm
from .family_views import report, reporting_family


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """She types the new address; a code goes to it and one to the old."""
    person, form = signed_in(request), NewAddressForm(posted(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["address"]
        if address == person.email.lower():
            form.add_error("address", _("This is the address of now."))
        elif seconds := max(wait_seconds(request, Act.CODE, key) for key in (person.email, address)):
            return too_many_requests(request, seconds=seconds)
        else:
            for key in (person.email, address):
                count(request, Act.CODE, key)
            try:
                ask_codes(request, person=person, address=address)
                return redirect("family:email-codes")
            except NotSent:
                form.add_error(None, _("The mail could not be sent just now. Please try again in a few minutes."))
                status = 503
    status = 422 if status == 200 and form.errors else status
    return render(request, "mother/email.html", {"form": form, "person": person}, status=status)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """She enters both codes: the address is changed, this session goes on, all others end."""
    person, asked = signed_in(request), asked_codes(request)
    if asked is None:
        messages.info(request, _("The codes are no longer good. Please ask for new ones."))
        return redirect("family:email")
    form = BothCodesForm(posted(request), asked=asked, person=person)
    if request.method == "POST":
        if form.is_valid():
            try:
                with transaction.atomic(durable=True):
                    change_by_codes(address=asked.address, by=person, at=timezone.now())
            except Refused as refused:
                show_refusal(form, refused)
            else:
                forget_codes(request)
                update_session_auth_hash(request, User.objects.get(pk=person.pk))
                messages.success(request, _("Your address is changed. From now on you sign in with it."))
                return redirect("family:home")
        elif any(form.has_error(name, "wrong") for name in form.fields):
            note_wrong_code(request)
    context = {"form": form, "person": person, "address": asked.address}
    return render(request, "mother/email_codes.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def for_family(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff change it for her, with proof."""
    family = reporting_family(request, pk, Action.FAMILY_CHANGE)
    form = ProvedAddressForm(posted(request))
    return report(
        request,
        family,
        form,
        lambda: change_with_proof(
            family=family,
            address=form.cleaned_data["address"],
            proof=form.cleaned_data["proof"],
            by=signed_in(request),
            at=timezone.now(),
        ),
        title=_("Another e-mail address"),
        words=_(
            "She signs in with it, and all mails go to it. She is signed out everywhere, and her passkeys are taken "
            "off. Both addresses are told."
        ),
        done=_("The address is changed. She signs in with it from now on."),
    )
