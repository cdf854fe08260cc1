"""書類 in the ward's hands: a paper opened by those who may, and one kept for a family."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import note_look, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in, visible_or_404
from accounts.roles import Role
from enrollment.applications.evidence import content_of
from enrollment.confidential import is_protected
from enrollment.models import EvidenceFile, EvidenceKind
from enrollment.queries import standing_families
from pages.mother.paper_views import PaperForm, keeps, posted_with_files
from sankecare.files.downloads import sent_in_file


@require_http_methods(["GET", "HEAD", "POST"])
def papers_for(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff keep a paper that a family brought or sent by post."""
    person = signed_in(request)
    family = shown_or_404(request, Action.EVIDENCE_ADD, standing_families(), pk=pk)
    form = PaperForm(*posted_with_files(request))
    if form.is_valid() and keeps(form, family, EvidenceKind(form.cleaned_data["kind"]), by=person):
        messages.success(request, _("The paper is saved."))
        return redirect("papers:for-family", family.pk)
    context = {"form": form, "family": family, "sent": family.evidence.defer("content")}
    return render(request, "ward/papers_of_family.html", context, status=422 if form.errors else 200)


@require_safe
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper itself: a download that no browser runs or keeps. Staff see it once it is sent."""
    person = signed_in(request)
    if person.role == Role.MOTHER:
        shown = visible_or_404(person, Action.EVIDENCE_OWN, EvidenceFile.objects.all(), pk=pk)
    else:
        sent = EvidenceFile.objects.filter(family__isnull=False).select_related("family")
        shown = visible_or_404(person, Action.EVIDENCE_VIEW, sent, pk=pk)
        assert shown.family is not None
        # A certificate mostly says where she lives: of a protected family it is a look behind the protection.
        note_look(request, [shown.family.pk], sensitive=is_protected(shown.family))
    return sent_in_file(content_of(shown), content_type=shown.content_type, name=f"paper-{shown.pk}")
