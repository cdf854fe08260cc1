"""申請: a family asks to be registered, corrects what it stated, withdraws, and reports the birth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Min, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from facilities.models import Town
from facilities.queries import district_of_address
from sankecare.errors import NotPossible, Refused

from .kana import folded_kana, folded_phone
from .models import (
    LIVE_STATES,
    Birth,
    Family,
    Infant,
    Registration,
    RegistrationState,
    Residence,
    Sibling,
    TaxClass,
    TaxClassPeriod,
)
from .queries import first_day_to_apply

MOST_INFANTS = 6
# A due date further from the birth, or from today, is a slip of the hand: 22 to 44 weeks are 154 to 308 days.
DUE_DATE_WITHIN = timedelta(days=300)
GESTATION_DAYS = range(140, 309)


@dataclass(frozen=True)
class InfantStated:
    """An infant as the family states it; ``gestation_days`` at birth, 37 weeks 0 days = 259."""

    birth_date: date
    name: str = ""
    name_kana: str = ""
    gestation_days: int | None = None
    long_hospital_stay: bool = False
    rolls_over_since: date | None = None


@dataclass(frozen=True)
class SiblingStated:
    name: str
    birth_date: date
    name_kana: str = ""


@dataclass(frozen=True)
class StatedApplication:
    """What a family states when it applies (利用登録申請). Names are kept byte for byte."""

    mother_name: str
    mother_name_kana: str
    town: Town
    tax_class: TaxClass
    chome: int | None = None
    block: int | None = None
    rest: str = ""
    mother_birth_date: date | None = None
    phone: str = ""
    email: str = ""
    due_date: date | None = None
    infants: Sequence[InfantStated] = ()
    sibling: SiblingStated | None = None
    mother_in_ward: bool = True
    infant_in_ward: bool = True
    worry: bool = False
    worries: str = ""
    lacks_support: bool = False
    needs_medical_care: bool = False


@transaction.atomic(durable=True)
def apply_for_registration(
    *, application: StatedApplication, family: Family | None = None, by: User, at: datetime
) -> Registration:
    """Enter a new family's application, or a known family's for a further birth (``family``).

    A mother applies with her own sign-in; what ward staff enter for her has none. The residence's district
    follows from town, chome and block. Before birth from the week of pregnancy that the policy names (PUBLIC: 28).

    Errors: NotPossible for what cannot be (fields named); Refused ``application_open`` or
    ``already_registered`` where the family has one for this birth.
    """
    today = timezone.localdate(at)
    _refuse_impossible(application, today)
    district = district_of_address(application.town, application.chome, application.block)
    if family is None:
        family = _new_family(application, by, at)
    else:
        family = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
        _refuse_second(family, application)
        _keep_person(family, application)
    _keep_residence(family, application, district.pk, today)
    _keep_tax_class(family, application.tax_class, today)
    birth = Birth.objects.create(family=family, due_date=application.due_date)
    _add_infants(birth, application.infants)
    _keep_sibling(family, application.sibling)
    return Registration.objects.create(birth=birth, applied_at=at, **_situation(application))


@transaction.atomic(durable=True)
def correct_application(
    *, registration: Registration, application: StatedApplication, by: User, at: datetime
) -> Registration:
    """Send in again an application that was returned (差戻し), with what was corrected.

    Errors: as ``apply_for_registration``; Refused ``not_returned`` where it is not waiting for a correction.
    """
    today = timezone.localdate(at)
    _refuse_impossible(application, today)
    district = district_of_address(application.town, application.chome, application.block)
    kept = _locked(registration)
    if kept.state != RegistrationState.RETURNED:
        raise Refused("not_returned", _("This application is not waiting for a correction."))
    birth = kept.birth
    family = Family.objects.select_for_update(no_key=True).get(pk=birth.family_id)
    _keep_person(family, application)
    _keep_residence(family, application, district.pk, today)
    _keep_tax_class(family, application.tax_class, today)
    birth.due_date = application.due_date
    birth.save(update_fields=["due_date"])
    birth.infants.all().delete()
    _add_infants(birth, application.infants)
    _keep_sibling(family, application.sibling)
    for field, value in _situation(application).items():
        setattr(kept, field, value)
    kept.state = RegistrationState.APPLIED
    kept.applied_at = at
    kept.save()
    return kept


@transaction.atomic(durable=True)
def withdraw_application(*, registration: Registration, by: User, at: datetime) -> Registration:
    """Take back an application that is not decided yet.

    Errors: Refused ``already_decided``.
    """
    kept = _locked(registration)
    if kept.state not in (RegistrationState.APPLIED, RegistrationState.RETURNED):
        raise Refused("already_decided", _("This application has been decided: it cannot be withdrawn any more."))
    kept.state = RegistrationState.WITHDRAWN
    kept.save(update_fields=["state"])
    return kept


@transaction.atomic(durable=True)
def report_birth(
    *, registration: Registration, infants: Sequence[InfantStated], by: User, at: datetime
) -> Registration:
    """Enter the infants of a registration made in pregnancy: from the birth on it can be used.

    Errors: NotPossible for impossible dates; Refused ``birth_already_reported``, ``registration_not_live``.
    """
    kept = _locked(registration)
    if kept.state not in LIVE_STATES:
        raise Refused("registration_not_live", _("This registration is no longer in force."))
    birth = Birth.objects.select_for_update(no_key=True).get(pk=kept.birth_id)
    if birth.infants.exists():
        raise Refused("birth_already_reported", _("The birth has already been reported."))
    if not infants:
        raise NotPossible("no_infant", _("Please enter the date of birth."), {"infants": _("No date of birth.")})
    _refuse_impossible_infants(infants, birth.due_date, timezone.localdate(at))
    _add_infants(birth, infants)
    return kept


# ---- What cannot be ------------------------------------------------------------------------------------------------


def _refuse_impossible(application: StatedApplication, today: date) -> None:
    if not application.mother_name.strip():
        raise _impossible("mother_name", _("Please enter the mother's name."))
    if not folded_kana(application.mother_name_kana):
        raise _impossible("mother_name_kana", _("Please enter the name in kana."))
    if application.mother_birth_date and application.mother_birth_date >= today:
        raise _impossible("mother_birth_date", _("This day has not come yet."))
    if application.sibling and application.sibling.birth_date > today:
        raise _impossible("sibling_birth_date", _("This day has not come yet."))
    if application.infants:
        _refuse_impossible_infants(application.infants, application.due_date, today)
    elif application.due_date is None:
        raise _impossible("due_date", _("Before birth please enter the due date; after birth, the date of birth."))
    else:
        _refuse_too_early(application.due_date, today)


def _refuse_too_early(due_date: date, today: date) -> None:
    if abs(due_date - today) > DUE_DATE_WITHIN:
        raise _impossible("due_date", _("This due date is too far from today. Please check the year."))
    earliest = first_day_to_apply(due_date, today)
    if today < earliest:
        sentence = _("You can apply from %(day)s on.") % {"day": date_format(earliest)}
        raise NotPossible("too_early", sentence, {"due_date": sentence})


def _refuse_impossible_infants(infants: Sequence[InfantStated], due_date: date | None, today: date) -> None:
    checks: Sequence[tuple[str, Callable[[InfantStated], bool], str]] = (
        ("birth_date", lambda infant: infant.birth_date > today, _("This day has not come yet.")),
        (
            "gestation_days",
            lambda infant: infant.gestation_days is not None and infant.gestation_days not in GESTATION_DAYS,
            _("Please check the weeks of pregnancy at birth (20 to 44 weeks)."),
        ),
        (
            "rolls_over_since",
            lambda infant: (
                infant.rolls_over_since is not None and not infant.birth_date <= infant.rolls_over_since <= today
            ),
            _("This day must lie between the birth and today."),
        ),
    )
    for number, infant in enumerate(infants):
        for field, wrong, sentence in checks:
            if wrong(infant):
                raise _impossible(f"infants.{number}.{field}", sentence)
        if due_date and abs(due_date - infant.birth_date) > DUE_DATE_WITHIN:
            raise _impossible("due_date", _("The due date is too far from the date of birth."))
    if len(infants) > MOST_INFANTS:
        raise _impossible("infants", _("At most %(most)d infants.") % {"most": MOST_INFANTS})


def _impossible(field: str, sentence: str) -> NotPossible:
    return NotPossible("application_impossible", sentence, {field: sentence})


def _refuse_second(family: Family, application: StatedApplication) -> None:
    """One application at a time, and one registration for a birth: a form sent twice is not two births."""
    for other in Registration.objects.filter(birth__family=family, state__in=LIVE_STATES).select_related("birth"):
        if other.state != RegistrationState.APPROVED:
            raise Refused(
                "application_open",
                _("There is already an application %(number)s that is not decided yet.") % {"number": other.number},
            )
        born = set(other.birth.infants.values_list("birth_date", flat=True))
        same_birth = born & {infant.birth_date for infant in application.infants}
        if same_birth or (application.due_date and application.due_date == other.birth.due_date):
            raise Refused(
                "already_registered",
                _("This birth is already registered: %(number)s.") % {"number": other.number},
            )


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
    family.mother_name = application.mother_name
    family.mother_name_kana = folded_kana(application.mother_name_kana)
    family.mother_birth_date = application.mother_birth_date
    family.phone = folded_phone(application.phone)
    family.email = application.email
    family.save()


def _keep_residence(family: Family, application: StatedApplication, district_id: int, today: date) -> None:
    """Keep the residence in force where nothing changed; otherwise end it yesterday and start the new one."""
    place = {
        "town_id": application.town.pk,
        "chome": application.chome,
        "block": application.block,
        "rest": application.rest,
        "district_id": district_id,
    }
    current = family.residences.filter(period__contains=today).first()
    if current and all(getattr(current, field) == value for field, value in place.items()):
        return
    if current and current.period.lower == today:
        current.delete()
    elif current:
        current.period = (current.period.lower, today)
        current.save(update_fields=["period"])
    until = _next_start(family.residences.all(), today)
    Residence.objects.create(family=family, period=(today, until), **place)


def _keep_tax_class(family: Family, tax_class: TaxClass, today: date) -> None:
    """The class declared holds from today; days already used keep the class that was in force on them."""
    current = family.tax_classes.filter(period__contains=today).first()
    if current and current.tax_class == tax_class:
        return
    if current and current.period.lower == today:
        current.delete()
    elif current:
        current.period = (current.period.lower, today)
        current.save(update_fields=["period"])
    until = _next_start(family.tax_classes.all(), today)
    TaxClassPeriod.objects.create(family=family, period=(today, until), tax_class=tax_class)


def _next_start(rows: "QuerySet[Residence] | QuerySet[TaxClassPeriod]", today: date) -> date | None:
    later: date | None = rows.filter(period__startswith__gt=today).aggregate(next=Min("period__startswith"))["next"]
    return later


def _add_infants(birth: Birth, infants: Sequence[InfantStated]) -> None:
    for infant in infants:
        Infant.objects.create(
            birth=birth,
            name=infant.name,
            name_kana=folded_kana(infant.name_kana),
            birth_date=infant.birth_date,
            gestation_days=infant.gestation_days,
            long_hospital_stay=infant.long_hospital_stay,
            rolls_over_since=infant.rolls_over_since,
        )


def _keep_sibling(family: Family, stated: SiblingStated | None) -> None:
    if stated is None:
        return
    Sibling.objects.update_or_create(
        family=family,
        birth_date=stated.birth_date,
        defaults={"name": stated.name, "name_kana": folded_kana(stated.name_kana)},
    )


def _situation(application: StatedApplication) -> dict[str, bool | str]:
    return {
        "mother_in_ward": application.mother_in_ward,
        "infant_in_ward": application.infant_in_ward,
        "worry": application.worry,
        "worries": application.worries,
        "lacks_support": application.lacks_support,
        "needs_medical_care": application.needs_medical_care,
    }
