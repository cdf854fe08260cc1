"""The family's timeline: what happened in its registration, when, and who entered it. Codes, dates and ids only."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .family import Family
from .registration import Registration


class TimelineEvent(models.TextChoices):
    APPLIED = "applied", _("Application sent in")
    CORRECTED = "corrected", _("Sent in again")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned for correction")
    REJECTED = "rejected", _("Not approved")
    TAKEN_BACK = "taken_back", _("Decision taken back")
    DRAFTED = "drafted", _("Decision drafted")
    DRAFT_RETURNED = "draft_returned", _("Drafted decision returned")
    DRAFT_TAKEN_BACK = "draft_taken_back", _("Drafted decision taken back")
    EXCEPTION_PROPOSED = "exception_proposed", _("Exception proposed")
    EXCEPTION_GRANTED = "exception_granted", _("Exception granted")
    BIRTH_REPORTED = "birth_reported", _("Birth reported")
    ADDRESS_CHANGED = "address_changed", _("Address changed")
    MOVED_OUT = "moved_out", _("Moves out of the ward")
    TAX_CLASS_CHANGED = "tax_class_changed", _("Tax class changed")
    PERSON_CORRECTED = "person_corrected", _("Name or contact corrected")
    EMAIL_CHANGED = "email_changed", _("E-mail address changed")
    FACTS_CORRECTED = "facts_corrected", _("Facts put right")
    ROLLS_OVER = "rolls_over", _("Baby rolls over")
    ENDED = "ended", _("Registration ended")
    EVIDENCE_SENT = "evidence_sent", _("Paper sent in")
    LETTER_ISSUED = "letter_issued", _("Letter issued")
    LETTER_VOIDED = "letter_voided", _("Letter voided")
    MERGED = "merged", _("Entered twice: joined into one")
    PROTECTED = "protected", _("Put under protection")
    PROTECTION_RENEWED = "protection_renewed", _("Protection renewed")
    END_PROPOSED = "end_proposed", _("End of the protection proposed")
    END_DECLINED = "end_declined", _("Protection not ended")
    PROTECTION_ENDED = "protection_ended", _("Protection ended")
    NAMED = "named", _("Person named for the address")
    UNNAMED = "unnamed", _("Person no longer named for the address")
    LOOK_ASKED = "look_asked", _("Asked to see the address")
    LOOK_OPENED = "look_opened", _("Address opened for a look")


class TimelineEntry(models.Model):
    """One thing that happened to a family. Appended, never changed."""

    family = models.ForeignKey(Family, models.PROTECT, related_name="timeline", verbose_name=_("family"))
    registration = models.ForeignKey(
        Registration, models.PROTECT, null=True, blank=True, related_name="timeline", verbose_name=_("registration")
    )
    happening = models.CharField(_("what happened"), max_length=20, choices=TimelineEvent.choices)
    on_day = models.DateField(_("holds from"))
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )
    facts = models.JSONField(_("facts"), default=dict, blank=True)

    class Meta:
        ordering = ["-entered_at", "-pk"]
        verbose_name = _("timeline entry")
        verbose_name_plural = _("timeline")
        triggers = [
            # Joining two entries of one family moves the entry; nothing else about it ever changes.
            pgtrigger.Protect(name="timeline_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="timeline_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "registration", "happening", "on_day", "entered_at", "entered_by", "facts"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_happening_display()
