"""督促: a letter about a fee that is open, in the form of the ward's other letters; kept with how the fee stood."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import Charge, ReminderLetter, UnpaidPolicy
from billing.queries import owed, paid
from enrollment.letters.letters import issue_letter
from enrollment.models import LetterKind
from enrollment.wareki import wareki
from sankecare.consecutive_days import consecutive_days
from sankecare.database_refusals import constraint_of
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .policy import unpaid_policy
from .reminder_rules import LetterStands
from .unpaid_fees import standing_of


@in_transaction
def remind_by_letter(*, charge: Charge, by: User, at: datetime) -> ReminderLetter:
    """Issue a letter about what is open of the charge. It is printed and marked as sent as other letters are.

    Errors: Refused ``letters_off``, ``too_early``, ``in_person``, ``nothing_open``; NotPossible ``no_letter_policy``.
    """
    today = timezone.localdate(at)
    policy = unpaid_policy(today)
    locked = (
        Charge.objects.select_for_update(no_key=True, of=("self",))
        .select_related("booking__service__facility", "booking__registration__birth__family")
        .get(pk=charge.pk)
    )
    left = owed(locked) - paid(locked)
    if left <= 0:
        raise Refused("nothing_open", _("%(number)s: nothing is open any more.") % {"number": locked.number})
    _refuse(locked, standing_of(locked, policy, today))
    assert policy is not None, "letters go out by a policy alone"
    pay_by = today + timedelta(days=policy.pay_within_days or 0)
    letter = issue_letter(
        kind=LetterKind.REMINDER,
        registration=locked.booking.registration,
        by=by,
        at=at,
        changes=_facts(locked, left=left, pay_by=pay_by, policy=policy),
    )
    if letter is None:
        raise NotPossible("no_letter_policy", _("Enter first who signs the ward's letters, and whom to ask."))
    try:
        return ReminderLetter.objects.create(charge=locked, letter=letter, left=left, pay_by=pay_by)
    except IntegrityError as refusal:
        if constraint_of(refusal) != "no_reminder_after_hard_news":
            raise
        raise _refusal(locked, LetterStands.IN_PERSON) from refusal


def _refuse(charge: Charge, stands: LetterStands) -> None:
    if stands != LetterStands.MAY:
        raise _refusal(charge, stands)


def _refusal(charge: Charge, stands: LetterStands) -> Refused:
    sentences = {
        LetterStands.OFF: ("letters_off", _("%(number)s: the ward sends no letters of reminder.")),
        LetterStands.IN_PERSON: (
            "in_person",
            _("%(number)s: this family is not written to about money. Somebody speaks with her, if at all."),
        ),
        LetterStands.TOO_EARLY: ("too_early", _("%(number)s: it is too early for a letter.")),
        LetterStands.WAITS: ("too_early", _("%(number)s: a letter has gone out; it is too early for the next one.")),
    }
    code, sentence = sentences[stands]
    return Refused(code, sentence % {"number": charge.number})


def _facts(charge: Charge, *, left: int, pay_by: date, policy: UnpaidPolicy) -> list[tuple[str, str]]:
    """What the letter says of the fee, in Japanese: it is kept word for word."""
    received = owed(charge) - left
    service = charge.booking.service
    with translation.override(settings.LANGUAGE_CODE):
        where = f"{service.facility.name}　{service.get_kind_display()}"
    days = sorted(set(charge.lines.values_list("day", flat=True)))
    return [
        ("利用料の番号", charge.number),
        ("利用した施設", where),
        *([("利用した日", _days(days))] if days else []),
        ("利用料", f"{owed(charge):,}円"),
        *([("支払済みの額", f"{received:,}円")] if received else []),
        ("お支払いいただく額", f"{left:,}円"),
        ("お支払いの期限", wareki(pay_by)),
        ("お支払いの方法", policy.how_to_pay),
    ]


def _days(days: Collection[date]) -> str:
    runs = consecutive_days(sorted(days))
    return "、".join(wareki(run[0]) if len(run) == 1 else f"{wareki(run[0])}から{wareki(run[-1])}まで" for run in runs)
