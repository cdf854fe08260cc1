"""アカウント管理: administrators invite the staff, give and take roles, with a second one of them; no family here."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.account_changes import (
    changes_waiting,
    close_account,
    confirm,
    decline,
    invite_again,
    propose_account,
    propose_change,
    propose_reopening,
    propose_second_factor_reset,
    staff_accounts,
)
from accounts.account_policy import account_policy
from accounts.actions import Action
from accounts.models import AccountChange, SecondFactor, User
from accounts.permissions import signed_in, visible_or_404
from accounts.roles import Role
from accounts.second_factor import FACTORS
from pages.once_form import form_page, key_of, posted, write_once
from sankecare.edits.forms import Standing
from sankecare.errors import Refused
from sankecare.forms import OperationForm

from .account_forms import AccountForm, ChangeForm, LostFactorForm, ReasonForm

ON_A_PAGE = 50


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: HttpRequest) -> HttpResponse:
    """Everybody of the staff, and what waits for a second administrator. Names are posted, and stand in no address."""
    words = request.POST.get("words", "").replace("\0", "").strip()
    role = request.GET.get("role", "")
    found = _with_factor(staff_accounts()).select_related("facility", "district").order_by("role", "username")
    if role in Role.values:
        found = found.filter(role=role)
    if words:
        found = found.filter(
            Q(username__icontains=words)
            | Q(last_name__contains=words)
            | Q(first_name__contains=words)
            | Q(email__iexact=words)
        )
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": [_proposal_row(change) for change in changes_waiting(timezone.now())],
        "page": page,
        "rows": [_row(person) for person in page.object_list],
        "words": words,
        "role": role,
        "roles": [(one.value, one.label) for one in Role if one != Role.MOTHER],
        "waiting_columns": _columns(_("About whom"), _("What"), _("proposed by"), _("proposed at")),
        "columns": _columns(_("Name"), _("name to sign in with"), _("Role"), _("Facility or district"), _("State")),
    }
    return render(request, "administrator/people.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Propose a new account."""
    return _propose(
        request,
        AccountForm(posted(request)),
        propose_account,
        heading=_("Propose a new account"),
        words=_(
            "Once a second administrator has confirmed it, the person is invited by mail and chooses her password "
            "herself. Nobody else sets or learns it."
        ),
        back=reverse("people:list"),
    )


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: how it stands, what was changed about it and by whom."""
    found = _found(request, pk)
    changes = list(found.account_changes.select_related("proposed_by", "decided_by"))
    context = {
        "person": found,
        "facts": _facts(found),
        "is_invited": found.is_active and not found.has_usable_password(),
        "is_oneself": found.pk == signed_in(request).pk,
        "has_factor": found.has_factor,  # type: ignore[attr-defined]  # annotated
        "changes": changes,
    }
    return render(request, "administrator/person.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose another name, address, role or place."""
    found = _found(request, pk)
    return _propose(
        request,
        ChangeForm(posted(request), initial=ChangeForm.standing(found)),
        partial(propose_change, person=found),
        heading=_("Propose a change"),
        words=_(
            "It holds once a second administrator has confirmed it. The person is told by mail, and signs in anew."
        ),
        back=reverse("people:person", args=[pk]),
        stands=lambda: Standing(ChangeForm.standing(User.objects.select_for_update(no_key=True).get(pk=pk))),
        person=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that a lost second factor is taken back."""
    found = _found(request, pk)
    return _propose(
        request,
        LostFactorForm(posted(request)),
        partial(propose_second_factor_reset, person=found),
        heading=_("Propose to take the second factor back"),
        words=_(
            "Device and recovery codes are lost: once a second administrator has confirmed it, the person is signed "
            "out everywhere and sets up another one when she next signs in."
        ),
        back=reverse("people:person", args=[pk]),
        person=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose that a closed account is opened again."""
    found = _found(request, pk)
    return _propose(
        request,
        ReasonForm(posted(request)),
        partial(propose_reopening, person=found),
        heading=_("Propose to open the account again"),
        words=_("It holds once a second administrator has confirmed it."),
        back=reverse("people:person", args=[pk]),
        person=found,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an account at once: she left, or something is wrong."""
    found = _found(request, pk)
    context = {
        "heading": _("Close the account"),
        "words": _(
            "At once, without a second administrator: the person is signed out everywhere. What she has in hand stays "
            "and is handed over by a supervisor. To open the account again takes two."
        ),
        "person": found,
        "button": _("Close the account"),
        "danger": True,
        "back": reverse("people:person", args=[pk]),
    }
    return form_page(
        request,
        ReasonForm(posted(request)),
        partial(close_account, person=found),
        template="administrator/form.html",
        context=context,
        back=reverse("people:person", args=[pk]),
        done=_("The account is closed. The person is told by mail."),
    )


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the invitation once more."""
    found = _found(request, pk)
    try:
        write_once(request, key_of(request), [request.path], partial(invite_again, person=found))
    except Refused as refused:
        messages.error(request, refused.detail)
    else:
        messages.success(request, _("The invitation is sent again. The one before is good as well until it is used."))
    return redirect("people:person", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """What was proposed, beside what stands; POST declines it, or takes one's own back."""
    found = visible_or_404(request.user, Action.USER_CONFIRM, _proposals(), pk=pk)
    own = found.proposed_by_id == signed_in(request).pk
    context = {
        "change": found,
        "waits": changes_waiting(timezone.now()).filter(pk=found.pk).exists(),
        "own": own,
        "asked": _asked(found),
        "confirm_key": key_of(request),
        "days": account_policy(timezone.localdate()).proposal,
    }
    return form_page(
        request,
        ReasonForm(posted(request)),
        partial(decline, change=found),
        template="administrator/proposal.html",
        context=context,
        back=reverse("people:list"),
        done=_("It is taken back.") if own else _("It is declined."),
    )


@require_POST
def confirm_proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """The second administrator says yes: it is done."""
    found = visible_or_404(request.user, Action.USER_CONFIRM, _proposals(), pk=pk)
    try:
        write_once(request, key_of(request), [request.path], partial(confirm, change=found))
    except Refused as refused:
        messages.error(request, refused.detail)
        return redirect("people:proposal", pk)
    messages.success(request, _("It is confirmed and done. The person is told by mail."))
    return redirect("people:list")


# ---- What is behind -------------------------------------------------------------------------------------------------


def _propose(
    request: HttpRequest,
    form: OperationForm,
    operation: Any,
    *,
    heading: str,
    words: str,
    back: str,
    stands: Callable[[], Standing] | None = None,
    **context: Any,
) -> HttpResponse:
    shown = {"heading": heading, "words": words, "button": _("Propose it"), "back": back, **context}
    return form_page(
        request,
        form,
        operation,
        template="administrator/form.html",
        context=shown,
        back=lambda written: reverse("people:proposal", args=[written]),
        done=_("It is proposed. A second administrator must confirm it."),
        stands=stands,
    )


def _found(request: HttpRequest, pk: int) -> User:
    people = _with_factor(staff_accounts()).select_related("facility", "district")
    return visible_or_404(request.user, Action.USER_CHANGE, people, pk=pk)


def _with_factor(people: "QuerySet[User]") -> "QuerySet[User]":
    held = SecondFactor.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return people.annotate(has_factor=Exists(held))


def _proposals() -> "QuerySet[AccountChange]":
    return AccountChange.objects.select_related(
        *("person__facility", "person__district", "facility", "district", "proposed_by", "decided_by")
    )


def _columns(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "numeric": False} for label in labels]


def _row(person: Any) -> list[Any]:
    name = {"text": str(person), "url": reverse("people:person", args=[person.pk])}
    return [name, person.username, person.get_role_display(), _place(person), _state(person)]


def _proposal_row(change: AccountChange) -> list[Any]:
    whom = {"text": change.whom, "url": reverse("people:proposal", args=[change.pk])}
    moment = date_format(timezone.localtime(change.proposed_at), "DATETIME_FORMAT")
    return [whom, change.get_kind_display(), str(change.proposed_by), moment]


def _place(person: Any) -> str:
    return str(person.facility or person.district or "–")


def _state(person: Any) -> str:
    if not person.is_active:
        return _("closed")
    if not person.has_usable_password():
        return _("invited, has not chosen a password yet")
    return _("in use") if person.has_factor else _("has no second factor yet")


def _facts(person: Any) -> list[tuple[str, str]]:
    last = date_format(timezone.localtime(person.last_login), "DATETIME_FORMAT") if person.last_login else _("never")
    return [
        (_("name to sign in with"), person.username),
        (_("E-mail address"), person.email or _("none")),
        (_("Role"), person.get_role_display()),
        (_("Facility or district"), _place(person)),
        (_("State"), _state(person)),
        (_("Signed in last"), last),
    ]


def _asked(change: AccountChange) -> list[tuple[str, str, str]]:
    """Return (what, before, afterwards) of what the proposal asks for; what stays as it is is left out."""
    stands = change.person
    rows = [
        (_("name to sign in with"), stands.username if stands else "", change.username),
        (_("Name"), str(stands) if stands else "", f"{change.last_name} {change.first_name}".strip()),
        (_("E-mail address"), stands.email if stands else "", change.email),
        (_("Role"), stands.get_role_display() if stands else "", change.get_role_display()),
        (_("Facility"), str(stands.facility or "–") if stands else "", str(change.facility or "–")),
        (_("District"), str(stands.district or "–") if stands else "", str(change.district or "–")),
    ]
    if not change.role:
        return []
    return [row for row in rows if row[1] != row[2] and (row[1] or row[2] != "–")]
