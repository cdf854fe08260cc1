"""The letters in the admin: listed, printed, voided with a reason; and what stands on every letter."""

from functools import partial
from secrets import token_hex
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from accounts.admin_site import ModelAdmin, TriedInTheDatabase
from enrollment.eligibility import Rule
from enrollment.family_search import FindsFamilies
from enrollment.models import ConsentText, Letter, LetterForm, LetterPolicy, StandardReason
from enrollment.reasons import rule_name
from enrollment.search_terms import OF_A_LETTER
from facilities.admin import shown_period

from .posting_admin import print_run, to_send

BEGINNING = 40


@admin.register(Letter)
class LetterAdmin(FindsFamilies, ModelAdmin):
    list_display = (
        *("shown_number", "kind", "family", "issued_at", "first_opened_at"),
        *("voided_at", "printed", "to_void"),
    )
    list_select_related = ("registration__birth__family",)
    list_filter = ("kind", "fiscal_year")
    sign, own_number = OF_A_LETTER, "serial"
    moments: ClassVar[tuple[str, ...]] = ("issued_at",)
    fields = (
        *("shown_number", "kind", "family", "registration", "issued_at", "issued_by", "first_opened_at"),
        *("voided_at", "voided_reason", "printed", "to_void"),
    )
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("to-send/", wrap(partial(to_send, self)), name="enrollment_letter_to-send"),
            path("to-send/<int:pk>.pdf", wrap(partial(print_run, self)), name="enrollment_letter_print"),
            *super().get_urls(),
        ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A letter is issued with the decision that it tells."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A letter is never rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A letter is kept, also when it is void."""
        return False

    @admin.display(description=gettext_lazy("number"))
    def shown_number(self, letter: Letter) -> str:
        return str(letter.snapshot["number"])

    @admin.display(description=gettext_lazy("family"))
    def family(self, letter: Letter) -> str:
        return letter.registration.birth.family.mother_name

    @admin.display(description=gettext_lazy("PDF"))
    def printed(self, letter: Letter) -> SafeString:
        address = reverse("letters:pdf", args=[letter.pk])
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("Open the PDF"))

    @admin.display(description=gettext_lazy("Void"))
    def to_void(self, letter: Letter) -> SafeString | str:
        if letter.voided_at is not None:
            return letter.voided_reason
        address = reverse("letters:void", args=[letter.pk])
        return format_html('<a href="{}" class="font-semibold underline">{}</a>', address, _("No longer hand out"))


@admin.register(LetterPolicy)
class LetterPolicyAdmin(ModelAdmin):
    list_display = (shown_period, "number_sign", "signed_by", "signer_name", "seal", "office", "source")


@admin.register(LetterForm)
class LetterFormAdmin(ModelAdmin):
    list_display = ("kind", shown_period, "form_number", "legal_basis", "source")


class StandardReasonForm(TriedInTheDatabase):
    """The rule by its name."""

    rule = forms.ChoiceField(
        label=gettext_lazy("rule"),
        required=False,
        choices=lambda: [("", "–"), *((rule.value, rule_name(rule)) for rule in Rule)],
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = StandardReason
        fields = ("used_for", "rule", "text", "period", "position", "source")


@admin.register(StandardReason)
class StandardReasonAdmin(ModelAdmin):
    form = StandardReasonForm
    list_display = ("text", "used_for", "rule_in_words", shown_period, "source")
    list_filter = ("used_for",)

    @admin.display(description=gettext_lazy("rule"))
    def rule_in_words(self, row: StandardReason) -> str:
        return rule_name(Rule(row.rule)) if row.rule in set(Rule) else "–"

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """One that staff write has a code of its own."""
        obj.code = obj.code or f"own-{token_hex(8)}"
        super().save_model(request, obj, form, change)


@admin.register(ConsentText)
class ConsentTextAdmin(ModelAdmin):
    list_display = ("beginning", "version", shown_period, "required", "source")

    @admin.display(description=gettext_lazy("text"))
    def beginning(self, text: ConsentText) -> str:
        return Truncator(text.text_ja).chars(BEGINNING)
