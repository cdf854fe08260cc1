"""One step of the work on a referral as a page: a form, done once for its key, and nothing typed is lost."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from pages.once_form import key_of, submit_once


def form_page(
    request: HttpRequest,
    form: forms.Form,
    write: Callable[[], Model],
    *,
    title: str,
    button: str,
    done: str,
    back: str,
    **context: Any,
) -> HttpResponse:
    """Show the form, or do what it says in one transaction and go ``back`` (an address), saying that it is done."""
    key = key_of(request)
    if submit_once(request, key, form, write) is not None:
        messages.success(request, done)
        return redirect(back)
    # Not "title": the notices in the head of every page have one of their own.
    shown = {"form": form, "heading": title, "button": button, "back": back, "key": key, **context}
    return render(request, "district/step.html", shown, status=422 if form.errors else 200)
