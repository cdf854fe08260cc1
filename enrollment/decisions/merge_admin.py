"""名寄せ: two entries side by side, joined into one or said to be two families."""

from collections.abc import Mapping
from datetime import date
from typing import Any

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
from enrollment.families.merge import merge_families, plan_of
from enrollment.models import Family, Infant, Registration
from sankecare.errors import Refused
from sankecare.forms import show_refusal


def compare(model_admin: ModelAdmin, request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Two entries side by side: join them, or say that they are two families."""
    families = Family.objects.select_related("account")
    one = shown_or_404(request, Action.FAMILY_MERGE, families, pk=pk)
    second = shown_or_404(request, Action.FAMILY_MERGE, families, pk=other)
    sent = request.POST if "join" in request.POST else None
    kept_first = sent is None or sent.get("kept") != str(second.pk)
    asked = _asked(one, second, sent or {}) if kept_first else _asked(second, one, sent or {})
    form = MergeForm(sent, one=one, other=second, unsure=asked)
    if request.method == "POST" and "apart" in request.POST:
        with transaction.atomic(durable=True):
            say_two_families(one=one, other=second, by=signed_in(request), at=timezone.now())
        messages.success(request, _("Noted: these are two families. They are not proposed again."))
        return HttpResponseRedirect(reverse("admin:enrollment_registration_queue"))
    if form.is_valid():
        kept = form.cleaned_data["kept"]
        try:
            with transaction.atomic(durable=True):
                merge_families(
                    kept=kept,
                    given_up=second if kept == one else one,
                    reason=form.cleaned_data["reason"],
                    answers=form.answers,
                    by=signed_in(request),
                    at=timezone.now(),
                )
        except Refused as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The two entries are joined. Everything is kept in one."))
            return HttpResponseRedirect(reverse("admin:enrollment_family_change", args=[kept.pk]))
    return _compare_page(model_admin, request, one, second, form)


def _asked(kept: Family, given_up: Family, sent: Mapping[str, Any]) -> list[SameChild]:
    """Return the children of whom staff must say whether they are one; an answer may raise the next question."""
    asked: list[SameChild] = []
    answers: dict[tuple[str, int, int], bool] = {}
    while new := joined_births(kept, given_up, answers).unsure:
        asked += new
        said = {child.key: sent.get(question_about(child)) for child in new}
        if not all(said.values()):
            break
        answers |= {key: answer == "one" for key, answer in said.items()}
    return asked


def _compare_page(
    model_admin: ModelAdmin, request: HttpRequest, one: Family, other: Family, form: MergeForm
) -> HttpResponse:
    try:
        plan, refused = plan_of(one, other), ""
    except Refused as refusal:
        plan, refused = None, refusal.detail
    context = model_admin.admin_site.each_context(request) | {
        "title": _("Are these one family?"),
        "opts": model_admin.opts,
        "entries": (one, other),
        "rows": _side_by_side(one, other),
        "plan": plan,
        "children": [_one_child(child) for child in plan.same.children if child.sure] if plan else [],
        "refused": refused,
        "form": form,
    }
    return TemplateResponse(request, "enrollment/admin/compare.html", context, status=422 if form.errors else 200)


def _one_child(child: SameChild) -> tuple[str, list[tuple[str, str, str]]]:
    """Return a child that both entries know, and what they say of it otherwise: (fact, of one, of the other)."""
    differs = []
    for name, one, other in child.differs:
        words = str(child.kept._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column
        differs.append((words, _fact(one), _fact(other)))
    return f"{child.kept.name or child.given_up.name} {_day(child.kept.birth_date)}".strip(), differs


def _fact(value: Any) -> str:
    return _day(value) if isinstance(value, date) else str(value)


def _side_by_side(one: Family, other: Family) -> list[tuple[str, str, str, bool]]:
    """Return what is known of both: (what, of one, of the other, whether they agree)."""
    facts, others = _facts(one), _facts(other)
    told = {_("Sign-in"), _("entered at")}  # of the entry, not of the family
    return [
        (name, words, others[name], bool(words) and words == others[name] and name not in told)
        for name, words in facts.items()
    ]


def _facts(family: Family) -> dict[str, str]:
    today = timezone.localdate()
    residence = family.residences.filter(period__contains=today).select_related("town").first()
    infants = Infant.objects.filter(birth__family=family)
    registrations = Registration.objects.filter(birth__family=family)
    return {
        _("Mother"): family.mother_name,
        _("kana"): family.mother_name_kana,
        _("Date of birth"): _day(family.mother_birth_date),
        _("Telephone"): family.phone,
        _("E-mail"): family.mail_address,
        _("Lives in"): _address(family, residence),
        _("Infants"): "、".join(f"{row.name} {_day(row.birth_date)}".strip() for row in infants),
        _("Due date"): "、".join(_day(row.due_date) for row in family.births.all() if row.due_date),
        _("Registrations"): "、".join(f"{row.number} {row.get_state_display()}" for row in registrations),
        _("Sign-in"): _("there is one") if family.account_id else _("none"),
        _("entered at"): _day(timezone.localdate(family.created_at)),
    }


def _address(family: Family, residence: Any) -> str:
    if is_protected(family):
        return _("address not disclosed")
    if residence is None:
        return ""
    numbers = [str(part) for part in (residence.chome, residence.block) if part is not None]
    return " ".join(filter(None, [str(residence.town or ""), "-".join(numbers), residence.rest]))


def _day(day: Any) -> str:
    return date_format(day) if day else ""
