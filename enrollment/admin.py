"""Families and registrations in the admin. Every judgement goes through enrollment/decisions/decide.py."""

from functools import partial
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_site import ModelAdmin, NamedInItsRow, TabularInline, TriedInTheDatabase
from accounts.models import User
from accounts.permissions import signed_in
from accounts.roles import Role
from enrollment.applications.application_data import refuse_impossible_person
from enrollment.applications.mother_details import correct_person
from enrollment.decisions.decide_admin import decide
from enrollment.decisions.drafted_admin import drafted
from enrollment.decisions.merge_admin import compare, joined
from enrollment.decisions.queue_admin import queue
from facilities.admin import shown_period
from sankecare.errors import NotPossible
from sankecare.forms import show_refusal

from .family_search import FindsFamilies
from .kana import folded_kana, folded_phone
from .letters import letter_admin  # noqa: F401 - registers its pages
from .list_filters import LivesInDistrict, RegistrationStands
from .models import (
    Decider,
    DecisionPolicy,
    DespairPolicy,
    DespairWord,
    Family,
    FamilyMerge,
    HelpLine,
    NamedCaller,
    Protection,
    Registration,
    RegistrationException,
    RegistrationPolicy,
    RegistrationState,
    Residence,
    Sibling,
    TaxClassPeriod,
)
from .standing import state_words

PERSON = ("mother_name", "mother_name_kana", "mother_birth_date", "phone", "email")


class ResidenceInline(TabularInline):
    model = Residence
    fields = (shown_period, "town", "chome", "block", "rest", "district")
    readonly_fields = (shown_period,)


class TaxClassInline(TabularInline):
    """Read here; changed with its paper, its letter and its day on the page of changes (families/life_events.py)."""

    model = TaxClassPeriod
    fields = (shown_period, "tax_class", "evidence")
    readonly_fields = (shown_period,)


class SiblingForm(NamedInItsRow):
    """A child's name stays as typed, leading spaces too; its kana is folded as everybody's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _keep_as_typed(self, "name")

    def clean_name_kana(self) -> str:
        return folded_kana(self.cleaned_data["name_kana"])


class SiblingInline(TabularInline):
    model = Sibling
    form = SiblingForm


class PersonForm(TriedInTheDatabase):
    """The mother as she is typed in; what is kept is written by ``correct_person``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _keep_as_typed(self, "mother_name")
        if "mother_name_kana" in self.fields:
            self.fields["mother_name_kana"].required = False  # a name in letters may have none

    def clean_mother_name_kana(self) -> str:
        return folded_kana(self.cleaned_data["mother_name_kana"])

    def clean_phone(self) -> str:
        return folded_phone(self.cleaned_data["phone"])

    def clean(self) -> dict[str, Any] | None:
        values = super().clean() or self.cleaned_data
        name, kana, born = (values.get(field) for field in ("mother_name", "mother_name_kana", "mother_birth_date"))
        if not self.errors:
            try:
                had_none = not self.initial.get("mother_name_kana", True)
                refuse_impossible_person(name or "", kana or "", born, timezone.localdate(), without_kana=had_none)
            except NotPossible as refused:
                show_refusal(self, refused)
        return values


