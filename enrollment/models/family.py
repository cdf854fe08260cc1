"""Who may use the programme: families, where they live, their births, and the tax class that sets the fee."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from enrollment.address_words import address_in_words
from enrollment.search_fold import SearchFold
from facilities.models import District, Town
from sankecare.email_addresses import EmailAddressField


class TaxClass(models.TextChoices):
    TAXED = "taxed", _("Taxed")
    NON_TAXED = "non_taxed", _("Non-taxed (per-capita levy only included)")
    WELFARE = "welfare", _("Receives public assistance")


@pghistory.track(exclude=["search_key"])
class Family(models.Model):
    """組: one mother with her infants; the unit that takes one slot.

    Names keep every character as typed; ``search_key`` is what is searched.
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
    email = EmailAddressField(
        _("e-mail"),
        blank=True,
        help_text=_("of a family without a sign-in; with one, the address of the sign-in is hers"),
    )
    created_at = models.DateTimeField(_("entered at"))
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged",
        verbose_name=_("is the same family as"),
        help_text=_("entered twice: everything is kept with the other one"),
    )
    made_up = models.BooleanField(_("made up"), default=False, help_text=_("an invented family, not a real one"))
    # Name and kana as they are searched (enrollment/family_search.py), written by the database.
    search_key = models.GeneratedField(
        expression=SearchFold(Concat("mother_name", Value("|"), "mother_name_kana")),
        output_field=models.TextField(),
        db_persist=True,
        verbose_name=_("searched by"),
    )

    class Meta:
        ordering = ["mother_name_kana", "pk"]
        verbose_name = _("family")
        verbose_name_plural = _("families")
        indexes = [
            models.Index(fields=["mother_name_kana"], name="family_kana"),
            models.Index(fields=["mother_birth_date"], name="family_birth_date"),
            models.Index(fields=["phone"], name="family_phone"),
        ]
        constraints = [
            models.CheckConstraint(
                name="family_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
            ),
            # A mother has one address: where she signs in, it is that of the sign-in.
            models.CheckConstraint(
                name="family_with_sign_in_has_its_address", condition=Q(account__isnull=True) | Q(email="")
            ),
        ]

    def __str__(self) -> str:
        return self.mother_name

    @property
    def mail_address(self) -> str:
        """Return where her mails go: the address of her sign-in, or the one that staff entered."""
        return str(self.account.email if self.account else self.email)


@pghistory.track()
class Residence(models.Model):
    """Where a family lives, dated; its district is the one that the town, chome and block gave when entered.

    Under protection (支援措置) only the district stands here: the address is sealed in ConfidentialAddress, and the
    database refuses it in this table.
    """

    family = models.ForeignKey(Family, models.CASCADE, related_name="residences", verbose_name=_("family"))
    period = DateRangeField(_("period"))
    town = models.ForeignKey(Town, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("town"))
    postcode = models.CharField(_("postcode"), max_length=7, blank=True)
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
            ),
            models.CheckConstraint(
                name="residence_without_town_is_empty",
                condition=Q(town__isnull=False) | Q(postcode="", chome__isnull=True, block__isnull=True, rest=""),
            ),
            models.CheckConstraint(name="residence_postcode_is_digits", condition=Q(postcode__regex=r"^([0-9]{7})?$")),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="residence_of_protected_is_sealed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__town__isnull=False),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM enrollment_protection p
                         WHERE p.family_id = NEW.family_id AND p.ended_at IS NULL
                    ) THEN
                        RAISE EXCEPTION 'the address of a protected family is sealed'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'residence_of_protected_is_sealed';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.town} {self.chome or ''}".strip() if self.town else str(_("address not disclosed"))

    @property
    def in_words(self) -> str:
        """The address on one line, without its postcode; of a protected family that it is not disclosed."""
        if self.town is None:
            return str(_("address not disclosed"))
        return address_in_words(self.town.name, self.chome, self.block, self.rest)


