"""The second person where two are needed: refused where the first could have made her up."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sankecare.errors import Refused

from .account_policy import account_policy
from .models import AccountChange, ChangeKind, Outcome, User
from .second_person_rule import Standing, Unfit, stands_from, unfit_for_a_look, unfit_for_an_account


def standing_of(second: User, *, first: User) -> Standing:
    """Return since when the second person stands as she does. Two queries."""
    by_first = Q(proposed_by=first) | Q(decided_by=first)
    changes = AccountChange.objects.filter(person=second, outcome=Outcome.CONFIRMED)
    changed = changes.aggregate(
        newest=Max("decided_at", filter=~Q(kind=ChangeKind.CLOSE)), touched=Max("decided_at", filter=by_first)
    )
    factors = Authenticator.objects.filter(user=second).aggregate(newest=Max("created_at"))
    return Standing(
        since=max(filter(None, (second.date_joined, changed["newest"]))),
        factor_since=factors["newest"],
        touched_by_first=changed["touched"],
    )


def refuse_unfit_for_a_look(*, first: User, second: User, at: datetime, same: str, field: str = "") -> None:
    """Refuse a second person for what concerns a family; ``same``: the sentence where both are one person.

    Errors: Refused ``second_person_needed``, ``second_person_made_by_the_first``, ``second_person_too_new``.
    """
    if first.pk == second.pk:
        raise _refusal(Unfit.SAME, same, field)
    days = account_policy(timezone.localdate(at)).second_person
    standing = standing_of(second, first=first)
    unfit = unfit_for_a_look(standing, at=at, days=days)
    if unfit is None:
        return
    if unfit == Unfit.TOUCHED:
        raise _refusal(
            unfit, _("%(person)s has changed your account: another colleague must do it.") % {"person": first}, field
        )
    sentence = _(
        "Your account or your second factor is newer than %(days)d days: until %(day)s you do not count as a second "
        "person. Please ask a colleague."
    )
    day = date_format(timezone.localtime(stands_from(standing, days=days)))
    raise _refusal(unfit, sentence % {"days": days, "day": day}, field)


def refuse_unfit_administrator(*, first: User, second: User, at: datetime) -> None:
    """Refuse a second administrator of accounts.

    Errors: Refused ``second_person_needed``, ``second_person_made_by_the_first``.
    """
    if first.pk == second.pk:
        raise _refusal(Unfit.SAME, _("You proposed this: a second administrator must confirm it."), "")
    days = account_policy(timezone.localdate(at)).second_person
    unfit = unfit_for_an_account(standing_of(second, first=first), at=at, days=days)
    if unfit is not None:
        sentence = _(
            "%(person)s has changed your own account within the last %(days)d days: another administrator must "
            "confirm it."
        )
        raise _refusal(unfit, sentence % {"person": first, "days": days}, "")


def _refusal(unfit: Unfit, sentence: str, field: str) -> Refused:
    return Refused(unfit.value, sentence, {field: sentence} if field else {})
