"""設定の変更: a draft kept, changed, thrown away; entered from its day on, where the policy says so by two."""

from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.second_person import refuse_unfit_for_a_look
from facilities.models import PlacePool
from sankecare.database_refusals import constraint_of, sentence_for
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction
from wards.models import DraftState, SettingsDraft

from .differences import Asked, as_list, digest
from .plan import Plan, plan_for
from .policy import takes_second_person
from .tables import BY_CODE, DatedTable

# A draft may say what bookings forbid: its page shows them, and it is entered once they are settled.
OF_BOOKINGS = {"booking_day_within_slots", "booking_day_within_sibling_rooms"}
OPEN = (DraftState.DRAFT, DraftState.PROPOSED)


def open_drafts(table: DatedTable | None = None) -> "QuerySet[SettingsDraft]":
    """Return what is neither entered nor thrown away, the first days first."""
    drafts = SettingsDraft.objects.filter(state__in=OPEN, table__in=BY_CODE)
    return (drafts if table is None else drafts.filter(table=table.code)).select_related("changed_by", "proposed_by")


def proposals_for(person: User) -> "QuerySet[SettingsDraft]":
    """Return what others proposed and a second person has to look at, the first proposed first."""
    proposed = open_drafts().filter(state=DraftState.PROPOSED).exclude(proposed_by=person)
    return proposed.order_by("proposed_at", "pk")


def plan_of(draft: SettingsDraft) -> Plan:
    """Return what the draft would write as things stand now."""
    return plan_for(BY_CODE[draft.table], draft.first_day, Asked.read(draft.changes))


def seen_of(draft: SettingsDraft, plan: Plan) -> str:
    """Return the digest of what a person says yes to: which cells, from which day until when, and why."""
    reason = draft.reason if draft.state == DraftState.PROPOSED else ""
    return digest(plan.found, plan.day, reason, [row.period.upper for row in plan.new])


@in_transaction
def keep_draft(
    *, table: DatedTable, draft: SettingsDraft | None, first_day: date, asked: Asked, by: User, at: datetime
) -> SettingsDraft:
    """Keep what was typed as a draft, or anew in a draft that stands already; nothing holds by that.

    Errors: NotPossible ``day_passed``, ``began_that_day``, ``nothing_changed``; Refused ``draft_is_over``,
    ``draft_is_proposed``, and ``refused_by_database`` where the new rows contradict each other.
    """
    _lock_places(table)
    plan = plan_for(table, first_day, asked)
    _refuse_impossible(plan, at)
    _try(plan)
    values = {"first_day": first_day, "changes": asked.as_kept(), "changed_by": by, "changed_at": at}
    if draft is None:
        return SettingsDraft.objects.create(table=table.code, begun_by=by, begun_at=at, **values)
    locked = _locked(draft)
    if locked.state == DraftState.PROPOSED:
        raise Refused("draft_is_proposed", _("This waits for a second person. Take it back first, then change it."))
    for name, value in values.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(values))
    return locked


@in_transaction
def confirm_draft(*, draft: SettingsDraft, seen: str, reason: str, by: User, at: datetime) -> SettingsDraft:
    """Enter what the draft says from its day on, or, where it takes two, propose it to a second person.

    ``seen``: ``seen_of`` what was shown.

    Errors: NotPossible ``no_reason``, ``day_passed``, ``began_that_day``, ``nothing_changed``; Refused
    ``draft_is_over``, ``draft_is_proposed``, ``changed_since``, ``refused_by_database``.
    """
    refuse_without_reason(reason)
    locked = _locked(draft)
    if locked.state == DraftState.PROPOSED:
        raise Refused("draft_is_proposed", _("This waits for a second person already."))
    plan = _seen_plan(locked, seen, at)
    locked.reason = reason
    locked.second_person = takes_second_person(timezone.localdate(at))
    locked.sent_back = ""
    locked.proposed_by, locked.proposed_at = by, at
    locked.differences = as_list(plan.found)
    if locked.second_person:
        locked.state = DraftState.PROPOSED
        locked.save()
        return locked
    return _enter(locked, plan, by, at)


