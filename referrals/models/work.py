"""What happens to a referral: its events, the contacts with the family, the papers that came with it, who was told."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from facilities.models import District

from .referral import Concern, Ground, Outcome, RecipientKind, Referral, Urgency

_KEPT = pgtrigger.Update | pgtrigger.Delete


class EventKind(models.TextChoices):
    RAISED = "raised", _("Raised")
    ADDED = "added", _("A further request joined it")
    ACKNOWLEDGED = "acknowledged", _("Received")
    REDIRECTED = "redirected", _("Sent on")
    MOVED = "moved", _("The family moved to another district")
    CONTACT = "contact", _("Contact recorded")
    PLANNED = "planned", _("Next contact planned")
    CALLED_OFF = "called_off", _("The planned contact was called off")
    HANDED_OVER = "handed_over", _("Handed over")
    SHARED = "shared", _("Told the facility")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Taken up again")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CHASED = "chased", _("Not received in time: the supervisors were told")


# With each of these a section gets the referral and is told of it.
SENDING = (EventKind.RAISED, EventKind.REDIRECTED, EventKind.MOVED)


class ReferralEvent(models.Model):
    """What happened to a referral, by whom and when; written with it, never changed.

    ``recipient`` and ``district``: who has it from then on. ``person``: in charge from then on. ``day``: planned.
    ``text``: the reason, the outcome, or what the facility was told.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="events", verbose_name=_("referral"))
    kind = models.CharField(_("what happened"), max_length=12, choices=EventKind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
        help_text=_("nobody: the family's move, or what comes due by the clock"),
    )
    at = models.DateTimeField(_("at"))
    recipient = models.CharField(_("to"), max_length=12, choices=RecipientKind.choices, blank=True, db_default="")
    district = models.ForeignKey(
        District, models.PROTECT, null=True, db_index=False, blank=True, related_name="+", verbose_name=_("district")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        db_index=False,
        blank=True,
        related_name="+",
        verbose_name=_("in charge from then on"),
    )
    day = models.DateField(_("day"), null=True, blank=True)
    outcome_kind = models.CharField(
        _("what came of it"), max_length=16, choices=Outcome.choices, blank=True, db_default=""
    )
    text = models.TextField(_("reason or words"), max_length=4000, blank=True, db_default="")

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("referral event")
        verbose_name_plural = _("referral events")
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "kind"],
                condition=Q(kind__in=["raised", "withdrawn"]),
                name="referral_raised_and_withdrawn_once",
            ),
            models.CheckConstraint(
                name="referral_event_is_signed",
                condition=Q(by__isnull=False) | Q(kind__in=["moved", "chased", "called_off"]),
            ),
            models.CheckConstraint(
                name="referral_event_says_why",
                condition=~Q(text="") | ~Q(kind__in=["shared", "reopened", "redirected"]),
            ),
        ]
        triggers = [pgtrigger.Protect(name="referral_event_stays", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.referral} {self.get_kind_display()}"


class ReferralAddition(models.Model):
    """What a further request about the same cause said: it joins the one that is open. Never changed."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="additions", verbose_name=_("referral"))
    concerns = ArrayField(models.CharField(max_length=12, choices=Concern.choices), verbose_name=_("what worries you"))
    what_was_seen = models.TextField(_("what was seen"), max_length=4000, blank=True)
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency.choices)
    ground = models.CharField(_("ground"), max_length=24, choices=Ground.choices)
    added_at = models.DateTimeField(_("raised at"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name = _("addition to a referral")
        verbose_name_plural = _("additions to referrals")
        triggers = [pgtrigger.Protect(name="referral_addition_stays", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.referral}"

    @property
    def concern_words(self) -> list[str]:
        """The concerns in words, in the list's order."""
        return [str(concern.label) for concern in Concern if concern.value in self.concerns]


class ContactWay(models.TextChoices):
    PHONE = "phone", _("By telephone")
    HOME_VISIT = "home_visit", _("Home visit")
    OFFICE = "office", _("At the office")
    LETTER = "letter", _("Letter")
    NOT_REACHED = "not_reached", _("Tried, not reached")


class Met(models.TextChoices):
    """With whom one spoke."""

    MOTHER = "mother", _("Mother")
    PARTNER = "partner", _("Partner")
    RELATIVE = "relative", _("Another of the family")
    SERVICE = "service", _("A hospital, nursery or other service")


class ReferralContact(models.Model):
    """連絡・訪問: a contact with the family on a referral, or the try; never changed, corrected by another one."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="contacts", verbose_name=_("referral"))
    at = models.DateTimeField(_("date and time"))
    way = models.CharField(_("way"), max_length=12, choices=ContactWay.choices)
    met = models.CharField(_("with whom"), max_length=10, choices=Met.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))
    text = models.TextField(_("what was said and seen"), max_length=4000, blank=True)
    next_contact_on = models.DateField(_("next contact planned on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("corrects")
    )

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("contact on a referral")
        verbose_name_plural = _("contacts on referrals")
        constraints = [
            models.CheckConstraint(name="referral_contact_is_past", condition=Q(at__lte=F("recorded_at"))),
            models.CheckConstraint(
                name="referral_contact_says_whom_and_what",
                condition=Q(way="not_reached", met="") | (~Q(way="not_reached") & ~Q(met="") & ~Q(text="")),
            ),
        ]
        triggers = [pgtrigger.Protect(name="referral_contact_stays", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.referral} {self.get_way_display()}"


class ReferralPaper(models.Model):
    """添付: a paper or photograph that the facility sent along, checked and sealed."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="papers", verbose_name=_("referral"))
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("content type"), max_length=40)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    content = models.BinaryField(_("content, sealed"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("paper of a referral")
        verbose_name_plural = _("papers of referrals")
        constraints = [
            models.CheckConstraint(
                name="referral_paper_of_a_known_type",
                condition=Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
            )
        ]
        triggers = [pgtrigger.Protect(name="referral_paper_stays", operation=_KEPT)]

    def __str__(self) -> str:
        return f"{self.referral}"


class ReferralNotice(models.Model):
    """A person was told of a referral: one row each, however often the announcement comes.

    ``event``: with which it came to her section; none of those that were raised before it was kept.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="notices", verbose_name=_("referral"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person"))
    event = models.ForeignKey(
        ReferralEvent, models.PROTECT, null=True, db_index=False, blank=True, related_name="+", verbose_name=_("event")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = _("notice of a referral")
        verbose_name_plural = _("notices of referrals")
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "person"], condition=Q(event__isnull=True), name="referral_notice_once_unnamed"
            ),
            models.UniqueConstraint(
                fields=["event", "person"], condition=Q(event__isnull=False), name="referral_notice_once_an_event"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.referral}"
