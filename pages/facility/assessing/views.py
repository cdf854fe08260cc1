"""質問票 on the tablet: scores written once, and no follow-up request with its reason."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from care.assessing.assessments import record_assessment, scales_on
from care.models import Assessment, QuestionnaireCode
from care.proposals import dismiss_proposal
from pages.facility.care_views import booking_to_record, record_page, whom_to_call
from pages.once_form import posted

from .forms import AssessmentForm, DismissalForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment(request: HttpRequest, pk: int, code: str = QuestionnaireCode.EPDS.value) -> HttpResponse:
    """The scores of a questionnaire that is in use; of another back to the family."""
    booking = booking_to_record(request, pk)
    today = timezone.localdate()
    scale = scales_on(today).get(code)
    if scale is None:
        messages.error(request, _("This questionnaire is not in use on this day."))
        return redirect("operator:stay", pk)
    form = AssessmentForm(posted(request), code=code, scale=scale, initial={"assessed_on": today})
    if form.is_valid() and form.cleaned_data.get("item_10") and code == QuestionnaireCode.EPDS:
        whom_to_call(request)
    operation = partial(record_assessment, booking=booking)
    title = str(QuestionnaireCode(code).label)
    return record_page(request, booking, form, operation, title=title, done=_("The scores are written."))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dismissal(request: HttpRequest, pk: int, assessment: int) -> HttpResponse:
    """No follow-up request is raised on scores that propose one, and why."""
    booking = booking_to_record(request, pk)
    scores = get_object_or_404(Assessment, pk=assessment, stay__booking=booking)
    title, done = _("No follow-up request on these scores"), _("It is written that no follow-up request is raised.")
    operation = partial(dismiss_proposal, assessment=scores)
    form = DismissalForm(posted(request))
    return record_page(request, booking, form, operation, title=title, done=done, day=scores.assessed_on)
