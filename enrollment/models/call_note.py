"""電話のメモ: what was said on the telephone with a family, and on which day somebody looks at it again."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sankecare.moments import day_of_moment

from .family import Family


class CallNote(models.Model):
    """One call, as a member of staff noted it. Appended, never changed.

    A note with a day to look again is open until another one says what came of it (``answers``).
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="call_notes", verbose_name=_("family"))
    text = models.TextField(_("what was said"), max_length=1000)
    look_again_on = models.DateField(_("look again on"), null=True, blank=True)
    answers = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answer",
        verbose_name=_("what came of the note"),
    )
    made_at = models.DateTimeField(_("noted at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("noted by"))

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("note of a call")
        verbose_name_plural = _("notes of calls")
        constraints = [
            models.CheckConstraint(name="call_note_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="call_note_answers_another", condition=Q(answers__isnull=True) | ~Q(answers=F("id"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_again_on"], condition=Q(look_again_on__isnull=False), name="call_note_to_look_at"
            )
        ]
        triggers = [
            pgtrigger.Protect(name="call_note_kept", operation=pgtrigger.Delete),
            # Joining two entries of one family moves the note; nothing else about it ever changes.
            pgtrigger.Protect(
                name="call_note_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("text", "look_again_on", "answers", "made_at", "made_by"),
            ),
        ]

    def __str__(self) -> str:
        return day_of_moment(self.made_at)
