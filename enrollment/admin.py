"""Families and registrations in the admin. Every judgement goes through enrollment/decide.py."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.admin_site import ModelAdmin, TabularInline
from accounts.looks import shown_or_404
from accounts.permissions import may, signed_in
from facilities.admin import shown_period
from facilities.models import Service
from sankecare.errors import Refused

from . import letter_admin  # noqa: F401 - registers its pages
from .decide import approve_application, propose_exception, reject_application, return_application
from .eligibility import Rule
from .models import (
    Family,
    Registration,
    RegistrationException,
    RegistrationPolicy,
    RegistrationState,
    Residence,
    Sibling,
    TaxClassPeriod,
)
from .queries import verdicts_on_application
from .reasons import reason, rule_name

DECISIONS: dict[str, tuple[Any, Callable[..., Any]]] = {
    "approve": (gettext_lazy("Approve"), approve_application),
    "return": (gettext_lazy("Return for correction"), return_application),
    "reject": (gettext_lazy("Do not approve"), reject_application),
}


class ResidenceInline(TabularInline):
    model = Residence
    fields = (shown_period, "town", "chome", "block", "rest", "district")
    readonly_fields = (shown_period,)


class TaxClassInline(TabularInline):
    model = TaxClassPeriod


class SiblingInline(TabularInline):
    model = Sibling


@admin.register(Family)
class FamilyAdmin(ModelAdmin):
    list_display = ("mother_name", "mother_name_kana", "phone", "created_at", "made_up")
    search_fields = ("mother_name_kana", "mother_name", "phone")
    list_filter = ("made_up",)
    readonly_fields = ("account", "created_at", "made_up")
    inlines: ClassVar = [ResidenceInline, TaxClassInline, SiblingInline]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A family comes in with its application (enrollment/apply.py)."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A family's records are kept."""
        return False


class ExceptionInline(TabularInline):
    model = RegistrationException


class DecisionForm(forms.Form):
    """What staff decide, and why; a reason is needed for anything but an approval."""

    decision = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[(key, label) for key, (label, _operation) in DECISIONS.items()],
        widget=UnfoldAdminRadioSelectWidget,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget,
        help_text=gettext_lazy("The family reads it. Needed unless you approve."),
    )


class ExceptionForm(forms.Form):
    """An exception on one rule; never on medical treatment."""

    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"),
        choices=lambda: [(rule.value, rule_name(rule)) for rule in Rule if rule != Rule.MEDICAL_CARE],
        widget=UnfoldAdminSelectWidget,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=UnfoldAdminTextareaWidget)


@admin.register(Registration)
class RegistrationAdmin(ModelAdmin):
    list_display = ("number", "family", "state", "applied_at", "decided_at", "to_decide")
    list_select_related = ("birth__family",)
    list_filter = ("state",)
    search_fields = ("=pk", "birth__family__mother_name_kana", "birth__family__mother_name")
    date_hierarchy = "applied_at"
    inlines: ClassVar = [ExceptionInline]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Who has waited longest comes first once the list is filtered to what waits."""
        return ["-applied_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        decide = self.admin_site.admin_view(self.decide)
        return [
            path("<int:pk>/decide/", decide, name="enrollment_registration_decide"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("family"))
    def family(self, registration: Registration) -> str:
        return registration.birth.family.mother_name

    @admin.display(description=gettext_lazy("decision"))
    def to_decide(self, registration: Registration) -> SafeString | str:
        if registration.state != RegistrationState.APPLIED:
            return "–"
        address = reverse("admin:enrollment_registration_decide", args=[registration.pk])
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("Look and decide"))

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The facts and the verdict beside the decision; on refusal nothing typed is lost."""
        registration = shown_or_404(request, "registration.decide", _with_facts(), pk=pk)
        exception_asked = "grant" in request.POST
        decision = DecisionForm(request.POST if request.method == "POST" and not exception_asked else None)
        exception = ExceptionForm(request.POST if exception_asked else None, prefix="exception")
        asked: forms.Form = exception if exception_asked else decision
        if request.method == "POST" and asked.is_valid():
            try:
                done = self._do(request, registration, asked)
            except Refused as refusal:
                _show_refusal(asked, refusal)
            else:
                messages.success(request, done)
                return HttpResponseRedirect(request.path if exception_asked else "../../")
        return self._page(request, registration, decision, exception)

    def _do(self, request: HttpRequest, registration: Registration, asked: forms.Form) -> str:
        by, at = signed_in(request), timezone.now()
        if isinstance(asked, ExceptionForm):
            propose_exception(registration=registration, by=by, at=at, **asked.cleaned_data)
            return _("The exception is granted.")
        label, operation = DECISIONS[asked.cleaned_data["decision"]]
        operation(registration=registration, by=by, at=at, reason=asked.cleaned_data["reason"])
        return _("%(number)s: %(decision)s.") % {"number": registration.number, "decision": label}

    def _page(
        self, request: HttpRequest, registration: Registration, decision: DecisionForm, exception: ExceptionForm
    ) -> HttpResponse:
        today = timezone.localdate()
        family = registration.birth.family
        services = {row.slug: row for row in Service.objects.select_related("facility")}
        context = self.admin_site.each_context(request) | {
            "title": f"{registration.number} {family.mother_name}",
            "opts": self.opts,
            "registration": registration,
            "family": family,
            "residence": family.residences.filter(period__contains=today).select_related("town", "district").first(),
            "tax_class": family.tax_classes.filter(period__contains=today).first(),
            "infants": registration.birth.infants.all(),
            "siblings": family.siblings.all(),
            "verdicts": [
                (services[service], verdict, [(rule_name(row.rule), row, reason(row)) for row in verdict.rules])
                for service, verdict in verdicts_on_application(registration, today).items()
            ],
            "waits": registration.state == RegistrationState.APPLIED,
            "may_decide": may(request.user, "registration.decide"),
            "decision": decision,
            "exception": exception,
        }
        return TemplateResponse(request, "enrollment/admin_decide.html", context)


@admin.register(RegistrationPolicy)
class RegistrationPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "from_pregnancy_week", "source")


def _with_facts() -> QuerySet[Registration]:
    return Registration.objects.select_related("birth__family").prefetch_related("birth__infants", "exceptions")


def _show_refusal(form: forms.Form, refusal: Refused) -> None:
    """Put what was refused beside the field it is about; what belongs to no field stands on top."""
    shown = False
    for field, sentence in refusal.fields.items():
        form.add_error(field if field in form.fields else None, sentence)
        shown = True
    if not shown or refusal.code not in ("no_reason",):
        form.add_error(None, refusal.detail)
