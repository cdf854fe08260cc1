"""監査: the auditor's pages: per family and per person, who changed what and who looked, as a page and as a file."""

import csv
import io
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import note_look, shown_or_404
from accounts.account_changes import changes_waiting
from accounts.actions import Action
from accounts.models import AccessLogEntry, AccessLogLink, User
from accounts.permissions import visible_or_404
from accounts.roles import Role
from enrollment.family_search import families_found
from enrollment.models import Family, FamilyMerge, RegistrationException
from pages.page_words import address_in_words, page_in_words
from reports.audit import (
    Change,
    changes_by,
    changes_from,
    changes_of_accounts,
    changes_of_family,
    keys_by,
    keys_of_settings,
    looks_at,
    looks_by,
    people_of,
    rights_of,
)
from reports.people_words import told_apart
from reports.sentences import sentence
from sankecare.history_seals.standing import standing
from sankecare.spreadsheet_cells import harmless_cell

from .days import ON_A_PAGE, chosen_days

MOST_FOUND = 30
MOST_ROWS = 20_000  # a file that a spreadsheet opens
KINDS = {"insert": gettext_lazy("added"), "update": gettext_lazy("changed"), "delete": gettext_lazy("deleted")}


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Choose a family or a person. Names are posted, so that they stand in no address."""
    words = request.POST.get("words", "").replace("\0", "").strip()
    families = families_found(words)[:MOST_FOUND] if words else []
    if families:
        note_look(request, [family.pk for family in families])
    people = list(User.objects.exclude(role__in=["", Role.MOTHER]).order_by("role", "username"))
    names = told_apart(people)
    context = {
        "words": words,
        "families": families,
        "most": MOST_FOUND,
        "people": [(person, names[person.pk]) for person in people],
        "history": standing(timezone.now()),
        "seal": AccessLogLink.objects.order_by("-last_look").first(),
    }
    return render(request, "auditor/audit.html", context)


@require_safe
def family(request: HttpRequest, pk: int) -> HttpResponse:
    """One family: what was changed and why, and who looked at it."""
    found = shown_or_404(request, Action.AUDIT_READ, Family.objects.select_related("merged_into"), pk=pk)
    changes = Paginator(changes_of_family(found), ON_A_PAGE).get_page(request.GET.get("changes"))
    looks = _told(Paginator(looks_at(found), ON_A_PAGE).get_page(request.GET.get("looks")))
    context = {
        "family": found,
        "changes": _rows(list(changes.object_list)),
        "changes_page": changes,
        "looks": looks,
        "timeline": found.timeline.select_related("registration", "entered_by"),
        "merges": FamilyMerge.objects.filter(Q(kept=found) | Q(given_up=found)).select_related("merged_by"),
        "exceptions": RegistrationException.objects.filter(registration__birth__family=found).select_related(
            "registration", "proposed_by", "granted_by"
        ),
    }
    return render(request, "auditor/audit_family.html", context)


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: what she changed, whom she was shown, and who changed what she may do."""
    found = visible_or_404(request.user, Action.AUDIT_PERSON, User.objects.all(), pk=pk)
    form, first, last = chosen_days(request)
    changes = Paginator(keys_by(found, first, last), ON_A_PAGE).get_page(request.GET.get("changes"))
    looks = _told(Paginator(looks_by(found, first, last), ON_A_PAGE).get_page(request.GET.get("looks")))
    shown = changes_from(changes.object_list)
    keys = {change.family for change in shown if change.family} | {look.family_id for look in looks.object_list}
    if keys:
        note_look(request, sorted(keys))
    context = {
        "person": found,
        "form": form,
        "changes": _rows(shown),
        "changes_page": changes,
        "looks": looks,
        "shows_family": True,
        "rights": _rows(rights_of(found)),
    }
    return render(request, "auditor/audit_person.html", context)


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """Who changed a calendar, a term, an amount, a policy or somebody's rights."""
    form, first, last = chosen_days(request)
    changes = Paginator(keys_of_settings(first, last), ON_A_PAGE).get_page(request.GET.get("changes"))
    context = {"form": form, "changes": _rows(changes_from(changes.object_list)), "changes_page": changes}
    return render(request, "auditor/audit_settings.html", context)


@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Who changed whose account: rights, address, password, second factor; what was proposed and who confirmed it."""
    form, first, last = chosen_days(request)
    changes = Paginator(changes_of_accounts(first, last), ON_A_PAGE).get_page(request.GET.get("changes"))
    shown = list(changes.object_list)
    people = people_of(shown)
    context = {
        "form": form,
        "changes": [(*row, people.get(row[0].about or 0)) for row in _rows(shown)],
        "changes_page": changes,
        "waiting": changes_waiting(timezone.now()),
    }
    return render(request, "auditor/audit_accounts.html", context)


@require_safe
def family_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one family, as a file."""
    found = shown_or_404(request, Action.AUDIT_READ, Family.objects.all(), pk=pk)
    return _file(f"audit-family-{found.pk}", changes_of_family(found), looks_at(found))


@require_safe
def person_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything of one person on the days chosen, as a file."""
    found = visible_or_404(request.user, Action.AUDIT_PERSON, User.objects.all(), pk=pk)
    form, first, last = chosen_days(request)
    if form.is_bound and not form.is_valid():  # a file of other days than those asked for would be taken for them
        return redirect(f"{reverse('audit:person', args=[found.pk])}?{request.GET.urlencode()}")
    changes, looks = changes_by(found, first, last), looks_by(found, first, last)
    keys = {change.family for change in changes if change.family} | {look.family_id for look in looks[:MOST_ROWS]}
    if keys:
        note_look(request, sorted(keys))
    return _file(f"audit-person-{found.pk}", [*changes, *rights_of(found)], looks)


# ---- What is behind -------------------------------------------------------------------------------------------------


def _rows(changes: list[Change]) -> list[tuple[Change, str, str, str]]:
    """Return each change with who made it, what was done as a sentence, and its page in words."""
    names = told_apart(people_of(changes).values())
    return [
        (change, name, sentence(change, name), address_in_words(change.page))
        for change in changes
        for name in [names.get(change.by or 0, "")]
    ]


def _told(looks: Any) -> Any:
    """A page of looks, each with the words of its page."""
    for look in looks:
        look.where = page_in_words(look.page)
    return looks


def _file(name: str, changes: list[Change], looks: "QuerySet[AccessLogEntry]") -> HttpResponse:
    """Return a CSV that a spreadsheet opens: changes first, then looks, each newest first."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow([_("When"), _("Who"), _("What"), _("Family"), _("Row"), _("Details"), _("Page")])
    for change, who, _sentence, where in _rows(changes)[:MOST_ROWS]:
        kind = str(KINDS.get(change.kind, ""))
        details = " / ".join(f"{row.name}: {row.before} → {row.after}" for row in change.fields)
        moment = _typed(change.at)
        cells = (moment, who or _("by no person"), kind, change.family, f"{change.what} {change.row}", details)
        write.writerow([_safe(cell) for cell in (*cells, where)])
    for look in looks.select_related("user")[:MOST_ROWS]:
        moment = _typed(look.at)
        details = _("address under protection") if look.sensitive else ""
        of_look = (moment, look.user, _("looked"), look.family_id, "", details, page_in_words(look.page))
        write.writerow([_safe(cell) for cell in of_look])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


def _typed(at: datetime) -> str:
    """A moment by the ward's clock, as every spreadsheet knows one."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def _safe(cell: Any) -> str:
    """Keep a spreadsheet from running what a family wrote."""
    return str(harmless_cell("" if cell is None else str(cell)))
