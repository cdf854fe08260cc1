"""事実の訂正: staff put right what was typed or stated wrong of mother, birth, babies and siblings; with its paper.

A correction holds as if it had always been so: nothing is dated. What it touches is judged again above
(bookings/places/corrected_facts.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.applications.application_data import (
    InfantStated,
    SiblingStated,
    refuse_impossible_infants,
    refuse_impossible_person,
)
from enrollment.kana import folded_kana
from enrollment.letters.letters import issue_letter
from enrollment.models import (
    LIVE_STATES,
    Birth,
    EvidenceFile,
    FactCorrection,
    Family,
    Infant,
    LetterKind,
    Registration,
    RegistrationState,
    Sibling,
    TimelineEvent,
)
from enrollment.timeline import add_entry
from enrollment.wareki import wareki
from sankecare.errors import NotPossible, refuse_without_reason
from sankecare.field_words import in_words
from sankecare.sealing import seal_values

MOTHER = ("mother_name", "mother_name_kana", "mother_birth_date")
OF_INFANT = (
    *("name", "name_kana", "birth_date", "gestation_days", "long_hospital_stay", "discharged_on", "rolls_over_since"),
    *("birth_weight_grams", "birth_weight_unknown", "birth_way", "unusual", "unusual_words"),
)
OF_SIBLING = ("name", "name_kana", "birth_date")


@dataclass(frozen=True)
class Facts:
    """The facts as they are. ``infants``, ``siblings``: by their ids, all of the birth and of the family."""

    mother_name: str
    mother_name_kana: str
    mother_birth_date: date | None
    due_date: date | None
    infants: Mapping[int, InfantStated]
    siblings: Mapping[int, SiblingStated]


@dataclass(frozen=True)
class FactChange:
    """One fact put right, in words: of whom, which fact, what stood there, what stands now."""

    whose: str
    fact: str
    before: str
    after: str


def facts_known(registration: Registration) -> Facts:
    """Return the facts as they stand, of the registration's birth and its family."""
    birth, family = registration.birth, registration.birth.family
    return Facts(
        **{name: getattr(family, name) for name in MOTHER},
        due_date=birth.due_date,
        infants={row.pk: InfantStated(**{name: getattr(row, name) for name in OF_INFANT}) for row in _infants(birth)},
        siblings={
            row.pk: SiblingStated(**{name: getattr(row, name) for name in OF_SIBLING}) for row in _siblings(family)
        },
    )


def put_right(
    *,
    registration: Registration,
    facts: Facts,
    reason: str,
    evidence: str,
    evidence_file: EvidenceFile | None,
    by: User,
    at: datetime,
) -> tuple[list[FactChange], list[Registration]]:
    """Write what differs from what stands; return it, and the birth's registrations in force, locked.

    In the transaction of ``bookings.places.corrected_facts``. Families with an approved registration get a letter.
    Errors: NotPossible ``no_reason``, ``no_evidence``, ``nothing_changed``, and as an application for what cannot be.
    """
    refuse_without_reason(reason)
    if not evidence.strip() and evidence_file is None:
        sentence = _("Please enter which paper shows it.")
        raise NotPossible("no_evidence", sentence, {"evidence": sentence})
    had_none = not registration.birth.family.mother_name_kana
    _refuse_impossible(facts, timezone.localdate(at), without_kana=had_none)
    birth_id = registration.birth_id
    in_force = Registration.objects.filter(birth=birth_id, state__in=LIVE_STATES)
    live = list(in_force.select_for_update(no_key=True).order_by("pk"))
    family = Family.objects.select_for_update(no_key=True).get(births=birth_id)
    birth = Birth.objects.select_for_update(no_key=True).get(pk=birth_id)
    changes, kept = _written(family, birth, facts)
    if not changes:
        raise NotPossible("nothing_changed", _("Nothing differs from what stands there already."))
    FactCorrection.objects.create(
        family=family,
        registration=registration,
        reason=reason.strip(),
        evidence=evidence.strip(),
        evidence_file=evidence_file,
        changes=seal_values({"changes": kept}),
        corrected_at=at,
        corrected_by=by,
    )
    add_entry(TimelineEvent.FACTS_CORRECTED, family=family, registration=registration, by=by, at=at)
    _tell(live, facts, changes, by, at)
    return changes, live


def _refuse_impossible(facts: Facts, today: date, *, without_kana: bool) -> None:
    refuse_impossible_person(
        facts.mother_name, facts.mother_name_kana, facts.mother_birth_date, today, without_kana=without_kana
    )
    numbers = list(facts.infants)
    try:
        refuse_impossible_infants(list(facts.infants.values()), facts.due_date, today)
    except NotPossible as refused:
        fields = {}
        for name, sentence in refused.fields.items():
            part, _dot, rest = name.partition(".")
            number, _dot, fact = rest.partition(".")
            named = f"infant_{numbers[int(number)]}_{fact}" if part == "infants" and number.isdigit() else name
            fields[named] = sentence
        raise NotPossible(refused.code, refused.detail, fields) from refused
    for key, sibling in facts.siblings.items():
        if sibling.birth_date > today:
            sentence = _("This day has not come yet.")
            raise NotPossible("application_impossible", sentence, {f"sibling_{key}_birth_date": sentence})


def _written(family: Family, birth: Birth, facts: Facts) -> tuple[list[FactChange], list[list[Any]]]:
    """Write row by row; return the changes in words, and as they are kept: (model, id, field, before, after)."""
    rows: list[tuple[Any, Iterable[str], Any, str]] = [
        (family, MOTHER, facts, _("Mother")),
        (birth, ("due_date",), facts, _("Birth")),
    ]
    rows += [
        (row, OF_INFANT, facts.infants[row.pk], _infant_words(row))
        for row in _infants(birth)
        if row.pk in facts.infants
    ]
    rows += [
        (row, OF_SIBLING, facts.siblings[row.pk], row.name) for row in _siblings(family) if row.pk in facts.siblings
    ]
    changes, kept = [], []
    for row, names, stated, whose in rows:
        changed = []
        for name in names:
            before, after = getattr(row, name), getattr(stated, name)
            after = folded_kana(after) if name.endswith("kana") else after
            if before == after:
                continue
            setattr(row, name, after)
            changed.append(name)
            changes.append(
                FactChange(whose, _name_of(row, name), _in_words(row, name, before), _in_words(row, name, after))
            )
            kept.append([row._meta.label, row.pk, name, _plain(before), _plain(after)])
        if changed:
            row.save(update_fields=changed)
    return changes, kept


def _tell(live: list[Registration], facts: Facts, changes: list[FactChange], by: User, at: datetime) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        lines = [
            ("訂正した事項", f"{change.whose}　{change.fact}：{change.before or '―'} → {change.after or '―'}")
            for change in changes
        ]
    for registration in live:
        if registration.state == RegistrationState.APPROVED:
            issue_letter(kind=LetterKind.CHANGE, registration=registration, by=by, at=at, changes=lines)


def _infants(birth: Birth) -> list[Infant]:
    return list(Infant.objects.filter(birth=birth).order_by("birth_date", "pk"))


def _siblings(family: Family) -> list[Sibling]:
    return list(family.siblings.filter(joined_into__isnull=True).order_by("birth_date", "pk"))


def _infant_words(row: Infant) -> str:
    return row.name or date_format(row.birth_date)


def _name_of(row: Any, name: str) -> str:
    return str(row._meta.get_field(name).verbose_name)


def _in_words(row: Any, name: str, value: Any) -> str:
    return wareki(value) if isinstance(value, date) else in_words(row._meta.get_field(name), value)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
