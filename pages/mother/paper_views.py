"""書類: the mother's page of her papers: sent, and taken back while nobody has judged by them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in, visible_or_404
from enrollment.applications.evidence import keep_paper, take_back_paper
from enrollment.models import ApplicationDraft, EvidenceFile, EvidenceKind, Family
from sankecare.errors import Refused
from sankecare.forms import OperationForm, PaperInput, show_refusal


class PaperForm(OperationForm):
    """One paper: what it is, and the file."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[choice for choice in EvidenceKind.choices if choice[0] != EvidenceKind.FORM],
    )
    file = forms.FileField(
        label=gettext_lazy("Photograph or PDF"),
        widget=PaperInput(),
        allow_empty_file=True,  # said in our own words
        help_text=gettext_lazy(
            "A photograph (JPEG, PNG, HEIC), up to 30 MB, or a PDF, up to 10 MB. Cover a My Number if there is one."
        ),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest) -> HttpResponse:
    """A mother's papers: sent with her application, or right away once she has applied."""
    person = signed_in(request)
    family = Family.objects.filter(account=person).first()
    form = PaperForm(*posted_with_files(request))
    if form.is_valid():
        cleaned = form.cleaned_data
        if keeps(form, family, EvidenceKind(cleaned["kind"]), by=person):
            messages.success(request, _("The paper is saved."))
            return redirect("family:papers")
    context = {
        "form": form,
        "waiting": EvidenceFile.objects.filter(uploaded_by=person, family=None).defer("content"),
        "sent": EvidenceFile.objects.filter(uploaded_by=person, family__account=person).defer("content"),
        "is_applying": ApplicationDraft.objects.filter(account=person).exists(),
    }
    return render(request, "mother/papers.html", context, status=422 if form.errors else 200)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """A mother takes back a paper that she has not sent yet."""
    person = signed_in(request)
    paper = visible_or_404(person, Action.EVIDENCE_OWN, EvidenceFile.objects.defer("content"), pk=pk)
    try:
        with transaction.atomic(durable=True):
            take_back_paper(paper=paper, by=person)
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("The paper is deleted."))
    return redirect("family:papers")


def posted_with_files(request: HttpRequest) -> tuple[Any, ...]:
    """Return what was posted, files beside; nothing where the page is only opened."""
    return (request.POST, request.FILES) if request.method == "POST" else ()


def keeps(form: PaperForm, family: Family | None, kind: EvidenceKind, *, by: User) -> bool:
    """Keep the paper; False where it was refused, with the reason in the form."""
    try:
        with transaction.atomic(durable=True):
            keep_paper(family=family, kind=kind, upload=form.cleaned_data["file"], by=by, at=timezone.now())
    except Refused as refused:
        show_refusal(form, refused)
        return False
    return True
