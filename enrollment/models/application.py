"""What comes in before a decision: the draft, the papers sent with it, and what the family consented to."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import Source
from sankecare.postgresql.in_force import in_force_is_kept

from .family import Family
from .registration import Registration


class ApplicationDraft(models.Model):
    """An application as far as it is filled in, one a mother: saved as she goes, resumed on another device.

    The answers are sealed (sankecare.sealing): an address under protection may be among them.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="application_draft", verbose_name=_("sign-in")
    )
    answers = models.BinaryField(_("answers, sealed"))
    step = models.CharField(_("step reached"), max_length=20, blank=True)
    revision = models.PositiveIntegerField(_("times saved"), default=0)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("application draft")
        verbose_name_plural = _("application drafts")

    def __str__(self) -> str:
        return f"{self.account_id}"


class EvidenceKind(models.TextChoices):
    FORM = "form", _("Application form")
    TAX = "tax", _("Tax certificate")
    WELFARE = "welfare", _("Certificate of public assistance")
    RESIDENCE = "residence", _("Proof of residence")
    BIRTH = "birth", _("Mother and child handbook")
    OTHER = "other", _("Other")


class EvidenceFile(models.Model):
    """A paper that a family sends in, checked and sealed; never below the web root, read on the named pages alone."""

    family = models.ForeignKey(
        Family, models.PROTECT, null=True, blank=True, related_name="evidence", verbose_name=_("family")
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    uploaded_at = models.DateTimeField(_("sent at"))
    kind = models.CharField(_("kind of paper"), max_length=10, choices=EvidenceKind.choices)
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    content = models.BinaryField(_("content, sealed"))

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [
            models.CheckConstraint(
                name="evidence_of_a_known_type",
                condition=Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
            )
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@pghistory.track()
class ConsentText(models.Model):
    """What a family is asked to agree to, dated: who agreed, agreed to this text."""

    code = models.SlugField(_("code"), max_length=30)
    version = models.CharField(_("version"), max_length=20)
    period = DateRangeField(_("period"))
    required = models.BooleanField(_("needed to apply"), default=True)
    text_ja = models.TextField(_("text"), max_length=2000)
    text_en = models.TextField(_("text in English"), max_length=2000)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["position", "code", "period"]
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        triggers = [in_force_is_kept()]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="consent_text_version_once"),
            ExclusionConstraint(
                name="consent_text_no_overlap",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"


class Consent(models.Model):
    """A family's agreement to one version of a text, with its application."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="consents", verbose_name=_("registration")
    )
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+", verbose_name=_("text"))
    agreed_at = models.DateTimeField(_("agreed at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by")
    )

    class Meta:
        ordering = ["registration", "text"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [models.UniqueConstraint(fields=["registration", "text"], name="consent_once_a_text")]

    def __str__(self) -> str:
        return str(self.text)
