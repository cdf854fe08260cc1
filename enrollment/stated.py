"""申請のときの話: what a family wrote for those who care for it. Read only; it stays as it was stated."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from enrollment.models import BirthWay, Infant, Registration, Unusual, WorryTopic


@dataclass(frozen=True)
class StatedInfant:
    """What was stated of one infant's birth; ``weeks`` and ``days`` of the pregnancy, None where not stated.

    ``weight``, ``way``, ``unusual``: in words, that she does not know it among them; "" where she left it open.
    """

    name: str
    birth_date: date
    weeks: int | None
    days: int | None
    long_hospital_stay: bool
    discharged_on: date | None
    weight: str
    way: str
    unusual: str

    @property
    def birth(self) -> str:
        """The weight, the way and what was unusual in one line; empty where nothing was said."""
        return "・".join(part for part in (self.weight, self.way, self.unusual) if part)


@dataclass(frozen=True)
class Stated:
    """What a family wrote on its application under the promise that the ward and the facility read it.

    ``whose_words``: of what staff typed in, whether they are hers as written or taken down; "" online.
    """

    at: datetime
    whose_words: str
    worries: Sequence[str]
    worries_in_words: str
    lacks_support: bool
    support: str
    needs_medical_care: bool
    mother_health: str
    infant_health: str
    due_date: date | None
    infants: Sequence[StatedInfant]

    @property
    def health(self) -> str:
        """The mother's and the infant's health and the births as one text, a line each; empty where nothing was."""
        births = [_("Birth: %(words)s") % {"words": _born(infant)} for infant in self.infants if infant.birth]
        return "\n".join(text for text in (self.mother_health.strip(), self.infant_health.strip(), *births) if text)


def stated_of(registration: Registration, infants: Sequence[Infant]) -> Stated:
    """Return what the family stated. ``infants``: of its birth, in the order shown. No query of its own."""
    return Stated(
        at=registration.applied_at,
        whose_words=registration.get_words_from_display() if registration.words_from else "",
        worries=[str(WorryTopic(topic).label) for topic in registration.worry_topics],
        worries_in_words=registration.worries,
        lacks_support=registration.lacks_support,
        support=registration.support,
        needs_medical_care=registration.needs_medical_care,
        mother_health=registration.mother_health,
        infant_health=registration.infant_health,
        due_date=registration.birth.due_date,
        infants=[_infant(infant) for infant in infants],
    )


def birth_in_words(infant: Infant) -> str:
    """Return what was stated of an infant's birth in one line; empty where nothing was said."""
    return _infant(infant).birth


def _infant(infant: Infant) -> StatedInfant:
    weeks, days = divmod(infant.gestation_days, 7) if infant.gestation_days else (None, None)
    return StatedInfant(
        infant.name,
        infant.birth_date,
        weeks,
        days,
        infant.long_hospital_stay,
        infant.discharged_on,
        weight=_weight(infant),
        way=_way(infant),
        unusual=_unusual(infant),
    )


def _born(infant: StatedInfant) -> str:
    return f"{infant.name}　{infant.birth}" if infant.name else infant.birth


def _weight(infant: Infant) -> str:
    if infant.birth_weight_grams:
        return _("%(grams)s g at birth") % {"grams": f"{infant.birth_weight_grams:,}"}
    return _("weight at birth not known") if infant.birth_weight_unknown else ""


def _way(infant: Infant) -> str:
    if infant.birth_way == BirthWay.UNKNOWN:
        return _("way of birth not known")
    return str(BirthWay(infant.birth_way).label) if infant.birth_way else ""


def _unusual(infant: Infant) -> str:
    said = {
        Unusual.NONE.value: _("nothing unusual at the birth"),
        Unusual.SOME.value: _("something unusual at the birth"),
        Unusual.UNKNOWN.value: _("whether anything was unusual is not known"),
    }.get(infant.unusual, "")
    if not infant.unusual_words:
        return said
    return _("at or after the birth: %(words)s") % {"words": infant.unusual_words}
