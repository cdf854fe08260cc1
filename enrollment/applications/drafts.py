"""下書き: an application as far as it is filled in, saved as she goes and resumed on another device.

What was typed is kept as it was typed, right or wrong, sealed: an address under protection may be among it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.models import ApplicationDraft
from sankecare.errors import NotPossible, Refused
from sankecare.sealing import CannotOpen, seal_values, unseal_values
from sankecare.transactions import in_transaction

Typed = Mapping[str, list[str]]
# All that one step's fields may hold is a third of it.
MOST_CHARACTERS = 30_000


@dataclass(frozen=True)
class StepAnswers:
    """What was typed in one step, by field, and the draft's revision when it was last changed."""

    typed: Typed
    revision: int = 0


@dataclass(frozen=True)
class Draft:
    """``step``: where she was. ``revision`` counts the saves: a page that saw an older one is stale."""

    steps: Mapping[str, StepAnswers] = field(default_factory=dict)
    step: str = ""
    revision: int = 0
    saved_at: datetime | None = None

    def typed(self, step: str) -> Typed | None:
        """What was typed in a step; None where nothing was saved of it."""
        return self.steps[step].typed if step in self.steps else None


class NewerAnswers(Refused):
    """The step was changed elsewhere since this page was opened; ``draft`` is what is kept."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("newer_answers", _("This step was changed on another screen or device since you opened it."))
        self.draft = draft


def load_draft(account: User) -> Draft | None:
    """Return her draft; None where she has none, or where it was sealed with a key that is gone."""
    row = ApplicationDraft.objects.filter(account=account).first()
    return _opened(row) if row else None


@in_transaction
def save_draft(
    *,
    account: User,
    step: str,
    typed: Typed,
    seen: int,
    at: datetime,
    anyway: bool = False,
    before: Draft | None = None,
    go_to: str = "",
) -> Draft:
    """Keep what was typed in a step, and where she goes from there (``go_to``; the step itself).

    ``seen``: the revision that the page was opened with; ``anyway``: newer answers are overwritten. ``before``: what
    was known of her when she began, kept with the first save.

    Errors: NewerAnswers where the step was changed since with another outcome; NotPossible ``too_long``.
    """
    if sum(len(text) for name, texts in typed.items() for text in (name, *texts)) > MOST_CHARACTERS:
        raise NotPossible("too_long", _("This is too long to be kept. Please make it shorter."))
    # Without answers yet: whoever comes first, one row is there to lock.
    empty = {"answers": b"", "saved_at": at}
    ApplicationDraft.objects.get_or_create(account=account, defaults=empty)
    row = ApplicationDraft.objects.select_for_update().get(account=account)
    draft = _opened(row) or before or Draft()
    there = draft.steps.get(step)
    changed = there is None or dict(there.typed) != dict(typed)
    if there and changed and there.revision > seen and not anyway:
        raise NewerAnswers(draft)
    revision = row.revision + 1
    steps = dict(draft.steps)
    if changed:
        steps[step] = StepAnswers(typed, revision)
    draft = replace(draft, steps=steps, step=go_to or step, revision=revision, saved_at=at)
    row.answers = seal_values({name: [dict(answers.typed), answers.revision] for name, answers in steps.items()})
    row.step, row.revision, row.saved_at = draft.step, revision, at
    row.save()
    return draft


def discard_draft(*, account: User) -> None:
    """Forget her draft: it was sent, or she wants to begin anew."""
    ApplicationDraft.objects.filter(account=account).delete()


def _opened(locked: ApplicationDraft) -> Draft | None:
    if not locked.answers:
        return None
    try:
        values = unseal_values(locked.answers)
    except CannotOpen:
        return None
    steps = {step: StepAnswers(typed, revision) for step, (typed, revision) in values.items()}
    return Draft(steps, locked.step, locked.revision, locked.saved_at)
