"""What administrators change about an account, by two; a mother's address; second factors with their history."""

import pghistory
import pgtrigger
from allauth.mfa.models import Authenticator
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from sankecare.email_addresses import EmailAddressField
from sankecare.periods import as_text
from sankecare.postgresql.in_force import in_force_is_kept

from .people import User


class ChangeKind(models.TextChoices):
    """``CLOSE`` alone takes one person: it gives nobody anything, and must not wait."""

    NEW = "new", _("New account")
    CHANGE = "change", _("Name, address, role or place changed")
    SECOND_FACTOR = "second_factor", _("Second factor taken back")
    CLOSE = "close", _("Account closed")
    REOPEN = "reopen", _("Account opened again")


class Outcome(models.TextChoices):
    WAITS = "waits", _("waits for a second administrator")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")


@pghistory.track(append_only=True)
class AccountChange(models.Model):
    """アカウントの申請: proposed by one administrator, confirmed by another. Never deleted, decided once.

    ``proposed_by`` is empty where the change came from the server's command line. ``person`` is empty until a new
    account is confirmed. The name, address, role and place are those asked for (``NEW`` and ``CHANGE``).
    """

    kind = models.CharField(_("kind"), max_length=15, choices=ChangeKind.choices)
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="account_changes", verbose_name=_("person")
    )
    username = models.CharField(_("name to sign in with"), max_length=150, blank=True)
    last_name = models.CharField(_("family name"), max_length=150, blank=True)
    first_name = models.CharField(_("given name"), max_length=150, blank=True)
    email = EmailAddressField(_("e-mail address"), blank=True)
    email_before = EmailAddressField(_("e-mail address before"), blank=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    facility = models.ForeignKey(
        "facilities.Facility", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("facility")
    )
    district = models.ForeignKey(
        "facilities.District", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    reason = models.CharField(_("reason"), max_length=400)
    proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("proposed by")
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, default=Outcome.WAITS)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.CharField(_("reason of the decision"), max_length=400, blank=True)

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of accounts")
        constraints = [
            models.CheckConstraint(name="account_change_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="account_change_by_a_second_administrator",
                condition=~Q(outcome=Outcome.CONFIRMED)
                | Q(kind=ChangeKind.CLOSE)
                | Q(proposed_by__isnull=True, decided_by__isnull=True)
                | (Q(decided_by__isnull=False, proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="account_change_not_confirmed_by_oneself",
                condition=~Q(outcome=Outcome.CONFIRMED)
                | Q(person__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(decided_by=F("person")),
            ),
            models.CheckConstraint(
                name="account_change_decided_has_moment",
                condition=Q(outcome=Outcome.WAITS, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(outcome=Outcome.WAITS) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="account_change_of_a_person",
                condition=Q(person__isnull=False) | (Q(kind=ChangeKind.NEW) & ~Q(outcome=Outcome.CONFIRMED)),
            ),
            models.CheckConstraint(
                name="account_change_never_of_a_mother",
                condition=~Q(role=Role.MOTHER),
            ),
            models.UniqueConstraint(
                fields=["person"],
                name="account_change_one_waits",
                condition=Q(outcome=Outcome.WAITS, person__isnull=False),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="account_change_one_new_name_waits",
                condition=Q(outcome=Outcome.WAITS, kind=ChangeKind.NEW),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="account_change_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="account_change_decided_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome=Outcome.WAITS),
            ),
            pgtrigger.Protect(
                name="account_change_as_proposed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("kind", "username", "last_name", "first_name", "email", "email_before", "role"),
                    *("facility", "district", "reason", "proposed_by", "proposed_at"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def whom(self) -> str:
        """Return whom it is about, in words."""
        return str(self.person) if self.person else f"{self.last_name} {self.first_name}".strip() or self.username


@pghistory.track()
class AccountPolicy(models.Model):
    """アカウントの設定, dated: how long somebody must have stood to be a second person, and how long things wait."""

    period = DateRangeField(_("period"))
    second_person_days = models.PositiveSmallIntegerField(_("days until somebody counts as a second person"))
    proposal_days = models.PositiveSmallIntegerField(_("days that a proposal waits"))
    invitation_days = models.PositiveSmallIntegerField(_("days that an invitation is good"))
    shift_hours = models.PositiveSmallIntegerField(
        _("hours of a facility's sign-in, and of the PIN that rests on it"), default=18, db_default=18
    )
    pin_tries = models.PositiveSmallIntegerField(_("wrong PINs until a full sign-in"), default=3, db_default=3)
    source = models.CharField(_("source"), max_length=10, choices=[("PUBLIC", "PUBLIC"), ("DEFAULT", "DEFAULT")])

    class Meta:
        ordering = ["period"]
        verbose_name = _("policy of accounts")
        verbose_name_plural = _("policies of accounts")
        triggers = [in_force_is_kept()]
        constraints = [
            ExclusionConstraint(name="account_policy_no_overlap", expressions=[("period", RangeOperators.OVERLAPS)])
        ]

    def __str__(self) -> str:
        return as_text(self.period)


class Way(models.TextChoices):
    """How it was made sure that the new address is hers."""

    CODES = "codes", _("codes to the old and the new address")
    PROOF = "proof", _("proof seen by staff")


@pghistory.track(append_only=True)
class EmailChange(models.Model):
    """A mother's address changed: from which to which, by whom, and how it was made sure. Appended, never changed."""

    person = models.ForeignKey(User, models.PROTECT, related_name="email_changes", verbose_name=_("sign-in"))
    before = EmailAddressField(_("e-mail address before"), blank=True)
    after = EmailAddressField(_("e-mail address"))
    way = models.CharField(_("made sure by"), max_length=10, choices=Way.choices)
    proof = models.CharField(_("proof seen"), max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("changed by"))
    at = models.DateTimeField(_("changed at"))

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("change of an e-mail address")
        verbose_name_plural = _("changes of e-mail addresses")
        constraints = [
            models.CheckConstraint(name="email_change_proof_is_said", condition=~Q(way=Way.PROOF, proof="")),
            models.CheckConstraint(
                name="email_change_by_codes_is_her_own", condition=Q(way=Way.PROOF) | Q(by=F("person"))
            ),
        ]
        triggers = [pgtrigger.Protect(name="email_change_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.get_way_display()


# What is kept of another app's rows; a code that is used and a passkey's new name are no change.
WHAT_OPENS = """
    OLD.user_id IS DISTINCT FROM NEW.user_id OR OLD.type IS DISTINCT FROM NEW.type
    OR OLD.data -> 'secret' IS DISTINCT FROM NEW.data -> 'secret'
    OR OLD.data -> 'seed' IS DISTINCT FROM NEW.data -> 'seed'
    OR OLD.data -> 'credential' -> 'id' IS DISTINCT FROM NEW.data -> 'credential' -> 'id'
"""


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pgtrigger.Condition(WHAT_OPENS.strip())),
    pghistory.DeleteEvent(),
    fields=["user", "type", "created_at"],
    model_name="SecondFactorEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    append_only=True,
)
class SecondFactor(Authenticator):
    """An authenticator app, a passkey or recovery codes (allauth's row), so that the database keeps its history."""

    class Meta:
        proxy = True
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
