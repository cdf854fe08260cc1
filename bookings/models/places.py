"""Places given and used: bookings, the days that hold a slot each, and stays."""

from collections.abc import Iterable
from datetime import date
from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from enrollment.models import Family, Registration, Sibling
from facilities.models import FacilityOption, PlacePool, Service

from .visit_trigger import APPOINTMENT_TRIGGERS

KEPT = ~Q(status="released")


def number_of(pk: int) -> str:
    """Return the number of the booking with this id."""
    return f"B-{pk:06d}"


class BookingState(models.TextChoices):
    OFFERED = "offered", _("Offered to you")
    BOOKED = "booked", _("Booked")
    ARRIVED = "arrived", _("In house")
    DEPARTED = "departed", _("Departed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("Did not come")


@pghistory.track(exclude=["calendar_events", "calendar_changes", "calendar_from"])
class Booking(models.Model):
    """A place given to a family for one or more days of one service, which may lie apart.

    A stay is one unbroken run of days. What lies apart is booked together until the first of it begins; then the runs
    to come are a booking of their own, ``part_of`` the first (places/parts.py), so that each is arrived for, left,
    moved, missed and charged by itself. The database refuses a stay whose days lie apart.
    """

    registration = models.ForeignKey(
        Registration, models.PROTECT, related_name="bookings", verbose_name=_("registration")
    )
    service = models.ForeignKey(Service, models.PROTECT, related_name="bookings", verbose_name=_("service"))
    state = models.CharField(_("state"), max_length=10, choices=BookingState.choices, default=BookingState.BOOKED)
    infant_count = models.PositiveSmallIntegerField(_("infants taking part"), default=1)
    sibling = models.ForeignKey(
        Sibling, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("sibling")
    )
    coupons = models.PositiveSmallIntegerField(_("coupons to be handed over"), default=0)
    food = models.CharField(_("allergies and food"), max_length=200, blank=True, default="", db_default="")
    options = models.ManyToManyField(FacilityOption, blank=True, related_name="+", verbose_name=_("options asked for"))
    booked_at = models.DateTimeField(_("booked at"))
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("booked by")
    )
    offered_until = models.DateTimeField(
        _("to be accepted by"), null=True, blank=True, help_text=_("held for the family until then, for nobody else")
    )
    given_on_at = models.DateTimeField(
        _("declined, given on at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("until then the family can take its no back, and the place stays held"),
    )
    reminded_at = models.DateTimeField(_("reminded at"), null=True, blank=True, editable=False)
    calendar_events = models.PositiveSmallIntegerField(
        _("events handed out"),
        default=0,
        db_default=0,
        editable=False,
        help_text=_("as many as a calendar can have"),
    )
    calendar_changes = models.PositiveSmallIntegerField(
        _("times changed"), default=0, db_default=0, editable=False, help_text=_("how often a time was agreed anew")
    )
    ended_reason = models.CharField(_("reason of cancelling"), max_length=200, blank=True)
    part_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="parts",
        verbose_name=_("part of"),
        help_text=_("the booking of whose days these are those that lay apart"),
    )
    calendar_from = models.PositiveSmallIntegerField(
        _("events before its own"),
        default=0,
        db_default=0,
        editable=False,
        help_text=_("of the booking that it is a part of: its events keep their ids"),
    )

    # Of this object, not of the row: every day of the booking, where an operation has just written them.
    days_written: "list[BookingDay] | None" = None

    class Meta:
        ordering = ["-booked_at", "-pk"]
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            models.CheckConstraint(name="booking_has_infant", condition=Q(infant_count__range=(1, 6))),
            models.CheckConstraint(
                name="booking_offer_ends", condition=~Q(state="offered") | Q(offered_until__isnull=False)
            ),
            models.CheckConstraint(
                name="booking_given_on_before_it_ends",
                condition=Q(given_on_at__isnull=True)
                | Q(offered_until__isnull=False, given_on_at__lte=F("offered_until")),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="booking_states",
                field="state",
                transitions=[
                    ("offered", "booked"),
                    ("offered", "cancelled"),
                    ("booked", "arrived"),
                    ("booked", "cancelled"),
                    ("booked", "no_show"),
                    ("arrived", "departed"),
                    # Taken back: a slip of the finger at once, a mistake later with its reason (StayStep).
                    ("arrived", "booked"),
                    ("no_show", "booked"),
                    ("departed", "arrived"),
                    # What was taken back for a reason that proves wrong comes back (places/given_back.py).
                    ("cancelled", "booked"),
                ],
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that families and facilities name on the telephone."""
        return number_of(self.pk)

    @property
    def days_kept(self) -> list[date]:
        """The days that hold a place or were used, in order. No query after ``bookings_with_days``."""
        return [row.day for row in self.days.all() if row.is_kept]

    @property
    def days_as_written(self) -> "Iterable[BookingDay]":
        """The days, in order: as what has just written them knows them, so that they need not be read again."""
        return self.days.all() if self.days_written is None else self.days_written


class DayStatus(models.TextChoices):
    HELD = "held", _("held")
    USED = "used", _("used")
    RELEASED = "released", _("released")


class BookingDays(models.QuerySet["BookingDay"]):
    """Booked days, and those among them that count."""

    def kept(self) -> Self:
        """Return the days that hold a place or were used: all but the released ones."""
        return self.filter(KEPT)


@pghistory.track(exclude=["pool", "family", "released_at", "busy_minutes", "visit_round"])
class BookingDay(models.Model):
    """One family on one day: the row that holds a slot, until it is released.

    Each day is used, missed or given back by itself: what was ``missed`` is released, not charged and not claimed.

    ``pool`` and ``family`` are filled by a trigger from the booking, whoever writes; the guard counts this
    table against ``facilities_slots_on`` after each statement. ``busy_minutes`` and ``visit_round`` are filled by one,
    too, for an appointment with a time (``visit_trigger``); the exclusion constraint
    ``booking_day_one_appointment_at_a_time`` stands in the migration that brought them.
    """

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="days", verbose_name=_("booking"))
    day = models.DateField(_("day"))
    status = models.CharField(_("status"), max_length=8, choices=DayStatus.choices, default=DayStatus.HELD)
    with_sibling = models.BooleanField(_("with sibling"), default=False)
    starts_at = models.TimeField(
        _("begins at"), null=True, blank=True, help_text=_("the time agreed for a visit or an online consultation")
    )
    busy_minutes = models.PositiveSmallIntegerField(
        _("minutes until the next appointment"), null=True, blank=True, editable=False
    )
    visit_round = models.PositiveSmallIntegerField(_("round of one midwife"), null=True, blank=True, editable=False)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True, editable=False)
    missed = models.BooleanField(
        _("did not come"), default=False, db_default=False, editable=False, help_text=_("released on the day, unused")
    )
    pool = models.ForeignKey(PlacePool, models.PROTECT, related_name="+", editable=False)
    family = models.ForeignKey(Family, models.PROTECT, related_name="+", editable=False)

    objects = BookingDays.as_manager()

    class Meta:
        ordering = ["day"]
        verbose_name = _("booked day")
        verbose_name_plural = _("booked days")
        constraints = [
            models.UniqueConstraint(fields=["family", "day"], condition=KEPT, name="booking_day_one_a_family"),
            models.UniqueConstraint(fields=["booking", "day"], condition=KEPT, name="booking_day_once_a_booking"),
            models.CheckConstraint(
                name="booking_day_missed_is_released", condition=Q(missed=False) | Q(status="released")
            ),
            models.CheckConstraint(
                name="booking_day_appointment_has_its_length",
                condition=Q(starts_at__isnull=True) | Q(busy_minutes__gte=1, visit_round__gte=1),
            ),
        ]
        indexes = [
            models.Index(
                fields=["pool", "day"],
                include=["family", "booking"],
                condition=KEPT,
                name="booking_day_counted",
            ),
            # The reports': the days used of a period, and the years that have one.
            models.Index(
                fields=["day", "pool"],
                include=["family", "booking"],
                condition=Q(status="used"),
                name="booking_day_used",
            ),
        ]
        triggers = APPOINTMENT_TRIGGERS

    def __str__(self) -> str:
        return f"{self.booking} {date_format(self.day)}"

    @property
    def is_kept(self) -> bool:
        """Whether the day holds a place or was used."""
        return self.status != DayStatus.RELEASED


# Where who writes does not say when it is written, it is now; never before it happened.
FILL_RECORDED = """
    NEW.arrival_recorded_at := coalesce(NEW.arrival_recorded_at, greatest(now(), NEW.arrived_at));
    IF NEW.departed_at IS NULL THEN
        NEW.departure_recorded_at := NULL;
    ELSE
        NEW.departure_recorded_at := coalesce(NEW.departure_recorded_at, greatest(now(), NEW.departed_at));
    END IF;
    RETURN NEW;
"""

# Who has left is in no room; a departure taken back, or put later, gives the room again unless another has it by now.
END_ITS_ROOM = """
    IF NEW.departed_at IS NOT NULL THEN
        DELETE FROM bookings_roomuse WHERE stay_id = NEW.id AND lower(during) >= NEW.departed_at;
        UPDATE bookings_roomuse SET during = tstzrange(lower(during), NEW.departed_at)
         WHERE stay_id = NEW.id AND (upper_inf(during) OR upper(during) > NEW.departed_at);
    END IF;
    IF OLD.departed_at IS NOT NULL AND (NEW.departed_at IS NULL OR NEW.departed_at > OLD.departed_at) THEN
        BEGIN
            UPDATE bookings_roomuse SET during = tstzrange(lower(during), NEW.departed_at)
             WHERE stay_id = NEW.id AND upper(during) = OLD.departed_at;
        EXCEPTION WHEN exclusion_violation THEN
            NULL;
        END;
    END IF;
    RETURN NULL;
"""


@pghistory.track()
class Stay(models.Model):
    """What happened: arrival and departure of a booking, each with when and by whom it was recorded.

    Rules ask when it happened (``arrived_at``, ``departed_at``), whoever asks what was known when, the others.
    """

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="stay", verbose_name=_("booking"))
    arrived_at = models.DateTimeField(_("arrived at"))
    arrival_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("arrival recorded by"),
    )
    arrival_recorded_at = models.DateTimeField(_("arrival recorded at"), null=True, editable=False)
    departed_at = models.DateTimeField(_("departed at"), null=True, blank=True)
    departure_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("departure recorded by"),
    )
    departure_recorded_at = models.DateTimeField(_("departure recorded at"), null=True, blank=True, editable=False)
    note = models.TextField(_("note of the facility"), blank=True, max_length=2000)
    summary = models.TextField(
        _("summary for the mother"),
        blank=True,
        default="",
        db_default="",
        max_length=2000,
        help_text=_("she reads it on her page"),
    )

    class Meta:
        ordering = ["-arrived_at"]
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        constraints = [
            models.CheckConstraint(
                name="stay_departs_after_arrival",
                condition=Q(departed_at__isnull=True) | Q(departed_at__gte=models.F("arrived_at")),
            ),
            models.CheckConstraint(
                name="stay_arrival_is_not_ahead", condition=Q(arrived_at__lte=models.F("arrival_recorded_at"))
            ),
            models.CheckConstraint(
                name="stay_departure_is_not_ahead",
                condition=Q(departed_at__isnull=True, departure_recorded_at__isnull=True)
                | Q(departed_at__lte=models.F("departure_recorded_at")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="stay_says_when_it_was_recorded",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=FILL_RECORDED,
            ),
            pgtrigger.Trigger(
                name="stay_ends_its_room",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("departed_at"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__departed_at__df=pgtrigger.F("new__departed_at")),
                func=END_ITS_ROOM,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking}"


class NoticeKind(models.TextChoices):
    MOVED = "moved", _("Moved to other days")
    DAYS_GIVEN_UP = "days_given_up", _("Some days are taken back")
    CANCELLED = "cancelled", _("Cancelled by the facility or the ward")
    BROUGHT_BACK = "brought_back", _("Booked again")


class ChangeNotice(models.Model):
    """What the ward or the facility changed of a family's booking, and why, in words that the family reads."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="notices", verbose_name=_("booking"))
    kind = models.CharField(_("kind"), max_length=14, choices=NoticeKind.choices)
    message = models.CharField(_("message to the family"), max_length=1000)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by"))

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("notice of a change")
        verbose_name_plural = _("notices of changes")
        constraints = [models.CheckConstraint(name="change_notice_says_why", condition=~Q(message=""))]
        triggers = [pgtrigger.Protect(name="change_notice_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.booking} {self.get_kind_display()}"
