"""当たりやすさ: worked out by the clock while a round is open, kept with the round, told in bands and words.

Of stretches of days, never of a family, and only from so many entries on as the policy says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.models import DrawPolicy, DrawRound, RoundOdds
from sankecare.transactions import in_transaction

from .counting import wish_of
from .draw import Choice
from .draw_facts import policy_on, weigh
from .odds import BELOW_ALL, band_of, odds_of
from .round_entries import entries_to_weigh
from .round_places import rooms_of, services_of
from .tried_wishes import LONGEST_TRIED, Company, Tried, tried_wishes

REPEATED = 120
# After the changes of so many families odds are worked out anew (DEFAULT).
TOGETHER = 5
THOUSANDTHS = 1000


# ---- Worked out ----------------------------------------------------------------------------------------------------


def rounds_to_work_out(at: datetime) -> list[DrawRound]:
    """Return the rounds that are open and of which odds are to be worked out. One query.

    First once somebody has entered; then again once ``TOGETHER`` families have entered, changed or withdrawn since:
    who looks before and after one family's wish reads nothing of it.
    """
    changed = Q(wishes__entered_at__gt=F("odds__worked_out_at")) | Q(wishes__withdrawn_at__gt=F("odds__worked_out_at"))
    found = (
        DrawRound.objects.filter(opens_at__lte=at, closes_at__gt=at, called_off_at__isnull=True)
        .annotate(
            entered=Count("wishes", filter=Q(wishes__withdrawn_at__isnull=True)),
            changed=Count("wishes__registration__birth__family", filter=changed, distinct=True),
        )
        .filter(Q(odds__isnull=True, entered__gt=0) | Q(changed__gte=TOGETHER))
    )
    return list(found.select_related("pool__facility").order_by("closes_at"))


def odds_now(draw_round: DrawRound, at: datetime, go_on: Callable[[], bool]) -> RoundOdds | None:
    """Work out the odds from the entries so far, not kept yet; None where they are too few to be told of.

    ``go_on``: asked before each of the draws that are tried but the first.
    """
    policy = policy_on(timezone.localdate(draw_round.draw_at))
    entries = [entry for entry in entries_to_weigh(draw_round) if entry.away_since is None]
    if len(entries) < policy.odds_from_entries:
        return None
    weighed = weigh(entries, policy)
    for entry in entries:
        entry.tickets, entry.is_marked = weighed[entry.pk].tickets, weighed[entry.pk].is_marked
    rooms = rooms_of(draw_round)
    found = odds_of(
        tried_wishes(rooms, list(services_of(draw_round))),
        [wish_of(entry) for entry in entries],
        rooms,
        mechanism=draw_round.mechanism,
        set_aside_percent=draw_round.set_aside_percent,
        repeat=REPEATED,
        seed=f"odds {draw_round.pk}",
        go_on=go_on,
    )
    shares = {name: round(share * THOUSANDTHS) for name, share in found.shares.items()}
    return RoundOdds(round=draw_round, worked_out_at=at, entries=len(entries), repeated=found.repeated, shares=shares)


@in_transaction
def keep_odds(*, draw_round: DrawRound, odds: RoundOdds | None) -> None:
    """Keep what was worked out in place of what was kept before; nothing where there is nothing to tell."""
    if odds is None:
        RoundOdds.objects.filter(round=draw_round).delete()
    else:
        odds.save()


# ---- Told ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """Odds as they are told: the band (percent; 0: next to nothing) and the words for it."""

    band: int
    words: str


@dataclass(frozen=True)
class DayTold:
    """What is told of a day: alone, and by how many days are wished from it on."""

    day: date
    told: Told
    by_length: dict[int, Told]


class Way(StrEnum):
    """What a family can do to be given something more often."""

    FEWER_DAYS = "fewer_days"
    ELSE_WITHOUT = "else_without"
    OTHER_SERVICE = "other_service"


@dataclass(frozen=True)
class Better:
    """A way that is told better odds than what is wished. ``service``: the slug of the other service."""

    way: Way
    told: Told
    service: str = ""


@dataclass(frozen=True)
class OddsShown:
    """The odds of a round as they may be shown: from how many entries, worked out when."""

    entries: int
    worked_out_at: datetime
    shares: dict[str, int]
    bands: Sequence[int]

    def of(self, tried: Tried) -> Told | None:
        """Return what is told of a wish; None where it was not tried (too long, closed).

        Where every room takes the elder child, it was not tried with it: it makes no difference.
        """
        share = self.shares.get(tried.name, self.shares.get(replace(tried, company=Company.ALONE).name))
        return None if share is None else told_as(band_of(share / THOUSANDTHS, self.bands))

    def days(self, service: str, days: Sequence[date]) -> list[DayTold]:
        """Return what is told of each of the days of a service that is open, in order."""
        found = []
        for day in days:
            lengths = {
                length: told
                for length in range(1, LONGEST_TRIED + 1)
                if (told := self.of(Tried(service, day, length))) is not None
            }
            if 1 in lengths:
                found.append(DayTold(day, lengths[1], lengths))
        return found

    def better(self, tried: Tried, services: Sequence[str]) -> list[Better]:
        """Return what would be given more often than this wish, the best first: fewer days, the elder child not at
        any price, the same days of another service.
        """
        now = self.of(tried)
        if now is None:
            return []
        others = {Way.FEWER_DAYS: [replace(tried, fewer=True)] if tried.length > 1 else []}
        if tried.company == Company.WITH:
            others[Way.ELSE_WITHOUT] = [replace(tried, company=Company.ELSE_WITHOUT)]
        others[Way.OTHER_SERVICE] = [replace(tried, service=slug) for slug in services if slug != tried.service]
        found = [
            Better(way, told, other.service if way == Way.OTHER_SERVICE else "")
            for way, several in others.items()
            for other in several
            if (told := self.of(other)) is not None and told.band > now.band
        ]
        return sorted(found, key=lambda one: -one.told.band)


def odds_shown(draw_round: DrawRound, at: datetime) -> OddsShown | None:
    """Return the odds of a round that is open, as they may be shown at a moment; None: nothing may. Two queries."""
    kept = RoundOdds.objects.filter(round=draw_round).first()
    policy = DrawPolicy.objects.filter(period__contains=timezone.localdate(draw_round.draw_at)).first()
    is_open = draw_round.opens_at <= at < draw_round.closes_at and draw_round.called_off_at is None
    if kept is None or policy is None or not is_open or kept.entries < policy.odds_from_entries:
        return None
    return OddsShown(kept.entries, kept.worked_out_at, kept.shares, policy.bands)


def told_as(band: int) -> Told:
    """Return a band with its words: about so many in so many."""
    if band == BELOW_ALL:
        return Told(band, _("hardly ever"))
    part = Fraction(band, 100).limit_denominator(20)
    return Told(band, _("about %(wins)d in %(tries)d") % {"wins": part.numerator, "tries": part.denominator})


def tried_of(choice: Choice, *, has_sibling: bool, or_without: bool, least_days: int | None) -> Tried:
    """Return a choice as it was tried: fewer days as if one were enough."""
    along = Company.ELSE_WITHOUT if or_without else Company.WITH
    company, is_fewer = along if has_sibling else Company.ALONE, least_days is not None and len(choice.days) > 1
    return Tried(choice.service, choice.days[0], len(choice.days), company, is_fewer)