@admin.register(Family)
class FamilyAdmin(FindsFamilies, ModelAdmin):
    list_display = ("mother_name", "mother_name_kana", "phone", "disclosure", "created_at", "made_up")
    list_filter = (LivesInDistrict, RegistrationStands, "made_up")
    fields = (*PERSON, "account", "created_at", "made_up", "changes")
    readonly_fields = ("account", "created_at", "made_up", "changes")
    list_select_related = ("account",)

    form = PersonForm
    inlines: ClassVar = [ResidenceInline, TaxClassInline, SiblingInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """An entry that was joined into another one is read there."""
        entries: QuerySet[Any] = super().get_queryset(request).filter(merged_into__isnull=True)
        marked: QuerySet[Any] = entries.annotate(protected=Exists(Protection.in_force.filter(family=OuterRef("pk"))))
        return marked

    def get_list_display(self, request: HttpRequest) -> Any:
        """Where there are made-up people (the demo), the list says which they are."""
        return self.list_display if settings.DEMO else self.list_display[:-1]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self.list_filter if settings.DEMO else self.list_filter[:-1]

    @admin.display(description=gettext_lazy("address"))
    def disclosure(self, family: Any) -> str:
        return _("address not disclosed") if family.protected else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The address of who signs in changes with the sign-in, with proof, on a page of its own."""
        signs_in = obj is not None and obj.account_id is not None
        return (*self.readonly_fields, "address_of_sign_in") if signs_in else self.readonly_fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """In the place of the own address that of the sign-in, where there is one."""
        signs_in = obj is not None and obj.account_id is not None
        return tuple("address_of_sign_in" if name == "email" and signs_in else name for name in self.fields)

    @admin.display(description=gettext_lazy("e-mail"))
    def address_of_sign_in(self, family: Any) -> SafeString:
        """Her one address, with the way to change it."""
        page = reverse("life:email", args=[family.pk])
        link = format_html('<a href="{}" class="font-semibold underline">{}</a>', page, _("Another e-mail address"))
        return format_html("{}　{}", family.mail_address, link)

    @admin.display(description=gettext_lazy("Changes"))
    def changes(self, family: Any) -> SafeString:
        """Where address, tax class and the rest are reported, each with its day and its paper."""
        pages = [(reverse("life:overview", args=[family.pk]), _("Address, tax class and other changes"))]
        if FamilyMerge.objects.filter(kept=family).exists():
            pages.append((reverse("admin:enrollment_family_joined", args=[family.pk]), _("Joined entries")))
        return format_html_join("　", '<a href="{}" class="font-semibold underline">{}</a>', pages)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if set(form.changed_data) & set(PERSON):
            person = {field: form.cleaned_data.get(field, "") for field in PERSON}
            correct_person(family=obj, by=signed_in(request), at=timezone.now(), **person)

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(partial(compare, self))
        return [
            path("<int:pk>/compare/<int:other>/", page, name="enrollment_family_compare"),
            path(
                "<int:pk>/joined/",
                self.admin_site.admin_view(partial(joined, self)),
                name="enrollment_family_joined",
            ),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A family comes in with its application (enrollment/applications/apply.py)."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A family's records are kept."""
        return False


def _keep_as_typed(form: forms.ModelForm, name: str) -> None:  # type: ignore[type-arg]  # not subscriptable
    """A name loses no space at its ends either."""
    field = form.fields.get(name)
    if isinstance(field, forms.CharField):
        field.strip = False


class ExceptionInline(TabularInline):
    model = RegistrationException


@admin.register(Registration)
class RegistrationAdmin(FindsFamilies, ModelAdmin):
    list_display = ("shown_number", "family", "stands", "applied_at", "decided_at", "to_decide")
    list_select_related = ("birth__family",)
    list_filter = ("state", LivesInDistrict, "channel")
    sign = "R"
    moments: ClassVar[tuple[str, ...]] = ("applied_at", "decided_at")
    date_hierarchy = "applied_at"
    inlines: ClassVar = [ExceptionInline]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        """Who has waited longest comes first once the list is filtered to what waits."""
        return ["-applied_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("drafted/", wrap(partial(drafted, self)), name="enrollment_registration_drafted"),
            path("queue/", wrap(partial(queue, self)), name="enrollment_registration_queue"),
            path("<int:pk>/decide/", wrap(partial(decide, self)), name="enrollment_registration_decide"),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("family"))
    def family(self, registration: Registration) -> str:
        return registration.birth.family.mother_name

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def stands(self, registration: Registration) -> str:
        return state_words(registration, timezone.localdate())

    @admin.display(description=gettext_lazy("decision"))
    def to_decide(self, registration: Registration) -> SafeString | str:
        if registration.state != RegistrationState.APPLIED:
            return "–"
        address = reverse("admin:enrollment_registration_decide", args=[registration.pk])
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("Look and decide"))


@admin.register(RegistrationPolicy)
class RegistrationPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "from_pregnancy_week", "exception_days", "decision_days", "source")


@admin.register(DecisionPolicy)
class DecisionPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "second_step", "source")


class DeciderForm(TriedInTheDatabase):
    """Who enters it names the person."""

    named_by: User

    def _post_clean(self) -> None:
        self.instance.named_by = self.named_by
        super()._post_clean()


@admin.register(Decider)
class DeciderAdmin(ModelAdmin):
    form = DeciderForm
    list_display = ("person", "stands_in_for", shown_period, "named_by")
    list_select_related = ("person", "stands_in_for", "named_by")
    fields = ("person", "stands_in_for", "period", "named_by")
    readonly_fields = ("named_by",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ward staff; nobody names herself, and a deputy stands in for who decides herself."""
        staff = User.objects.filter(role=Role.WARD_STAFF, is_active=True)
        if db_field.name == "person":
            kwargs["queryset"] = staff.exclude(pk=signed_in(request).pk)
        if db_field.name == "stands_in_for":
            kwargs["queryset"] = staff.filter(
                pk__in=Decider.objects.filter(stands_in_for__isnull=True).order_by().values("person")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.named_by = signed_in(request)
        return form


@admin.register(HelpLine)
class HelpLineAdmin(ModelAdmin):
    list_display = ("name", "phone", "in_foot", shown_period, "source")


@admin.register(DespairPolicy)
class DespairPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "tells_health_nurses", "tells_ward_staff", "ticks_tell", "source")


@admin.register(NamedCaller)
class NamedCallerAdmin(ModelAdmin):
    list_display = ("district", "person", shown_period)
    list_select_related = ("district", "person")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "person":
            kwargs["queryset"] = User.objects.filter(role__in=(Role.HEALTH_NURSE, Role.WARD_STAFF), is_active=True)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(DespairWord)
class DespairWordAdmin(ModelAdmin):
    list_display = ("text", shown_period, "source")
    search_fields = ("text",)
