"""名寄せ: two entries side by side, joined into one or said to be two families."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.admin_site import ModelAdmin
from accounts.permissions import signed_in
from enrollment.applications.duplicates import say_two_families
from enrollment.confidential import is_protected
from enrollment.decisions.forms import MergeForm, question_about
from enrollment.families.joined_births import SameChild, joined_births
from enrollment.families.joined_facts import FactOfBoth, read_value, value_in_words
from enrollment.families.joined_residences import LeavingOfBoth
from enrollment.families.merge import Lines, Plan, merge_families, plan_of, what_no_rule_allows
from enrollment.models import Family, FamilyMerge, Infant, Registration
from enrollment.one_birth import is_one_birth
from enrollment.queries import days_of_birth
from enrollment.standing import state_words
from sankecare.errors import Refused
from sankecare.forms import show_refusal
from sankecare.rehearsal import rehearsed
from sankecare.sealing import unseal_values


def compare(model_admin: ModelAdmin, request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two entries side by side: join them, or say that they are two families.

    Where joining touches what is booked or asked for, that is listed first, and done only as it was listed.
    """
    families = Family.objects.select_related("account")
    one = shown_or_404(request, Action.FAMILY_MERGE, families, pk=pk)
    second = shown_or_404(request, Action.FAMILY_MERGE, families, pk=other)
    if request.method == "POST" and "apart" in request.POST:
        with transaction.atomic(durable=True):
            say_two_families(one=one, other=second, by=signed_in(request), at=timezone.now())
        messages.success(request, _("Noted: these are two families. They are not proposed again."))
        return HttpResponseRedirect(reverse("admin:enrollment_registration_queue"))
    sent = request.POST if "join" in request.POST else None
    kept, given_up = (one, second) if sent is None or sent.get("kept") != str(second.pk) else (second, one)
    unsure, contradictions = _asked(kept, given_up, sent or {})
    form = MergeForm(sent, one=one, other=second, unsure=unsure, contradictions=contradictions)
    if form.is_valid():
        join = partial(
            merge_families,
            kept=kept,
            given_up=given_up,
            reason=form.cleaned_data["reason"],
            answers=form.answers,
            chosen=form.chosen,
            by=signed_in(request),
            at=timezone.now(),
        )
        try:
            seen = request.POST.get("seen") or digest_of([])
            listed = rehearsed(lambda: followed(join()))
            if digest_of(listed) != seen:
                return _list_page(model_admin, request, listed, form)
            with transaction.atomic(durable=True):
                join()
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The two entries are joined. Everything is kept in one."))
            return HttpResponseRedirect(reverse("admin:enrollment_family_joined", args=[kept.pk]))
    return _compare_page(model_admin, request, (one, second), (kept, given_up), form)


def joined(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """What was joined into an entry: which fact came from where, what followed; and what no rule allows, as of now."""
    family = shown_or_404(request, Action.FAMILY_MERGE, Family.objects.filter(merged_into__isnull=True), pk=pk)
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Entries joined into No. %(number)d") % {"number": family.pk},
        "opts": model_admin.opts,
        "family": family,
        "merges": [_merge_in_words(row) for row in family.merges.select_related("merged_by")],
        "against": what_no_rule_allows(family, timezone.localdate()),
    }
    return TemplateResponse(request, "enrollment/admin/joined.html", context)


def _merge_in_words(merge: FamilyMerge) -> dict[str, Any]:
    outcome = unseal_values(bytes(merge.outcome)) if merge.outcome else {}
    return {
        "merge": merge,
        "facts": [
            *(_taken_in_words(fact) for fact in outcome.get("facts", ())),
            *(_leaving_in_words(leaving) for leaving in [outcome.get("leaving")] if leaving),
        ],
        "done": outcome.get("done", ()),
    }


def followed(merge: FamilyMerge) -> Lines:
    """Return what joining did beside joining, and what no rule allows any more, in words."""
    outcome = unseal_values(bytes(merge.outcome or b""))
    return [(heading, list(lines)) for heading, lines in (*outcome["done"], *outcome["against"])]


def digest_of(listed: Lines) -> str:
    """Return what the list is known by: the same list, the same digest."""
    return hashlib.sha256(repr(listed).encode()).hexdigest()


def _asked(
    kept: Family, given_up: Family, sent: Mapping[str, Any]
) -> tuple[list[SameChild], list[FactOfBoth | LeavingOfBoth]]:
    """Return the children of whom staff must say whether they are one, and the facts of which which is right.

    An answer may raise the next question.
    """
    asked: list[SameChild] = []
    answers: dict[tuple[str, int, int], bool] = {}
    try:
        while new := joined_births(kept, given_up, answers).unsure:
            asked += new
            said = {child.key: sent.get(question_about(child)) for child in new}
            if not all(said.values()):
                break
            answers |= {key: answer == "one" for key, answer in said.items()}
        return asked, plan_of(kept, given_up, answers).contradictions
    except Refused:  # said on the page, or when it is joined
        return asked, []


