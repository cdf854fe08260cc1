"""公開の番号: the number of a draw that the world draws after the list was published, entered and confirmed by two.

Nobody knew it while entries could still be changed; so nobody could choose promise, list or tickets to its taste.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.second_person import refuse_unfit_for_a_look
from bookings.models import DrawNumber, DrawRound, DrawStage
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

from .draw_history import add_link
from .opened_tickets import would_have_been
from .published_draw import confirmed_number, number_part

# Digits as the source shows them, and none of other scripts: the same number has one text.
NUMBER = re.compile(r"\d+(\.\d+)?( \d+(\.\d+)?)*", re.ASCII)
LONGEST = 40


@dataclass(frozen=True)
class Typed:
    """What somebody read at the source: the number, the day on which it was drawn, whether of the fallback."""

    value: str
    of_day: date
    is_fallback: bool = False

    @classmethod
    def of(cls, value: str, of_day: date, is_fallback: bool = False) -> "Typed":
        """Return it as it is mixed into the seed: plain digits, one space between several numbers.

        Errors: NotPossible ``no_number``.
        """
        plain = " ".join(unicodedata.normalize("NFKC", value).replace(",", "").split())
        if not NUMBER.fullmatch(plain) or len(plain) > LONGEST:
            sentence = _("Please enter the number in digits, as the source shows it.")
            raise NotPossible("no_number", sentence, {"value": sentence})
        return cls(plain, of_day, is_fallback)


@in_transaction
def enter_number(*, draw_round: DrawRound, typed: Typed, by: User, at: datetime) -> DrawNumber:
    """Enter the number; it counts once a second person has entered the same. Entered anew it replaces the first.

    Errors: Refused ``no_number_promised``, ``list_not_published``, ``number_confirmed``; NotPossible ``day_ahead``,
    ``number_before_list``.
    """
    locked = _locked(draw_round, typed, at)
    values = {
        "value": typed.value,
        "of_day": typed.of_day,
        "is_fallback": typed.is_fallback,
        "entered_by": by,
        "entered_at": at,
    }
    number, _new = DrawNumber.objects.update_or_create(round=locked, defaults=values)
    return number


@in_transaction
def confirm_number(*, draw_round: DrawRound, typed: Typed, by: User, at: datetime) -> DrawNumber:
    """The second person enters what she read at the source herself; the same number counts from now on.

    Errors: as ``enter_number``; Refused ``number_not_entered``, and as ``refuse_unfit_for_a_look``; NotPossible
    ``number_differs``.
    """
    locked = _locked(draw_round, typed, at)
    number = DrawNumber.objects.select_related("entered_by").filter(round=locked).first()
    if number is None:
        raise Refused("number_not_entered", _("Nobody has entered this number yet."))
    same = _("You entered this number yourself: a second person must confirm it.")
    refuse_unfit_for_a_look(first=number.entered_by, second=by, at=at, same=same, field="value")
    if typed != Typed(number.value, number.of_day, number.is_fallback):
        sentence = _("This is not what %(person)s entered. Please look at the source again, both of you.")
        sentence %= {"person": number.entered_by}
        raise NotPossible("number_differs", sentence, {"value": sentence})
    number.confirmed_by, number.confirmed_at = by, at
    number.save(update_fields=["confirmed_by", "confirmed_at"])
    add_link(draw_round=locked, stage=DrawStage.NUMBERED, published=number_part(number), at=at)
    if locked.called_off_at is not None:
        locked.result = would_have_been(locked, number.value)
        locked.save(update_fields=["result"])
    return number


@dataclass(frozen=True)
class NumberMissing:
    """A round whose number two people have still to enter; ``is_late``: its time of draw has come."""

    round: DrawRound
    is_late: bool


def rounds_without_number(at: datetime) -> list[NumberMissing]:
    """Return the rounds past their deadline whose number is not confirmed, the next draw first. One query."""
    waiting = waits_for_number(DrawRound.objects.filter(closed_at__isnull=False, drawn_at__isnull=True))
    found = waiting.select_related("pool__facility", "number__entered_by").order_by("draw_at")
    return [NumberMissing(row, row.draw_at <= at and row.called_off_at is None) for row in found]


def waits_for_number(rounds: "QuerySet[DrawRound]") -> "QuerySet[DrawRound]":
    """Return those of the rounds that were announced with a source whose number is not confirmed yet."""
    return rounds.filter(~Q(number_source=""), Q(number__isnull=True) | Q(number__confirmed_at__isnull=True))


def counting_number(draw_round: DrawRound) -> str | None:
    """Return the number that is mixed into the seed: empty where none was promised, None while it is missing."""
    if not draw_round.number_source:
        return ""
    number = confirmed_number(draw_round)
    return None if number is None else number.value


def has_no_number(draw_round: DrawRound) -> bool:
    """Tell whether a draw waits for its public number. One query, none where none was promised."""
    return counting_number(draw_round) is None


def _locked(draw_round: DrawRound, typed: Typed, at: datetime) -> DrawRound:
    locked = DrawRound.objects.select_for_update(no_key=True).get(pk=draw_round.pk)
    if not locked.number_source:
        raise Refused("no_number_promised", _("This draw was announced without a public number."))
    if locked.closed_at is None:
        raise Refused("list_not_published", _("The entries have not been published yet."))
    if DrawNumber.objects.filter(round=locked, confirmed_at__isnull=False).exists():
        raise Refused("number_confirmed", _("The public number of this draw stands already."))
    if typed.of_day > timezone.localdate(at):
        sentence = _("This day has not come yet.")
        raise NotPossible("day_ahead", sentence, {"of_day": sentence})
    if typed.of_day < timezone.localdate(locked.closed_at):
        sentence = _("The number must have been drawn after the entries were published.")
        raise NotPossible("number_before_list", sentence, {"of_day": sentence})
    return locked
