"""The family's letters: opened on her own page, printed by staff. Voided ones are gone for her."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from accounts.roles import Role
from enrollment.letters.letter_files import file_of
from enrollment.letters.letter_in_words import in_words
from enrollment.letters.letters import note_opened, open_letter, void_letter
from enrollment.models import Letter
from pages.mother.life_event_forms import EndForm
from sankecare.errors import Refused
from sankecare.forms import show_refusal


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as PDF: for the family it is opened by this; for staff it is a print, marked where it is void.

    Where it cannot be shown as it was issued, a page says so: another one is never handed out for it.
    """
    letters = Letter.objects.select_related("registration__birth__family")
    is_family = signed_in(request).role == Role.MOTHER
    if is_family:
        letters = letters.filter(voided_at__isnull=True)
    shown = shown_or_404(request, Action.LETTER_READ, letters, pk=pk)
    try:
        content = open_letter(letter=shown, at=timezone.now()) if is_family else file_of(shown)
    except Refused as refused:
        return render(request, "letters/not_shown.html", {"detail": refused.detail}, status=refused.status)
    void = "-void" if shown.voided_at else ""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="letter-{shown.fiscal_year}-{shown.serial}{void}.pdf"',
            "Cache-Control": "no-store",
        },
    )


@require_safe
def in_her_language(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter in the language of the page, beside the Japanese one, which counts."""
    letters = Letter.objects.select_related("registration__birth__family").filter(voided_at__isnull=True)
    shown = shown_or_404(request, Action.LETTER_READ, letters, pk=pk)
    if signed_in(request).role == Role.MOTHER:
        note_opened(letter=shown, at=timezone.now())
    return render(request, "letters/in_words.html", {"letter": shown, "words": in_words(shown)})


@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff void a letter, with the reason."""
    letters = Letter.objects.select_related("registration__birth__family")
    shown = shown_or_404(request, Action.LETTER_VOID, letters, pk=pk)
    family = shown.registration.birth.family
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            with transaction.atomic(durable=True):
                void_letter(letter=shown, reason=reason, by=signed_in(request), at=timezone.now())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, _("The letter is void: the family can no longer open it."))
            return redirect("ward_family", family.pk)
    context = {
        "form": form,
        "family": family,
        "title": _("Void the letter %(number)s") % {"number": shown.snapshot["number"]},
        "words": _("The family can no longer open it, and it is not printed any more."),
        "danger": True,
    }
    return render(request, "mother/life_event.html", context, status=422 if form.errors else 200)
