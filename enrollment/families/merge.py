"""名寄せ: a family that was entered twice is joined into one entry. Nothing is lost: every row is moved or stays.

What refers to a family is found from the models themselves, so that a table added above (bookings, referrals) moves
along without being named here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core import serializers
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import BinaryField, Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from enrollment.addresses import let_registrations_follow
from enrollment.confidential import is_protected
from enrollment.helpers import end_all_help
from enrollment.letters.last_days import tell_last_days
from enrollment.models import (
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

from .joined_births import (
    Answers,
    JoinedBirths,
    SameChild,
    join_births,
    joined_births,
    refuse_babies_that_do_not_fit,
)
from .joined_facts import Chosen, FactOfBoth, settle
from .joined_residences import LeavingOfBoth, gaps, leaving_of_both
from .references import rows_pointing_at

# Rows of which one holds on a day: where both entries know the day, the entry kept is right.
DATED: tuple[type[Model], ...] = (Residence, ConfidentialAddress, TaxClassPeriod)

# What came of it, in words: (heading, lines).
Lines = list[tuple[str, list[str]]]
# Filled by the apps above (their apps.py), called in the same transaction once two entries are one: what they settle.
after_joining: list[Callable[[Family, User, datetime], Lines]] = []
# And what they have of a family that no rule allows any more; asked again whenever it is looked at.
against_rules: list[Callable[[Family, date], Lines]] = []


@dataclass(frozen=True)
class Plan:
    """What joining two entries will do. ``moves``: kinds of rows and how many.

    ``same``: births and children of both; ``unsure``: of which a person must say first whether they are one.
    ``leaving``: where the two say otherwise when the family leaves the ward.
    """

    same: JoinedBirths
    moves: list[tuple[str, int]]
    account: User | None
    protects: bool
    leaving: LeavingOfBoth | None

    @property
    def unsure(self) -> list[SameChild]:
        return self.same.unsure

    @property
    def withdrawn(self) -> list[Registration]:
        """The undecided application of a birth that the other entry has registered."""
        return [other for _stays, other in self.same.registrations]

    @property
    def contradictions(self) -> list[FactOfBoth | LeavingOfBoth]:
        """Of which a person must say first which is right."""
        return [*self.same.contradictions, *([self.leaving] if self.leaving else [])]


def plan_of(kept: Family, given_up: Family, answers: Answers | None = None) -> Plan:
    """Return what joining will do; nothing is changed. ``answers``: whether two children are one (joined_births.py).

    Errors: NotPossible ``same_entry``; Refused ``already_joined``, ``two_sign_ins``, ``both_approved``.
    """
    if kept.pk == given_up.pk:
        raise NotPossible("same_entry", _("This is one and the same entry."))
    if kept.merged_into_id or given_up.merged_into_id:
        raise Refused("already_joined", _("One of the two entries has been joined with another already."))
    counts = ((rows.model._meta.verbose_name_plural, rows.count()) for _field, rows in rows_of(given_up))
    return Plan(
        same=joined_births(kept, given_up, answers),
        moves=[(str(words), count) for words, count in counts if count],
        account=_account_kept(kept, given_up),
        protects=is_protected(kept) or is_protected(given_up),
        leaving=leaving_of_both(kept, given_up),
    )


@in_transaction
def merge_families(
    *,
    kept: Family,
    given_up: Family,
    reason: str,
    by: User,
    at: datetime,
    answers: Answers | None = None,
    chosen: Chosen | None = None,
) -> FamilyMerge:
    """Join the entry given up into the entry kept; every row of the former is kept sealed as it was.

    An application of the same birth that is not decided is withdrawn. Protection of one holds for both. Births and
    children of both are joined (joined_births.py), fact by fact (joined_facts.py). ``answers``: what staff say of two
    children that may be one; ``chosen``: which of two facts is right. Then the apps above settle what they have of
    both (``after_joining``), and what was taken from whom and what was settled is kept.

    Errors: as ``plan_of``; NotPossible ``no_reason``, ``same_child_unclear`` where it was not said of two children
    whether they are one, ``facts_unclear`` where it was not said which of two facts is right; Refused
    ``facts_do_not_fit``, ``cannot_be_joined`` where the two contradict each other (both have a place on one day), and
    what the apps above refuse. Then nothing is changed.
    """
    refuse_without_reason(reason)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            merge = _merge(kept, given_up, reason=reason, answers=answers, chosen=chosen or {}, by=by, at=at)
            # What speaks only at a transaction's end speaks now.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return merge
    except IntegrityError as contradiction:
        raise Refused("cannot_be_joined", sentence_for(contradiction)) from contradiction


def _merge(
    kept: Family,
    given_up: Family,
    *,
    reason: str,
    answers: Answers | None,
    chosen: Chosen,
    by: User,
    at: datetime,
) -> FamilyMerge:
    kept, given_up = _locked(kept, given_up)
    plan = plan_of(kept, given_up, answers)
    _refuse_unclear(plan, chosen)
    before = _sealed(given_up)
    taken = [settle(fact, chosen, kept) for fact in plan.same.facts]
    for registration in plan.withdrawn:
        registration.state = RegistrationState.WITHDRAWN
        registration.save(update_fields=["state"])
        add_entry(TimelineEvent.WITHDRAWN, family=registration.birth.family, registration=registration, by=by, at=at)
    if plan.protects:
        _protect_both(kept, given_up, by, at)
    end_all_help(family=given_up, at=at)
    _join_persons(kept, given_up, plan.account)
    join_births(plan.same, taken)
    _move_rows(kept, given_up, plan.leaving, chosen)
    refuse_babies_that_do_not_fit([one for one, _other in plan.same.births])
    let_registrations_follow(kept)
    for registration in Registration.objects.filter(birth__family=kept, state=RegistrationState.APPROVED):
        tell_last_days(registration=registration, by=by, at=at)
    _carry_said_apart(kept, given_up)
    done = [lines for look_again in after_joining for lines in look_again(kept, by, at)]
    against = what_no_rule_allows(kept, timezone.localdate(at))
    kept_of_it: dict[str, Any] = {"facts": [row.as_kept() for row in taken], "done": done, "against": against}
    if plan.leaving is not None:
        kept_of_it["leaving"] = plan.leaving.as_kept(chosen)
    merge = FamilyMerge.objects.create(
        kept=kept,
        given_up=given_up,
        reason=reason,
        merged_by=by,
        merged_at=at,
        before=before,
        outcome=seal_values(kept_of_it),
    )
    add_entry(TimelineEvent.MERGED, family=kept, by=by, at=at, facts={"given_up": given_up.pk})
    return merge


def what_no_rule_allows(family: Family, today: date) -> Lines:
    """Return what the family has that no rule allows any more, in words; nothing where all is well."""
    return [lines for look in against_rules for lines in look(family, today)]


def _move_rows(kept: Family, given_up: Family, leaving: LeavingOfBoth | None, chosen: Chosen) -> None:
    """Let every row of the entry given up hang on the one kept; of dated ones those for days that it knows not."""
    away = leaving.settle(chosen) if leaving else None
    elsewhere = [*gaps(kept), *([away] if away else [])]
    for field, rows in rows_of(given_up):
        if rows.model in DATED:
            _move_free_days(rows, field, kept, [] if rows.model is TaxClassPeriod else elsewhere)
        elif rows.model in (Birth, Sibling):
            rows.filter(joined_into__isnull=True).update(**{field: kept})
        else:
            rows.update(**{field: kept})


def _refuse_unclear(plan: Plan, chosen: Chosen) -> None:
    if plan.unsure:
        sentence = _("Please say first which children are one and the same.")
        raise NotPossible("same_child_unclear", sentence, {"children": sentence})
    unclear = [fact for fact in plan.contradictions if chosen.get(fact.key) not in fact.key[1:3]]
    if unclear:
        sentence = _("The two entries say otherwise. Please say which is right: %(facts)s.") % {
            "facts": "、".join(dict.fromkeys(f"{fact.whose} {fact.in_words}" for fact in unclear))
        }
        raise NotPossible("facts_unclear", sentence, {"facts": sentence})


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
    flags = list(Protection.in_force.filter(family__in=[kept, given_up]))
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


def _move_free_days(rows: "QuerySet[Any]", field: str, kept: Family, elsewhere: list[DateRange]) -> None:
    """Move each row for the days that the entry kept knows nothing of; a row with none of them stays.

    ``elsewhere``: days on which the family lived outside the ward, as is known.
    """
    known = rows.model._default_manager.filter(**{field: kept}).values_list("period", flat=True)
    taken = [*known, *elsewhere]
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
