"""Protections from before are given their periods: a year from the day on which they were set, and one a renewal."""

from datetime import date, timedelta

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

A_DAY = timedelta(days=1)


def _last_day_of_a_year(first_day: date) -> date:
    try:
        return first_day.replace(year=first_day.year + 1) - A_DAY
    except ValueError:  # 29 February
        return date(first_day.year + 1, 2, 28)


def _days(first_day, review_by, renewals):
    """Return the last day of each period, the first one's first; ``renewals``: until when each went on, in order."""
    kept = [day for day in renewals if day > first_day and (review_by is None or day <= review_by)]
    first_end = _last_day_of_a_year(first_day)
    ends = [max(first_day, min(first_end, kept[0] - A_DAY))] if kept else [max(first_day, review_by or first_end)]
    for day in kept:
        if day > ends[-1]:
            ends.append(day)
    if review_by is not None and review_by > ends[-1]:
        ends[-1] = review_by
    return ends


def give_periods(apps, schema_editor):
    """Each protection without periods; its last day becomes the day by which it is to be renewed."""
    Protection = apps.get_model("enrollment", "Protection")
    ProtectionPeriod = apps.get_model("enrollment", "ProtectionPeriod")
    TimelineEntry = apps.get_model("enrollment", "TimelineEntry")
    for flag in Protection.objects.order_by("pk").iterator():
        told = TimelineEntry.objects.filter(family_id=flag.family_id, happening="protection_renewed")
        renewed = {entry.on_day: entry for entry in told.order_by("-entered_at", "-pk")}
        first_day = timezone.localdate(flag.set_at)
        begins = first_day
        for number, end in enumerate(_days(first_day, flag.review_by, sorted(renewed))):
            entry = renewed.get(end) if number else None
            entered_at = entry.entered_at if entry else flag.set_at
            ProtectionPeriod.objects.create(
                protection_id=flag.pk,
                period=DateRange(begins, end + A_DAY),
                paper_on=timezone.localdate(entered_at),
                reason="" if number else flag.reason,
                entered_by_id=entry.entered_by_id if entry else flag.set_by_id,
                entered_at=entered_at,
            )
            begins = end + A_DAY
        Protection.objects.filter(pk=flag.pk).update(review_by=begins - A_DAY)


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0009_measures_of_protection")]

    operations = [migrations.RunPython(give_periods, migrations.RunPython.noop, elidable=False)]
