"""発送: letters are printed together, marked as sent, and noted where the post brings them back."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.models import HardNews, Letter, Posting, PostingRun, Protection, SentWay, WhyReturned
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction

# More at once does not go through a folding machine; and the paper must be there in time.
MOST_AT_ONCE = 60


def with_standing(letters: "QuerySet[Letter]") -> "QuerySet[Letter]":
    """Mark letters with what decides how they go out: ``protected``, ``hard_news``."""
    family = OuterRef("registration__birth__family")
    told = HardNews.objects.filter(family=family, ended_at__isnull=True)
    return letters.annotate(
        protected=Exists(Protection.in_force.filter(family=family)), hard_news=Exists(told)
    ).select_related("registration__birth__family")


def letters_to_send(letters: "QuerySet[Letter]") -> "QuerySet[Letter]":
    """Return those in force that have not gone out, or that came back: in the order of their numbers."""
    on_its_way = Posting.objects.filter(letter=OuterRef("pk"), returned_on__isnull=True)
    waiting = letters.filter(~Exists(on_its_way), voided_at__isnull=True)
    return with_standing(waiting).order_by("fiscal_year", "serial")


def printed_not_sent(letters: "QuerySet[Letter]") -> "QuerySet[Posting]":
    """Return what is printed and not marked as sent, in the order of the letters' numbers."""
    rows = Posting.objects.filter(letter__in=letters, way=SentWay.POST, sent_on__isnull=True)
    return _in_order(rows)


def sent_lately(letters: "QuerySet[Letter]", since: date) -> "QuerySet[Posting]":
    """Return what was sent from that day on, in whatever way: what the post may bring back. The newest first."""
    rows = Posting.objects.filter(letter__in=letters, sent_on__gte=since).order_by("-sent_on", "-pk")
    return rows.select_related("letter__registration__birth__family", "sent_by", "returned_by")


def apart(letter: Any) -> bool:
    """Tell of a letter marked by ``with_standing`` whether it goes out by hand alone."""
    return bool(letter.protected or letter.hard_news)


@in_transaction
def print_together(*, letters: Collection[Letter], by: User, at: datetime) -> PostingRun:
    """Print letters together: from now on they are printed, and wait to be marked as sent.

    Those of a protected family, and of one that told hard news, never go out with the others.
    Errors: NotPossible ``nothing_chosen``, ``too_many``; Refused ``letter_not_to_print`` naming the letters.
    """
    if not letters:
        raise NotPossible("nothing_chosen", _("Nothing was ticked."))
    if len(letters) > MOST_AT_ONCE:
        raise NotPossible("too_many", _("Tick %(most)d at most: nothing was changed.") % {"most": MOST_AT_ONCE})
    keys = [letter.pk for letter in letters]
    list(Letter.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    fit = letters_to_send(Letter.objects.filter(pk__in=keys))
    found = {letter.pk for letter in fit if not apart(letter)}
    left = [letter.snapshot["number"] for letter in letters if letter.pk not in found]
    if left:
        raise Refused(
            "letter_not_to_print",
            _("Nothing was printed. These are printed already, void, or go out by hand: %(numbers)s.")
            % {"numbers": "、".join(left)},
        )
    run = PostingRun.objects.create(printed_at=at, printed_by=by)
    Posting.objects.bulk_create([Posting(letter_id=key, run=run) for key in keys])
    return run


@in_transaction
def mark_sent(*, postings: Collection[Posting], on_day: date, by: User, at: datetime) -> int:
    """Mark what was printed as sent on a day, at the latest today; returns how many.

    What somebody marked meanwhile stays as it is. Errors: NotPossible ``nothing_chosen``, ``day_impossible``.
    """
    _refuse_day(on_day, at)
    rows = Posting.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=[row.pk for row in postings])
    waiting = [row for row in rows.select_related("run").order_by("pk") if row.sent_on is None]
    if not waiting:
        raise NotPossible("nothing_chosen", _("Nothing was ticked."))
    for row in waiting:
        if row.run is not None and on_day < timezone.localdate(row.run.printed_at):
            sentence = _("This day is before the letter was printed.")
            raise NotPossible("day_impossible", sentence, {"on_day": sentence})
        row.sent_on, row.sent_by = on_day, by
        row.save(update_fields=["sent_on", "sent_by"])
    return len(waiting)


