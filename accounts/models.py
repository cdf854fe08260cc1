"""Who signs in, and the facility or district that each is bound to."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .roles import DISTRICT_ROLES, FACILITY_ROLES, Role


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
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username
