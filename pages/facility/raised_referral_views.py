"""The facility's pages: raising a referral, and how its own stand. What was found is not there, unless shared."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in, visible
from bookings.models import Booking
from bookings.places.queries import bookings_with_days
from pages.once_form import form_page, posted
from referrals.close import withdraw_referral
from referrals.models import EventKind, Referral, ReferralPaper
from referrals.papers import content_of
from referrals.queries import of_facility_shown, offices_closed, referrals_shown
from referrals.raise_referral import CAUSES, Cause, cause_of, raise_referral
from sankecare.errors import Refused
from sankecare.files.downloads import sent_in_file

from .closing import openness_or_404
from .family_badges import show_badges
from .referral_form import ReferralForm

FACILITY_ROWS = 100
LONGEST_ID = 18


@never_cache
@sensitive_post_parameters("what_was_seen")
@require_http_methods(["GET", "HEAD", "POST"])
def raise_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Raise a referral from a stay or one of its records; the same form sent twice raises one."""
    booking = shown_or_404(request, Action.REFERRAL_RAISE, bookings_with_days(), pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    cause = _cause(booking, (posted(request) or request.GET).get("cause", ""))
    form = ReferralForm(posted(request), request.FILES or None, initial={"cause": request.GET.get("cause", "")})
    return form_page(
        request,
        form,
        partial(raise_referral, booking=booking, cause=cause),
        template="facility/referral_new.html",
        context={
            "booking": booking,
            "family": booking.registration.birth.family,
            "cause": cause,
            "closed": offices_closed(timezone.now()),
        },
        back=lambda raised: reverse("operator:referral", args=[raised]),
    )


def _cause(booking: Booking, named: str) -> Cause | None:
    """Return the record of this stay that gives cause (``care_record:12``), None for the stay. Raises Http404."""
    origin, _colon, number = named.partition(":")
    if not named:
        return None
    if origin not in CAUSES or not number.isdecimal() or len(number) > LONGEST_ID:
        raise Http404
    try:
        return cause_of(booking, origin, int(number))
    except Refused as refused:
        raise Http404 from refused


@require_safe
def of_facility(request: HttpRequest) -> HttpResponse:
    """The facility's own referrals and whether they are received; not what was found."""
    referrals = list(visible(request.user, Action.REFERRAL_FOLLOW, of_facility_shown())[:FACILITY_ROWS])
    note_shown(request, referrals)
    return render(request, "facility/referrals.html", {"referrals": referrals})


@require_safe
def raised(request: HttpRequest, pk: int) -> HttpResponse:
    """One referral of the facility, with its number: the confirmation after raising it, and its state later."""
    referral = shown_or_404(request, Action.REFERRAL_FOLLOW, referrals_shown(), pk=pk)
    context = {
        "referral": referral,
        "additions": referral.additions.select_related("added_by"),
        "papers": referral.papers.defer("content"),
        "shared": referral.events.filter(kind=EventKind.SHARED).order_by("-pk"),
    }
    return render(request, "facility/referral.html", context)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a referral that nobody has received."""
    referral = shown_or_404(request, Action.REFERRAL_FOLLOW, Referral.objects.all(), pk=pk)
    try:
        with transaction.atomic(durable=True):
            withdraw_referral(referral=referral, by=signed_in(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(
            request,
            _("The request about %(name)s (%(number)s) is withdrawn.")
            % {"name": referral.family.mother_name, "number": referral.number},
        )
    return redirect("operator:referral", pk=referral.pk)


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """What was sent along: a download that no browser runs or keeps, for the facility and the section that has it."""
    shown = shown_or_404(request, Action.REFERRAL_PAPER, ReferralPaper.objects.all(), pk=pk)
    return sent_in_file(content_of(shown), content_type=shown.content_type, name=f"referral-paper-{shown.pk}")
