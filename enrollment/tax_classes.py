"""The household's tax class, from a day on: each day is priced by the class in force on it (SEED)."""

from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Min

from .models import EvidenceFile, Family, TaxClass, TaxClassPeriod


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
