"""いつ起きたか: what happened has its own time, which rules ask; when it was written down is another one."""

from datetime import datetime

from django.utils.translation import gettext as _

from sankecare.errors import NotPossible


def when_it_happened(happened_at: datetime | None, at: datetime, *, field: str = "happened_at") -> datetime:
    """Return when it happened: at the moment of writing, ``at``, unless said.

    Errors: NotPossible ``not_over_yet`` for a moment to come.
    """
    moment = happened_at or at
    if moment > at:
        sentence = _("This time has not come yet.")
        raise NotPossible("not_over_yet", sentence, {field: sentence})
    return moment
