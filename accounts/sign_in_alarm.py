"""A sign-in that failed is written down; the owner of the account is told when somebody tries often, once a day."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from .account_mails import Notice, tell
from .models import Tried, User
from .roles import Role
from .sign_in_limit import name_digest, plain_name

NOBODY = User(pk=0)
COUNT = """
    INSERT INTO accounts_signinfailure (minute, person_id, tried, times, closed) VALUES (%s, %s, %s, 1, %s)
    ON CONFLICT ON CONSTRAINT sign_in_failure_once_a_minute
    DO UPDATE SET times = accounts_signinfailure.times + 1, closed = accounts_signinfailure.closed OR EXCLUDED.closed
"""


def tell_of_wrong_passwords(*, typed: str, at: datetime) -> None:
    """Too many wrong passwords for this name. The same work where nobody has it: the worker finds out."""
    found = User.objects.exclude(role=Role.MOTHER).filter(username__iexact=plain_name(typed), is_active=True).first()
    _tell(Notice.WRONG_PASSWORDS, found or NOBODY, name_digest(typed), at)


def tell_of_wrong_second_factor(*, person: User, at: datetime) -> None:
    """Too many wrong codes after the right password."""
    _tell(Notice.WRONG_SECOND_FACTOR, person, str(person.pk), at)


def note_wrong_password(*, typed: str, closed: bool, at: datetime) -> None:
    """A wrong password for this name; of a name that nobody of the staff has, the name is not kept."""
    found = User.objects.exclude(role=Role.MOTHER).filter(username__iexact=plain_name(typed)).first()
    note_failure(person=found, tried=Tried.PASSWORD, closed=closed, at=at)


def note_failure(*, person: User | None, tried: Tried, closed: bool, at: datetime) -> None:
    """Count one failure in its minute. One statement, and never more rows than minutes, however often it is tried."""
    with transaction.atomic(), connection.cursor() as cursor:
        pk = person.pk if person else None
        cursor.execute(COUNT, [at.replace(second=0, microsecond=0), pk, tried.value, closed])


def _tell(notice: Notice, person: User, whose: str, at: datetime) -> None:
    day = timezone.localdate(at)
    with transaction.atomic():
        tell(notice, person=person, at=at, once=f"{notice.name.lower()}:{whose}:{day:%Y%m%d}")
