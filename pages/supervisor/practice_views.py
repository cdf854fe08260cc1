"""よい取組み: one's own notes for the meeting, and their review by ward staff."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import Action
from accounts.permissions import visible, visible_or_404
from facilities.fiscal_year import fiscal_year
from pages.once_form import form_page, posted
from reports.models import PracticeNote, PracticeState
from reports.practice import enter_note, leave_note_out, take_note
from sankecare.forms import OperationForm

from .practice_forms import PracticeForm, ReviewForm

LISTED = 200


@sensitive_post_parameters("title", "text")
@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest) -> HttpResponse:
    """One's own notes, and a new one; the same form sent twice is one note."""
    context = {
        "notes": visible(request.user, Action.PRACTICE_WRITE, PracticeNote.objects.all())[:LISTED],
        "year": fiscal_year(timezone.localdate()),
    }
    return form_page(
        request,
        PracticeForm(posted(request)),
        enter_note,
        template="supervisor/practice_notes.html",
        context=context,
        back=reverse("meeting:notes"),
        done=_("It is recorded. Ward staff read it before the meeting does."),
    )


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Every note, those that nobody has reviewed first."""
    notes_to_review = visible(request.user, Action.PRACTICE_REVIEW, PracticeNote.objects.all())
    listed = notes_to_review.select_related("facility", "district", "written_by", "reviewed_by")[:LISTED]
    waiting = [note for note in listed if note.state == PracticeState.WAITING]
    reviewed = [note for note in listed if note.state != PracticeState.WAITING]
    return render(request, "supervisor/practice_review.html", {"waiting": waiting, "reviewed": reviewed})


@sensitive_post_parameters("wording")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One note: taken into the pack in a wording, or left out."""
    note = visible_or_404(request.user, Action.PRACTICE_REVIEW, PracticeNote.objects.all(), pk=pk)
    leaves_out = request.POST.get("do") == "leave_out"
    initial = {"wording": note.wording or note.text}
    form = OperationForm(posted(request)) if leaves_out else ReviewForm(posted(request), initial=initial)
    state = PracticeState.LEFT_OUT if leaves_out else PracticeState.TAKEN
    return form_page(
        request,
        form,
        partial(leave_note_out if leaves_out else take_note, note=note),
        template="supervisor/practice_one.html",
        context={"note": note},
        back=reverse("meeting:review-list"),
        done=f"{note.title}: {state.label}",
    )
