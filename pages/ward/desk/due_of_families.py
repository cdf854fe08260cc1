"""What is due about families: applications, mothers to call, requests, a second person, mails. What she may see."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, visible
from enrollment.applications.queue import places_in_queue
from enrollment.applications.queue_standing import decision_days_on, queue_standing
from enrollment.decisions.second_step import (
    any_decider,
    drafts_to_decide,
    needs_second_step,
    returned_drafts,
    second_step_now,
)
from enrollment.families.call_notes import due_call_notes
from enrollment.letters.posting import letters_to_send, printed_not_sent
from enrollment.letters.posting_admin import PROPOSED_FOR
from enrollment.models import (
    DeletionRequest,
    DeletionState,
    Letter,
    Registration,
)
from pages.due import Due, Grade, counted

from .refused_mails import refused_mails
from .second_person import ends_waiting, exceptions_waiting, looks_waiting_for, renewals_due, settings_waiting

QUEUE = "admin:enrollment_registration_queue"


def applications(person: User, at: datetime) -> Iterator[Due]:
    """What waits for a decision; a fixed number of queries, as the queue itself."""
    if not may(person, Action.REGISTRATION_DECIDE):
        return
    today = timezone.localdate(at)
    mine = visible(person, Action.REGISTRATION_DECIDE, Registration.objects.all())
    found = queue_standing(places_in_queue(mine, today), decision_days_on(today))
    page = reverse(QUEUE)
    yield Due(
        Grade.LATE,
        _("Applications that wait longer than families are told"),
        found.overdue,
        f"{page}?found=overdue",
        since=found.oldest_overdue,
    )
    yield Due(Grade.WAITS, _("Applications that wait"), found.waiting, page, since=found.oldest)
    yield Due(
        Grade.WAITS,
        _("Applications with open points, at which a person must look"),
        found.open_points,
        f"{page}?found=open",
        since=found.oldest,
    )
    yield Due(
        Grade.WAITS,
        _("Families perhaps entered twice"),
        found.duplicates,
        f"{page}?found=duplicates",
        since=found.oldest,
    )


def second_person(person: User, at: datetime) -> Iterator[Due]:
    """Looks behind a protection, its ends, exceptions, changes of settings that another asked for. Four queries."""
    page = reverse("desk:second-person")
    if may(person, Action.PROTECTION_CHANGE):
        count, since = counted(looks_waiting_for(person, at), "asked_at")
        yield Due(
            Grade.AT_ONCE, _("Protected addresses that a colleague asks to see"), count, f"{page}#looks", since=since
        )
        count, since = counted(ends_waiting(person), "proposed_at")
        yield Due(
            Grade.WAITS, _("Ends of protections that wait for a second person"), count, f"{page}#ends", since=since
        )
    if may(person, Action.REGISTRATION_DECIDE):
        count, since = counted(exceptions_waiting(person, at), "proposed_at")
        yield Due(Grade.WAITS, _("Exceptions that wait for a second person"), count, f"{page}#exceptions", since=since)
    if may(person, Action.REFERENCE_CHANGE):
        count, since = counted(settings_waiting(person), "proposed_at")
        label = _("Changes of settings that wait for a second person")
        yield Due(Grade.WAITS, label, count, f"{page}#settings", since=since)


def drafts(person: User, at: datetime) -> Iterator[Due]:
    """Decisions that colleagues drafted and she makes, and what came back to her; where none is drafted, nothing."""
    if not may(person, Action.REGISTRATION_DECIDE) or not second_step_now():
        return
    page, today = reverse("admin:enrollment_registration_drafted"), timezone.localdate(at)
    count, since = counted(drafts_to_decide(person, at), "drafted_at")
    yield Due(Grade.WAITS, _("Drafted decisions that wait for you"), count, page, since=since)
    count, since = counted(returned_drafts(person), "settled_at")
    yield Due(Grade.WAITS, _("Drafted decisions returned to you"), count, f"{page}#returned", since=since)
    if needs_second_step(today) and not any_decider(today):
        page = reverse("admin:enrollment_decider_changelist")
        yield Due(Grade.LATE, _("Nobody is named who decides what is drafted"), 1, page, since=today)


def protection(person: User, at: datetime) -> Iterator[Due]:
    """Measures of protection to be renewed. One query."""
    if may(person, Action.PROTECTION_CHANGE):
        count, day = counted(renewals_due(person, at), "review_by")
        grade = Grade.LATE if day and day < timezone.localdate(at) else Grade.WAITS
        page = f"{reverse('desk:second-person')}#renewals"
        yield Due(grade, _("Protections to be renewed"), count, page, by=day)


def calls(person: User, at: datetime) -> Iterator[Due]:
    """Notes of calls to which somebody is to come back by now. One query."""
    if may(person, Action.FAMILY_ADD):
        today = timezone.localdate(at)
        count, day = counted(due_call_notes(person, today), "look_again_on")
        grade = Grade.LATE if day and day < today else Grade.WAITS
        yield Due(grade, _("Calls to come back to"), count, reverse("desk:calls"), since=day)


def deletion(person: User, _at: datetime) -> Iterator[Due]:
    """Requests for deletion without an answer. One query."""
    if may(person, Action.DELETION_DECIDE):
        asked = visible(person, Action.DELETION_DECIDE, DeletionRequest.objects.filter(state=DeletionState.ASKED))
        count, since = counted(asked, "asked_at")
        yield Due(Grade.WAITS, _("Requests for deletion"), count, reverse("deletion:list"), since=since)


def letters(person: User, at: datetime) -> Iterator[Due]:
    """Letters to be printed, and those that are printed and not marked as sent. Two queries."""
    if may(person, Action.LETTER_SEND):
        mine = visible(person, Action.LETTER_SEND, Letter.objects.all())
        page = reverse("admin:enrollment_letter_to-send")
        lately = mine.filter(issued_at__date__gte=timezone.localdate(at) - PROPOSED_FOR)
        count, since = counted(letters_to_send(lately), "issued_at")
        yield Due(Grade.WAITS, _("Letters to print"), count, page, since=since)
        count, since = counted(printed_not_sent(mine), "letter__issued_at")
        yield Due(Grade.WAITS, _("Letters printed and not marked as sent"), count, page, since=since)


def mails(person: User, _at: datetime) -> Iterator[Due]:
    """Mails that a mail server refuses: the address must be corrected. Two queries."""
    if may(person, Action.FAMILY_CHANGE):
        found = refused_mails(person)
        since = timezone.localdate(found[0].entry.created_at) if found else None
        yield Due(Grade.LATE, _("Mails that do not go out"), len(found), reverse("desk:mails"), since=since)
