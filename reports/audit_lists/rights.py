"""権限の付与と取消し: who gave whom which right, and who took it: roles and places, and who may see which address."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import RIGHTS, User
from enrollment.models import TimelineEntry, TimelineEvent
from reports.audit import Change, changes_of_accounts

from .told import Told, on_days

# What the lines beneath say; that an account is open or closed is in the sentence.
SAID = ("role", "facility", "district", "is_staff", "is_superuser")
GIVEN_OR_TAKEN = (TimelineEvent.NAMED, TimelineEvent.UNNAMED)


def rights_on(first: date, last: date) -> list[Told]:
    """Return what people of the staff were given and what was taken from them on these days, newest first.

    The fixed queries of ``changes_of_accounts`` and one.
    """
    changes = [_changed(row) for row in changes_of_accounts(first, last) if row.label == User._meta.label]
    found = [row for row in changes if row is not None]
    named = TimelineEntry.objects.filter(happening__in=GIVEN_OR_TAKEN, **on_days("entered_at", first, last))
    found += [_named(row) for row in named]
    return sorted(found, key=lambda row: row.at, reverse=True)


def _changed(change: Change) -> Told | None:
    """Say what became of the account; nothing where no right was changed."""
    names = {str(field.verbose_name): field.name for field in User._meta.fields if field.name in RIGHTS}
    fields = {names[field.name]: field for field in change.fields if field.name in names}
    if change.kind == "insert":  # a right that a new account has not is none that was given
        fields = {name: field for name, field in fields.items() if field.after != _("No")}
    if not fields:
        return None
    told = [
        f"{field.name}：{field.before} → {field.after}" if field.before else f"{field.name}：{field.after}"
        for name, field in fields.items()
        if name in SAID and (field.before or field.after)
    ]
    details = ("　".join(told),) if told else ()
    return Told(
        change.at,
        _sentence(change, fields),
        by=change.by,
        about=change.about,
        details=details,
        grave=change.by is None,
    )


def _sentence(change: Change, fields: dict[str, Any]) -> str:
    if change.kind == "insert":
        return _("%(who)s gave %(whom)s an account")
    if "is_active" in fields:
        closed = fields["is_active"].after == _("No")
        return (
            _("%(who)s closed the account of %(whom)s")
            if closed
            else _("%(who)s opened the account of %(whom)s again")
        )
    return _("%(who)s changed what %(whom)s may do")


def _named(row: TimelineEntry) -> Told:
    if row.happening == TimelineEvent.NAMED:
        sentence = _("%(who)s named %(whom)s as one who may see a protected address")
    else:
        sentence = _("%(who)s took %(whom)s off those who may see a protected address")
    return Told(row.entered_at, sentence, by=row.entered_by_id, about=row.facts.get("person"), family=row.family_id)
