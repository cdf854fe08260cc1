"""つらいとき: whom to call now, the words by which despair is known, and that somebody wrote them."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.help_hours import Hours
from facilities.models import Source
from sankecare.languages.words import in_her_words
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .family import Family
from .registration import Registration


@pghistory.track()
class HelpLine(models.Model):
    """A telephone that somebody in despair can call, dated; shown on every page's foot and before she goes on."""

    code = models.SlugField(_("code"), max_length=30)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    phone = models.CharField(_("telephone"), max_length=20)
    about = models.CharField(_("for whom, what it costs"), max_length=120)
    about_en = models.CharField(_("the same in English"), max_length=160)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("weekdays"))
    on_holidays = models.BooleanField(_("answers on public holidays"), default=True)
    opens = models.TimeField(_("opens at"), null=True, blank=True, help_text=_("empty: round the clock"))
    closes = models.TimeField(
        _("closes at"), null=True, blank=True, help_text=_("earlier than it opens: on the next day")
    )
    in_foot = models.BooleanField(_("on every page's foot"), default=False)
    about_children = models.BooleanField(
        _("about children: not shown to who lost a baby"), default=False, db_default=False
    )
    period = DateRangeField(_("period"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["position", "code", "period"]
        verbose_name = _("line to call")
        verbose_name_plural = _("lines to call")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="help_line_no_overlap",
                expressions=[("code", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                name="help_line_opens_and_closes",
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hours(self) -> Hours:
        return Hours(self.weekdays, self.on_holidays, self.opens, self.closes)

    @property
    def name_shown(self) -> str:
        """The name in the reader's language."""
        return in_her_words(self.name, self.name_en)

    @property
    def about_shown(self) -> str:
        """What it is, in the reader's language."""
        return in_her_words(self.about, self.about_en)


@pghistory.track()
class DespairWord(models.Model):
    """A word by which despair is known where somebody writes it, dated; read loosely (``enrollment.despair``)."""

    text = models.CharField(_("word"), max_length=60)
    period = DateRangeField(_("period"))
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["text", "period"]
        verbose_name = _("word of despair")
        verbose_name_plural = _("words of despair")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(
                name="despair_word_no_overlap",
                expressions=[("text", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.text


@pghistory.track(append_only=True)
class DespairPolicy(models.Model):
    """Who of the section is told of words of despair, dated, and whether a tick at "low" counts as words do.

    Without a row the health nurses of the district and the ward's staff are told of words, of a tick nobody.
    """

    period = DateRangeField(_("period"))
    tells_health_nurses = models.BooleanField(_("tells the health nurses of the district"), default=True)
    tells_ward_staff = models.BooleanField(_("tells the ward's staff"), default=True)
    ticks_tell = models.BooleanField(_("a tick tells as words do"), default=False)
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.STAFF)

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of words of despair")
        verbose_name_plural = _("policies of words of despair")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="despair_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)]),
        ]

    def __str__(self) -> str:
        return as_text(self.period)


class WrittenWhere(models.TextChoices):
    APPLICATION = "application", _("In the application")
    PAGE = "page", _("On another page of hers")
    TICKED = "ticked", _("Ticked in the application, no words")


@pghistory.track()
class DespairNote(models.Model):
    """That a family wrote words of despair, where and when, and who of the section has taken it up.

    The words themselves stand where she wrote them, and nowhere else.
    """

    family = models.ForeignKey(Family, models.PROTECT, related_name="despair_notes", verbose_name=_("family"))
    registration = models.ForeignKey(
        Registration,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="despair_notes",
        verbose_name=_("registration"),
    )
    written = models.CharField(_("where"), max_length=20, choices=WrittenWhere.choices)
    written_at = models.DateTimeField(_("written at"))
    lines_mailed_at = models.DateTimeField(_("whom to call mailed at"), null=True, blank=True, editable=False)
    taken_up_at = models.DateTimeField(_("taken up at"), null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("taken up by"),
    )

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name = _("words of despair written")
        verbose_name_plural = _("words of despair written")
        constraints = [
            models.CheckConstraint(
                name="despair_note_taken_up_is_signed",
                condition=Q(taken_up_at__isnull=True, taken_up_by__isnull=True)
                | Q(taken_up_at__isnull=False, taken_up_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family_id}"
