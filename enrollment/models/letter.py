"""通知書: what the ward writes to a family, numbered, reproducible from the snapshot that it keeps."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .registration import Registration


class LetterKind(models.TextChoices):
    APPROVAL = "approval", _("Notice of approval")
    REJECTION = "rejection", _("Notice of refusal")
    CHANGE = "change", _("Notice of change")
    CANCELLATION = "cancellation", _("Notice of cancellation")
    RETURN = "return", _("Request for correction")
    REMINDER = "reminder", _("Reminder of a fee")


class Letter(models.Model):
    """One letter: never edited; voided, with the reason, where it must no longer be handed out."""

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="letters", verbose_name=_("registration")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind.choices)
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"))
    serial = models.PositiveIntegerField(_("number in the year"))
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    snapshot = models.JSONField(_("what it says"), editable=False)
    digest = models.CharField(_("SHA-256 of the PDF"), max_length=64, editable=False)
    first_opened_at = models.DateTimeField(_("first opened by the family at"), null=True, blank=True)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    voided_reason = models.CharField(_("why it is void"), max_length=200, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "serial"], name="letter_number_once"),
            models.CheckConstraint(
                name="letter_void_has_reason",
                condition=Q(voided_at__isnull=True, voided_reason="")
                | (Q(voided_at__isnull=False) & ~Q(voided_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="letter_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="letter_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    "registration", "kind", "fiscal_year", "serial", "issued_at", "issued_by", "snapshot", "digest"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.fiscal_year}-{self.serial}"


class LetterFile(models.Model):
    """The letter's PDF as it was issued, sealed: what is handed out, whatever sets letters later."""

    letter = models.OneToOneField(Letter, models.PROTECT, related_name="file", verbose_name=_("letter"))
    sealed = models.BinaryField(_("PDF, sealed"))

    class Meta:
        verbose_name = _("file of a letter")
        verbose_name_plural = _("files of letters")
        triggers = [pgtrigger.Protect(name="letter_file_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.letter_id}"


class Seal(models.TextChoices):
    """What stands where a seal is pressed."""

    OMITTED = "omitted", _("“seal omitted” (公印省略)")
    PLACE = "place", _("a place for the seal")
    NONE = "none", _("nothing")


# Where the window of an envelope for a sheet folded in three lies (長形3号; DEFAULT), mm from the upper left corner.
WINDOW_LEFT, WINDOW_TOP = 22, 16


@pghistory.track()
class LetterPolicy(models.Model):
    """What stands on every letter, dated: the sign before the number, who signs, whom to ask.

    ``window_left_mm``, ``window_top_mm``: where the recipient stands, so that the window of the envelope shows her.
    """

    period = DateRangeField(_("period"))
    number_sign = models.CharField(_("sign before the number"), max_length=20)
    signed_by = models.CharField(_("signed by"), max_length=40)
    signer_name = models.CharField(
        _("name of who signs"),
        max_length=40,
        blank=True,
        db_default="",
        help_text=_("printed after the title; a new name is a new row from its first day"),
    )
    seal = models.CharField(_("seal"), max_length=10, choices=Seal.choices, default=Seal.OMITTED, db_default="omitted")
    office = models.CharField(_("office to ask"), max_length=80)
    contact = models.CharField(_("telephone and hours"), max_length=120, blank=True)
    municipality = models.CharField(_("municipality, as the appeal text names it"), max_length=40)
    municipality_en = models.CharField(
        _("municipality in English"),
        max_length=60,
        blank=True,
        db_default="",
        help_text=_("pages and mails in English name it so; the Japanese name where it is empty"),
    )
    email = models.EmailField(_("e-mail of the office: answers to mails go there"), blank=True, db_default="")
    sender_address = models.CharField(
        _("postal address of the office"), max_length=120, blank=True, db_default="", help_text=_("as it is printed")
    )
    window_left_mm = models.PositiveSmallIntegerField(
        _("window of the envelope: mm from the left"), default=WINDOW_LEFT, db_default=WINDOW_LEFT
    )
    window_top_mm = models.PositiveSmallIntegerField(
        _("window of the envelope: mm from the top"), default=WINDOW_TOP, db_default=WINDOW_TOP
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("letter policy")
        verbose_name_plural = _("letter policies")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="letter_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]

    def __str__(self) -> str:
        return as_text(self.period)


@pghistory.track(append_only=True)
class LetterForm(models.Model):
    """Of each kind of letter, dated: the number of its form, and the law or rule that it rests on."""

    kind = models.CharField(_("kind"), max_length=12, choices=LetterKind.choices)
    period = DateRangeField(_("period"))
    form_number = models.CharField(
        _("number of the form"), max_length=40, blank=True, db_default="", help_text=_("printed in the corner")
    )
    legal_basis = models.CharField(_("law or rule it rests on"), max_length=120, blank=True, db_default="")
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["kind", "period"]
        verbose_name = _("form of a letter")
        verbose_name_plural = _("forms of letters")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="letter_form_no_overlap",
                expressions=[("kind", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {as_text(self.period)}"


class LetterSerial(models.Model):
    """The last number given in a fiscal year; its row is the lock that keeps numbers without gap or double."""

    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), primary_key=True)
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("letter serial")
        verbose_name_plural = _("letter serials")

    def __str__(self) -> str:
        return f"{self.fiscal_year}"
