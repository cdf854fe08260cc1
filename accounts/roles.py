"""The roles of the people who sign in (docs/domain.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a signed-in person is to the programme. One person, one role."""

    MOTHER = "mother", _("Mother")
    OPERATOR = "operator", _("Operator (midwife)")
    FACILITY_MANAGER = "facility_manager", _("Facility manager")
    WARD_STAFF = "ward_staff", _("Ward staff")
    SUPERVISOR = "supervisor", _("Supervisor")
    HEALTH_NURSE = "health_nurse", _("Health nurse")
    CASEWORKER = "caseworker", _("Caseworker")
    AUDITOR = "auditor", _("Auditor")


FACILITY_ROLES = (Role.OPERATOR, Role.FACILITY_MANAGER)
DISTRICT_ROLES = (Role.HEALTH_NURSE, Role.CASEWORKER)
ADMIN_ROLES = (Role.WARD_STAFF, Role.SUPERVISOR, Role.AUDITOR)
