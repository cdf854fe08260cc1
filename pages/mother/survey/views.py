"""利用後アンケート: a few touches, no name, no free words."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from bookings.places.queries import bookings_with_days
from care.models import Agreement, SurveyQuestion
from care.survey.answering import answer_questions, may_answer, questions_on
from pages.once_form import posted
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal


class SurveyForm(OperationForm):
    """Each question of the day; none must be answered."""

    def __init__(self, *args: Any, questions: list[SurveyQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[f"question-{question.pk}"] = forms.TypedChoiceField(
                label=str(question),
                choices=Agreement.choices,
                coerce=lambda given: Agreement(int(given)),
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return {"answers": {int(name.removeprefix("question-")): value for name, value in given.items()}}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and thank. A stay that is not over, or was answered, leads back to it."""
    booking = shown_or_404(request, Action.BOOKING_CHANGE, bookings_with_days(), pk=pk)
    today = timezone.localdate()
    if not may_answer(booking, today):
        return redirect("family:booking", pk)
    form = SurveyForm(posted(request), questions=list(questions_on(today)))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic(durable=True):
                answer_questions(booking=booking, today=today, **form.values)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("Thank you. Your answers help the next mother."))
            return redirect("takehome:page", pk)
    return render(
        request, "mother/survey.html", {"form": form, "booking": booking}, status=422 if form.errors else 200
    )
