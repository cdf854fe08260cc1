"""名寄せ: a family that was entered twice is joined into one entry. Nothing is lost: every row is moved or stays.

What refers to a family is found from the models themselves, so that a table added above (bookings, referrals) moves
along without being named here.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BinaryField, Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.confidential import is_protected
from enrollment.models import (
    LIVE_STATES,
    Birth,
    ConfidentialAddress,
    Family,
    FamilyMerge,
    NotTheSame,
    Protection,
    Registration,
    RegistrationState,
    Residence,
    Sibling,
    TaxClassPeriod,
    TimelineEvent,
)
from enrollment.protection.protect import put_under_protection
from enrollment.timeline import add_entry
from sankecare.database_refusals import sentence_for
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.sealing import seal_values
from sankecare.transactions import in_transaction

from .joined_births import Answers, JoinedBirths, SameChild, join_births, joined_births
from .references import rows_pointing_at

# Rows of which one holds on a day: where both entries know the day, the entry kept is right.
DATED: tuple[type[Model], ...] = (Residence, ConfidentialAddress, TaxClassPeriod)
UNDECIDED = (RegistrationState.APPLIED, RegistrationState.RETURNED)


@dataclass(frozen=True)
class Plan:
    """What joining two entries will do. ``moves``: kinds of rows and how many.

    ``same``: births and children of both; ``unsure``: of which a person must say first whether they are one.
    """

    same: JoinedBirths
    withdrawn: list[Registration]
    moves: list[tuple[str, int]]
    account: User | None
    protects: bool

    @property
    def unsure(self) -> list[SameChild]:
        return self.same.unsure


def plan_of(kept: Family, given_up: Family, answers: Answers | None = None) -> Plan:
    """Return what joining will do; nothing is changed. ``answers``: whether two children are one (joined_births.py).

    Errors: NotPossible ``same_entry``; Refused ``already_joined``, ``two_sign_ins``, ``both_approved``.
    """
    if kept.pk == given_up.pk:
        raise NotPossible("same_entry", _("This is one and the same entry."))
    if kept.merged_into_id or given_up.merged_into_id:
        raise Refused("already_joined", _("One of the two entries has been joined with another already."))
    same = joined_births(kept, given_up, answers)
    counts = ((rows.model._meta.verbose_name_plural, rows.count()) for _field, rows in rows_of(given_up))
    return Plan(
        same=same,
        withdrawn=_to_withdraw(same.births),
        moves=[(str(words), count) for words, count in counts if count],
        account=_account_kept(kept, given_up),
        protects=is_protected(kept) or is_protected(given_up),
    )


@in_transaction
def merge_families(
    *, kept: Family, given_up: Family, reason: str, by: User, at: datetime, answers: Answers | None = None
) -> FamilyMerge:
    """Join the entry given up into the entry kept; every row of the former is kept sealed as it was.

    An application of the same birth that is not decided is withdrawn. Protection of one holds for both. Births and
    children of both are joined (joined_births.py); ``answers``: what staff say of two children that may be one.

    Errors: as ``plan_of``; NotPossible ``no_reason``, ``same_child_unclear`` where it was not said of two children
    whether they are one; Refused ``cannot_be_joined`` where the two contradict each other (both have a place on one
    day). Then nothing is changed.
    """
    refuse_without_reason(reason)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            merge = _merge(kept, given_up, reason=reason, answers=answers, by=by, at=at)
            # What speaks only at a transaction's end speaks now.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return merge
    except IntegrityError as contradiction:
        raise Refused("cannot_be_joined", sentence_for(contradiction)) from contradiction


def _merge(
    kept: Family, given_up: Family, *, reason: str, answers: Answers | None, by: User, at: datetime
) -> FamilyMerge:
    kept, given_up = _locked(kept, given_up)
    plan = plan_of(kept, given_up, answers)
    if plan.unsure:
        sentence = _("Please say first which children are one and the same.")
        raise NotPossible("same_child_unclear", sentence, {"children": sentence})
    merge = FamilyMerge.objects.create(
        kept=kept, given_up=given_up, reason=reason, merged_by=by, merged_at=at, before=_sealed(given_up)
    )
    for registration in plan.withdrawn:
        registration.state = RegistrationState.WITHDRAWN
        registration.save(update_fields=["state"])
        add_entry(TimelineEvent.WITHDRAWN, family=registration.birth.family, registration=registration, by=by, at=at)
    if plan.protects:
        _protect_both(kept, given_up, by, at)
    _join_persons(kept, given_up, plan.account)
    join_births(plan.same)
    for field, rows in rows_of(given_up):
        if rows.model in DATED:
            _move_free_days(rows, field, kept)
        elif rows.model in (Birth, Sibling):
            rows.filter(joined_into__isnull=True).update(**{field: kept})
        else:
            rows.update(**{field: kept})
    _carry_said_apart(kept, given_up)
    add_entry(TimelineEvent.MERGED, family=kept, by=by, at=at, facts={"given_up": given_up.pk})
    return merge


def rows_of(family: Family) -> Iterator[tuple[str, "QuerySet[Any]"]]:
    """Return the rows that refer to a family and move with it: (the field that refers to it, the rows)."""
    return rows_pointing_at(family)


# ---- Before: looked at under the locks ------------------------------------------------------------------------------


def _locked(kept: Family, given_up: Family) -> tuple[Family, Family]:
    """Lock what bookings and applications lock, in the order of ids; return both entries as they are now."""
    keys = {kept.pk, given_up.pk}
    list(Registration.objects.select_for_update(no_key=True).filter(birth__family__in=keys).order_by("pk"))
    entries = {row.pk: row for row in Family.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")}
    return entries[kept.pk], entries[given_up.pk]


def _to_withdraw(same_births: Sequence[tuple[Birth, Birth]]) -> list[Registration]:
    """Of two live registrations for one birth the undecided one is withdrawn, that of the entry given up first."""
    withdrawn = []
    for one, other in same_births:
        live = Registration.objects.filter(state__in=LIVE_STATES).select_related("birth__family")
        mine, theirs = live.filter(birth=one).first(), live.filter(birth=other).first()
        if mine is None or theirs is None:
            continue
        undecided = [row for row in (theirs, mine) if row.state in UNDECIDED]
        if not undecided:
            numbers = {"one": mine.number, "other": theirs.number}
            raise Refused(
                "both_approved",
                _("Both %(one)s and %(other)s are approved for the same birth. End one of them first.") % numbers,
            )
        withdrawn.append(undecided[0])
    return withdrawn


def _account_kept(kept: Family, given_up: Family) -> User | None:
    """Return the one sign-in of the two; of two the one that is not closed."""
    accounts: list[User] = [family.account for family in (kept, given_up) if family.account]
    usable = [account for account in accounts if account.is_active]
    if len(usable) > 1:
        raise Refused(
            "two_sign_ins",
            _("Both entries have a sign-in. Ask the mother which one she uses, close the other one, and join then."),
        )
    return next(iter(usable or accounts), None)


def _sealed(given_up: Family) -> bytes:
    """Every row of an entry as it is, and of its births and children what points at them.

    What is sealed itself is never changed: it stays where it is.
    """
    births, siblings = list(given_up.births.prefetch_related("infants")), list(given_up.siblings.all())
    infants = [infant for birth in births for infant in birth.infants.all()]
    groups: list[Any] = [Family.objects.filter(pk=given_up.pk)]
    for pointed_at in (given_up, *births, *infants, *siblings):
        groups += [rows for _field, rows in rows_pointing_at(pointed_at)]
    rows = {(row["model"], row["pk"]): row for group in groups for row in json.loads(_as_json(group))}
    return seal_values({"rows": list(rows.values())})


def _as_json(rows: "QuerySet[Any]") -> str:
    sealed = [field.name for field in rows.model._meta.concrete_fields if isinstance(field, BinaryField)]
    fields = [field.name for field in rows.model._meta.get_fields() if field.concrete and field.name not in sealed]
    return str(serializers.serialize("json", rows.defer(*sealed), fields=fields))


# ---- Joining --------------------------------------------------------------------------------------------------------


def _protect_both(kept: Family, given_up: Family, by: User, at: datetime) -> None:
    """The flag holds for both entries before any address is moved; who is named for one is named for both."""
    flags = list(Protection.objects.filter(family__in=[kept, given_up]))
    named = {person for flag in flags for person in flag.named.all()}
    for family in (kept, given_up):
        flag = put_under_protection(family=family, reason=flags[0].reason, review_by=flags[0].review_by, by=by, at=at)
        flag.named.add(*named)


def _join_persons(kept: Family, given_up: Family, account: User | None) -> None:
    """The entry kept is right; what it does not know comes from the other one."""
    spare = next((one for one in (kept.account, given_up.account) if one is not None and one != account), None)
    Family.objects.filter(pk__in=[kept.pk, given_up.pk]).update(account=None)
    for field in ("mother_birth_date", "phone", "email"):
        if not getattr(kept, field):
            setattr(kept, field, getattr(given_up, field))
    given_up.account, given_up.merged_into = spare, kept
    if spare is not None:
        given_up.email = ""
    given_up.save()
    kept.account = account
    if account is not None:
        kept.email = ""  # one address: that of the sign-in
    kept.save()


def _move_free_days(rows: "QuerySet[Any]", field: str, kept: Family) -> None:
    """Move each row for the days that the entry kept knows nothing of; a row with none of them stays."""
    taken = list(rows.model._default_manager.filter(**{field: kept}).values_list("period", flat=True))
    for row in rows:
        free = _without([row.period], taken)
        for number, period in enumerate(free):
            setattr(row, field, kept)
            row.period = period
            if number:
                row.pk, row._state.adding = None, True
            row.save()


def _without(periods: list[DateRange], taken: list[DateRange]) -> list[DateRange]:
    """Return what is left of half-open periods without the taken ones, in order."""
    for other in taken:
        left = []
        for period in periods:
            before = (period.lower, _first_end(period.upper, other.lower))
            after = (_last_start(period.lower, other.upper), period.upper)
            if other.lower is not None and _has_days(*before):
                left.append(DateRange(*before))
            if other.upper is not None and _has_days(*after):
                left.append(DateRange(*after))
        periods = left
    return periods


def _has_days(first: date | None, end: date | None) -> bool:
    return first is None or end is None or first < end


def _first_end(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)


def _last_start(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _carry_said_apart(kept: Family, given_up: Family) -> None:
    """What was said to be another family than the entry given up is another one than the entry kept too."""
    for row in NotTheSame.objects.filter(Q(first=given_up) | Q(second=given_up)):
        other = row.second_id if row.first_id == given_up.pk else row.first_id
        if other != kept.pk:
            first, second = sorted((kept.pk, other))
            by_whom = {"said_by_id": row.said_by_id, "said_at": row.said_at}
            NotTheSame.objects.get_or_create(first_id=first, second_id=second, defaults=by_whom)
