"""抽選への申込み: families enter, change and withdraw their wishes until the deadline; staff weigh a high need."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from bookings.models import DrawEntry, DrawRound
from bookings.places.booking_context import load_context
from bookings.places.locking import lock_registration
from bookings.places.reserve import refuse_foreign_sibling, refuse_unregistered, refuse_who_may_not
from enrollment.models import Registration, Sibling
from sankecare.errors import Refused
from sankecare.moments import moment_in_words
from sankecare.transactions import in_transaction

from .draw import Choice, choice_as_published
from .preferences import entries_in_order
from .round_entries import tell
from .round_odds import odds_shown, tried_of
from .round_places import services_of
from .tried_wishes import Tried
from .wishes import refuse_impossible_choices

ENTERED_MAIL = "draw_entered"
SIGN_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read for another
SIGN_LENGTH = 6


@in_transaction
def enter_draw(
    *,
    draw_round: DrawRound,
    registration: Registration,
    choices: Sequence[Choice],
    by: User,
    at: datetime,
    least_days: int | None = None,
    sibling: Sibling | None = None,
    or_without: bool = False,
    stays_in_line: bool = True,
    infant_count: int = 1,
    tells: bool = True,
) -> DrawEntry:
    """Enter a family's wishes, or put others in their place until the deadline; the sign stays.

    ``or_without``: where no room takes the ``sibling``, without it. ``stays_in_line``: where it wins nothing, it is
    offered what comes free of these days. ``tells``: by a mail, where the entry is new.

    Errors: Refused ``not_open``, ``entered_already`` (a family is in a draw once, whatever registrations it has);
    NotPossible ``not_approved``, ``no_choice``, ``too_many_choices``, ``same_choice``, ``service_not_drawn``,
    ``day_outside``, ``day_closed``, ``days_apart``, ``least_days``, and as ``reserve_days`` for each choice.
    """
    # A deadline never changes: who comes after it takes no lock that the draw, which has the round, may wait for.
    _refuse_closed(draw_round, at)
    locked = lock_registration(registration.pk)
    _refuse_closed(DrawRound.objects.select_for_update(no_key=True).get(pk=draw_round.pk), at)
    refuse_unregistered(locked)
    _refuse_second_entry(draw_round, locked)
    wanted = [replace(choice, days=tuple(sorted(choice.days))) for choice in choices if choice.days]
    services = services_of(draw_round)
    refuse_impossible_choices(draw_round, services, wanted, least_days)
    refuse_foreign_sibling(locked, sibling)
    for choice in wanted:
        known = load_context(locked, services[choice.service], choice.days)
        refuse_who_may_not(known, list(choice.days), None if or_without else sibling, at)
    tried = tried_of(wanted[0], has_sibling=sibling is not None, or_without=or_without, least_days=least_days)
    wishes = {
        "choices": [choice_as_published(choice) for choice in wanted],
        "least_days": least_days,
        "sibling": sibling,
        "or_without": or_without and sibling is not None,
        "stays_in_line": stays_in_line,
        "infant_count": infant_count,
        "entered_at": at,
        "entered_by": by,
        "odds_told": _odds_told(draw_round, tried, least_days, at),
        "away_since": None,
        "away_why": "",
    }
    entry, new = DrawEntry.objects.update_or_create(
        round=draw_round,
        registration=locked,
        withdrawn_at=None,
        defaults=wishes,
        create_defaults=wishes
        | {"sign": _new_sign(draw_round)}
        | _need_before(draw_round, locked)
        | _last_place(locked),
    )
    if new and tells:
        tell(ENTERED_MAIL, entry, at)
    return entry


@in_transaction
def withdraw_entry(*, entry: DrawEntry, at: datetime) -> DrawEntry:
    """Take an entry out of the round, until the deadline. Errors: Refused ``not_open``."""
    _refuse_closed(DrawRound.objects.select_for_update(no_key=True).get(pk=entry.round_id), at)
    entry.withdrawn_at = at
    entry.save(update_fields=["withdrawn_at"])
    return entry


@in_transaction
def set_high_need(*, entry: DrawEntry, reason: str, by: User, at: datetime) -> DrawEntry:
    """Staff give a family more weight in a round, with the reason, until the deadline. An empty reason takes it back.

    It stays the family's in this round, also where it withdraws and enters anew.

    Errors: Refused ``not_open``.
    """
    _refuse_past_deadline(DrawRound.objects.select_for_update(no_key=True).get(pk=entry.round_id), at)
    entry.high_need_reason = reason.strip()
    entry.high_need_by = by if reason.strip() else None
    entry.save(update_fields=["high_need_reason", "high_need_by"])
    return entry


def _last_place(registration: Registration) -> dict[str, Any]:
    """A new entry is the last in the family's order, until it says otherwise (preferring.py)."""
    last = entries_in_order(registration.birth.family).last()
    return {"preference": last.preference + 1 if last else 1}


def _odds_told(draw_round: DrawRound, tried: Tried, least_days: int | None, at: datetime) -> int | None:
    """What she was told of her first choice, so that the reports can ask whether it was true; None: nothing."""
    shown = odds_shown(draw_round, at) if least_days in (None, 1) else None
    told = shown.of(tried) if shown else None
    return told.band if told else None


def _need_before(draw_round: DrawRound, registration: Registration) -> dict[str, Any]:
    """A high need is the family's in this round: what was set on an entry that it withdrew holds of the next one."""
    of_family = DrawEntry.objects.filter(round=draw_round, registration__birth__family=registration.birth.family_id)
    last = of_family.select_related("high_need_by").order_by("-pk").first()
    return {"high_need_reason": last.high_need_reason, "high_need_by": last.high_need_by} if last else {}


def _new_sign(draw_round: DrawRound) -> str:
    taken = set(DrawEntry.objects.filter(round=draw_round).values_list("sign", flat=True))
    while (sign := "".join(secrets.choice(SIGN_LETTERS) for _letter in range(SIGN_LENGTH))) in taken:
        pass
    return sign


def _refuse_second_entry(draw_round: DrawRound, registration: Registration) -> None:
    """Of two entries of one family with the same days both would be drawn, and one would be in vain."""
    family = {"registration__birth__family": registration.birth.family_id}
    standing = DrawEntry.objects.filter(round=draw_round, withdrawn_at__isnull=True, **family)
    if standing.exclude(registration=registration).exists():
        sentence = _("Your family is in this draw already, with its other registration. Please change that entry.")
        raise Refused("entered_already", sentence, {"choices": sentence})


def _refuse_closed(draw_round: DrawRound, at: datetime) -> None:
    if at < draw_round.opens_at:
        opens = moment_in_words(draw_round.opens_at)
        raise Refused("not_open", _("You can enter from %(moment)s on.") % {"moment": opens})
    _refuse_past_deadline(draw_round, at)


def _refuse_past_deadline(draw_round: DrawRound, at: datetime) -> None:
    if draw_round.called_off_at is not None or draw_round.closed_at is not None or at >= draw_round.closes_at:
        raise Refused("not_open", _("The deadline of this draw has passed."))
