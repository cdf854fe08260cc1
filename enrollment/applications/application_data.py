"""What a family states when it applies (利用登録申請), and what of it cannot be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment.age import school_starts
from enrollment.kana import folded_kana, has_kanji
from enrollment.models import BIRTH_WEIGHT_GRAMS, Channel, ConsentText, TaxClass, WordsFrom
from enrollment.plausible import (
    GESTATION_DAYS,
    Doubt,
    Doubtful,
    InfantDays,
    born_apart,
    doubts_about,
    due_date_fits,
    gestation_by,
)
from enrollment.queries import consents_asked, first_day_to_apply, longest_age_limit
from facilities.models import Town
from sankecare.errors import NotPossible

MOST_INFANTS = 6
MOST_SIBLINGS = 3
# A due date of a pregnancy further from today is a slip of the hand: 44 weeks are 308 days.
DUE_DATE_WITHIN = timedelta(days=300)
# A mother's age beyond these years is a slip of the keyboard (own default).
MOTHERS_AGE = range(10, 70)


@dataclass(frozen=True)
class InfantStated:
    """An infant as the family states it; ``gestation_days`` at birth, 37 weeks 0 days = 259.

    Of its birth nothing must be said: ``birth_way`` and ``unusual`` are codes of their models, "" where left open.
    """

    birth_date: date
    name: str = ""
    name_kana: str = ""
    gestation_days: int | None = None
    long_hospital_stay: bool = False
    discharged_on: date | None = None
    rolls_over_since: date | None = None
    birth_weight_grams: int | None = None
    birth_weight_unknown: bool = False
    birth_way: str = ""
    unusual: str = ""
    unusual_words: str = ""


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
    ``moves_in_on``: from when on a family that does not live in the ward yet will.
    ``tax_class``: None where she does not know it.
    ``received_on``: 受付日, where staff type it in later: it is the day of the application. ``words_from``: whose the
    words are that staff typed.
    ``checked``: asked again, she said that what is mostly a slip (enrollment/plausible.py) is right.
    """

    mother_name: str
    mother_name_kana: str
    town: Town
    tax_class: TaxClass | None
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
    moves_in_on: date | None = None
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
    without_kana: bool = False
    confidential: bool = False
    checked: bool = False
    received_on: date | None = None
    words_from: WordsFrom | None = None


def refuse_impossible(application: StatedApplication, today: date) -> None:
    """Raise NotPossible for what cannot be, with the field named.

    Whether it is too early to apply, and what is to be agreed to, go by the day of the application.
    """
    applied_on = application.received_on or today
    if applied_on > today:
        raise _impossible("received_on", _("This day has not come yet."))
    refuse_impossible_person(
        application.mother_name,
        application.mother_name_kana,
        application.mother_birth_date,
        today,
        without_kana=application.without_kana,
    )
    refuse_impossible_siblings(application.siblings, today)
    if application.infants:
        refuse_impossible_infants(application.infants, application.due_date, today)
        if not application.checked:
            refuse_doubtful_infants(application.infants, application.due_date, today)
    elif application.due_date is None:
        raise _impossible("due_date", _("Before birth please enter the due date; after birth, the date of birth."))
    else:
        refuse_due_date(application.due_date, applied_on)
    agreed = {text.pk for text in application.consents}
    if any(text.required and text.pk not in agreed for text in consents_asked(applied_on)):
        raise _impossible("consents", _("Please read what we ask your consent for, and agree to it."))


def refuse_impossible_person(
    name: str, kana: str, birth_date: date | None, today: date, *, without_kana: bool = False
) -> None:
    """Raise NotPossible for a mother without name, not yet born, of an age that no mother has, or without kana.

    A name without kanji needs no kana. ``without_kana``: it is said that this name in kanji has no reading in kana.
    """
    if not name.strip():
        raise _impossible("mother_name", _("Please enter the mother's name."))
    if has_kanji(name) and not folded_kana(kana) and not without_kana:
        raise _impossible("mother_name_kana", _("Please enter the name in kana."))
    if birth_date:
        refuse_impossible_age(birth_date, today)


