"""What waits for a decision, in the order in which it should be looked at: urgency first, then who waited longest."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from enrollment.bulk_approvable import Judged, Unclear, reasons_to_review
from enrollment.corrected_age import InfantFacts
from enrollment.eligibility import Verdict, usable_until
from enrollment.letters.letter_text import characters_missing
from enrollment.models import (
    DespairNote,
    DraftedDecision,
    DraftOutcome,
    Family,
    HardNews,
    Protection,
    Registration,
    RegistrationState,
    Residence,
    TaxClass,
    TaxClassPeriod,
    TimelineEntry,
    TimelineEvent,
    WorryTopic,
    WrittenWhere,
)
from enrollment.queries import services_with_terms, verdicts_on_application
from enrollment.urgency import Level, Urgency, Waiting, Why, urgency, working_days_between
from facilities.models import District, PublicHoliday, ServiceTermsRow
from facilities.queries import services_offered

from .duplicates import Proposed, proposed_for

# Of these a birth has used days, or somebody said why it may not.
DECIDED = (RegistrationState.APPROVED, RegistrationState.REJECTED, RegistrationState.ENDED)


@dataclass(frozen=True)
class Place:
    """One application's place in the queue. ``waited``: working days. ``unclear``: why a person must look."""

    registration: Registration
    urgency: Urgency
    waited: int
    duplicates: list[Proposed]
    eligible: bool
    unclear: tuple[Unclear, ...]
    district: District | None
    protected: bool

    @property
    def open_points(self) -> list[Unclear]:
        """What a person must have looked at before she approves; conditions not met are refused or excepted."""
        return [reason for reason in self.unclear if reason not in (Unclear.NOT_ELIGIBLE, Unclear.DRAFTED)]

    @property
    def drafted(self) -> bool:
        """Whether its decision is drafted and waits for who decides."""
        return Unclear.DRAFTED in self.unclear


@dataclass(frozen=True)
class _Known:
    """What is read once for all that wait."""

    age_limits: list[int]
    again: set[int]
    holidays: set[date]
    despair: set[int]
    hard_news: set[int]
    duplicates: Mapping[int, list[Proposed]]
    districts: Mapping[int, District]
    protected: set[int]
    reduced: set[int]
    registered_before: set[int]
    drafted: set[int]


def places_in_queue(applications: "QuerySet[Registration]", today: date) -> list[Place]:
    """Return those that wait for a decision, first to look at first. A fixed number of queries."""
    drafts = DraftedDecision.objects.filter(registration=OuterRef("pk"), outcome=DraftOutcome.WAITS)
    waiting = list(
        applications.filter(state=RegistrationState.APPLIED)
        .annotate(is_drafted=Exists(drafts))
        .select_related("birth__family")
        .prefetch_related("birth__infants", "exceptions")
        .order_by("applied_at", "pk")
    )
    if not waiting:
        return []
    drafted = {row.pk for row in waiting if row.is_drafted}
    known, catalogue = _known(waiting, drafted, today), services_with_terms()
    places = [_place(row, known, verdicts_on_application(row, today, catalogue), today) for row in waiting]
    # Stable: of those of one day who was entered first stays first.
    return sorted(places, key=lambda place: (place.urgency.level, place.registration.applied_on))


def urgency_words(found: Urgency) -> str:
    """Say the level and why, in the reader's language."""
    reasons = "、".join(_why(why, days) for why, days in found.reasons)
    level = level_words(found.level)
    return _("%(level)s: %(reasons)s") % {"level": level, "reasons": reasons} if reasons else level


def level_words(level: Level) -> str:
    """What a level of urgency is called, in the reader's language."""
    return {
        Level.AT_ONCE: _("At once"),
        Level.HIGH: _("High"),
        Level.RAISED: _("Pressing"),
        Level.NORMAL: _("Normal"),
    }[level]


def unclear_words(reason: Unclear) -> str:
    """Say why a person must look, in the reader's language."""
    sentences = {
        Unclear.DRAFTED: _("drafted, waits for who decides"),
        Unclear.HARD_NEWS: _("the baby died or is in hospital: call before any letter"),
        Unclear.DESPAIR: _("words of despair: talk with her first"),
        Unclear.NOT_ELIGIBLE: _("conditions not met"),
        Unclear.EXCEPTION: _("rests on an exception"),
        Unclear.DUPLICATE: _("perhaps entered twice"),
        Unclear.PROTECTED: _("address not disclosed"),
        Unclear.PAPERS: _("papers to be looked at"),
        Unclear.HEALTH: _("health stated"),
        Unclear.SENT_AGAIN: _("corrected and sent in again"),
        Unclear.NOT_PRINTABLE: _("a name cannot be printed"),
        Unclear.REGISTERED_BEFORE: _("this birth was registered before"),
    }
    return sentences[reason]


