"""削除の請求: what mothers ask to be deleted, and the decision with its answer."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import note_shown, shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from enrollment.families.deletion import decide_deletion, requests_shown
from enrollment.models import DeletionRequest, DeletionState
from pages.once_form import posted
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal


class DecisionForm(OperationForm):
    """Granted or not, and the answer."""

    grant = forms.TypedChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Delete")), ("no", gettext_lazy("Do not delete"))],
        coerce=lambda chosen: chosen == "yes",
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Delete: her sign-in ends; what she began to fill in and her passkeys are deleted at once. What must be "
            "kept stays until its time is over: write until when."
        ),
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer that she reads"), max_length=1000, widget=forms.Textarea({"rows": 4})
    )


@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """Those that wait, the oldest first; then those that are decided."""
    found = list(requests_shown(signed_in(request)))
    note_shown(request, [row for row in found if row.family_id])
    return render(request, "ward/deletions.html", {"found": found})


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what she wrote, and the decision."""
    shown = DeletionRequest.objects.select_related("family", "account", "decided_by")
    asked = shown_or_404(request, Action.DELETION_DECIDE, shown, pk=pk)
    form = DecisionForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic(durable=True):
                    decide_deletion(asked=asked, by=signed_in(request), at=timezone.now(), **form.values)
            except Refused as refused:
                show_refusal(form, refused)
            else:
                messages.success(request, _("The decision is written."))
                return redirect("deletion:list")
    context = {"asked": asked, "form": form, "waits": asked.state == DeletionState.ASKED}
    return render(request, "ward/deletion.html", context, status=status)
