"""The owner of an account is told when somebody else tries to get in, once a day."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from .account_mails import Notice, tell
from .models import User
from .roles import Role
from .sign_in_limit import name_digest, plain_name

NOBODY = User(pk=0)


def tell_of_wrong_passwords(*, typed: str, at: datetime) -> None:
    """Too many wrong passwords for this name. The same work where nobody has it: the worker finds out."""
    found = User.objects.exclude(role=Role.MOTHER).filter(username__iexact=plain_name(typed), is_active=True).first()
    _tell(Notice.WRONG_PASSWORDS, found or NOBODY, name_digest(typed), at)


def tell_of_wrong_second_factor(*, person: User, at: datetime) -> None:
    """Too many wrong codes after the right password."""
    _tell(Notice.WRONG_SECOND_FACTOR, person, str(person.pk), at)


def _tell(notice: Notice, person: User, whose: str, at: datetime) -> None:
    day = timezone.localdate(at)
    with transaction.atomic():
        tell(notice, person=person, at=at, once=f"{notice.name.lower()}:{whose}:{day:%Y%m%d}")
