"""速報: a facility tells the ward of a serious incident with one touch; somebody of the ward takes it up."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from care.incident_mails import ward_people
from care.incidents import lock_incident
from care.models import Incident, IncidentCall
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.moments import moment_in_words
from sankecare.transactions import in_transaction

from .mails import TOLD


@in_transaction
def tell_ward(*, incident: Incident, by: User, at: datetime) -> IncidentCall:
    """Put a serious incident before the ward's people, on their page and by mail, each once. It is no report.

    Errors: Refused ``not_serious``, ``told_already`` (who told, and when).
    """
    kept = lock_incident(incident)
    if not kept.serious:
        raise Refused("not_serious", _("%(number)s is not serious: no report is due.") % {"number": kept.number})
    before = IncidentCall.objects.filter(incident=kept).select_related("told_by").first()
    if before is not None:
        words = _("%(person)s told the ward at %(moment)s already.")
        raise Refused("told_already", words % {"person": before.told_by, "moment": moment_in_words(before.told_at)})
    call = IncidentCall.objects.create(incident=kept, told_at=at, told_by=by)
    for person in ward_people():
        outbox.enqueue(
            kind=TOLD,
            recipient=f"user:{person.pk}",
            dedupe_key=f"{TOLD}:{call.pk}/{person.pk}",
            payload={"call": call.pk, "person": person.pk},
            at=at,
        )
    return call


@in_transaction
def take_up_call(*, call: IncidentCall, by: User, at: datetime) -> IncidentCall:
    """Record who of the ward has it in hand. Errors: Refused ``taken_up_already`` (by whom)."""
    kept = IncidentCall.objects.select_for_update(no_key=True).get(pk=call.pk)
    if kept.taken_up_by is not None:
        raise Refused("taken_up_already", _("%(person)s has it in hand.") % {"person": kept.taken_up_by})
    kept.taken_up_at, kept.taken_up_by = at, by
    kept.save(update_fields=["taken_up_at", "taken_up_by"])
    return kept