def _list_page(model_admin: ModelAdmin, request: HttpRequest, listed: Lines, form: MergeForm) -> HttpResponse:
    not_typed = ("csrfmiddlewaretoken", "seen")
    context = model_admin.admin_site.each_context(request) | {
        "title": _("What joining does"),
        "opts": model_admin.opts,
        "listed": listed,
        "seen": digest_of(listed),
        "typed": [(name, text) for name, texts in request.POST.lists() for text in texts if name not in not_typed],
    }
    return TemplateResponse(request, "enrollment/admin/compare_list.html", context)


def _compare_page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    entries: tuple[Family, Family],
    as_kept: tuple[Family, Family],
    form: MergeForm,
) -> HttpResponse:
    try:
        plan, refused = plan_of(*as_kept), ""
    except Refused as refusal:
        plan, refused = None, refusal.detail
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Are these one family?"),
        "opts": model_admin.opts,
        "entries": entries,
        "rows": _side_by_side(*entries),
        "plan": plan,
        "children": [_one_child(child, plan) for child in plan.same.children if child.sure] if plan else [],
        "refused": refused,
        "form": form,
    }
    return TemplateResponse(request, "enrollment/admin/compare.html", context, status=422 if form.errors else 200)


def _one_child(child: SameChild, plan: Plan) -> tuple[str, list[tuple[str, str, str]]]:
    """Return a child that both entries know, and what they say of it otherwise: (fact, of one, of the other)."""
    differs = [(fact.in_words, *fact.values_in_words) for fact in plan.same.facts if fact.kept == child.kept]
    return f"{child.kept.name or child.given_up.name} {_day(child.kept.birth_date)}".strip(), differs


def _leaving_in_words(leaving: Mapping[str, Any]) -> dict[str, str]:
    """Return when the family leaves the ward, where both entries said otherwise, as it was kept, in words."""
    kept, given_up = (
        value_in_words(day) if (day := read_value(leaving[name])) else _("lives in the ward")
        for name in ("of_entry_kept", "of_entry_given_up")
    )
    return {
        "whose": str(Family._meta.verbose_name),
        "fact": _("Last day in the ward"),
        "kept": kept,
        "given_up": given_up,
        "stands": kept if leaving["stands"] == "kept" else given_up,
        "because": _("as a person said"),
    }


def _taken_in_words(taken: Mapping[str, Any]) -> dict[str, str]:
    """Return a fact as it was kept with what was joined, in words."""
    field = apps.get_model(taken["row"])._meta.get_field(taken["fact"])
    model = apps.get_model(taken["row"])._meta.verbose_name
    values = [value_in_words(read_value(taken[name])) for name in ("of_entry_kept", "of_entry_given_up")]
    because = {
        "said": _("as a person said"),
        "only_one_knew": _("the other entry did not know it"),
        "kept_is_right": _("the entry kept is right"),
    }
    return {
        "whose": str(model),
        "fact": str(field.verbose_name),
        "kept": values[0],
        "given_up": values[1],
        "stands": values[0 if taken["stands"] == "kept" else 1],
        "because": because[taken["because"]],
    }


def _side_by_side(one: Family, other: Family) -> list[tuple[str, str, str, str]]:
    """Return what is known of both: (what, of one, of the other, whether they agree, in words)."""
    facts, others = _facts(one), _facts(other)
    births = {_("Infants"), _("Due date")} if _may_be_one_birth(one, other) else set()
    told = {_("Sign-in"), _("entered at")}  # of the entry, not of the family
    rows = []
    for name, words in facts.items():
        agree = ""
        if words and words == others[name] and name not in told:
            agree = _("agree")
        elif name in births and (words or others[name]):  # by nearness, not equality
            agree = _("may be one birth")
        rows.append((name, words, others[name], agree))
    return rows


def _may_be_one_birth(one: Family, other: Family) -> bool:
    births = [[days_of_birth(birth) for birth in row.births.prefetch_related("infants")] for row in (one, other)]
    return any(is_one_birth(mine, theirs) for mine in births[0] for theirs in births[1])


def _facts(family: Family) -> dict[str, str]:
    today = timezone.localdate()
    residence = family.residences.filter(period__contains=today).select_related("town").first()
    infants = Infant.objects.filter(birth__family=family)
    registrations = Registration.objects.filter(birth__family=family)
    tax_class = family.tax_classes.filter(period__contains=today).first()
    return {
        _("Mother"): family.mother_name,
        _("kana"): family.mother_name_kana,
        _("Date of birth"): _day(family.mother_birth_date),
        _("Telephone"): family.phone,
        _("E-mail"): family.mail_address,
        _("Lives in"): _address(family, residence),
        _("Infants"): "、".join(f"{row.name} {_day(row.birth_date)}".strip() for row in infants),
        _("Due date"): "、".join(_day(row.due_date) for row in family.births.all() if row.due_date),
        _("Registrations"): "、".join(f"{row.number} {state_words(row, today)}" for row in registrations),
        _("Tax class"): str(tax_class or ""),
        _("Sign-in"): _("there is one") if family.account_id else _("none"),
        _("entered at"): _day(timezone.localdate(family.created_at)),
    }


def _address(family: Family, residence: Any) -> str:
    if is_protected(family):
        return _("address not disclosed")
    return str(residence.in_words) if residence is not None and residence.town else ""


def _day(day: Any) -> str:
    return date_format(day) if day else ""
