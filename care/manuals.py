"""安全管理マニュアルの確認: a member of a facility's staff acknowledges a version."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import FACILITY_ROLES
from care.models import ManualAcknowledgement, SafetyManual
from sankecare.errors import NotPossible
from sankecare.transactions import in_transaction


@in_transaction
def acknowledge_manual(*, manual: SafetyManual, by: User, at: datetime) -> ManualAcknowledgement:
    """Record that the person has read the version; a second time keeps the first.

    Errors: NotPossible ``not_for_this_person`` (another facility's), ``not_in_force``.
    """
    if by.role not in FACILITY_ROLES or manual.facility_id not in (None, by.facility_id):
        raise NotPossible("not_for_this_person", _("This manual is not of your facility."))
    locked = SafetyManual.objects.select_for_update(no_key=True).get(pk=manual.pk)
    if not _in_force(locked, at):
        raise NotPossible("not_in_force", _("This version is not in force. Please open the list again."))
    made, _new = ManualAcknowledgement.objects.get_or_create(manual=locked, person=by, defaults={"at": at})
    return made


def _in_force(manual: SafetyManual, at: datetime) -> bool:
    return SafetyManual.objects.filter(pk=manual.pk, period__contains=timezone.localdate(at)).exists()
