"""A long file is ordered, kept for a time for who asked, and deleted after it; the record of it stays."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from reports.models import FileOrder, OrderState
from sankecare.errors import Refused
from sankecare.sealing import unseal
from sankecare.transactions import in_transaction

# How long a file is kept once it is ready, and how many one person may have in the making (own default).
DAYS_KEPT = timedelta(days=14)
MOST_AT_ONCE = 3
IN_HAND = (OrderState.WAITING, OrderState.MAKING)


@in_transaction
def order_file(*, kind: str, years: Sequence[int], by: User, at: datetime) -> FileOrder:
    """Have a file made in the background. Errors: Refused ``too_many_files``."""
    if FileOrder.objects.filter(asked_by=by, state__in=IN_HAND).count() >= MOST_AT_ONCE:
        words = _("%(most)d files are being made for you already. Please wait until one is ready.")
        raise Refused("too_many_files", words % {"most": MOST_AT_ONCE})
    return FileOrder.objects.create(kind=kind, first_year=min(years), last_year=max(years), asked_by=by, asked_at=at)


def orders_of(person: User) -> "QuerySet[FileOrder]":
    """Return a person's own orders, the newest first, without what they hold."""
    return FileOrder.objects.filter(asked_by=person).defer("content")


@in_transaction
def forget_files(*, at: datetime) -> int:
    """Delete what is past its end date; return how many. That there was a file stays."""
    over = FileOrder.objects.filter(state=OrderState.READY, ends_at__lte=at)
    return over.update(state=OrderState.DELETED, content=b"")


def content_of(order: FileOrder) -> bytes:
    """Open a file; the caller has made sure that it is hers. Errors: sankecare.sealing.CannotOpen."""
    return unseal(order.content)
