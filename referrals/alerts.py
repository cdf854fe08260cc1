"""What the head of every staff page warns of: referrals that nobody received, announcements that wait."""

from functools import cached_property

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import Action
from accounts.permissions import may
from accounts.roles import Role
from sankecare.outbox import RED_SECONDS, WARN_SECONDS, standing

from .queries import Late, late

# Those who can do something about an announcement that waits: look into the inbox, or telephone.
TOLD_OF_DELAY = (Role.HEALTH_NURSE, Role.CASEWORKER, Role.WARD_STAFF, Role.SUPERVISOR)


class Alerts:
    """Worked out only where a template asks; one query for each, none for a mother."""

    def __init__(self, request: HttpRequest) -> None:
        self._person = getattr(request, "user", None)

    @cached_property
    def late(self) -> Late | None:
        """How many referrals nobody received in time; None where it is not the person's to see."""
        if self._person is None or not may(self._person, Action.REFERRAL_OVERSEE):
            return None
        return late(timezone.now())

    @cached_property
    def delay_minutes(self) -> int:
        """For how many minutes nothing has gone out: an entry waits, or the worker is deaf; 0 below the warning."""
        if getattr(self._person, "role", "") not in TOLD_OF_DELAY:
            return 0
        seconds = standing(timezone.now()).delay_seconds
        return seconds // 60 if seconds > WARN_SECONDS else 0

    @property
    def delay_words(self) -> str:
        """How long that is in words: minutes, from two hours on hours, from two days on days."""
        number = self.delay_minutes
        if number < 2 * 60:
            return ngettext("%(number)d minute", "%(number)d minutes", number) % {"number": number}
        number //= 60
        if number < 2 * 24:
            return ngettext("%(number)d hour", "%(number)d hours", number) % {"number": number}
        number //= 24
        return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}

    @property
    def delay_sentence(self) -> str:
        """What the pages say of it."""
        return _(
            "Announcements have not been going out for %(how_long)s. "
            "Nothing is lost: please look into the inbox itself."
        ) % {"how_long": self.delay_words}

    @property
    def delay_level(self) -> str:
        """error from five minutes on, warning before."""
        return "error" if self.delay_minutes * 60 >= RED_SECONDS else "warning"


def alerts(request: HttpRequest) -> dict[str, Alerts]:
    """Context processor: ``alerts`` for templates/partials/referral_alerts.html."""
    return {"alerts": Alerts(request)}
