"""What comes due by the clock: reports of serious incidents, photographs kept long enough. It may run twice."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from .incident_mails import chase_incident_reports
from .photos.keep import forget_photos
from .survey.counting import count_answers


@shared_task  # type: ignore[untyped-decorator]  # celery ships no types
def chase_incidents() -> None:
    """Announce the reports of serious incidents that come due or are late (every 10 minutes, settings)."""
    with transaction.atomic(durable=True):
        chase_incident_reports(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def forget_the_photos() -> None:
    """Take out the photographs whose days are over (nightly, settings)."""
    with transaction.atomic(durable=True):
        forget_photos(at=timezone.now())


@shared_task  # type: ignore[untyped-decorator]
def count_the_answers() -> None:
    """Count the answers after stays of the month that is over (the first days of a month, settings)."""
    with transaction.atomic(durable=True):
        count_answers(at=timezone.now())
