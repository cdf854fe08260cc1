"""The roles of the people who sign in (docs/domain.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a signed-in person is to the programme. One person, one role."""

    # Applies, books, moves and cancels for her own family.
    MOTHER = "mother", _("Mother")
    # A midwife: receives families at her facility, keeps care records, raises follow-up referrals.
    OPERATOR = "operator", _("Operator (midwife)")
    # Does what an operator does, and submits the facility's months.
    FACILITY_MANAGER = "facility_manager", _("Facility manager")
    # Judges applications, draws, keeps calendars and tariffs; of one district where bound to it.
    WARD_STAFF = "ward_staff", _("Ward staff")
    # Reads the ward's figures and sees to what nobody takes in hand.
    SUPERVISOR = "supervisor", _("Supervisor")
    # Receives the referrals of her district and follows its families up.
    HEALTH_NURSE = "health_nurse", _("Health nurse")
    # The same for the district's child and family section.
    CASEWORKER = "caseworker", _("Caseworker")
    # Invites the staff, gives and takes their roles, with a second one of them; sees no family.
    ACCOUNT_ADMIN = "account_admin", _("Administrator of accounts")
    # Reads who changed what and who looked; changes nothing.
    AUDITOR = "auditor", _("Auditor")


FACILITY_ROLES = (Role.OPERATOR, Role.FACILITY_MANAGER)
DISTRICT_ROLES = (Role.HEALTH_NURSE, Role.CASEWORKER)
