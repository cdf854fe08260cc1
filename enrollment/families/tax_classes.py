"""The household's tax class, from a day on: each day is priced by the class in force on it (SEED)."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Min

from enrollment.models import (
    NOT_KNOWN,
    EvidenceFile,
    Family,
    Registration,
    RegistrationState,
    TaxClass,
    TaxClassPeriod,
    TimelineEvent,
)


def class_to_accept(registration: Registration, day: date) -> TaxClass | None:
    """Return the class that approving the application on the day would write; None where it writes none.

    What is in force stays where another approved registration is priced by it, and where staff entered it since the
    application came in: it changes by its paper and its letter (life.change_tax_class).
    """
    family, stated = registration.birth.family, registration.stated_tax_class
    current = family.tax_classes.filter(period__contains=day).first()
    if stated in ("", NOT_KNOWN) or (current and current.tax_class == stated):
        return None
    if current and (_priced_elsewhere(registration, family) or _entered_since(registration, family)):
        return None
    return TaxClass(stated)


def accept_stated_tax_class(*, registration: Registration, from_day: date) -> TaxClass | None:
    """Write the class that the application states; return it where it is new. The registration is locked."""
    family = Family.objects.select_for_update(no_key=True).get(pk=registration.birth.family_id)
    accepted = class_to_accept(registration, from_day)
    if accepted:
        keep_tax_class(family=family, tax_class=accepted, from_day=from_day)
    return accepted


def keep_tax_class(
    *,
    family: Family,
    tax_class: TaxClass,
    from_day: date,
    evidence: str = "",
    evidence_file: EvidenceFile | None = None,
) -> bool:
    """Write that the class holds from the day on; False where it did already. In the caller's transaction.

    The days before keep theirs, and so does a later change that is known already.
    """
    current = family.tax_classes.filter(period__contains=from_day).first()
    if current and current.tax_class == tax_class:
        return False
    if current and current.period.lower == from_day:
        current.delete()
    elif current:
        current.period = DateRange(current.period.lower, from_day)
        current.save(update_fields=["period"])
    later = family.tax_classes.filter(period__startswith__gt=from_day)
    until: date | None = later.aggregate(next=Min("period__startswith"))["next"]
    TaxClassPeriod.objects.create(
        family=family,
        period=DateRange(from_day, until),
        tax_class=tax_class,
        evidence=evidence,
        evidence_file=evidence_file,
    )
    return True


def take_back_tax_class(*, family: Family, tax_class: TaxClass, from_day: date) -> None:
    """Take back that the class holds from the day on, where it still does; the class of before holds on.

    In the caller's transaction.
    """
    row = family.tax_classes.filter(period__startswith=from_day, tax_class=tax_class).first()
    if row is None:
        return
    until = row.period.upper
    row.delete()
    before = family.tax_classes.filter(period__endswith=from_day).first()
    if before is not None:
        before.period = DateRange(before.period.lower, until)
        before.save(update_fields=["period"])


def _priced_elsewhere(registration: Registration, family: Family) -> bool:
    approved = Registration.objects.filter(birth__family=family, state=RegistrationState.APPROVED)
    return approved.exclude(pk=registration.pk).exists()


def _entered_since(registration: Registration, family: Family) -> bool:
    came_in = registration.timeline.aggregate(first=Min("entered_at"))["first"] or registration.applied_at
    return family.timeline.filter(happening=TimelineEvent.TAX_CLASS_CHANGED, entered_at__gte=came_in).exists()
