"""抽選の一覧と1回分: what is to be announced, what runs, what is over; and one round whole, in words."""

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access_log import note_shown
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, may_open, signed_in, visible
from bookings.draws.coming_rounds import NoRound, pools_without_round
from bookings.draws.desk.near_rounds import NEAR
from bookings.draws.desk.round_figures import (
    answers_of,
    free_now,
    given_by,
    numbers_of,
    rounds_with_answers_awaited,
    waiting_behind,
)
from bookings.draws.late_rounds import late_of
from bookings.draws.moment_words import LATE_WORDS, STAFF_WORDS
from bookings.models import DrawEntry, DrawRound, Turn
from bookings.models.draws import PUBLISHED
from bookings.waiting.lines import standing_turns
from pages.public.draw_views import SERVICES, round_row
from pages.ward.family.links import url_for
from sankecare.periods import as_text, days_in_words

from .next_words import next_of
from .round_steps import steps_of

ON_A_PAGE = 20
# So many of who stands in line are named on the round's page; the others on the page of the lines.
NAMED_IN_LINE = 10


@never_cache
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """What is to be announced, then the rounds that are not over, then the others, the newest first."""
    person, now = signed_in(request), timezone.now()
    every = _rounds().defer(*PUBLISHED, "secret")
    running = every.filter(drawn_at__isnull=True, called_off_at__isnull=True).order_by("draw_at", "pk")
    is_of_late = Q(drawn_at__gte=now - NEAR) | Q(pk__in=rounds_with_answers_awaited())
    lately = every.filter(is_of_late).order_by("-drawn_at", "pk")
    others = every.exclude(drawn_at__isnull=True, called_off_at__isnull=True).exclude(is_of_late)
    page = Paginator(others, ON_A_PAGE).get_page(request.GET.get("page"))
    without = pools_without_round(timezone.localdate(now))
    context = {
        "without": without if may(person, Action.DRAW_ANNOUNCE) else [],
        "running": _rows(list(running), person, now, without),
        "lately": _rows(list(lately), person, now, without),
        "others": _rows(list(page.object_list), person, now, without),
        "page": page,
        "may_announce": may_open(person, "admin:bookings_drawround_add"),
        "may_free": may_open(person, "admin:bookings_freeddays_add"),
        "policies_url": url_for(person, "admin:bookings_drawpolicy_changelist"),
    }
    return render(request, "ward/draws/rounds.html", context)


@never_cache
@require_safe
def one_round(request: HttpRequest, draw: int) -> HttpResponse:
    """One round: its steps with who and when, its figures, what was promised and how anybody checks it, its line."""
    person, now = signed_in(request), timezone.now()
    every = _rounds().prefetch_related("links").select_related("announced_by", "called_off_by")
    found = get_object_or_404(every, pk=draw)
    numbers = numbers_of([found.pk])[found.pk]
    without = _is_without(found, pools_without_round(timezone.localdate(now))) and not _has_later(found)
    late = late_of(found, now)
    in_line = _named_in_line(found, person)
    note_shown(request, [turn.entry for turn in in_line])
    answers = answers_of(found, now)
    context = round_row(found) | {
        "next": next_of(found, numbers, person, now, without_next=without),
        "late": LATE_WORDS[late.why] if late and late.is_late else "",
        "numbers": numbers,
        "steps": steps_of(found),
        "given": given_by(found),
        "answers": [(STAFF_WORDS[moment], count) for moment, count in answers.moments.items()],
        "awaited": answers.awaited,
        "until": answers.until,
        "free": free_now(found) if found.period.upper > timezone.localdate(now) else None,
        "behind": waiting_behind(found),
        "in_line": [(turn, _wished(turn)) for turn in in_line],
        "days": as_text(found.period),
        "entries_url": url_for(person, "admin:bookings_drawround_entries", found.pk),
        "preview_url": url_for(person, "admin:bookings_drawround_preview", found.pk) if _runs(found) else "",
        "audit_url": url_for(person, "audit:draw", found.pk),
        "trail": [(_("Draws"), reverse("desk:draws"))],
    }
    return render(request, "ward/draws/round.html", context | {"here": context["name"]})


def _rounds() -> "QuerySet[DrawRound]":
    found = DrawRound.objects.select_related("pool__facility", "number__entered_by", "number__confirmed_by")
    return found.defer("ticket_list", "usable", "promise", "secret").prefetch_related(SERVICES)


def _rows(found: list[DrawRound], person: User, at: datetime, without: list[NoRound]) -> list[dict[str, Any]]:
    """Return the rounds in words with their numbers and what comes next. Two queries."""
    numbers = numbers_of([row.pk for row in found]) if found else {}
    newest: dict[int, int] = {}
    for row in sorted(found, key=lambda row: row.period.lower):
        newest[row.pool_id] = row.pk
    return [
        round_row(row)
        | {
            "numbers": numbers[row.pk],
            "next": next_of(
                row,
                numbers[row.pk],
                person,
                at,
                without_next=newest[row.pool_id] == row.pk and _is_without(row, without),
            ),
        }
        for row in found
    ]


def _is_without(draw_round: DrawRound, without: list[NoRound]) -> bool:
    """Whether the round's places have none to come, and it is drawn or called off itself."""
    is_over = draw_round.drawn_at is not None or draw_round.called_off_at is not None
    return is_over and any(row.pool.pk == draw_round.pool_id for row in without)


def _has_later(draw_round: DrawRound) -> bool:
    later = DrawRound.objects.filter(pool=draw_round.pool_id, period__startswith__gt=draw_round.period.lower)
    return later.exists()


def _runs(draw_round: DrawRound) -> bool:
    return draw_round.drawn_at is None and draw_round.called_off_at is None


def _named_in_line(draw_round: DrawRound, person: User) -> list[Turn]:
    """Return the first in the round's line, as far as she may see them."""
    seen = visible(person, Action.DRAW_ENTRIES, DrawEntry.objects.filter(round=draw_round))
    return list(standing_turns().filter(entry__in=seen.order_by().values("pk"))[:NAMED_IN_LINE])


def _wished(turn: Turn) -> str:
    """Every day of her wishes, in words."""
    return days_in_words({date.fromisoformat(day) for choice in turn.entry.choices for day in choice["days"]})
