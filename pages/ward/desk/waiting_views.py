"""What a colleague began and a second person looks at; calls to come back to; mails that a mail server refuses."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import note_look
from accounts.permissions import signed_in
from enrollment.eligibility import Rule
from enrollment.families.call_notes import due_call_notes
from enrollment.reasons import rule_name

from .refused_mails import refused_mails
from .second_person import (
    ends_waiting,
    exceptions_waiting,
    looks_waiting_for,
    refunds_waiting,
    renewals_due,
    settings_waiting,
)
from .settings_views import table_words


@never_cache
@require_safe
def second_person(request: HttpRequest) -> HttpResponse:
    """Looks, ends and renewals of protections, exceptions, refunds, changes of settings; each leads to its page."""
    person, now = signed_in(request), timezone.now()
    looks, exceptions = list(looks_waiting_for(person, now)), list(exceptions_waiting(person, now))
    renewals, ends = list(renewals_due(person, now)), list(ends_waiting(person))
    refunds = list(refunds_waiting(person))
    families = [
        *(row.protection.family_id for row in looks),
        *(row.registration.birth.family_id for row in exceptions),
        *(row.family_id for row in renewals),
        *(row.protection.family_id for row in ends),
        *(row.charge.booking.registration.birth.family_id for row in refunds),
    ]
    if families:
        note_look(request, families)
    context = {
        "looks": looks,
        "exceptions": [(row, rule_name(Rule(row.rule))) for row in exceptions],
        "renewals": renewals,
        "ends": ends,
        "refunds": refunds,
        "settings": [(table_words(draft.table), draft) for draft in settings_waiting(person)],
        "today": timezone.localdate(now),
    }
    return render(request, "ward/desk/second_person.html", context)


@never_cache
@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Whose address a mail server refuses, the oldest first; never what was to be sent."""
    found = refused_mails(signed_in(request))
    if families := [row.family.pk for row in found if row.family]:
        note_look(request, families)
    return render(request, "ward/desk/mails.html", {"found": found})


@never_cache
@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """Notes of calls whose day has come, the oldest first; each is answered on the family's page."""
    today = timezone.localdate()
    found = list(due_call_notes(signed_in(request), today))
    if found:
        note_look(request, [row.family_id for row in found])
    return render(request, "ward/desk/calls.html", {"found": found, "today": today})
