"""よい取組み: notes entered during the year by whoever has one, reviewed by staff before the meeting reads them."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from facilities.fiscal_year import fiscal_year
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction

from .models import PracticeNote, PracticeState


@in_transaction
def enter_note(*, title: str, text: str, by: User, at: datetime) -> PracticeNote:
    """Enter a note for the meeting of the running fiscal year.

    Errors: NotPossible ``no_text``.
    """
    for field, given in (("title", title), ("text", text)):
        if not given.strip():
            sentence = _("Please write a few words.")
            raise NotPossible("no_text", sentence, {field: sentence})
    return PracticeNote.objects.create(
        fiscal_year=fiscal_year(timezone.localdate(at)),
        title=title.strip(),
        text=text.strip(),
        facility=by.facility,
        district=by.district,
        written_by=by,
        written_at=at,
    )


@in_transaction
def take_note(*, note: PracticeNote, wording: str, by: User, at: datetime) -> PracticeNote:
    """Take a note into the pack, in this wording: staff take out what names somebody.

    Errors: NotPossible ``no_text``.
    """
    if not wording.strip():
        sentence = _("Please write a few words.")
        raise NotPossible("no_text", sentence, {"wording": sentence})
    return _reviewed(note, PracticeState.TAKEN, wording.strip(), by, at)


@in_transaction
def leave_note_out(*, note: PracticeNote, by: User, at: datetime) -> PracticeNote:
    """Leave a note out of the pack; it stays with who wrote it. May be taken later."""
    return _reviewed(note, PracticeState.LEFT_OUT, "", by, at)


def lock_note(note: PracticeNote) -> PracticeNote:
    """Lock a note and return it as it is now."""
    return (
        PracticeNote.objects.select_for_update(no_key=True, of=("self",)).select_related("reviewed_by").get(pk=note.pk)
    )


def _reviewed(note: PracticeNote, state: PracticeState, wording: str, by: User, at: datetime) -> PracticeNote:
    kept = lock_note(note)
    kept.state, kept.wording, kept.reviewed_by, kept.reviewed_at = state, wording, by, at
    kept.save(update_fields=["state", "wording", "reviewed_by", "reviewed_at"])
    return kept
