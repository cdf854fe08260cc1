"""A round as staff see it: how it stands, and each entry with wishes, tickets and reasons, what it got, the answer."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access_log import note_shown
from accounts.actions import Action
from accounts.admin_site import ModelAdmin
from accounts.permissions import visible, visible_or_404
from bookings.draws.draw_facts import need_of, policy_on, weigh
from bookings.draws.entry_moments import moment_at, stage_at, with_what_moments_ask
from bookings.draws.late_rounds import late_of
from bookings.draws.moment_words import GROUND_WORDS, LATE_WORDS, STAFF_WORDS
from bookings.draws.moments import Moment, Stage
from bookings.draws.round_places import services_of
from bookings.draws.tickets import Ground
from bookings.models import DrawEntry, DrawRound
from sankecare.errors import NotPossible
from sankecare.moments import moment_in_words
from sankecare.periods import as_text, days_in_words

SHOWN_AT_ONCE = 100


def entries_page(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """One round with its entries: in the drawn order once it is drawn, before by their signs."""
    rounds = DrawRound.objects.select_related("pool__facility", "number")
    draw_round = visible_or_404(request.user, Action.DRAW_ANNOUNCE, rounds, pk=pk)
    now = timezone.now()
    standing = DrawEntry.objects.filter(round=draw_round, withdrawn_at__isnull=True)
    shown = visible(request.user, Action.DRAW_ENTRIES, standing)
    awards = {row["sign"]: row for row in (draw_round.result or [] if draw_round.drawn_at else [])}
    signs = sorted(shown.values_list("sign", flat=True), key=lambda sign: (_order(awards.get(sign)), sign))
    page: Page[str] = Paginator(signs, SHOWN_AT_ONCE).get_page(request.GET.get("page"))
    listed = {entry.sign: entry for entry in _with_people(shown.filter(sign__in=list(page)))}
    note_shown(request, listed.values())
    weights = _weights(draw_round, list(listed.values()))
    names = {slug: service.get_kind_display() for slug, service in services_of(draw_round).items()}
    context = model_admin.admin_site.each_context(request) | {
        "title": str(draw_round),
        "opts": model_admin.opts,
        "round": draw_round,
        "late": LATE_WORDS[late.why] if (late := late_of(draw_round, now)) else "",
        "facts": _facts(draw_round, now),
        "counts": _counts(draw_round, len(signs)),
        "rows": [
            _row(listed[sign], awards.get(sign), names, now) | weights[listed[sign].pk]
            for sign in page
            if sign in listed
        ],
        "page": page,
    }
    return TemplateResponse(request, "bookings/admin/entries.html", context)


def _with_people(entries: Any) -> Any:
    needed = entries.select_related("registration__birth__family", "sibling", "high_need_by", "need_counted")
    weighed = ("registration__birth__family__high_needs", "registration__birth__infants", "registration__exceptions")
    return with_what_moments_ask(needed).prefetch_related(*weighed)


def _order(award: Mapping[str, Any] | None) -> float:
    return float("inf") if award is None else int(award["order"])


def _facts(draw_round: DrawRound, at: datetime) -> list[tuple[str, str]]:
    facts = [
        (_("Days drawn for"), as_text(draw_round.period)),
        (_("Entering"), f"{moment_in_words(draw_round.opens_at)} – {moment_in_words(draw_round.closes_at)}"),
        (_("time of the draw"), moment_in_words(draw_round.draw_at)),
    ]
    if draw_round.closed_at is not None:
        facts.append((_("entries published at"), moment_in_words(draw_round.closed_at)))
    if draw_round.drawn_at is not None:
        facts.append((_("drawn at"), moment_in_words(draw_round.drawn_at)))
    if stage_at(draw_round, at) == Stage.CALLED_OFF:
        facts.append((_("why it was called off"), draw_round.called_off_reason))
    return facts


def _counts(draw_round: DrawRound, entered: int) -> list[tuple[str, int]]:
    """Return the round in figures: families that entered, stand in the list, won wholly or in part; days given."""
    counts = [(_("Families that entered"), entered)]
    if draw_round.entries is not None:
        counts.append((_("Families in the list"), len(draw_round.entries)))
    if draw_round.drawn_at is not None and draw_round.result is not None:
        won = [row for row in draw_round.result if row["days"]]
        parts = sum(row["is_part"] for row in won)
        first = Counter(row["choice"] for row in won)[1]
        counts += [
            (_("Families that won"), len(won)),
            (_("of these in part"), parts),
            (_("of these with the first choice"), first),
            (_("Days given"), sum(len(row["days"]) for row in won)),
            (_("Places on these days"), sum(room["places"] for room in (draw_round.rooms or {}).values())),
        ]
    return counts


def _row(entry: DrawEntry, award: Mapping[str, Any] | None, names: Mapping[str, str], at: datetime) -> dict[str, Any]:
    moment = moment_at(entry, at)
    return {
        "entry": entry,
        "order": award["order"] if award else None,
        "wishes": _wishes(entry, names),
        "fewer": _fewer(entry),
        "sibling": _sibling(entry),
        "given": _given(award, names) if award and award["days"] else "",
        "answer": STAFF_WORDS[moment],
        "why": entry.get_away_why_display() if entry.away_why else "",
        "is_open": moment in (Moment.HELD, Moment.HELD_PART, Moment.HELD_BY_LINE, Moment.THINKS_AGAIN),
        "booking": entry.booking,
    }


def _wishes(entry: DrawEntry, names: Mapping[str, str]) -> list[str]:
    return [
        _named(choice["service"], [date.fromisoformat(day) for day in choice["days"]], names)
        for choice in entry.choices
    ]


def _named(service: str, days: Sequence[date], names: Mapping[str, str]) -> str:
    words = days_in_words(days, with_year=False)
    return f"{words} {names.get(service, service)}" if len(names) > 1 else words


def _fewer(entry: DrawEntry) -> str:
    if entry.least_days is None:
        return ""
    words = ngettext("from %(number)d day on", "from %(number)d days on", entry.least_days)
    return words % {"number": entry.least_days}


def _sibling(entry: DrawEntry) -> str:
    if entry.sibling_id is None:
        return ""
    return _("with a sibling, else without") if entry.or_without else _("with a sibling")


def _weights(draw_round: DrawRound, entries: Sequence[DrawEntry]) -> dict[int, dict[str, Any]]:
    """Return, by the entry's id, its tickets and why they are more than one: as counted at the deadline, before it as
    things are now. Where what is known has changed since the deadline, the number alone.
    """
    try:
        weighed = weigh(entries, policy_on(timezone.localdate(draw_round.draw_at)))
    except NotPossible:  # nothing is laid down of what counts in a draw
        weighed = {}
    found = {}
    for entry in entries:
        now = weighed.get(entry.pk)
        is_open = draw_round.closed_at is None
        counts = now is not None and (is_open or now.tickets == entry.tickets)
        tickets = now.tickets if now is not None and is_open else entry.tickets
        found[entry.pk] = {"tickets": tickets, "reasons": _reasons(entry, now.grounds if now and counts else {})}
    return found


def _reasons(entry: DrawEntry, grounds: Mapping[Ground, int]) -> list[str]:
    need = need_of(entry)
    why = {
        Ground.HIGH_NEED: "、".join(filter(None, (entry.high_need_reason, need.reason if need else ""))),
    }
    return [
        _("%(ground)s: %(number)d more") % {"ground": GROUND_WORDS[ground], "number": number}
        + (f"（{why[ground]}）" if why.get(ground) else "")
        for ground, number in grounds.items()
    ]


def _given(award: Mapping[str, Any], names: Mapping[str, str]) -> str:
    words = _("choice %(number)d: %(days)s") % {
        "number": award["choice"],
        "days": _named(award["service"], [date.fromisoformat(day) for day in award["days"]], names),
    }
    return _("%(given)s (a part)") % {"given": words} if award["is_part"] else words