@in_transaction
def enter_proposed(*, draft: SettingsDraft, seen: str, by: User, at: datetime) -> SettingsDraft:
    """Enter what a colleague proposed, as a second person.

    Errors: as ``confirm_draft``; Refused ``not_proposed`` and as ``refuse_unfit_for_a_look``.
    """
    locked = _locked(draft)
    if locked.state != DraftState.PROPOSED or locked.proposed_by is None:
        raise Refused("not_proposed", _("This was not proposed, or it was sent back meanwhile."))
    same = _("You proposed this yourself: a colleague enters it.")
    refuse_unfit_for_a_look(first=locked.proposed_by, second=by, at=at, same=same)
    return _enter(locked, _seen_plan(locked, seen, at), by, at)


@in_transaction
def send_back(*, draft: SettingsDraft, reason: str, by: User, at: datetime) -> SettingsDraft:
    """Make a proposal a draft again, with the reason; one's own is thereby taken back.

    Errors: NotPossible ``no_reason``; Refused ``draft_is_over``, ``not_proposed``.
    """
    refuse_without_reason(reason)
    locked = _locked(draft)
    if locked.state != DraftState.PROPOSED:
        raise Refused("not_proposed", _("This was not proposed, or it was sent back meanwhile."))
    locked.state, locked.sent_back, locked.changed_by, locked.changed_at = DraftState.DRAFT, reason, by, at
    locked.save(update_fields=["state", "sent_back", "changed_by", "changed_at"])
    return locked


@in_transaction
def throw_away(*, draft: SettingsDraft, by: User, at: datetime) -> SettingsDraft:
    """Throw a draft or a proposal away; its history stays. Errors: Refused ``draft_is_over``."""
    locked = _locked(draft)
    locked.state, locked.decided_by, locked.decided_at = DraftState.THROWN_AWAY, by, at
    locked.save(update_fields=["state", "decided_by", "decided_at"])
    return locked


def _locked(draft: SettingsDraft) -> SettingsDraft:
    locked = SettingsDraft.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)
    if locked.state not in OPEN:
        raise Refused("draft_is_over", _("This draft is entered or thrown away already."))
    return locked


def _seen_plan(draft: SettingsDraft, seen: str, at: datetime) -> Plan:
    """The plan as things stand now, under its locks; it is the one that was shown."""
    table = BY_CODE[draft.table]
    _lock_places(table)
    list(table.model._default_manager.order_by("pk").select_for_update(no_key=True).values_list("pk"))
    plan = plan_of(draft)
    _refuse_impossible(plan, at)
    if seen_of(draft, plan) != seen:
        raise Refused(
            "changed_since",
            _("This, or what holds, has changed since you looked. Please look at the differences again."),
        )
    return plan


def _lock_places(table: DatedTable) -> None:
    """Guards that count places lock their pools: all are locked first, in the order of every writer of places."""
    if table.locks_places:
        list(PlacePool.objects.order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _refuse_impossible(plan: Plan, at: datetime) -> None:
    today = timezone.localdate(at)
    if plan.day < today:
        sentence = _("This day has passed: what was in force stays as it was.")
        raise NotPossible("day_passed", sentence, {"first_day": sentence})
    if plan.day == today and plan.gone:
        sentence = _("What holds began on this very day, %(day)s. Please choose a later day.")
        sentence %= {"day": date_format(plan.day)}
        raise NotPossible("began_that_day", sentence, {"first_day": sentence})
    if not plan.found:
        raise NotPossible("nothing_changed", _("Nothing is different from what holds on that day already."))


def _enter(draft: SettingsDraft, plan: Plan, by: User, at: datetime) -> SettingsDraft:
    _write(plan)
    draft.state, draft.decided_by, draft.decided_at = DraftState.ENTERED, by, at
    draft.differences = as_list(plan.found)
    draft.save()
    return draft


def _write(plan: Plan) -> None:
    """End the old rows, then write the new ones; guards over several rows speak at the end."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
            for row in plan.gone:
                row.delete()
            for row in plan.ending:
                row.save(update_fields=["period"])
            for row in plan.new:
                row.save(force_insert=True)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as refusal:
        raise Refused("refused_by_database", sentence_for(refusal)) from refusal


class _OnlyTried(Exception):
    """Takes back what was written to ask the database."""


def _try(plan: Plan) -> None:
    """Ask the database whether it would take the rows; nothing stays written."""
    try:
        with transaction.atomic():
            _write(plan)
            raise _OnlyTried
    except _OnlyTried:
        for row in plan.new:
            row.pk, row._state.adding = None, True
    except Refused as refused:
        cause = refused.__cause__
        if not isinstance(cause, IntegrityError) or constraint_of(cause) not in OF_BOOKINGS:
            raise
