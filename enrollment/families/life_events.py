"""届出: what changes while a registration is in force. Each is one entry on the family's timeline."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.addresses import (
    comes_back_after,
    end_residence,
    in_ward,
    keep_residence,
    leaves_after,
    let_registrations_follow,
    moves_before_leaving,
)
from enrollment.confidential import Address
from enrollment.letters.last_days import tell_last_days
from enrollment.letters.letters import issue_letter
from enrollment.models import (
    LIVE_STATES,
    EvidenceFile,
    Family,
    Infant,
    LetterKind,
    Registration,
    RegistrationState,
    TaxClass,
    TimelineEvent,
)
from enrollment.timeline import add_entry
from enrollment.wareki import wareki
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.transactions import in_transaction

from .tax_classes import keep_tax_class

# Further from today is a slip of the hand (own default).
WITHIN = timedelta(days=366)


@in_transaction
def change_address(
    *,
    family: Family,
    address: Address,
    from_day: date,
    by: User,
    at: datetime,
    still_leaves: bool | None = None,
) -> None:
    """The family lives at another address in the ward from the day on; its district follows.

    After a move out of the ward the family comes back on the day; the days between are none that it lived here. Its
    registrations go on, with the days that their birth has left. Where it is known that it leaves the ward after the
    day, ``still_leaves`` says whether it does still.

    Errors: NotPossible ``day_impossible``, ``nothing_changed``, ``say_whether_leaving``, or naming ``chome`` or
    ``block``.
    """
    _refuse_far_day(from_day, timezone.localdate(at), "from_day")
    list(_live_registrations(family))
    locked = _locked(family)
    leaves = leaves_after(locked, from_day)
    if leaves is not None and still_leaves is None:
        sentence = _("It is entered that the family leaves the ward after %(day)s. Please say whether it does still.")
        sentence %= {"day": date_format(leaves)}
        raise NotPossible("say_whether_leaving", sentence, {"still_leaves": sentence})
    kept = keep_residence(
        family=locked, address=address, from_day=from_day, by=by, at=at, still_leaves=still_leaves is not False
    )
    if not kept:
        sentence = _("The family lives at this address already.")
        raise NotPossible("nothing_changed", sentence, {"town": sentence})
    for registration in let_registrations_follow(locked):
        if registration.state == RegistrationState.APPROVED:
            changes = [("区内に住む日", f"{wareki(from_day)}から")]
            issue_letter(kind=LetterKind.CHANGE, registration=registration, by=by, at=at, changes=changes)
    add_entry(TimelineEvent.ADDRESS_CHANGED, family=locked, by=by, at=at, on_day=from_day)


@in_transaction
def change_tax_class(
    *,
    family: Family,
    tax_class: TaxClass,
    from_day: date,
    evidence: str,
    evidence_file: EvidenceFile | None = None,
    by: User,
    at: datetime,
) -> None:
    """The household's class is another from the day on (from June's assessment, or from when welfare begins).

    Charges that were issued stay as they are; what the new class makes of them is corrected by adjustment rows.
    Errors: NotPossible ``day_impossible``, ``no_evidence``, ``nothing_changed``.
    """
    _refuse_far_day(from_day, timezone.localdate(at), "from_day")
    if not evidence.strip() and evidence_file is None:
        sentence = _("Please enter which paper shows it.")
        raise NotPossible("no_evidence", sentence, {"evidence": sentence})
    locked = _locked(family)
    changed = keep_tax_class(
        family=locked, tax_class=tax_class, from_day=from_day, evidence=evidence, evidence_file=evidence_file
    )
    if not changed:
        sentence = _("This tax class is in force on this day already.")
        raise NotPossible("nothing_changed", sentence, {"tax_class": sentence})
    facts = {"tax_class": tax_class.value}
    add_entry(TimelineEvent.TAX_CLASS_CHANGED, family=locked, by=by, at=at, on_day=from_day, facts=facts)
    with translation.override(settings.LANGUAGE_CODE):
        paper = evidence.strip() or (str(evidence_file.get_kind_display()) if evidence_file else "")
        changes = [("課税区分", str(tax_class.label)), ("適用する日", wareki(from_day)), ("確認した書類", paper)]
    for registration in _live_registrations(locked).filter(state=RegistrationState.APPROVED):
        issue_letter(kind=LetterKind.CHANGE, registration=registration, by=by, at=at, changes=changes)


def begins_to_roll_over(*, infant: Infant, since: date, by: User, at: datetime) -> list[Registration]:
    """The infant rolls over actively since the day: in the time that only the corrected age allows, it is refused.

    In the transaction of ``bookings.places.rolling_over``, which judges again what is booked. Where the last days
    change, a letter says so. A later day than is known already is no report: facts are put right with their paper.
    Returns the family's registrations in force, locked. Errors: NotPossible ``day_impossible``, ``known_already``.
    """
    live = list(_live_registrations(infant.birth.family))
    _locked(infant.birth.family)
    locked = Infant.objects.select_for_update(no_key=True).get(pk=infant.pk)
    if not locked.birth_date <= since <= timezone.localdate(at):
        raise _impossible_day("since", _("This day must lie between the birth and today."))
    known = locked.rolls_over_since
    if known is not None and known < since:
        sentence = _("It is entered already that this baby rolls over since %(day)s.") % {"day": date_format(known)}
        raise NotPossible("known_already", sentence, {"since": sentence})
    locked.rolls_over_since = since
    locked.save(update_fields=["rolls_over_since"])
    add_entry(
        TimelineEvent.ROLLS_OVER, family=infant.birth.family, by=by, at=at, on_day=since, facts={"infant": locked.pk}
    )
    for registration in live:
        tell_last_days(registration=registration, by=by, at=at)
    return live


def takes_back_rolling_over(*, infant: Infant, by: User, at: datetime) -> None:
    """It was a mistake: the infant does not roll over. In the transaction of ``bookings.places.rolling_over``.

    Errors: Refused ``not_known``.
    """
    live = list(_live_registrations(infant.birth.family))
    _locked(infant.birth.family)
    locked = Infant.objects.select_for_update(no_key=True).get(pk=infant.pk)
    if locked.rolls_over_since is None:
        raise Refused("not_known", _("It is not entered that this baby rolls over."))
    since, locked.rolls_over_since = locked.rolls_over_since, None
    locked.save(update_fields=["rolls_over_since"])
    facts = {"infant": locked.pk, "taken_back": True}
    add_entry(TimelineEvent.ROLLS_OVER, family=infant.birth.family, by=by, at=at, on_day=since, facts=facts)
    for registration in live:
        tell_last_days(registration=registration, by=by, at=at)


@in_transaction
def change_phone(*, family: Family, phone: str, by: User, at: datetime) -> None:
    """The family is called at another number. Errors: NotPossible ``nothing_changed``."""
    locked = _locked(family)
    if locked.phone == phone:
        sentence = _("This is the number that the ward has.")
        raise NotPossible("nothing_changed", sentence, {"phone": sentence})
    locked.phone = phone
    locked.save(update_fields=["phone"])
    add_entry(TimelineEvent.PERSON_CORRECTED, family=locked, by=by, at=at)


def moves_away(
    *, family: Family, last_day: date, by: User, at: datetime, takes_back_moves: bool = False
) -> list[Registration]:
    """The family lives in the ward until the last day; returns its registrations in force, which end with it.

    In the transaction of ``bookings.places.end_participation``, which gives back the days booked after. Another day,
    earlier or later, may be entered again; a day on which the family is known to come back stays. Addresses entered
    for days after the last day fall away only where ``takes_back_moves`` says so.

    Errors: NotPossible ``day_impossible``; Refused ``later_entry``.
    """
    _refuse_far_day(last_day, timezone.localdate(at), "last_day")
    live = list(_live_registrations(family))
    locked = _locked(family)
    if not any(run.lower is None or run.lower <= last_day for run in in_ward(locked)):
        raise _impossible_day("last_day", _("On this day the family did not live in the ward yet."))
    later = moves_before_leaving(locked, last_day)
    if later and not takes_back_moves:
        sentence = _(
            "Another address in the ward is entered from %(day)s. If the family had left the ward by then, say so "
            "below: that address is then taken back."
        ) % {"day": date_format(later[0])}
        raise Refused("later_entry", sentence, {"takes_back_moves": sentence})
    end_residence(family=locked, last_day=last_day)
    let_registrations_follow(locked)
    back = comes_back_after(locked, last_day)
    changes = [("区内に住む最後の日", wareki(last_day)), ("ふたたび区内に住む日", wareki(back))] if back else None
    for registration in live:
        registration.refresh_from_db(fields=["usable_until"])
        if registration.state == RegistrationState.APPROVED:
            issue_letter(kind=LetterKind.CHANGE, registration=registration, by=by, at=at, changes=changes)
    add_entry(TimelineEvent.MOVED_OUT, family=locked, by=by, at=at, on_day=last_day)
    return live


def ends(*, registration: Registration, reason: str, by: User, at: datetime) -> Registration:
    """End an approved registration: nothing can be booked on it any more; who had left the ward before keeps that day.

    In the transaction of ``bookings.places.end_participation``.

    Errors: Refused ``registration_not_live``; NotPossible ``no_reason``.
    """
    refuse_without_reason(reason)
    locked = Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)
    if locked.state != RegistrationState.APPROVED:
        raise Refused("registration_not_live", _("This registration is no longer in force."))
    locked.state = RegistrationState.ENDED
    today = timezone.localdate(at)
    locked.usable_until = min(locked.usable_until or today, today)
    locked.decision_reason = reason
    locked.save(update_fields=["state", "usable_until", "decision_reason"])
    add_entry(TimelineEvent.ENDED, family=locked.birth.family, registration=locked, by=by, at=at)
    issue_letter(kind=LetterKind.CANCELLATION, registration=locked, by=by, at=at)
    return locked


def _live_registrations(family: Family) -> QuerySet[Registration]:
    """Locked before the family, in the order in which every writer takes them."""
    live = Registration.objects.filter(birth__family=family, state__in=LIVE_STATES)
    return live.select_for_update(no_key=True).order_by("pk")


def _locked(family: Family) -> Family:
    return Family.objects.select_for_update(no_key=True).get(pk=family.pk)


def _refuse_far_day(day: date, today: date, field: str) -> None:
    if abs(day - today) > WITHIN:
        sentence = _("%(day)s is more than a year from today. Please check the year.") % {"day": date_format(day)}
        raise _impossible_day(field, sentence)


def _impossible_day(field: str, sentence: str) -> NotPossible:
    return NotPossible("day_impossible", sentence, {field: sentence})
