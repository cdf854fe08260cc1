"""Who signs in, and the facility or district that each is bound to."""

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.roles import DISTRICT_ROLES, FACILITY_ROLES, Role
from sankecare.email_addresses import EmailAddressField

# What a person may do hangs on these.
RIGHTS = ("role", "facility", "district", "is_active", "is_staff", "is_superuser")
# How she signs in: where her mails go, and when her password was set. Never the password; a sign-in is no change.
SIGN_IN = ("email", "password_set_at")


@pghistory.track(
    fields=[*RIGHTS, *SIGN_IN],
    model_name="UserEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    append_only=True,
)
class User(AbstractUser):
    """A person who signs in. Rights come from the role and its facility or district alone (permissions.py)."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    facility = models.ForeignKey(
        "facilities.Facility", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("facility")
    )
    district = models.ForeignKey(
        "facilities.District", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )

    email = EmailAddressField(_("e-mail address"), blank=True, default="", db_default="")
    # In which she reads pages and mails (a code of settings.LANGUAGES); empty: the ward's own.
    language = models.CharField(_("language"), max_length=12, blank=True, default="", db_default="")
    # Written by the database alone, whoever sets a password (trigger below).
    password_set_at = models.DateTimeField(_("password set"), null=True, blank=True, editable=False)

    # A mother ended all her sessions then, from her account.
    sessions_ended_at = models.DateTimeField(_("signed out everywhere"), null=True, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("user")  # type: ignore[assignment]  # the stubs know no lazy words here
        verbose_name_plural = _("users")  # type: ignore[assignment]
        constraints = [
            models.CheckConstraint(
                name="user_facility_role_has_facility",
                condition=Q(facility__isnull=False, role__in=FACILITY_ROLES)
                | (Q(facility__isnull=True) & ~Q(role__in=FACILITY_ROLES)),
                violation_error_message=_("An operator or facility manager belongs to one facility; others to none."),
            ),
            models.CheckConstraint(
                name="user_district_role_has_district",
                condition=Q(district__isnull=True) | Q(role__in=[*DISTRICT_ROLES, Role.WARD_STAFF]),
                violation_error_message=_("Only ward staff, health nurses and caseworkers belong to a district."),
            ),
            models.CheckConstraint(
                name="user_nurse_and_caseworker_have_district",
                condition=Q(district__isnull=False) | ~Q(role__in=DISTRICT_ROLES),
                violation_error_message=_("A health nurse or caseworker belongs to one district."),
            ),
            # A mother signs in by a code to this address: it must lead to one account.
            models.UniqueConstraint(
                Lower("email"),
                name="user_mother_email_once",
                condition=Q(role=Role.MOTHER) & ~Q(email=""),
                violation_error_message=_("A mother with this e-mail address signs in already."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="password_moment",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF NEW.password IS DISTINCT FROM OLD.password THEN
                        NEW.password_set_at := clock_timestamp();
                    ELSE
                        NEW.password_set_at := OLD.password_set_at;
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with the password (Django's own), with role, facility and district, and with the address.

        And when she ends them all.
        """
        stands = f"{self.password}|{self.role}|{self.facility_id}|{self.district_id}|{self.email.lower()}"
        if self.sessions_ended_at is not None:
            stands += f"|{self.sessions_ended_at.timestamp()}"
        return salted_hmac("accounts.models.User.session", stands, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """Return the name as it is written in Japan: the family's first."""
        return f"{self.last_name} {self.first_name}".strip()
