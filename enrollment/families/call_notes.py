"""電話のメモ: noted, answered, and those whose day has come."""

from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import visible
from enrollment.models import CallNote, Family
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction


@in_transaction
def note_call(
    *,
    family: Family,
    text: str,
    by: User,
    at: datetime,
    look_again_on: date | None = None,
    answers: CallNote | None = None,
) -> CallNote:
    """Append a note. ``look_again_on``: it stays open until then and until it is answered; ``answers``: which it ends.

    Errors: NotPossible ``nothing_said``, ``day_passed``; Refused ``answered_already``.
    """
    if not text.strip():
        sentence = _("Please write what was said.")
        raise NotPossible("nothing_said", sentence, {"text": sentence})
    if look_again_on is not None and look_again_on < timezone.localdate(at):
        sentence = _("This day has passed already.")
        raise NotPossible("day_passed", sentence, {"look_again_on": sentence})
    locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    if answers is not None and not open_notes(locked).filter(pk=answers.pk).exists():
        sentence = _("Somebody has written meanwhile what came of this note.")
        raise Refused("answered_already", sentence, fields={"answers": sentence})
    return CallNote.objects.create(
        family=locked, text=text.strip(), look_again_on=look_again_on, answers=answers, made_at=at, made_by=by
    )


def call_notes_of(family: Family) -> "QuerySet[CallNote]":
    """Return the family's notes, newest first, each with what came of it. One query."""
    return CallNote.objects.filter(family=family).select_related("made_by", "answer", "answers")


def open_notes(family: Family) -> "QuerySet[CallNote]":
    """Return the family's notes that somebody is to look at again, by their day. One query."""
    return _open(CallNote.objects.filter(family=family))


def due_call_notes(person: User, day: date) -> "QuerySet[CallNote]":
    """Return the notes whose day has come, of the families that the person works for, the oldest first. One query."""
    hers = visible(person, Action.FAMILY_CHANGE, Family.objects.filter(merged_into=None))
    due = _open(CallNote.objects.filter(look_again_on__lte=day, family__in=hers.order_by().values("pk")))
    return due.select_related("family", "made_by")


def _open(notes: "QuerySet[CallNote]") -> "QuerySet[CallNote]":
    return notes.filter(look_again_on__isnull=False, answer__isnull=True).order_by("look_again_on", "made_at", "pk")