@pghistory.track()
class TaxClassPeriod(models.Model):
    """The household's tax class with its dates: each day is priced by the class in force on that day."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="tax_classes", verbose_name=_("family"))
    period = DateRangeField(_("period"))
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass.choices)
    evidence = models.CharField(_("evidence seen"), max_length=120, blank=True)
    evidence_file = models.ForeignKey(
        "enrollment.EvidenceFile",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("evidence sent in"),
    )

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


def _joined_into() -> models.ForeignKey["models.Model | None", "models.Model | None"]:
    """Where a row of an entry that was given up is the same as one of the entry kept: that one."""
    return models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # few rows have one, and none is looked for by it
        related_name="joined",
        verbose_name=_("is the same as"),
        help_text=_("entered twice: everything is kept with the other one"),
    )


@pghistory.track(exclude=["joined_into"])
class Birth(models.Model):
    """One pregnancy and its infants: what the seven days are counted for."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="births", verbose_name=_("family"))
    due_date = models.DateField(_("due date"), null=True, blank=True)
    joined_into = _joined_into()

    class Meta:
        ordering = ["family", "due_date"]
        verbose_name = _("birth")
        verbose_name_plural = _("births")

    def __str__(self) -> str:
        return f"{self.family} {date_format(self.due_date) if self.due_date else ''}".strip()


class BirthWay(models.TextChoices):
    """生まれ方: how a baby was born, in words that a mother knows (own list)."""

    VAGINAL = "vaginal", _("Vaginal birth")
    ASSISTED = "assisted", _("Vaginal birth with suction or forceps")
    PLANNED_CAESAREAN = "planned_caesarean", _("Caesarean, planned")
    URGENT_CAESAREAN = "urgent_caesarean", _("Caesarean, decided during birth")
    UNKNOWN = "unknown", _("I do not know")


class Unusual(models.TextChoices):
    """Whether anything at or after the birth was out of the ordinary, as the mother says it."""

    NONE = "none", _("Nothing in particular")
    SOME = "some", _("Yes, there was")
    UNKNOWN = "unknown", _("I do not know")


# Grams at birth beyond these are a slip of the hand (own default; charts of birth weight reach from 300 to 6,000).
BIRTH_WEIGHT_GRAMS = (300, 6000)


@pghistory.track(exclude=["joined_into"])
class Infant(models.Model):
    """A baby. What is stated of its birth may be left open, and that she does not know it is an answer."""

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
    discharged_on = models.DateField(_("left hospital on"), null=True, blank=True)
    rolls_over_since = models.DateField(_("rolls over actively since"), null=True, blank=True)
    birth_weight_grams = models.PositiveSmallIntegerField(_("weight at birth, g"), null=True, blank=True)
    birth_weight_unknown = models.BooleanField(_("weight at birth not known"), default=False, db_default=False)
    birth_way = models.CharField(
        _("how it was born"), max_length=20, choices=BirthWay.choices, blank=True, default="", db_default=""
    )
    unusual = models.CharField(
        _("anything unusual at the birth"),
        max_length=10,
        choices=Unusual.choices,
        blank=True,
        default="",
        db_default="",
    )
    unusual_words = models.CharField(
        _("what was unusual at the birth"), max_length=400, blank=True, default="", db_default=""
    )
    joined_into = _joined_into()

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
                name="infant_discharged_after_birth",
                condition=Q(discharged_on__isnull=True) | Q(discharged_on__gte=models.F("birth_date")),
            ),
            models.CheckConstraint(
                name="infant_rolls_over_after_birth",
                condition=Q(rolls_over_since__isnull=True) | Q(rolls_over_since__gte=models.F("birth_date")),
            ),
            models.CheckConstraint(
                name="infant_birth_weight_plausible",
                condition=Q(birth_weight_grams__isnull=True) | Q(birth_weight_grams__range=BIRTH_WEIGHT_GRAMS),
            ),
        ]

    def __str__(self) -> str:
        return self.name or date_format(self.birth_date)


@pghistory.track(exclude=["joined_into"])
class Sibling(models.Model):
    """きょうだい: a child not yet of school age who may come along, one a family."""

    family = models.ForeignKey(Family, models.CASCADE, related_name="siblings", verbose_name=_("family"))
    name = models.CharField(_("name"), max_length=80)
    name_kana = models.CharField(_("kana"), max_length=120, blank=True)
    birth_date = models.DateField(_("date of birth"))
    joined_into = _joined_into()

    class Meta:
        ordering = ["family", "birth_date"]
        verbose_name = _("sibling")
        verbose_name_plural = _("siblings")

    def __str__(self) -> str:
        return self.name
