"""What every app stands on: one answer for one request, and announcements that are not lost."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from .moments import fact_in_words


def _ids_alone(column: str) -> Q:
    """Numbers alone stand in the column of JSON: no word, and no list of them."""
    no_number = Value('$.* ? (@.type() != "number")')
    found = Func(F(column), no_number, function="jsonb_path_exists", output_field=models.BooleanField())
    return ~Q(found)


class AnsweredRequest(models.Model):
    """A write that was answered, by its Idempotency-Key: same key and body, same answer; other body, 422.

    Written in the transaction of the write itself: nothing is committed without its answer. What was answered
    may be about health or money: it is sealed, and forgotten after a month (``sankecare.idempotency``).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=200)
    body_digest = models.CharField(_("digest of the request"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"))
    answer = models.JSONField(_("what was written, by ids"))
    sealed = models.BinaryField(_("answer, sealed"), null=True)
    answered_at = models.DateTimeField(_("answered at"), auto_now_add=True)

    class Meta:
        verbose_name = _("answered request")
        verbose_name_plural = _("answered requests")
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="answered_request_once"),
            models.CheckConstraint(name="answered_request_names_ids", condition=_ids_alone("answer")),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"


class OutboxEntry(models.Model):
    """Something to be announced, written in the transaction of what it announces (a referral is never lost).

    Ids only, never a name or an address: constraints hold what could carry one to the shape of a key.
    """

    kind = models.CharField(_("kind"), max_length=40)
    recipient = models.CharField(_("recipient"), max_length=60, help_text=_("user:ID, or district:ID/role"))
    dedupe_key = models.CharField(_("key that makes it one"), max_length=120, unique=True)
    payload = models.JSONField(_("ids"), default=dict)
    created_at = models.DateTimeField(_("created at"))
    attempts = models.PositiveIntegerField(_("times swept"), default=0)
    unreached = models.PositiveIntegerField(_("times the broker was away"), default=0)
    next_attempt_at = models.DateTimeField(_("swept again at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=60, blank=True)

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("outbox entry")
        verbose_name_plural = _("outbox entries")
        constraints = [
            models.CheckConstraint(
                name="outbox_recipient_is_an_id",
                condition=Q(recipient__regex=r"^(user:[0-9]+|district:[0-9]+/[a-z_]+)$"),
            ),
            models.CheckConstraint(name="outbox_key_is_plain", condition=Q(dedupe_key__regex=r"^[a-z0-9_:/]+$")),
            models.CheckConstraint(name="outbox_payload_is_ids", condition=_ids_alone("payload")),
            models.CheckConstraint(name="outbox_error_is_a_code", condition=Q(last_error__regex=r"^[A-Za-z_]*$")),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], condition=Q(done_at__isnull=True), name="outbox_to_sweep"),
            models.Index(fields=["created_at"], condition=Q(done_at__isnull=True), name="outbox_oldest_undone"),
            models.Index(fields=["recipient", "created_at"], name="outbox_to_whom"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key


class Pulse(models.Model):
    """When the worker last did what it does every few seconds: a row that gets old tells a deaf worker or beat."""

    name = models.CharField(_("name"), max_length=20, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("pulse")
        verbose_name_plural = _("pulses")

    def __str__(self) -> str:
        return self.name


class HistoryDay(models.Model):
    """封印した日: what was written to the history on a day, chained to the day before and signed (history_seals).

    ``signature``: of ``digest``, with a key that no page and no database holds; ``key_print``: which one.
    """

    day = models.DateField(_("day"), unique=True)
    previous = models.CharField(_("digest of the day before"), max_length=64, blank=True, unique=True)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    signature = models.CharField(_("signature"), max_length=128)
    key_print = models.CharField(_("fingerprint of the key"), max_length=64)
    rows = models.BigIntegerField(_("rows sealed"))
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        ordering = ["day"]
        verbose_name = _("sealed day of the history")
        verbose_name_plural = _("sealed days of the history")
        triggers = [pgtrigger.Protect(name="history_day_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return str(fact_in_words(self.day))


class HistoryPart(models.Model):
    """The rows of one table in a sealed day: after the number ``after``, up to ``last`` (``history_seals.chain``)."""

    day = models.ForeignKey(HistoryDay, models.PROTECT, related_name="parts", verbose_name=_("day"))
    table = models.CharField(_("table"), max_length=63)
    columns = ArrayField(models.CharField(max_length=63), verbose_name=_("columns"))
    after = models.BigIntegerField(_("after the row"))
    last = models.BigIntegerField(_("up to the row"))
    rows = models.BigIntegerField(_("rows sealed"))
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        ordering = ["table", "last"]
        verbose_name = _("sealed rows of a table")
        verbose_name_plural = _("sealed rows of tables")
        constraints = [
            models.UniqueConstraint(fields=["table", "after"], name="history_part_follows_one"),
            models.CheckConstraint(name="history_part_goes_on", condition=Q(last__gt=F("after"))),
        ]
        triggers = [pgtrigger.Protect(name="history_part_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.table} {self.last}"


class HistoryCheck(models.Model):
    """検証: what looking all seals through found, in sentences; none where all was well."""

    at = models.DateTimeField(_("at"))
    days = models.PositiveIntegerField(_("sealed days"))
    rows = models.BigIntegerField(_("rows sealed"))
    seconds = models.FloatField(_("seconds"))
    head = models.CharField(_("digest"), max_length=64, blank=True)
    problems = models.JSONField(_("what is wrong"), default=list)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("check of the history")
        verbose_name_plural = _("checks of the history")
        triggers = [pgtrigger.Protect(name="history_check_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.pk}"
