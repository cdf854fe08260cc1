"""時間ごとの記録: one thing seen or done at a time; never changed. A slip is replaced or taken back."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models.places import Stay
from care.hour_rules import (
    AMOUNTS,
    LOWER_PRESSURE,
    NEED_AMOUNT,
    NEED_FINDING,
    OF_INFANT,
    OF_MOTHER,
    Kind,
)
from enrollment.models import Infant
from enrollment.models.same_family_trigger import follows_infant
from facilities.models import Source
from sankecare.moments import moment_in_words
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .recorded import Recorded
from .records import LOCHIA, UTERUS, WOUND, Breast, Mood

KINDS: list[tuple[str, Any]] = [
    (Kind.BREAST.value, _("Breastfed")),
    (Kind.EXPRESSED.value, _("Expressed milk")),
    (Kind.FORMULA.value, _("Formula milk")),
    (Kind.WET.value, _("Wet diaper")),
    (Kind.STOOL.value, _("Stool")),
    (Kind.WEIGHT.value, _("Weight")),
    (Kind.TEMPERATURE.value, _("Temperature")),
    (Kind.JAUNDICE.value, _("Jaundice")),
    (Kind.ASLEEP.value, _("Fell asleep")),
    (Kind.AWAKE.value, _("Woke up")),
    (Kind.BATH.value, _("Bath")),
    (Kind.PRESSURE.value, _("Blood pressure")),
    (Kind.LOCHIA.value, _("Lochia")),
    (Kind.UTERUS.value, _("Uterus")),
    (Kind.WOUND.value, _("Wound")),
    (Kind.BREASTS.value, _("Breasts")),
    (Kind.SLEPT.value, _("Slept")),
    (Kind.MOOD.value, _("Mood")),
    (Kind.MEDICINE.value, _("Medicine given")),
]
FINDING_WORDS: dict[str, list[tuple[str, Any]]] = {
    Kind.BREAST: [("left", _("Left breast")), ("right", _("Right breast"))],
    Kind.STOOL: [
        ("meconium", _("Meconium")),
        ("green", _("Green")),
        ("yellow", _("Yellow")),
        ("pale", _("Pale or white")),
        ("blood", _("With blood")),
    ],
    Kind.JAUNDICE: [
        ("none", _("No jaundice")),
        ("face", _("To the face")),
        ("trunk", _("To the trunk")),
        ("limbs", _("To arms and legs")),
    ],
    Kind.LOCHIA: LOCHIA,
    Kind.UTERUS: UTERUS,
    Kind.WOUND: WOUND,
    Kind.BREASTS: list(Breast.choices),
    Kind.MOOD: [(str(value), words) for value, words in Mood.choices],
}
# As the sheet of the day, an observation lies on a day from the arrival on, and not after the departure.
WITHIN_ITS_STAY = """
    SELECT (arrived_at AT TIME ZONE 'Asia/Tokyo')::date AS first, departed_at AS left_at
      INTO held FROM bookings_stay WHERE id = NEW.stay_id;
    IF (NEW.happened_at AT TIME ZONE 'Asia/Tokyo')::date < held.first
       OR NEW.happened_at >= held.left_at + interval '1 minute' THEN
        RAISE EXCEPTION 'observed at %, stay from % to %', NEW.happened_at, held.first, held.left_at
            USING ERRCODE = 'check_violation', CONSTRAINT = 'observation_within_its_stay';
    END IF;
    IF NEW.corrects_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM care_observation o WHERE o.id = NEW.corrects_id AND o.stay_id = NEW.stay_id
    ) THEN
        RAISE EXCEPTION 'an observation corrects one of its own stay'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'observation_corrects_its_own_stay';
    END IF;
    RETURN NEW;