def refuse_impossible_age(birth_date: date, today: date) -> None:
    """Raise NotPossible for a mother not yet born, or of an age that no mother has."""
    if birth_date >= today:
        raise _impossible("mother_birth_date", _("This day has not come yet."))
    if (years := _years(birth_date, today)) not in MOTHERS_AGE:
        sentence = _("By this day the mother would be %(years)d years old. Please check the year.")
        raise _impossible("mother_birth_date", sentence % {"years": years})


def _years(birth_date: date, today: date) -> int:
    return today.year - birth_date.year - ((today.month, today.day) < (birth_date.month, birth_date.day))


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
            "birth_weight_grams",
            lambda infant: (
                infant.birth_weight_grams is not None
                and not BIRTH_WEIGHT_GRAMS[0] <= infant.birth_weight_grams <= BIRTH_WEIGHT_GRAMS[1]
            ),
            _("Please enter the weight in grams, such as 3120."),
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
        if due_date and not due_date_fits(due_date, infant.birth_date):
            raise _impossible("due_date", due_date_sentence(due_date, infant.birth_date))
    if len(infants) > MOST_INFANTS:
        raise _impossible("infants", _("At most %(most)d infants.") % {"most": MOST_INFANTS})
    apart = born_apart([infant.birth_date for infant in infants])
    if apart is not None:
        raise _impossible(f"infants.{apart}.birth_date", born_apart_sentence(infants[apart].birth_date))


def born_apart_sentence(day: date) -> str:
    """Say that a baby born on the day is not of one birth with the others."""
    words = _(
        "%(day)s: babies of one birth are born within two days. Please check the days. An older child is entered as a "
        "sibling; where a doctor has written that a twin was born later, please call the ward."
    )
    return words % {"day": date_format(day)}


def due_date_sentence(due_date: date, birth_date: date) -> str:
    """Say why a due date and a day of birth cannot both be right."""
    weeks = gestation_by(due_date, birth_date) // 7
    words = _(
        "By this due date the baby, born on %(birth_date)s, would have been born after %(weeks)d weeks of pregnancy. "
        "That cannot be: please check both days."
    )
    return words % {"birth_date": date_format(birth_date), "weeks": weeks}


def doubts_in_words(infants: Sequence[InfantStated], due_date: date | None, today: date) -> list[tuple[str, str]]:
    """Return what is asked again of infants stated: (field such as ``infants.0.birth_date``, sentence). One query."""
    days = [
        InfantDays(one.birth_date, one.gestation_days, one.long_hospital_stay, one.rolls_over_since) for one in infants
    ]
    found = doubts_about(days, due_date, today, oldest_months=longest_age_limit(today))
    return [(f"infants.{row.infant}.{row.about}", _doubt_in_words(row)) for row in found]


def refuse_doubtful_infants(infants: Sequence[InfantStated], due_date: date | None, today: date) -> None:
    """Raise NotPossible ``please_check`` for what is mostly a slip; it is taken once she says that it is right."""
    if doubts := doubts_in_words(infants, due_date, today):
        raise NotPossible("please_check", " ".join(sentence for _field, sentence in doubts), dict(doubts))


def _doubt_in_words(row: Doubtful) -> str:
    sentences = {
        Doubt.WEEKS_AGAINST_DUE_DATE: _(
            "You entered %(stated)s weeks; by the due date it would be %(weeks)s weeks and %(days)s days. "
            "Please check both."
        ),
        Doubt.TOO_OLD: _(
            "No service takes a baby born on %(birth_date)s any more: by age the last day was %(day)s. "
            "Please check the date."
        ),
        Doubt.ROLLS_OVER_EARLY: _("A baby of less than two months rarely rolls over by itself. Please check the day."),
    }
    facts = {name: date_format(fact) if isinstance(fact, date) else fact for name, fact in row.facts.items()}
    return sentences[row.doubt] % facts


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