@in_transaction
def unprint(*, postings: Collection[Posting]) -> int:
    """Take back that letters were printed, where none was sent: the paper was spoilt. Returns how many."""
    rows = Posting.objects.filter(pk__in=[row.pk for row in postings], sent_on__isnull=True)
    return rows.delete()[0]


@in_transaction
def mark_by_hand(*, letter: Letter, on_day: date, by: User, at: datetime) -> Posting:
    """Note that a letter was handed over, or posted by itself. Errors: NotPossible ``day_impossible``; Refused
    ``letter_not_to_print``.
    """
    _refuse_day(on_day, at)
    locked = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    if on_day < timezone.localdate(locked.issued_at):
        sentence = _("This day is before the letter was issued.")
        raise NotPossible("day_impossible", sentence, {"on_day": sentence})
    if not letters_to_send(Letter.objects.filter(pk=locked.pk)).exists():
        raise Refused("letter_not_to_print", _("This letter is on its way already, or void."))
    return Posting.objects.create(letter=locked, way=SentWay.BY_HAND, sent_on=on_day, sent_by=by)


@in_transaction
def note_returned(*, posting: Posting, why: str, on_day: date, by: User, at: datetime) -> Posting:
    """Note that the post brought a letter back: it waits again to be sent.

    Errors: NotPossible ``no_reason``, ``day_impossible``; Refused ``not_sent``, ``already_returned``.
    """
    if why not in WhyReturned:
        sentence = _("Please choose why it came back.")
        raise NotPossible("no_reason", sentence, {"why": sentence})
    _refuse_day(on_day, at)
    locked = Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)
    if locked.sent_on is None:
        raise Refused("not_sent", _("This letter is not marked as sent yet."))
    if locked.returned_on is not None:
        raise Refused("already_returned", _("That it came back is noted already."))
    if on_day < locked.sent_on:
        sentence = _("This day is before the letter was sent.")
        raise NotPossible("day_impossible", sentence, {"on_day": sentence})
    locked.returned_on, locked.returned_why, locked.returned_by = on_day, why, by
    locked.save(update_fields=["returned_on", "returned_why", "returned_by"])
    return locked


def has_gone_out(letter: Letter) -> bool:
    """Tell whether the family may know of it: it opened the letter, or somebody printed it to be sent. One query."""
    return letter.first_opened_at is not None or letter.postings.exists()


def _refuse_day(day: date, at: datetime) -> None:
    if day > timezone.localdate(at):
        sentence = _("This day has not come yet.")
        raise NotPossible("day_impossible", sentence, {"on_day": sentence})


def _in_order(rows: "QuerySet[Posting]") -> "QuerySet[Posting]":
    told = HardNews.objects.filter(family=OuterRef("letter__registration__birth__family"), ended_at__isnull=True)
    protected = Protection.in_force.filter(family=OuterRef("letter__registration__birth__family"))
    return (
        rows.select_related("letter__registration__birth__family", "run__printed_by")
        .annotate(protected=Exists(protected), hard_news=Exists(told))
        .order_by("letter__fiscal_year", "letter__serial")
    )


def postings_of(run: PostingRun, letters: "QuerySet[Letter]") -> "QuerySet[Posting]":
    """Return what is printed together and still goes out: without void letters and sealed addresses, as of now."""
    still = Q(letter__voided_at__isnull=True, protected=False, hard_news=False)
    return _in_order(run.postings.filter(letter__in=letters)).filter(still)
