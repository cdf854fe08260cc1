"""What takes booked days away, reported by the mother or by staff for her: a baby rolls over, the family leaves."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from bookings.places.end_participation import end_registration, leave_ward, stay_in_ward
from bookings.places.rolling_over import report_rolling_over, take_back_rolling_over
from enrollment.addresses import has_moved_within
from enrollment.models import Registration
from pages.once_form import posted
from sankecare.forms import OperationForm

from .family_views import reporting_family
from .life_event_forms import EndForm, MoveOutForm, NotRollingOverForm, RollingOverForm
from .listed_report import report_after_list


@require_http_methods(["GET", "HEAD", "POST"])
def rolling_over(request: HttpRequest, pk: int) -> HttpResponse:
    """A baby has begun to roll over."""
    family = reporting_family(request, pk)
    form = RollingOverForm(posted(request), family=family)
    return report_after_list(
        request,
        family,
        form,
        lambda: report_rolling_over(
            infant=form.cleaned_data["infant"],
            since=form.cleaned_data["since"],
            by=signed_in(request),
            at=timezone.now(),
        ),
        title=_("My baby rolls over"),
        words=_(
            "The facility needs to know, for your baby's safety. The last day that you can use it may change: "
            "what is booked after it is shown before anything is entered."
        ),
        done=_("It is entered. Thank you for telling us."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def not_rolling_over(request: HttpRequest, pk: int) -> HttpResponse:
    """It was a mistake that a baby rolls over: taken back, with what comes back and what somebody else has by now."""
    family = reporting_family(request, pk)
    form = NotRollingOverForm(posted(request), family=family)
    return report_after_list(
        request,
        family,
        form,
        lambda: take_back_rolling_over(infant=form.cleaned_data["infant"], by=signed_in(request), at=timezone.now()),
        title=_("My baby does not roll over after all"),
        words=_("What was given back for it is booked again where nobody else has it by now. You see it first."),
        done=_("It is taken back."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest, pk: int) -> HttpResponse:
    """The family does not move out after all."""
    family = reporting_family(request, pk)
    return report_after_list(
        request,
        family,
        OperationForm(posted(request)),
        lambda: stay_in_ward(family=family, by=signed_in(request), at=timezone.now()),
        title=_("We do not move out after all"),
        words=_("What was given back for it is booked again where nobody else has it by now. You see it first."),
        done=_("It is taken back."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def move_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The family moves out of the ward."""
    family = reporting_family(request, pk)
    form = MoveOutForm(posted(request), has_moves=has_moved_within(family))
    return report_after_list(
        request,
        family,
        form,
        lambda: leave_ward(family=family, by=signed_in(request), at=timezone.now(), **form.values),
        title=_("Moving out of the ward"),
        words=_(
            "You can use the programme until your last day in the ward. "
            "What is booked after it is shown before anything is entered."
        ),
        done=_("Your last day in the ward is entered."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """A registration is given up."""
    registration = shown_or_404(
        request, Action.REGISTRATION_END, Registration.objects.select_related("birth__family"), pk=pk
    )
    family = reporting_family(request, registration.birth.family_id)
    form = EndForm(posted(request))
    return report_after_list(
        request,
        family,
        form,
        lambda: end_registration(
            registration=registration, reason=form.cleaned_data["reason"], by=signed_in(request), at=timezone.now()
        ),
        title=_("End the registration %(number)s") % {"number": registration.number},
        words=_("Nothing can be booked on it any more. What is booked is shown before anything is entered."),
        done=_("The registration is ended."),
    )
