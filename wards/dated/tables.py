"""The dated tables of the ward's settings that are entered as a whole from a day on: one definition for each.

What names a row is read from the model's own constraint (no two rows of one thing at a time), what may be changed from
its fields, and what stands in two languages from their names. Only what cannot be read there is said here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db.models import F, Field, Model

from billing.models import ContractRate, CouponPolicy, Tariff, TransportPolicy, UnpaidPolicy
from bookings.models import (
    AllocationPolicy,
    DrawPolicy,
    ReminderPolicy,
    UsageLimits,
    VisitPolicy,
    VisitPreparation,
    VisitTime,
)
from care.models import (
    CarePolicy,
    ConsultationTopic,
    HourPolicy,
    HoursWithoutKeeping,
    IncidentPolicy,
    PhotoPolicy,
    PlanPhrase,
    Questionnaire,
    SafetyChapter,
    SurveyQuestion,
)
from enrollment.models import (
    ConsentText,
    DespairPolicy,
    DespairWord,
    HelpLine,
    LetterForm,
    LetterPolicy,
    RegistrationPolicy,
    StandardReason,
)
from facilities.models import (
    FacilityAddress,
    FacilityOption,
    GuestNote,
    Room,
    ServiceTermsRow,
    TownMinutes,
    WeeklyPattern,
)
from referrals.models import ReferralPolicy, SectionDeputy, WatchPolicy

# What every row has and nobody types: where it comes from, and its place in a list.
NOT_TYPED = {"period", "source", "note", "position"}


@dataclass(frozen=True)
class DatedTable:
    """A table of which rows hold from a day on.

    ``side_by_side``: the part of the key whose values stand as columns, where a row has one cell. ``named_by``: the
    fields that name a row, where no constraint says them. ``locks_places``: its guards count places, so the pools are
    locked first, as every writer of places does.
    """

    model: type[Model]
    side_by_side: str = ""
    named_by: tuple[str, ...] = ()
    locks_places: bool = False

    @property
    def code(self) -> str:
        """The name by which pages and drafts know it."""
        return self.model._meta.label_lower.replace(".", "_")

    @cached_property
    def key(self) -> tuple[str, ...]:
        """The fields that name a row; no two rows of one name hold on one day."""
        if self.named_by:
            return self.named_by
        for constraint in self.model._meta.constraints:
            if isinstance(constraint, ExclusionConstraint):
                named = (expression for expression, _operator in constraint.expressions)
                parts = [one.name if isinstance(one, F) else one for one in named]  # type: ignore[attr-defined]
                return tuple(str(part) for part in parts if part != "period")
        raise LookupError(self.code)

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The fields that are changed from a day on, in the model's order."""
        fields = self.model._meta.concrete_fields
        return tuple(
            field.name
            for field in fields
            if not field.primary_key and field.editable and field.name not in {*NOT_TYPED, *self.key}
        )

    @cached_property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """The pairs of fields that say one thing in Japanese and in English."""
        pairs = []
        for name in self.cells:
            other = f"{name.removesuffix('_ja')}_en"
            if other in self.cells and other != name:
                pairs.append((name, other))
        return tuple(pairs)

    def field(self, name: str) -> "Field[Any, Any]":
        """Return the model's field of a key or a cell."""
        return self.model._meta.get_field(name)  # type: ignore[return-value]  # none of them is a relation backwards


DATED: tuple[DatedTable, ...] = (
    DatedTable(Tariff, side_by_side="tax_class"),
    DatedTable(CouponPolicy),
    DatedTable(TransportPolicy),
    DatedTable(ContractRate),
    DatedTable(UnpaidPolicy),
    DatedTable(UsageLimits),
    DatedTable(AllocationPolicy),
    DatedTable(DrawPolicy),
    DatedTable(ReminderPolicy),
    DatedTable(VisitTime),
    DatedTable(VisitPolicy),
    DatedTable(VisitPreparation),
    DatedTable(WeeklyPattern, locks_places=True),
    DatedTable(ServiceTermsRow, locks_places=True),
    DatedTable(FacilityAddress),
    DatedTable(FacilityOption),
    DatedTable(GuestNote),
    DatedTable(TownMinutes),
    DatedTable(Room),
    DatedTable(RegistrationPolicy),
    DatedTable(ConsentText),
    DatedTable(LetterPolicy),
    DatedTable(LetterForm),
    DatedTable(StandardReason, named_by=("code",)),
    DatedTable(HelpLine),
    DatedTable(DespairPolicy),
    DatedTable(DespairWord),
    DatedTable(CarePolicy),
    DatedTable(Questionnaire),
    DatedTable(PlanPhrase),
    DatedTable(ConsultationTopic),
    DatedTable(HourPolicy),
    DatedTable(HoursWithoutKeeping),
    DatedTable(PhotoPolicy),
    DatedTable(SurveyQuestion),
    DatedTable(IncidentPolicy),
    DatedTable(SafetyChapter),
    DatedTable(ReferralPolicy),
    DatedTable(SectionDeputy),
    DatedTable(WatchPolicy),
)
BY_CODE: Mapping[str, DatedTable] = {table.code: table for table in DATED}
