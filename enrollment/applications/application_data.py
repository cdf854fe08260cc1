"""What a family states when it applies (利用登録申請), and what of it cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment.age import school_starts
from enrollment.kana import folded_kana
from enrollment.models import Channel, ConsentText, TaxClass
from enrollment.queries import consents_asked, first_day_to_apply
from facilities.models import Town
from sankecare.errors import NotPossible

MOST_INFANTS = 6
MOST_SIBLINGS = 3
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
    discharged_on: date | None = None
    rolls_over_since: date | None = None


@dataclass(frozen=True)
class SiblingStated:
    """A child not yet of school age, who may come along."""

    name: str
    birth_date: date
    name_kana: str = ""


@dataclass(frozen=True)
class StatedApplication:
    """What a family states when it applies. Names are kept byte for byte.

    ``confidential``: nobody may learn where she lives; the address is sealed from the first moment.
    ``consents``: the texts that she agreed to, of those in force (``queries.consents_asked``).
    """

    mother_name: str
    mother_name_kana: str
    town: Town
    tax_class: TaxClass
    chome: int | None = None
    block: int | None = None
    rest: str = ""
    postcode: str = ""
    mother_birth_date: date | None = None
    phone: str = ""
    email: str = ""
    due_date: date | None = None
    infants: Sequence[InfantStated] = ()
    siblings: Sequence[SiblingStated] = ()
    mother_in_ward: bool = True
    infant_in_ward: bool = True
    worry: bool = False
    worry_topics: Sequence[str] = ()
    worries: str = ""
    lacks_support: bool = False
    support: str = ""
    needs_medical_care: bool = False
    mother_health: str = ""
    infant_health: str = ""
    heard_from: str = ""
    channel: Channel = Channel.ONLINE
    consents: Sequence[ConsentText] = ()
    confidential: bool = False


def refuse_impossible(application: StatedApplication, today: date) -> None:
    """Raise NotPossible for what cannot be, with the field named."""
    refuse_impossible_person(
        application.mother_name, application.mother_name_kana, application.mother_birth_date, today
    )
    refuse_impossible_siblings(application.siblings, today)
    if application.infants:
        refuse_impossible_infants(application.infants, application.due_date, today)
    elif application.due_date is None:
        raise _impossible("due_date", _("Before birth please enter the due date; after birth, the date of birth."))
    else:
        refuse_due_date(application.due_date, today)
    agreed = {text.pk for text in application.consents}
    if any(text.required and text.pk not in agreed for text in consents_asked(today)):
        raise _impossible("consents", _("Please read what we ask your consent for, and agree to it."))


def refuse_impossible_person(name: str, kana: str, birth_date: date | None, today: date) -> None:
    """Raise NotPossible for a mother without name or kana, or born today or later."""
    if not name.strip():
        raise _impossible("mother_name", _("Please enter the mother's name."))
    if not folded_kana(kana):
        raise _impossible("mother_name_kana", _("Please enter the name in kana."))
    if birth_date and birth_date >= today:
        raise _impossible("mother_birth_date", _("This day has not come yet."))


def refuse_due_date(due_date: date, today: date) -> None:
    """Raise NotPossible for a due date of a pregnancy that cannot be, or that is too early to apply for."""
    if abs(due_date - today) > DUE_DATE_WITHIN:
        raise _impossible("due_date", _("This due date is too far from today. Please check the year."))
    earliest = first_day_to_apply(due_date, today)
    if today < earliest:
        sentence = _("You can apply from %(day)s on.") % {"day": date_format(earliest)}
        raise NotPossible("too_early", sentence, {"due_date": sentence})


def refuse_impossible_infants(infants: Sequence[InfantStated], due_date: date | None, today: date) -> None:
    """Raise NotPossible for dates that no infant of one birth can have; ``infants.0.birth_date`` names the field."""
    checks: Sequence[tuple[str, Callable[[InfantStated], bool], str]] = (
        ("birth_date", lambda infant: infant.birth_date > today, _("This day has not come yet.")),
        (
            "gestation_days",
            lambda infant: infant.gestation_days is not None and infant.gestation_days not in GESTATION_DAYS,
            _("Please check the weeks of pregnancy at birth (20 to 44 weeks)."),
        ),
        (
            "discharged_on",
            lambda infant: infant.discharged_on is not None and infant.discharged_on < infant.birth_date,
            _("The day of leaving hospital cannot lie before the birth."),
        ),
        ("discharged_on", lambda infant: (infant.discharged_on or today) > today, _("This day has not come yet.")),
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


def refuse_impossible_siblings(siblings: Sequence[SiblingStated], today: date) -> None:
    """Raise NotPossible for a child that cannot come along; ``siblings.0.birth_date`` names the field."""
    for number, sibling in enumerate(siblings):
        field = f"siblings.{number}.birth_date"
        if sibling.birth_date > today:
            raise _impossible(field, _("This day has not come yet."))
        if school_starts(sibling.birth_date) <= today:
            raise _impossible(
                field, _("This child is of school age: only younger ones can come along. Please leave it out.")
            )


def _impossible(field: str, sentence: str) -> NotPossible:
    return NotPossible("application_impossible", sentence, {field: sentence})
