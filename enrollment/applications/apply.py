"""申請: a family asks to be registered, corrects what it stated, withdraws, and reports the birth."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from enrollment.addresses import keep_residence, let_registrations_follow
from enrollment.confidential import Address
from enrollment.despair_notes import note_despair
from enrollment.help_queries import writes_despair
from enrollment.kana import folded_digits, folded_kana
from enrollment.letters.letters import issue_letter
from enrollment.models import (
    LIVE_STATES,
    NOT_KNOWN,
    Birth,
    Consent,
    Family,
    Infant,
    LetterKind,
    Registration,
    RegistrationState,
    Sibling,
    TimelineEvent,
    WorryTopic,
    WrittenWhere,
)
from enrollment.one_birth import BirthDays, is_one_birth
from enrollment.protection.protect import put_under_protection
from enrollment.queries import days_of_birth
from enrollment.same_children import Child, pairs_of
from enrollment.timeline import Fact, add_entry
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .application_data import (
    InfantStated,
    SiblingStated,
    StatedApplication,
    refuse_doubtful_infants,
    refuse_impossible,
    refuse_impossible_infants,
)
from .evidence import attach_papers
from .mother_details import keep_person
from .sent_mail import tell_sent


@in_transaction
def apply_for_registration(
    *, application: StatedApplication, family: Family | None = None, by: User, at: datetime
) -> Registration:
    """Enter a new family's application, or a known family's for a further birth (``family``).

    A mother applies with her own sign-in; what ward staff enter for her has none. The residence's district
    follows from town, chome and block. Before birth from the week of pregnancy that the policy names (PUBLIC: 28).
    Of what came on paper or by telephone the day of receipt is the day of the application.
    The tax class that she states prices nothing until staff accept it with the application
    (enrollment/decisions/decide.py).

    Errors: NotPossible for what cannot be (fields named); Refused ``application_open`` or
    ``already_registered`` where the family has one for this birth.
    """
    today = timezone.localdate(at)
    refuse_impossible(application, today)
    renewal = family is not None
    if family is None:
        family = _new_family(application, by, at)
    else:
        live = Registration.objects.filter(birth__family=family, state__in=LIVE_STATES).order_by("pk")
        list(live.select_for_update(no_key=True))
        family = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
        _refuse_second(family, application)
        _keep_person(family, application)
    birth = birth_registered_before(family, application) or Birth(family=family)
    before = _known_before(birth)
    birth.due_date = application.due_date or birth.due_date
    birth.save()
    _keep_household(birth, application, by, at)
    registration = Registration.objects.create(
        birth=birth,
        applied_at=at,
        channel=application.channel,
        entered_by=None if by.role == Role.MOTHER else by,
        **_situation(application),
    )
    let_registrations_follow(family)
    _keep_consents(registration, application, by, at)
    attach_papers(family=family, by=by, at=at)
    facts: dict[str, Fact] = {"channel": application.channel.value, "renewal": renewal, **before}
    on_day = registration.applied_on
    add_entry(
        TimelineEvent.APPLIED, family=family, registration=registration, by=by, at=at, on_day=on_day, facts=facts
    )
    tell_sent(registration, at)
    _tell_of_despair(registration, application, at)
    registration.refresh_from_db(fields=["usable_until"])
    return registration


@in_transaction
def correct_application(
    *, registration: Registration, application: StatedApplication, by: User, at: datetime
) -> Registration:
    """Send in again an application that was returned (差戻し), with what was corrected.

    Errors: as ``apply_for_registration``; Refused ``not_returned`` where it is not waiting for a correction.
    """
    refuse_impossible(application, timezone.localdate(at))
    locked = _locked(registration)
    if locked.state != RegistrationState.RETURNED:
        raise Refused("not_returned", _("This application is not waiting for a correction."))
    birth = locked.birth
    _keep_person(Family.objects.select_for_update(no_key=True).get(pk=birth.family_id), application)
    only_one = not birth.registrations.exclude(pk=locked.pk).exists()
    birth.due_date = application.due_date if only_one else application.due_date or birth.due_date
    birth.save(update_fields=["due_date"])
    _keep_household(birth, application, by, at, forgets=only_one)
    _keep_consents(locked, application, by, at)
    attach_papers(family=birth.family, by=by, at=at)
    for field, value in _situation(application).items():
        setattr(locked, field, value)
    locked.state = RegistrationState.APPLIED
    locked.applied_at = at
    locked.save()
    let_registrations_follow(birth.family)
    on_day = locked.applied_on
    add_entry(TimelineEvent.CORRECTED, family=birth.family, registration=locked, by=by, at=at, on_day=on_day)
    tell_sent(locked, at)
    _tell_of_despair(locked, application, at)
    return locked


@in_transaction
def withdraw_application(*, registration: Registration, by: User, at: datetime) -> Registration:
    """Take back an application that is not decided yet.

    Errors: Refused ``already_decided``.
    """
    locked = _locked(registration)
    if locked.state not in (RegistrationState.APPLIED, RegistrationState.RETURNED):
        raise Refused("already_decided", _("This application has been decided: it cannot be withdrawn any more."))
    locked.state = RegistrationState.WITHDRAWN
    locked.save(update_fields=["state"])
    add_entry(TimelineEvent.WITHDRAWN, family=locked.birth.family, registration=locked, by=by, at=at)
    return locked


@in_transaction
def report_birth(
    *, registration: Registration, infants: Sequence[InfantStated], by: User, at: datetime, checked: bool = False
) -> Registration:
    """Enter the infants of a registration made in pregnancy: from the birth on it can be used.

    Where the registration is approved, a letter with the last days by the birth follows that by the due date.
    ``checked``: as of an application. Errors: NotPossible ``no_infant``, and for impossible dates; Refused
    ``birth_already_reported``, ``registration_not_live``.
    """
    locked = _locked(registration)
    if locked.state not in LIVE_STATES:
        raise Refused("registration_not_live", _("This registration is no longer in force."))
    birth = Birth.objects.select_for_update(no_key=True).get(pk=locked.birth_id)
    if birth.infants.exists():
        raise Refused("birth_already_reported", _("The birth has already been reported."))
    if not infants:
        raise NotPossible("no_infant", _("Please enter the date of birth."), {"infants": _("No date of birth.")})
    refuse_impossible_infants(infants, birth.due_date, timezone.localdate(at))
    if not checked:
        refuse_doubtful_infants(infants, birth.due_date, timezone.localdate(at))
    _keep_infants(birth, infants, forgets=False)
    born = min(infant.birth_date for infant in infants)
    add_entry(
        TimelineEvent.BIRTH_REPORTED,
        family=birth.family,
        registration=locked,
        by=by,
        at=at,
        on_day=born,
        facts={"infants": len(infants)},
    )
    if locked.state == RegistrationState.APPROVED:
        issue_letter(kind=LetterKind.CHANGE, registration=locked, by=by, at=at, changes=[("変更の理由", "出産の届出")])
    return locked


def _refuse_second(family: Family, application: StatedApplication) -> None:
    """One application at a time, and one registration for a birth: a form sent twice is not two births."""
    for other in Registration.objects.filter(birth__family=family, state__in=LIVE_STATES).select_related("birth"):
        if other.state != RegistrationState.APPROVED:
            raise Refused(
                "application_open",
                _("There is already an application %(number)s that is not decided yet.") % {"number": other.number},
            )
        if is_one_birth(days_of_birth(other.birth), _days_stated(application)):
            sentence = _("This birth is already registered: %(number)s.")
            if other.usable_until is not None:
                sentence = _(
                    "This birth is already registered: %(number)s. If you live in the ward again, enter your new "
                    "address under “Changes”: the registration then goes on, with the days that are left."
                )
            raise Refused("already_registered", sentence % {"number": other.number})


def birth_registered_before(family: Family, application: StatedApplication) -> Birth | None:
    """Return the family's birth that the application is for, where it was registered before; its days count on.

    Whatever became of the registrations: a birth is one birth (enrollment/one_birth.py).
    """
    births = family.births.filter(joined_into__isnull=True).prefetch_related("infants").order_by("-pk")
    stated = _days_stated(application)
    return next((birth for birth in births if is_one_birth(days_of_birth(birth), stated)), None)


def _days_stated(application: StatedApplication) -> BirthDays:
    return BirthDays(application.due_date, [infant.birth_date for infant in application.infants])


def _known_before(birth: Birth) -> dict[str, Fact]:
    """What was known of a birth that is applied for again: staff read it beside what is stated now."""
    if birth._state.adding:
        return {}
    born = [infant.birth_date.isoformat() for infant in birth.infants.all()]
    due = birth.due_date.isoformat() if birth.due_date else ""
    return {"birth": birth.pk, "born_before": " ".join(born), "due_before": due}


# ---- What is written -----------------------------------------------------------------------------------------------


def _locked(registration: Registration) -> Registration:
    return Registration.objects.select_for_update(no_key=True).get(pk=registration.pk)


def _new_family(application: StatedApplication, by: User, at: datetime) -> Family:
    account = by if by.role == Role.MOTHER else None
    try:
        with transaction.atomic():
            family = Family(account=account, created_at=at)
            _keep_person(family, application)
    except IntegrityError as second:
        raise Refused("application_open", _("You have already applied. Please look at your own page.")) from second
    return family


def _keep_person(family: Family, application: StatedApplication) -> None:
    keep_person(
        family,
        mother_name=application.mother_name,
        mother_name_kana=application.mother_name_kana,
        mother_birth_date=application.mother_birth_date,
        phone=application.phone,
        email=application.email,
    )


def _keep_household(
    birth: Birth, application: StatedApplication, by: User, at: datetime, *, forgets: bool = False
) -> None:
    family, from_day = birth.family, application.received_on or timezone.localdate(at)
    if application.confidential:
        with translation.override(settings.LANGUAGE_CODE):  # staff read it, whatever language she applied in
            reason = _("The family asked for it in its application.")
        put_under_protection(family=family, reason=reason, by=by, at=at)
    address = Address(
        application.town, application.chome, application.block, application.rest, folded_digits(application.postcode)
    )
    keep_residence(family=family, address=address, from_day=from_day, by=by, at=at)
    _keep_infants(birth, application.infants, forgets=forgets)
    _keep_siblings(family, application.siblings)


def _keep_infants(birth: Birth, stated: Sequence[InfantStated], *, forgets: bool) -> None:
    """Each as it is stated now; what is recorded of a baby stays with it, and so does that it rolls over.

    ``forgets``: what is left out is forgotten, a baby too unless something was recorded of it; else what was known
    before and is not stated now stays.
    """
    known = list(birth.infants.all())
    pairs = pairs_of(
        [Child(row.pk, row.birth_date, row.name, folded_kana(row.name_kana)) for row in known],
        [
            Child(number, infant.birth_date, infant.name, folded_kana(infant.name_kana))
            for number, infant in enumerate(stated)
        ],
        of_one_birth=True,
    )
    same = {pair.given_up: pair.kept for pair in pairs}
    rows = {row.pk: row for row in known}
    for number, infant in enumerate(stated):
        row = rows.pop(same[number], Infant(birth=birth)) if number in same else Infant(birth=birth)
        row.name, row.name_kana = infant.name or row.name, folded_kana(infant.name_kana) or row.name_kana
        row.birth_date = infant.birth_date
        for name in ("gestation_days", "long_hospital_stay", "discharged_on"):
            if forgets or getattr(infant, name):
                setattr(row, name, getattr(infant, name))
        _keep_birth(row, infant, forgets=forgets)
        if row.discharged_on and row.discharged_on < row.birth_date:
            row.discharged_on = None
        rolls_over = infant.rolls_over_since or row.rolls_over_since
        row.rolls_over_since = rolls_over if rolls_over and rolls_over >= infant.birth_date else None
        row.save()
    for left_out in rows.values() if forgets else ():
        with suppress(ProtectedError), transaction.atomic():
            left_out.delete()


def _keep_birth(row: Infant, stated: InfantStated, *, forgets: bool) -> None:
    """What is stated of the birth; what is left open now stays as it was known, unless it is to be forgotten."""
    if forgets or stated.birth_weight_grams or stated.birth_weight_unknown:
        row.birth_weight_grams = stated.birth_weight_grams
        row.birth_weight_unknown = stated.birth_weight_unknown and stated.birth_weight_grams is None
    if forgets or stated.birth_way:
        row.birth_way = stated.birth_way
    if forgets or stated.unusual:
        row.unusual, row.unusual_words = stated.unusual, stated.unusual_words


def _keep_siblings(family: Family, stated: Sequence[SiblingStated]) -> None:
    """Each as it is stated now; a child that is left out is forgotten, unless a booking names it.

    A child is known by name and birth, or by its birth alone where the name was put right.
    """
    known, new = list(family.siblings.all()), list(stated)
    for is_same in (_has_name_and_birth, _has_birth):
        for sibling in list(new):
            same = next((row for row in known if is_same(row, sibling)), None)
            if same is not None:
                known.remove(same)
                new.remove(sibling)
                same.name, same.name_kana = sibling.name, folded_kana(sibling.name_kana)
                same.save()
    for sibling in new:
        names = {"name": sibling.name, "name_kana": folded_kana(sibling.name_kana)}
        Sibling.objects.create(family=family, birth_date=sibling.birth_date, **names)
    for left_out in known:
        with suppress(ProtectedError), transaction.atomic():
            left_out.delete()


def _has_name_and_birth(known: Sibling, stated: SiblingStated) -> bool:
    return (known.name, known.birth_date) == (stated.name, stated.birth_date)


def _has_birth(known: Sibling, stated: SiblingStated) -> bool:
    return known.birth_date == stated.birth_date


def _keep_consents(registration: Registration, application: StatedApplication, by: User, at: datetime) -> None:
    for text in application.consents:
        Consent.objects.get_or_create(
            registration=registration, text=text, defaults={"agreed_at": at, "entered_by": by}
        )


def _tell_of_despair(registration: Registration, application: StatedApplication, at: datetime) -> None:
    """Where she wrote words of despair the section is told, and her application is the first of the queue."""
    if writes_despair(application.worries, application.support, application.mother_health, application.infant_health):
        note_despair(
            family=registration.birth.family, registration=registration, written=WrittenWhere.APPLICATION, at=at
        )
    elif WorryTopic.MOOD in application.worry_topics:
        note_despair(family=registration.birth.family, registration=registration, written=WrittenWhere.TICKED, at=at)


STATED_SITUATION = (
    "mother_in_ward",
    "infant_in_ward",
    "moves_in_on",
    "worry",
    "worries",
    "lacks_support",
    "support",
    "needs_medical_care",
    "mother_health",
    "infant_health",
    "heard_from",
)


def _situation(application: StatedApplication) -> dict[str, Any]:
    stated = {name: getattr(application, name) for name in STATED_SITUATION}
    return stated | {
        "worry_topics": list(application.worry_topics),
        "stated_tax_class": application.tax_class or NOT_KNOWN,
        "received_on": application.received_on,
        "words_from": application.words_from or "",
    }