def _place(row: Registration, known: _Known, verdicts: Mapping[str, Verdict], today: date) -> Place:
    family = row.birth.family_id
    waited = working_days_between(row.applied_on, today, known.holidays)
    again, duplicates = row.pk in known.again, known.duplicates.get(family, [])
    eligible = any(verdict.eligible for verdict in verdicts.values())
    judged = Judged(
        eligible=eligible,
        excepted=bool(row.exceptions.all()),
        duplicates=bool(duplicates),
        protected=family in known.protected,
        reduced_fee=family in known.reduced or row.stated_tax_class not in ("", TaxClass.TAXED),
        health_told=bool(row.mother_health or row.infant_health),
        sent_again=again,
        not_printable=bool(characters_missing(row)),
        despair=family in known.despair,
        hard_news=family in known.hard_news,
        registered_before=row.birth_id in known.registered_before,
        drafted=row.pk in known.drafted,
    )
    facts = Waiting(
        _last_days(row, known.age_limits),
        _due_date(row),
        again,
        waited,
        despair=family in known.despair,
        low_mood=WorryTopic.MOOD in row.worry_topics,
    )
    return Place(
        row,
        urgency(facts, today),
        waited,
        duplicates,
        eligible,
        reasons_to_review(judged),
        known.districts.get(family),
        family in known.protected,
    )


def _known(waiting: Collection[Registration], drafted: set[int], today: date) -> _Known:
    families = {row.birth.family_id: row.birth.family for row in waiting}
    corrected = TimelineEntry.objects.filter(registration__in=waiting, happening=TimelineEvent.CORRECTED)
    first = min(row.applied_on for row in waiting)
    residences = Residence.objects.filter(family__in=families, period__contains=today).select_related("district")
    births = [row.birth_id for row in waiting]
    decided = Registration.objects.filter(birth__in=births, state__in=DECIDED)
    below_taxed = TaxClassPeriod.objects.filter(family__in=families, period__contains=today).exclude(
        tax_class=TaxClass.TAXED
    )
    signs = list(_signs(families))
    return _Known(
        age_limits=_age_limits(today),
        again={key for key in corrected.values_list("registration", flat=True) if key},
        despair=set(_with_despair(families)),
        hard_news={family for family, _protected, told in signs if told},
        holidays=set(PublicHoliday.objects.filter(day__range=(first, today)).values_list("day", flat=True)),
        duplicates=proposed_for(families.values(), today),
        districts={row.family_id: row.district for row in residences},
        protected={family for family, protected, _told in signs if protected},
        reduced=set(below_taxed.values_list("family", flat=True)),
        registered_before=set(decided.values_list("birth", flat=True)),
        drafted=drafted,
    )


def _signs(families: Collection[int]) -> "QuerySet[Family, tuple[int, bool, bool]]":
    """Of each family whether its address is under protection, and whether it told hard news that has not ended."""
    told = HardNews.objects.filter(family=OuterRef("pk"), ended_at__isnull=True)
    protected = Protection.in_force.filter(family=OuterRef("pk"))
    return Family.objects.filter(pk__in=families).values_list("pk", Exists(protected), Exists(told))


def _with_despair(families: Collection[int]) -> QuerySet[DespairNote, int]:
    written = DespairNote.objects.exclude(written=WrittenWhere.TICKED)  # a tick has a sign of its own
    notes = written.filter(family__in=families, taken_up_at__isnull=True)
    return notes.values_list("family", flat=True)


def _why(why: Why, days: int) -> str:
    sentences = {
        Why.DESPAIR: _("wrote words of despair: read it now, call her"),
        Why.LOW_MOOD: _("feels low or anxious"),
        Why.WINDOW_CLOSES: _("%(days)d days left until the age limit"),
        Why.DUE_SOON: _("%(days)d days until the due date"),
        Why.DUE_PASSED: _("due date passed by %(days)d days, birth not reported"),
        Why.SENT_AGAIN: _("corrected and sent in again"),
        Why.WAITS_LONG: _("has waited %(days)d working days"),
    }
    return sentences[why] % {"days": days}


def _age_limits(today: date) -> list[int]:
    rows = ServiceTermsRow.objects.filter(service__in=services_offered(today), period__contains=today)
    return list(rows.order_by().values_list("age_limit_months", flat=True).distinct())


def _last_days(registration: Registration, months: Collection[int]) -> list[date]:
    due_date = registration.birth.due_date
    infants = [
        InfantFacts(
            birth_date=infant.birth_date,
            due_date=due_date,
            gestation_days=infant.gestation_days,
            long_hospital_stay=infant.long_hospital_stay,
        )
        for infant in registration.birth.infants.all()
    ]
    return [day for limit in months if (day := usable_until(infants, limit)) is not None]


def _due_date(registration: Registration) -> date | None:
    return None if registration.birth.infants.all() else registration.birth.due_date
