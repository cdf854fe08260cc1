"""One step of the work on a referral as a page: a form, done once for its key, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from pages.once_form import form_page
from sankecare.edits.forms import Standing
from sankecare.forms import OperationForm


def step_page(
    request: HttpRequest,
    form: OperationForm,
    operation: Callable[..., Model],
    *,
    title: str,
    button: str,
    done: str,
    back: str,
    stands: Callable[[], Standing] | None = None,
    **context: Any,
) -> HttpResponse:
    """Show the form, or do what it says and go ``back`` (an address), saying that it is done.

    ``stands``: as ``once_form.submit_once``.
    """
    # Not "title": the notices in the head of every page have one of their own.
    shown = {"heading": title, "button": button, "back": back, **context}
    return form_page(
        request, form, operation, template="district/step.html", context=shown, back=back, done=done, stands=stands
    )
