"""A form that is done once: it carries a key; sent twice over a poor network, it is written once."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from accounts.permissions import signed_in
from bookings.places.refusals import db_errors_as_refusals
from sankecare.edits.forms import EditMixin, Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm, show_refusal
from sankecare.idempotency import Answer, once


def posted(request: HttpRequest) -> Any:
    """What was sent, or None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def key_of(request: HttpRequest) -> str:
    """The key that the form carries: the one that was sent, so that it comes back with what was typed."""
    return request.POST.get("key") or secrets.token_urlsafe(24)


def form_page(
    request: HttpRequest,
    form: OperationForm,
    operation: Callable[..., Model],
    *,
    template: str,
    context: Mapping[str, Any],
    back: str | Callable[[int], str],
    done: str = "",
    stands: Callable[[], Standing] | None = None,
) -> HttpResponse:
    """Show the form, or do what it says and go ``back``, saying that it is ``done``. Nothing typed is lost.

    ``operation``, ``stands``: as ``submit_once``. ``back``: an address, or what gives it for the id that was written.
    The template's context gets ``form`` and ``key`` besides.
    """
    key = key_of(request)
    written = submit_once(request, key, form, operation, stands=stands)
    if written is None:
        shown = {**context, "form": form, "key": key}
        return render(request, template, shown, status=422 if form.errors else 200)
    if done:
        messages.success(request, done)
    return redirect(back if isinstance(back, str) else back(written))


def submit_once(
    request: HttpRequest,
    key: str,
    form: OperationForm,
    operation: Callable[..., Model],
    *,
    stands: Callable[[], Standing] | None = None,
) -> int | None:
    """Do the operation with a valid form's values, once for its key; return the id that was written.

    None where the form is not valid or the operation refused: what is wrong stands in the form's errors then.
    ``stands``, of a form that edits: what stands now, read under the lock of what it edits. What she left stays so,
    what somebody else changed meanwhile is said; where both changed one field it is refused, and both are shown.
    """
    if not form.is_valid():
        return None
    # What the operation is bound to (a booking, a day) stands in the address.
    asked = [request.path, getattr(operation, "func", operation).__name__, sorted(_sent(request, form))]

    def write(*, by: User, at: datetime) -> Model:
        if stands is not None:
            say_changed_meanwhile(request, form, stands())
        return operation(by=by, at=at, **form.values)

    try:
        return write_once(request, key, asked, write)
    except Refused as refused:
        show_refusal(form, refused)
        return None


def say_changed_meanwhile(request: HttpRequest, form: OperationForm, standing: Standing) -> None:
    """Keep what she left as it stands now, and say how much of it somebody else has changed since it was opened.

    Inside the transaction of the write. Errors: ``ChangedMeanwhile``.
    """
    assert isinstance(form, EditMixin)
    if changed := form.settle(standing):
        words = ngettext(
            "Meanwhile %(number)d other entry on this form was changed%(who)s. It stays as it is.",
            "Meanwhile %(number)d other entries on this form were changed%(who)s. They stay as they are.",
            changed,
        )
        messages.info(request, words % {"number": changed, "who": standing.who_and_when})


def write_once(request: HttpRequest, key: str, asked: Any, operation: Callable[..., Model], **values: Any) -> int:
    """Do the operation by who is signed in, now, in one durable transaction, once for its key; return the id written.

    ``operation``: takes ``by``, ``at`` and the values; what else it needs is bound to it (``functools.partial``).
    ``asked``: as ``idempotency.once``. Errors: those of the operation and of ``idempotency.once``.
    """
    by = signed_in(request)

    def write() -> Answer:
        written = operation(by=by, at=timezone.now(), **values)
        return Answer(200, {"id": written.pk}, {str(written._meta.model_name): written.pk})

    with db_errors_as_refusals():
        answer = once(user=by, key=key, request=asked, write=write)
    return int(answer.body["id"])


def _sent(request: HttpRequest, form: OperationForm) -> list[tuple[str, list[str]]]:
    """Each field as it was sent; of a file the digest of its content."""
    posted, files = request.POST, request.FILES
    return [(name, posted.getlist(name) + [_digest(file) for file in files.getlist(name)]) for name in form.fields]


def _digest(file: Any) -> str:
    digest = hashlib.sha256(file.read()).hexdigest()
    file.seek(0)
    return digest
