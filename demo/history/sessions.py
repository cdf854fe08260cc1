"""Made-up coordinator sessions: two a month since March 2021 (SEED), with families in house on the day."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from accounts.models import User
from care.models import CoordinatorSession, SessionSignUp
from care.session_queries import in_house_on
from facilities.models import Facility

from .families import at
from .plan import CENTRE

SINCE = date(2021, 3, 1)
MINUTES, PLACES, HOUR = 30, 6, 14
WEEKDAY, WEEKS = 2, (0, 2)  # the first and the third Wednesday
CAME = 0.85
COMING = timedelta(days=30)
ABOUT = ("赤ちゃんと行けるおでかけひろば", "一時預かりと子育て支援の窓口", "地域の子育てサークル")


def write_sessions(random: Random, first: date, last: date, today: date, by: User) -> None:
    """Write the sessions of a period, up to the coming weeks, and who signed up of the families in house."""
    centre = Facility.objects.filter(slug=CENTRE).first()
    if centre is None:
        return
    for number, day in enumerate(_days(max(first, SINCE), min(last, today + COMING))):
        held = CoordinatorSession.objects.create(
            facility=centre,
            starts_at=at(day, HOUR),
            minutes=MINUTES,
            places=PLACES,
            about=ABOUT[number % len(ABOUT)],
            planned_at=at(min(day, today) - timedelta(days=28), 9),
            planned_by=by,
        )
        families = sorted(in_house_on(centre.pk, day).values_list("family", flat=True))
        for family in random.sample(families, min(len(families), random.randint(2, PLACES - 1))):
            came = random.random() < CAME if day < today else None
            SessionSignUp.objects.create(
                session=held,
                family_id=family,
                signed_up_at=at(min(day, today), 9),
                signed_up_by=by,
                attended=came,
                attendance_at=None if came is None else at(day, HOUR + 1),
                attendance_by=None if came is None else by,
            )


def _days(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    while month <= last:
        wednesday = month + timedelta(days=(WEEKDAY - month.weekday()) % 7)
        yield from (day for week in WEEKS if first <= (day := wednesday + timedelta(weeks=week)) <= last)
        month = (month + timedelta(days=31)).replace(day=1)
