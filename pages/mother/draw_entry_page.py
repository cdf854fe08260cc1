"""One entry in a draw as its family reads it at this moment: what it is, why, and what there is to do."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.draws.entry_moments import moment_at, place_given, stage_at, turn_of, with_what_moments_ask
from bookings.draws.moments import Moment, Stage
from bookings.draws.opened_tickets import own_nonces
from bookings.draws.round_places import rooms_of, services_of
from bookings.models import Booking, DrawEntry, DrawPolicy, DrawRound, WaitingEnd
from bookings.waiting.line_queries import PlaceInLine, places_in_line
from facilities.models import Service
from pages.public.availability_views import name_of
from pages.public.draw_views import SERVICES, round_row
from sankecare.moments import clock_time, moment_in_words
from sankecare.periods import days_in_words

from .draw_words import HEADLINES, SENTENCES, shorter_in_words, what_of_the_wish, wishes_in_words

# Of what is over for her, so that she can look for other days.
LOOKS_ON = (
    *(Moment.IN_LINE, Moment.LOST, Moment.VOID, Moment.NOT_DRAWN, Moment.CLOSED, Moment.CALLED_OFF, Moment.LEFT_OUT),
    *(Moment.DECLINED, Moment.LAPSED, Moment.FELL_AWAY, Moment.TAKEN_BY_WARD, Moment.GIVEN_BACK),
)
HELD = (Moment.HELD, Moment.HELD_PART, Moment.HELD_BY_LINE, Moment.THINKS_AGAIN)


def draws_shown(today: date) -> "Prefetch[Any, Any, Any]":
    """Return what registrations have to prefetch for the draws that her page shows: until their days have passed."""
    entries = DrawEntry.objects.filter(withdrawn_at__isnull=True, round__period__endswith__gt=today)
    shown = with_what_moments_ask(entries).prefetch_related(Prefetch("round__pool__services", SERVICES.queryset))
    return Prefetch("draw_entries", shown.order_by("-round__draw_at"))


def entry_row(entry: DrawEntry, at: datetime) -> dict[str, Any]:
    """Return what a list says of an entry: headline, sentence, and the place to answer or to look at. No query.

    Takes it with ``with_what_moments_ask``.
    """
    moment = moment_at(entry, at)
    headline, level = HEADLINES[moment]
    place = place_given(entry)
    return {
        "entry": entry,
        "round": entry.round,
        "can_change": stage_at(entry.round, at) == Stage.OPEN,
        "moment": moment,
        "headline": headline,
        "level": level,
        "sentence": SENTENCES[moment] % _facts_of(entry, place),
        "offer": place if moment in HELD else None,
        "booking": place if moment in (Moment.TAKEN, Moment.TAKEN_BY_WARD) else None,
    }


def entry_page(entry: DrawEntry, at: datetime) -> dict[str, Any]:
    """Return what the page of one entry says. In a fixed number of queries."""
    row = entry_row(entry, at)
    services = services_of(entry.round)
    looks_on = row["moment"] in LOOKS_ON
    return {
        **round_row(entry.round),
        **row,
        "facts": _facts(entry, services, place_given(entry)),
        "free": _free_days(entry.round, services, at) if looks_on and entry.round.drawn_at else [],
        "next_round": _next_round(entry.round, at) if looks_on else None,
        "verify": verify_address(entry),
        "line": _in_line(entry),
        "line_undone_until": _line_undone_until(entry, at),
        "notices": entry.notices.all(),
        "has_next_ticket": row["moment"] in (Moment.IN_LINE, Moment.LOST) and _adds_a_ticket(at),
    }


def verify_address(entry: DrawEntry) -> str:
    """Return where the draw is computed anew with her own row marked: what is hers stands behind the #, never sent.

    Nothing before her entry stands in the published list.
    """
    nonces = own_nonces(entry)
    if not nonces:
        return ""
    own = urlencode({"sign": entry.sign, "tickets": ",".join(nonces)}, safe=",")
    return f"{reverse('public:draw-verify', args=[entry.round_id])}#{own}"


def _in_line(entry: DrawEntry) -> PlaceInLine | None:
    place = places_in_line([entry.pk]).get(entry.pk)
    return place if place is not None and place.stands else None


def _line_undone_until(entry: DrawEntry, at: datetime) -> str:
    """Until when she can take back that she left the line, as a time of day; "" where she cannot."""
    turn = turn_of(entry)
    if turn is None or turn.ended_at is None or turn.ended_as != WaitingEnd.LEFT:
        return ""
    policy = DrawPolicy.objects.filter(period__contains=timezone.localdate(at)).first()
    until = turn.ended_at + timedelta(minutes=policy.undo_minutes if policy else 0)
    return clock_time(until) if until > at else ""


def _adds_a_ticket(at: datetime) -> bool:
    """Tell whether a round lost counts in the next one, by the policy in force."""
    return DrawPolicy.objects.filter(period__contains=timezone.localdate(at), lost_before_tickets__gt=0).exists()


def _facts_of(entry: DrawEntry, place: Booking | None) -> dict[str, str]:
    draw_round = entry.round
    notice = next(iter(place.notices.all()), None) if place else None
    return {
        "closes": moment_in_words(draw_round.closes_at),
        "draw": moment_in_words(draw_round.draw_at),
        "why": draw_round.called_off_reason or str(entry.get_away_why_display()),
        "until": moment_in_words(place.offered_until) if place and place.offered_until else "",
        "given_on": clock_time(place.given_on_at) if place and place.given_on_at else "",
        "message": notice.message if notice else "",
    }


def _facts(entry: DrawEntry, services: Mapping[str, Service], place: Booking | None) -> list[tuple[str, object]]:
    names = {slug: service.get_kind_display() for slug, service in services.items()}
    facts: list[tuple[str, object]] = []
    if place is not None and place.days_kept:
        facts.append((_("Service"), name_of(place.service)))
        facts.append((_("Days"), days_in_words(place.days_kept, weekdays=True)))
        facts.append((_("Of your wishes"), what_of_the_wish(entry, place.service.slug, place.days_kept)))
    for number, words in enumerate(wishes_in_words(entry, names), start=1):
        facts.append((_("Choice %(number)d") % {"number": number}, words))
    facts.append((_("Fewer days"), shorter_in_words(entry)))
    if entry.sibling is not None:
        without = _("%(name)s; where no room takes it, without it") % {"name": entry.sibling.name}
        facts.append((_("Sibling"), without if entry.or_without else entry.sibling.name))
    facts.append((_("Your sign"), entry.sign))
    if entry.tickets is not None:
        facts.append((_("Your tickets"), entry.tickets))
    return facts


def _free_days(draw_round: DrawRound, services: Mapping[str, Service], at: datetime) -> list[dict[str, str]]:
    """Return, for each service, which days of the round are free now, with where they are booked."""
    tomorrow = timezone.localdate(at)
    rooms = {day: room for day, room in rooms_of(draw_round).items() if room.places > 0 and day > tomorrow}
    found = []
    for slug, service in services.items():
        days = [day for day, room in rooms.items() if slug not in room.closed_to]
        if days:
            found.append({"name": name_of(service), "days": days_in_words(days), "query": _query(slug, days)})
    return found


def _query(slug: str, days: Sequence[date]) -> str:
    return urlencode({"service": slug, "from": min(days).isoformat()})


def _next_round(draw_round: DrawRound, at: datetime) -> dict[str, Any] | None:
    """Return the next draw of the same places that she can still enter, in words."""
    found = _rounds_to_come(at).filter(pool=draw_round.pool_id).exclude(pk=draw_round.pk).first()
    return None if found is None else round_row(found)


def _rounds_to_come(at: datetime) -> "QuerySet[DrawRound]":
    rounds = DrawRound.objects.filter(closes_at__gt=at, called_off_at__isnull=True)
    return rounds.select_related("pool__facility").prefetch_related(SERVICES).order_by("draw_at")
