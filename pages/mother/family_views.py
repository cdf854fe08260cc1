"""届出: what changes in a family's life, reported by the mother or by staff for her; and the family's timeline."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import may, may_on, signed_in
from accounts.roles import Role
from bookings.places.end_participation import move_within_ward
from bookings.places.refusals import guarded_transaction
from enrollment.addresses import leaving
from enrollment.confidential import is_protected
from enrollment.families.life_events import change_phone
from enrollment.models import Family, Infant, Registration, RegistrationState
from enrollment.queries import standing_families
from enrollment.timeline import timeline_for
from pages.once_form import posted
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal

from .after_booking import desk_or
from .life_event_forms import AddressForm, PhoneForm, address_known


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """What can be reported, and what has happened."""
    family = reporting_family(request, pk)
    person = signed_in(request)
    infants = list(Infant.objects.filter(birth__family=family))
    context = {
        "family": family,
        "is_family": person.role == Role.MOTHER,
        "is_protected": person.role != Role.MOTHER and is_protected(family),
        "may_set_tax_class": may(person, Action.FAMILY_TAX_CLASS),
        "may_change_email": may_on(person, Action.FAMILY_CHANGE, family),
        "has_infants": bool(infants),
        "rolls_over": any(infant.rolls_over_since for infant in infants),
        "leaves": leaves if (leaves := leaving(family)) and leaves >= timezone.localdate() else None,
        "approved": Registration.objects.filter(birth__family=family, state=RegistrationState.APPROVED),
        "entries": timeline_for(person.role, family),
    }
    return render(request, "mother/life_events.html", context)


def reporting_family(request: HttpRequest, pk: int, action: Action = Action.FAMILY_REPORT) -> Family:
    """Return the family that the person may report for, and write down that staff looked; else 404."""
    return shown_or_404(request, action, standing_families(), pk=pk)


def report(
    request: HttpRequest,
    family: Family,
    form: OperationForm,
    do: Callable[[], object],
    *,
    title: str,
    words: str,
    done: str,
    danger: bool = False,
) -> HttpResponse:
    """Show the form, do what it asks in one transaction, and say so; a refusal loses nothing typed."""
    if request.method == "POST" and form.is_valid():
        try:
            with guarded_transaction():
                do()
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, done)
            return desk_or(request, family, "life:overview", family.pk)
    context = {"form": form, "family": family, "title": title, "words": words, "danger": danger}
    return render(request, "mother/life_event.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """The family lives elsewhere in the ward."""
    family = reporting_family(request, pk)
    today = timezone.localdate()
    form = AddressForm(posted(request), initial=address_known(family, today), leaves=leaving(family))

    def move() -> None:
        locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
        form.settle(Standing(address_known(locked, today)), whole=True)
        from_day = form.cleaned_data["from_day"]
        move_within_ward(
            family=family,
            address=form.address,
            from_day=from_day,
            still_leaves=form.still_leaves,
            by=signed_in(request),
            at=timezone.now(),
        )

    return report(
        request,
        family,
        form,
        move,
        title=_("A new address in the ward"),
        words=_("The office that is there for you follows from the address."),
        done=_("The new address is entered."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The family is called at another number."""
    family = reporting_family(request, pk)
    form = PhoneForm(posted(request), initial={"phone": family.phone})
    return report(
        request,
        family,
        form,
        lambda: change_phone(
            family=family, phone=form.cleaned_data["phone"], by=signed_in(request), at=timezone.now()
        ),
        title=_("Another telephone number"),
        words=_("The ward and the facilities call you at this number."),
        done=_("The telephone number is changed."),
    )
