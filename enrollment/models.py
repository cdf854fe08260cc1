"""Who may use the programme: families, births, registrations, and the tax class that sets the fee."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from facilities.models import District, Source, Town
from sankecare.periods import as_text


class TaxClass(models.TextChoices):
    TAXED = "taxed", _("Taxed")
    NON_TAXED = "non_taxed", _("Non-taxed (per-capita levy only included)")
    WELFARE = "welfare", _("Receives public assistance")


@pghistory.track()
class Family(models.Model):
    """組: one mother with her infants; the unit that takes one slot.

    Names keep every character as typed; the kana key is what is searched.
    """

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="family",
        verbose_name=_("sign-in of the mother"),
    )
    mother_name = models.CharField(_("mother's name"), max_length=80)
    mother_name_kana = models.CharField(_("kana"), max_length=120)
    mother_birth_date = models.DateField(_("mother's date of birth"), null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    created_at = models.DateTimeField(_("entered at"))
    made_up = models.BooleanField(_("made up"), default=False, help_text=_("an invented family, not a real one"))

    class Meta:
        ordering = ["mother_name_kana", "pk"]
        verbose_name = _("family")
        verbose_name_plural = _("families")
        indexes = [models.Index(fields=["mother_name_kana"], name="family_kana")]

    def __str__(self) -> str:
        return self.mother_name


@pghistory.track()
class Residence(models.Model):
    """Where a family lives, dated; its district is the one that the town, chome and block gave when entered."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="residences", verbose_name=_("family"))
    period = DateRangeField(_("period"))
    town = models.ForeignKey(Town, models.PROTECT, related_name="+", verbose_name=_("town"))
    chome = models.PositiveSmallIntegerField(_("chome"), null=True, blank=True)
    block = models.PositiveSmallIntegerField(_("block"), null=True, blank=True)
    rest = models.CharField(_("number and building"), max_length=120, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name=_("district"))

    class Meta:
        ordering = ["family", "period"]
        verbose_name = _("residence")
        verbose_name_plural = _("residences")
        constraints = [
            ExclusionConstraint(
                name="residence_no_overlap",
                expressions=[("family", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return f"{self.town} {self.chome or ''}"


@pghistory.track()
class TaxClassPeriod(models.Model):
    """The household's tax class with its dates: each day is priced by the class in force on that day."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="tax_classes", verbose_name=_("family"))
    period = DateRangeField(_("period"))
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass.choices)
    evidence = models.CharField(_("evidence seen"), max_length=120, blank=True)

    class Meta:
        ordering = ["family", "period"]
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")
        constraints = [
            ExclusionConstraint(
                name="tax_class_no_overlap",
                expressions=[("family", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]

    def __str__(self) -> str:
        return self.get_tax_class_display()


class Birth(models.Model):
    """One pregnancy and its infants: what the seven days are counted for."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="births", verbose_name=_("family"))
    due_date = models.DateField(_("due date"), null=True, blank=True)

    class Meta:
        ordering = ["family", "due_date"]
        verbose_name = _("birth")
        verbose_name_plural = _("births")

    def __str__(self) -> str:
        return f"{self.family} {self.due_date or ''}"


@pghistory.track()
class Infant(models.Model):
    birth = models.ForeignKey(Birth, models.CASCADE, related_name="infants", verbose_name=_("birth"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    name_kana = models.CharField(_("kana"), max_length=120, blank=True)
    birth_date = models.DateField(_("date of birth"))
    gestation_days = models.PositiveSmallIntegerField(
        _("days of gestation"),
        null=True,
        blank=True,
        validators=[MinValueValidator(140), MaxValueValidator(308)],
        help_text=_("37 weeks 0 days = 259"),
    )
    long_hospital_stay = models.BooleanField(_("kept in hospital longer than usual"), default=False)
    rolls_over_since = models.DateField(_("rolls over actively since"), null=True, blank=True)

    class Meta:
        ordering = ["birth", "birth_date", "pk"]
        verbose_name = _("infant")
        verbose_name_plural = _("infants")
        constraints = [
            models.CheckConstraint(
                name="infant_gestation_plausible",
                condition=Q(gestation_days__isnull=True) | Q(gestation_days__range=(140, 308)),
            ),
            models.CheckConstraint(
                name="infant_rolls_over_after_birth",
                condition=Q(rolls_over_since__isnull=True) | Q(rolls_over_since__gte=models.F("birth_date")),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.birth_date)


class Sibling(models.Model):
    """きょうだい: a child not yet of school age who may come along, one a family."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="siblings", verbose_name=_("family"))
    name = models.CharField(_("name"), max_length=80)
    name_kana = models.CharField(_("kana"), max_length=120, blank=True)
    birth_date = models.DateField(_("date of birth"))

    class Meta:
        ordering = ["family", "birth_date"]
        verbose_name = _("sibling")
        verbose_name_plural = _("siblings")

    def __str__(self) -> str:
        return self.name


class RegistrationState(models.TextChoices):
    APPLIED = "applied", _("Applied")
    RETURNED = "returned", _("Returned for correction")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


LIVE_STATES = (RegistrationState.APPLIED, RegistrationState.RETURNED, RegistrationState.APPROVED)


@pghistory.track()
class Registration(models.Model):
    """利用登録: the ward's approval that a family may use the programme for one birth."""

    birth = models.ForeignKey(Birth, models.PROTECT, related_name="registrations", verbose_name=_("birth"))
    state = models.CharField(
        _("state"), max_length=10, choices=RegistrationState.choices, default=RegistrationState.APPLIED
    )
    applied_at = models.DateTimeField(_("applied at"))
    mother_in_ward = models.BooleanField(_("mother lives in the ward"), default=True)
    infant_in_ward = models.BooleanField(_("infant lives in the ward"), default=True)
    worry = models.BooleanField(_("worried or tired"), default=False)
    worries = models.TextField(_("what worries her"), blank=True, max_length=2000)
    lacks_support = models.BooleanField(_("cannot get enough support from family"), default=False)
    needs_medical_care = models.BooleanField(_("mother or infant needs medical treatment"), default=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decision_reason = models.TextField(_("reason"), blank=True, max_length=2000)
    verdict = models.JSONField(_("verdict when decided"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["applied_at", "pk"]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["birth"], condition=Q(state__in=LIVE_STATES), name="registration_one_live_a_birth"
            ),
            models.CheckConstraint(
                name="registration_decided_is_signed",
                condition=~Q(state__in=["approved", "rejected"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_refusal_has_reason",
                condition=~Q(state__in=["rejected", "returned"]) | ~Q(decision_reason=""),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="registration_states",
                field="state",
                transitions=[
                    ("applied", "approved"),
                    ("applied", "returned"),
                    ("applied", "rejected"),
                    ("applied", "withdrawn"),
                    ("returned", "applied"),
                    ("returned", "withdrawn"),
                    ("approved", "ended"),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that letters and callers use."""
        return f"R-{self.pk:06d}"


class RegistrationException(models.Model):
    """An exception on one rule, with its reason; never on medical treatment (DOMAIN.md)."""

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="exceptions", verbose_name=_("registration")
    )
    rule = models.CharField(_("rule"), max_length=20)
    reason = models.TextField(_("reason"), max_length=1000)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("granted by")
    )
    granted_at = models.DateTimeField(_("granted at"))

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints = [
            models.UniqueConstraint(fields=["registration", "rule"], name="exception_once_a_rule"),
            models.CheckConstraint(name="exception_never_on_medical_care", condition=~Q(rule="medical_care")),
            models.CheckConstraint(name="exception_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.registration} {self.rule}"


class RegistrationPolicy(models.Model):
    """From which week of pregnancy the registration can be requested (PUBLIC: week 28), dated."""

    period = DateRangeField(_("period"))
    from_pregnancy_week = models.PositiveSmallIntegerField(_("from which week of pregnancy"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("registration policy")
        verbose_name_plural = _("registration policies")
        constraints = [
            ExclusionConstraint(
                name="registration_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]
            )
        ]

    def __str__(self) -> str:
        return as_text(self.period)