"""


@pghistory.track(append_only=True)
class HourPolicy(models.Model):
    """Dated: from which figures on it is asked once more, and how near two feeds are one. Empty: it is not asked."""

    period = DateRangeField(_("period"))
    one_feed_minutes = models.PositiveSmallIntegerField(
        _("feeds within so many minutes are one"), default=30, db_default=30
    )
    ask_weight_change = models.PositiveSmallIntegerField(
        _("ask about a weight that changed by more, g a day"), null=True, blank=True
    )
    ask_by_growth_curve = models.BooleanField(
        _("ask about a first weight outside the growth curve"), default=False, db_default=False
    )
    ask_temperature_low = models.DecimalField(
        _("ask about a temperature below, °C"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    ask_temperature_high = models.DecimalField(
        _("ask about a temperature from, °C"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    ask_feed = models.PositiveSmallIntegerField(_("ask about more milk in a feed than, ml"), null=True, blank=True)
    ask_pressure = models.PositiveSmallIntegerField(_("ask about a blood pressure from, mmHg"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of records by the hour")
        verbose_name_plural = _("policies of records by the hour")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="hour_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]

    def __str__(self) -> str:
        return as_text(self.period)


def _of(*kinds: Kind) -> Q:
    return Q(kind__in=[kind.value for kind in kinds])


def _within(kind: Kind) -> Q:
    return _of(kind) & (Q(amount__isnull=True) | Q(amount__range=AMOUNTS[kind]))


class Observation(Recorded):
    """One thing noted at a time of an infant, or of the mother (``infant`` empty).

    ``amount``: in the unit of the kind (ml, g, °C, mg/dL, mmHg, hours); ``lower``: the lower blood pressure.
    ``touch``: the key of the touch, written once whoever sends it. ``touched_by``: who touched it, where somebody else
    sent it from the tablet (``recorded_by``). ``corrects``: the one that it stands for now; that one stays.
    """

    stay = models.ForeignKey(Stay, models.PROTECT, related_name="observations", verbose_name=_("stay"))
    infant = models.ForeignKey(
        Infant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("infant")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=KINDS)
    happened_at = models.DateTimeField(_("happened at"))
    amount = models.DecimalField(_("amount"), max_digits=6, decimal_places=1, null=True, blank=True)
    lower = models.PositiveSmallIntegerField(_("lower blood pressure"), null=True, blank=True)
    finding = models.CharField(_("finding"), max_length=10, blank=True)
    text = models.CharField(_("words"), max_length=200, blank=True)
    touch = models.CharField(_("key of the touch"), max_length=64, unique=True)
    touched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("touched by"),
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name=_("corrects")
    )
    reason = models.CharField(_("why it was corrected"), max_length=400, blank=True)

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name = _("record by the hour")
        verbose_name_plural = _("records by the hour")
        indexes = [models.Index(fields=["stay", "happened_at"], name="observation_by_time")]
        constraints = [
            models.CheckConstraint(name="observation_is_not_ahead", condition=Q(happened_at__lte=F("recorded_at"))),
            models.CheckConstraint(
                name="observation_of_whom",
                condition=(_of(*OF_INFANT) & Q(infant__isnull=False))
                | (_of(*OF_MOTHER) & Q(infant__isnull=True))
                | _of(Kind.TEMPERATURE),
            ),
            models.CheckConstraint(
                name="observation_says_something",
                condition=(~_of(*NEED_AMOUNT) | Q(amount__isnull=False))
                & (~_of(*NEED_FINDING) | ~Q(finding=""))
                & (~_of(Kind.MEDICINE) | ~Q(text=""))
                & (~_of(Kind.JAUNDICE) | Q(amount__isnull=False) | ~Q(finding="")),
            ),
            models.CheckConstraint(
                name="observation_is_plausible",
                condition=(~_of(*AMOUNTS) & Q(amount__isnull=True))
                | Q(*(_within(kind) for kind in AMOUNTS), _connector=Q.OR),
            ),
            models.CheckConstraint(
                name="observation_pressure_has_two",
                condition=(_of(Kind.PRESSURE) & Q(lower__range=LOWER_PRESSURE, lower__lt=F("amount")))
                | (~_of(Kind.PRESSURE) & Q(lower__isnull=True)),
            ),
            models.CheckConstraint(
                name="observation_sent_by_another",
                condition=Q(touched_by__isnull=True) | ~Q(touched_by=F("recorded_by")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="observation_within_its_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("held", "record")],
                func=WITHIN_ITS_STAY,
            ),
            pgtrigger.Protect(name="observation_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="observation_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["infant"]),
            ),
            follows_infant("observation_follows_its_infant"),
        ]

    def __str__(self) -> str:
        return f"{self.stay} {moment_in_words(self.happened_at)}"

    @property
    def finding_words(self) -> Any:
        """The finding as people read it; empty where there is none."""
        return dict(FINDING_WORDS.get(self.kind, [])).get(self.finding, "")

    @property
    def noted_by(self) -> Any:
        """Who noted it: who touched it, where somebody else sent it."""
        return self.touched_by or self.recorded_by


class ObservationTakenBack(Recorded):
    """An observation that was touched by mistake: it stays, and counts no more. ``reason``: where it was late."""

    observation = models.OneToOneField(
        Observation, models.PROTECT, related_name="taken_back", verbose_name=_("record by the hour")
    )
    reason = models.CharField(_("why it was corrected"), max_length=400, blank=True)

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("record by the hour taken back")
        verbose_name_plural = _("records by the hour taken back")
        triggers = [
            pgtrigger.Protect(name="observation_taken_back_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.observation}"
