"""The weeks by which unmet wishes are counted, and the sign by which a family counts once in a week."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from bookings.models.unmet import SIGN_LENGTH


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def week_of(at: datetime) -> date:
    """Return the Monday of the week of a moment."""
    return monday_of(timezone.localdate(at))


def sign_of(family: int, week: date) -> str:
    """Return the sign of a family (its id) in a week: another one each week, made with a key outside the database."""
    return salted_hmac("bookings.unmet", f"{week.isoformat()}:{family}", algorithm="sha256").hexdigest()[:SIGN_LENGTH]
