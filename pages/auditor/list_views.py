"""監査の一覧: failed sign-ins, looks behind a protection, files, rights, looks that nothing explains; as sentences."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.access_log import note_look
from pages.page_words import page_in_words
from reports.audit_lists.kept_lists import (
    failure_told,
    failures_on,
    file_told,
    files_on,
    looks_behind_on,
    looks_behind_told,
)
from reports.audit_lists.nearby import AFTER, BEFORE
from reports.audit_lists.rights import rights_on
from reports.audit_lists.told import Told, people_in
from reports.audit_lists.unexplained import unexplained_on
from reports.people_words import told_apart

from .days import ON_A_PAGE, chosen_days

# What a list holds on some days (rows of the database, or told ones), and how a page of it is told.
Rows = Callable[[date, date], Any]
Tell = Callable[[Sequence[Any]], Sequence[Told]]


@require_safe
def sign_ins(request: HttpRequest) -> HttpResponse:
    """Who failed to sign in, and how often."""
    words = gettext_lazy(
        "Each row is a minute. What was typed is not kept; a mother's own failures are not kept either."
    )
    return _list(request, _("Failed sign-ins"), words, failures_on, lambda rows: [failure_told(row) for row in rows])


@require_safe
def behind_protection(request: HttpRequest) -> HttpResponse:
    """Who asked to see a protected address, why, who opened it, and whether it was looked at."""
    words = gettext_lazy("Who is not named for an address asks with a reason; a second person opens it for a while.")
    return _list(request, _("Looks behind a protection"), words, looks_behind_on, looks_behind_told)


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """Who took which file, and how many families were in it."""
    words = gettext_lazy(
        "Papers, lists and tables that the system handed to the staff. Which families were in one stands with the"
        " person, at the same moment."
    )
    return _list(request, _("Files taken"), words, files_on, lambda rows: [file_told(row) for row in rows])


@require_safe
def rights(request: HttpRequest) -> HttpResponse:
    """Who gave whom which right, and who took it."""
    words = gettext_lazy("Roles, places, closed accounts, and who may see a protected address.")
    return _list(request, _("Rights given and taken"), words, rights_on, list)


@require_safe
def unexplained(request: HttpRequest) -> HttpResponse:
    """Looks at one family near which nothing happened that would explain them."""
    words = _(
        "Looks at one family by itself, of which nothing stands open, and with which nothing happened from %(before)d"
        " days before to %(after)d days after: no application, booking, stay, payment, letter, call or request. It"
        " proves nothing: ask the person."
    ) % {"before": BEFORE.days, "after": AFTER.days}
    return _list(request, _("Looks without a reason nearby"), words, unexplained_on, list)


def _list(request: HttpRequest, title: str, words: str | Promise, rows: Rows, tell: Tell) -> HttpResponse:
    """A list on the days chosen, the newest first. A fixed number of queries beside those of the list itself."""
    form, first, last = chosen_days(request)
    page = Paginator(rows(first, last), ON_A_PAGE).get_page(request.GET.get("page"))
    told = list(tell(list(page.object_list)))
    people = people_in(told)
    names = told_apart(people.values())
    if families := sorted({row.family for row in told if row.family is not None}):
        note_look(request, families)
    context = {
        "title": title,
        "words": words,
        "form": form,
        "first": first,
        "last": last,
        "page": page,
        "rows": [(row, _sentence(row, names), people.get(row.by or 0)) for row in told],
    }
    return render(request, "auditor/audit_list.html", context)


def _sentence(row: Told, names: dict[int, str]) -> str:
    return row.sentence % {
        "who": names.get(row.by or 0) or _("the system"),
        "whom": names.get(row.about or 0) or "–",
        "page": page_in_words(row.page),
    }
