"""お知らせの受け取り方: language, way, quiet hours and reminders; her LINE and her telephone connected."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.messages.choosing import (
    ask_line_word,
    ask_phone_code,
    choose_messages,
    confirm_phone,
    is_code,
    preference_of,
)
from accounts.models import MessageWay, User
from accounts.permissions import signed_in
from sankecare.channels.line import link_to_chat
from sankecare.channels.set_up import ways_set_up
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal

from .forms import MessagesForm, PhoneCodeForm, PhoneForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def how_told(request: HttpRequest) -> HttpResponse:
    """Show how she is told, and do what the button that she touched says."""
    person, asked = signed_in(request), request.POST.get("do", "") if request.method == "POST" else ""
    kept = preference_of(person)
    forms: dict[str, OperationForm] = {
        "save": MessagesForm(request.POST if asked == "save" else None, kept=kept),
        "phone": PhoneForm(request.POST if asked == "phone" else None),
        "code": PhoneCodeForm(request.POST if asked == "code" else None),
    }
    context: dict[str, Any] = {"forms": forms, "ways": ways_set_up()}
    if asked == "line" and MessageWay.LINE in ways_set_up():
        with transaction.atomic(durable=True):
            word = ask_line_word(account=person, at=timezone.now())
        context |= {"word": word, "chat": link_to_chat(settings.LINE_ACCOUNT, word)}
    form = forms.get(asked)
    if form is not None and form.is_valid() and _done(asked, form, person, timezone.now()):
        messages.success(request, _done_words(asked))
        return redirect("family:messages")
    context["kept"] = preference_of(person)
    return render(request, "mother/messages.html", context, status=422 if form is not None else 200)


def _done(asked: str, form: OperationForm, person: User, at: datetime) -> bool:
    """Do it; where it is refused, that stands in the form."""
    try:
        if asked == "code":
            return _phone_shown(form, person, at)
        with transaction.atomic(durable=True):
            if asked == "save":
                choose_messages(account=person, **form.values)
            else:
                ask_phone_code(account=person, at=at, **form.values)
    except Refused as refused:
        show_refusal(form, refused)
        return False
    return True


def _phone_shown(form: OperationForm, person: User, at: datetime) -> bool:
    """A wrong try is counted for good, so it is written before anything else."""
    with transaction.atomic(durable=True):
        right = is_code(account=person, code=form.cleaned_data["code"])
    if not right:
        form.add_error("code", _("This is not the code of the newest message. Please look again."))
        return False
    with transaction.atomic(durable=True):
        confirm_phone(account=person, at=at)
    return True


def _done_words(asked: str) -> str:
    return {
        "save": _("Kept. From now on we tell you this way."),
        "phone": _("A code is on its way to your telephone."),
        "code": _("Your telephone is connected. From now on we tell you there."),
    }[asked]
