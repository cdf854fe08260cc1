"""Who signs in, and the facility or district that each is bound to."""

import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from .roles import DISTRICT_ROLES, FACILITY_ROLES, Role

# What a person may do hangs on these. Never the password; a sign-in is no change.
RIGHTS = ("role", "facility", "district", "is_active", "is_staff", "is_superuser")


@pghistory.track(fields=list(RIGHTS), model_name="UserEvent")
class User(AbstractUser):
    """A person who signs in. Rights come from the role and its facility or district alone (permissions.py)."""

    role = models.CharField(_("role"), max_length=20, choices=Role.choices, blank=True)
    facility = models.ForeignKey(
        "facilities.Facility", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("facility")
    )
    district = models.ForeignKey(
        "facilities.District", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )

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

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with the password (Django's own) and with role, facility and district as well."""
        stands = f"{self.password}|{self.role}|{self.facility_id}|{self.district_id}"
        return salted_hmac("accounts.models.User.session", stands, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        """Return the name as it is written in Japan: the family's first."""
        return f"{self.last_name} {self.first_name}".strip()


class AccessLogEntry(models.Model):
    """見た記録: who looked at which family's data, when and on which page. Appended, never changed.

    A mother's looks at her own data are not kept. ``page`` is the URL's name, never its text.
    """

    at = models.DateTimeField(_("at"))
    user = models.ForeignKey(User, models.PROTECT, related_name="looks", verbose_name=_("user"))
    role = models.CharField(_("role then"), max_length=20, choices=Role.choices)
    family = models.ForeignKey("enrollment.Family", models.PROTECT, related_name="looks", verbose_name=_("family"))
    page = models.CharField(_("page"), max_length=80)
    sensitive = models.BooleanField(_("behind protection"), default=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        indexes = [
            models.Index(fields=["family", "-at"], name="look_of_family"),
            models.Index(fields=["user", "-at"], name="look_of_user"),
        ]
        triggers = [pgtrigger.Protect(name="look_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user_id} {self.page}"


class AccessLogLink(models.Model):
    """A link of the chain over the looks (accounts.access_log_chain).

    The digest of the link before and of all rows since, to ``last_look``.
    """

    last_look = models.PositiveBigIntegerField(_("last look sealed"), unique=True)
    count = models.PositiveBigIntegerField(_("looks in this link"))
    digest = models.CharField(_("digest"), max_length=64)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        ordering = ["last_look"]
        verbose_name = _("seal of the looks")
        verbose_name_plural = _("seals of the looks")
        triggers = [pgtrigger.Protect(name="look_seal_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.last_look}"
