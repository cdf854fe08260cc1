"""つらい言葉: noted, told to the section, and taken up by somebody. No mail says what was written, or by whom."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may_on, visible
from accounts.roles import Role
from sankecare import outbox
from sankecare.errors import Refused
from sankecare.mails import link_to, send_mail
from sankecare.models import OutboxEntry
from sankecare.transactions import in_transaction

from .models import DespairNote, DespairPolicy, Family, Registration, WrittenWhere

DESPAIR_WRITTEN = "despair_written"
DESPAIR_MAIL = "despair_mail"
# So long a note stays on the section's page once it is taken up (own default).
STAYS_SHOWN = timedelta(days=30)


@in_transaction
def note_despair(
    *, family: Family, written: WrittenWhere, at: datetime, registration: Registration | None = None
) -> DespairNote:
    """Note that the family wrote words of despair, and tell the section: once while nobody has taken it up."""
    Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    waiting = DespairNote.objects.filter(family=family, written=written, taken_up_at__isnull=True).first()
    if waiting is not None:
        waiting.registration = registration or waiting.registration
        waiting.written_at = at
        waiting.save(update_fields=["registration", "written_at"])
        return waiting
    note = DespairNote.objects.create(family=family, registration=registration, written=written, written_at=at)
    if written == WrittenWhere.TICKED and not policy_at(at).ticks_tell:
        return note  # the lines are shown and mailed; nobody is called for a tick
    outbox.enqueue(
        kind=DESPAIR_WRITTEN,
        recipient=f"district:{_district(family, at)}/{Role.HEALTH_NURSE.value}",
        dedupe_key=f"{DESPAIR_WRITTEN}:{note.pk}",
        payload={"note": note.pk},
        at=at,
    )
    return note


@in_transaction
def take_up(*, note: DespairNote, by: User, at: datetime) -> DespairNote:
    """Somebody of the section has it in hand. Errors: Refused ``taken_up_already``."""
    locked = DespairNote.objects.select_for_update(no_key=True).get(pk=note.pk)
    if locked.taken_up_at is not None:
        raise Refused("taken_up_already", _("%(person)s has this in hand already.") % {"person": locked.taken_up_by})
    locked.taken_up_at, locked.taken_up_by = at, by
    locked.save(update_fields=["taken_up_at", "taken_up_by"])
    return locked


def notes_shown(person: User, at: datetime) -> "QuerySet[DespairNote]":
    """Return the notes that the person may work on: those that wait first, then taken up of late. Two queries."""
    notes = visible(person, Action.DESPAIR_WORK, DespairNote.objects.all())
    if not policy_at(at).ticks_tell:
        notes = notes.exclude(written=WrittenWhere.TICKED)
    return (
        notes.filter(Q(taken_up_at__isnull=True) | Q(taken_up_at__gte=at - STAYS_SHOWN))
        .select_related("family", "registration", "taken_up_by")
        .order_by(F("taken_up_at").desc(nulls_first=True), "-written_at")
    )


def policy_at(at: datetime) -> DespairPolicy:
    """Return whom the ward wants told; what holds without a row where it has laid nothing down. One query."""
    return DespairPolicy.objects.filter(period__contains=timezone.localdate(at)).first() or DespairPolicy()


def _district(family: Family, at: datetime) -> int:
    """Where the family lives today, as an id; 0 where nothing is known: staff bound to no district are told then."""
    home = family.residences.filter(period__contains=timezone.localdate(at)).first()
    return (home.district_id if home else None) or 0


def tell_section(entry: OutboxEntry, at: datetime) -> None:
    """A mail to each health nurse of the family's district and each of the ward's staff in charge, by the policy."""
    note, policy = DespairNote.objects.get(pk=entry.payload["note"]), policy_at(at)
    told = {Role.HEALTH_NURSE: policy.tells_health_nurses, Role.WARD_STAFF: policy.tells_ward_staff}
    roles = [role for role, is_told in told.items() if is_told]
    sections = User.objects.filter(role__in=roles, is_active=True).exclude(email="")
    for person in sections.order_by("pk"):
        if may_on(person, Action.DESPAIR_WORK, note):
            outbox.enqueue(
                kind=DESPAIR_MAIL,
                recipient=f"user:{person.pk}",
                dedupe_key=f"{DESPAIR_MAIL}:{note.pk}/{person.pk}",
                payload={"note": note.pk, "person": person.pk},
                at=at,
            )


def mail_section(entry: OutboxEntry, _at: datetime) -> None:
    """Send one person the link; nothing where it is taken up meanwhile, or where she is not in charge now."""
    note = DespairNote.objects.get(pk=entry.payload["note"])
    person = User.objects.get(pk=entry.payload["person"])
    if note.taken_up_at is not None or not person.is_active or not person.email:
        return
    if not may_on(person, Action.DESPAIR_WORK, note):
        return
    with translation.override(settings.LANGUAGE_CODE):
        send_mail(
            to=person.email,
            number=f"despair-{note.pk}-{person.pk}",
            subject=_("Please look at this today"),
            body=_(
                "What a family wrote should be read by somebody at once. Please sign in:\n\n%(link)s\n\n"
                "If somebody has it in hand already, there is nothing to do."
            )
            % {"link": link_to(reverse("nurse:despair"))},
        )
