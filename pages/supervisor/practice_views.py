"""よい取組み: one's own notes for the meeting, and their review by ward staff."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible, visible_or_404
from facilities.fiscal_year import fiscal_year
from pages.once_form import form_page, key_of, posted, submit_once
from reports.models import PracticeNote, PracticeState
from reports.practice import enter_note, leave_note_out, lock_note, take_note
from sankecare.edits.forms import Standing

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
    form = ReviewForm(posted(request), initial=_reviewed_as(note).values)

    def take(*, by: User, at: datetime, wording: str, **_seen: Any) -> PracticeNote:
        form.settle(_reviewed_as(lock_note(note)), whole=True)
        return take_note(note=note, wording=wording, by=by, at=at)

    def leave_out(*, by: User, at: datetime, **_typed: Any) -> PracticeNote:
        form.settle(_reviewed_as(lock_note(note)), whole=True)
        return leave_note_out(note=note, by=by, at=at)

    operation = leave_out if request.POST.get("do") == "leave_out" else take
    key = key_of(request)
    reviewed = submit_once(request, key, form, operation)
    note = PracticeNote.objects.get(pk=pk)
    if reviewed is not None:
        messages.success(request, f"{note.title}: {note.get_state_display()}")
        return redirect("meeting:review-list")
    context = {"note": note, "form": form, "key": key}
    return render(request, "supervisor/practice_one.html", context, status=422 if form.errors else 200)


def _reviewed_as(note: PracticeNote) -> Standing:
    """What was decided of a note so far, and its wording."""
    values = {"seen_as": note.state, "wording": note.wording or note.text}
    return Standing(values, note.reviewed_by, note.reviewed_at)
