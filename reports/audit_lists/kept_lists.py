"""Lists of what is kept as it happens: failed sign-ins, files handed out, looks behind a protection. Reads only."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.models import AccessLogEntry, FileTaken, SignInFailure, Tried
from enrollment.models import BreakGlass
from sankecare.moments import moment_in_words

from .told import Told, on_days

if TYPE_CHECKING:
    from django.db.models import QuerySet


def failures_on(first: date, last: date) -> "QuerySet[SignInFailure]":
    """Return the failed sign-ins of these days, newest first."""
    return SignInFailure.objects.filter(**on_days("minute", first, last)).order_by("-minute", "-pk")


def failure_told(row: SignInFailure) -> Told:
    """Say who failed, how often, and whether sign-in was closed."""
    words = {
        Tried.PASSWORD: _("Sign-in as %(who)s failed: wrong password"),
        Tried.SECOND_FACTOR: _("Sign-in as %(who)s failed after the right password: wrong second factor"),
        Tried.PIN: _("%(who)s, or somebody on her tablet, typed a wrong PIN"),
    }
    sentence = words[Tried(row.tried)] if row.person_id else _("Sign-in failed: a name that nobody has")
    details = [_("%(times)d times in this minute") % {"times": row.times}] if row.times > 1 else []
    if row.closed:
        details.append(_("so often that sign-in waits from then on"))
    # Who knows the password has a part of the way behind her.
    grave = row.closed or row.tried == Tried.SECOND_FACTOR
    return Told(row.minute, sentence, by=row.person_id, details=tuple(details), grave=grave)


def files_on(first: date, last: date) -> "QuerySet[FileTaken]":
    """Return the files that were handed out on these days, newest first."""
    return FileTaken.objects.filter(**on_days("at", first, last)).order_by("-at", "-pk")


def file_told(row: FileTaken) -> Told:
    """Say who took which file, of what, with how many families in it, and the digest by which it is known again."""
    words = {"format": row.file_format, "families": row.families}
    if row.families_counted is not None:
        words["families"] = row.families_counted
        held = _("%(format)s, figures of %(families)d families")
    elif row.families:
        held = _("%(format)s, families in it: %(families)d")
    else:
        held = _("%(format)s, no family in it")
    details = [row.what] if row.what else []
    details.append(held % words)
    if row.digest:
        details.append(_("SHA-256: %(digest)s") % {"digest": row.digest})
    return Told(row.at, _("%(who)s took a file: %(page)s"), by=row.user_id, page=row.page, details=tuple(details))


def looks_behind_on(first: date, last: date) -> "QuerySet[BreakGlass]":
    """Return the looks behind a protection that were asked for on these days, newest first."""
    asked = BreakGlass.objects.filter(**on_days("asked_at", first, last))
    return asked.select_related("protection").order_by("-asked_at", "-pk")


def looks_behind_told(rows: Sequence[BreakGlass]) -> list[Told]:
    """Say who asked why, who opened it, and when the address was looked at. One query."""
    families = {row.protection.family_id for row in rows}
    looks = AccessLogEntry.objects.filter(family__in=families, sensitive=True).order_by("at")
    seen = list(looks.values_list("family", "user", "at"))
    return [_look_behind(row, [at for family, user, at in seen if _is_of(row, family, user, at)]) for row in rows]


def _is_of(row: BreakGlass, family: int, user: int, at: object) -> bool:
    if row.opened_at is None or row.closes_at is None:
        return False
    return (family, user) == (row.protection.family_id, row.asked_by_id) and row.opened_at <= at <= row.closes_at  # type: ignore[operator]


def _look_behind(row: BreakGlass, seen: list[object]) -> Told:
    details = [_("reason: %(reason)s") % {"reason": row.reason}]
    if row.opened_at is None:
        sentence = _("%(who)s asked to see a protected address; nobody opened it")
    else:
        sentence = _("%(who)s asked to see a protected address, and %(whom)s opened it")
        details.append(_("opened at %(moment)s") % {"moment": moment_in_words(row.opened_at)})
        times = "、".join(moment_in_words(at) for at in seen)  # type: ignore[arg-type]
        details.append(_("looked at: %(times)s") % {"times": times} if seen else _("the address was not looked at"))
    return Told(
        row.asked_at,
        sentence,
        by=row.asked_by_id,
        about=row.opened_by_id,
        family=row.protection.family_id,
        details=tuple(details),
    )
