"""An entry of the tablet: every form carries a key; sent twice over a poor network, it is written once."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model
from django.http import HttpRequest

from accounts.permissions import signed_in
from sankecare.errors import Refused
from sankecare.idempotency import Answer, once


def posted(request: HttpRequest) -> Any:
    """What was sent, or None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def key_of(request: HttpRequest) -> str:
    """The key that the form carries: the one that was sent, so that it comes back with what was typed."""
    return request.POST.get("key") or secrets.token_urlsafe(24)


def submit_once(request: HttpRequest, key: str, form: forms.Form, write: Callable[[], Model]) -> int | None:
    """Write what a valid form says, once for its key; return the id that was written.

    None where the form is not valid or the write was refused: what is wrong stands in the form's errors then.
    """
    if not form.is_valid():
        return None
    asked = [request.path, sorted((name, request.POST.getlist(name)) for name in form.fields)]
    try:
        answer = once(user=signed_in(request), key=key, request=asked, write=lambda: Answer(200, {"id": write().pk}))
    except Refused as refused:
        field = next((name for name in refused.fields if name in form.fields), None)
        form.add_error(field, refused.detail)
        return None
    return int(answer.body["id"])
