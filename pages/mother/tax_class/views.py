"""Staff enter another tax class: what it makes of the fees is listed, and corrected in the same step."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.actions import Action
from accounts.permissions import signed_in
from billing.desk.tax_class import change_tax_class_and_fees
from enrollment.models import TaxClass
from pages.mother.family_views import reporting_family
from pages.mother.life_event_forms import TaxClassForm
from pages.mother.listed_report import report_after_list
from pages.once_form import posted

from .lines import money_lines


class TaxClassAndFeesForm(TaxClassForm):
    """The class, its paper, and whether fees that were issued follow at once."""

    corrects = forms.BooleanField(
        label=gettext_lazy("Correct the fees of these days along"),
        help_text=gettext_lazy("What it makes of each fee is shown before anything is entered."),
        required=False,
        initial=True,
    )

    @property
    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "tax_class": TaxClass(self.cleaned_data["tax_class"])}


@require_http_methods(["GET", "HEAD", "POST"])
def tax_class(request: HttpRequest, pk: int) -> HttpResponse:
    """Another tax class with its date and the paper that shows it; and what it changes in money, confirmed here."""
    family = reporting_family(request, pk, Action.FAMILY_TAX_CLASS)
    form = TaxClassAndFeesForm(posted(request), family=family)
    return report_after_list(
        request,
        family,
        form,
        lambda: change_tax_class_and_fees(family=family, by=signed_in(request), at=timezone.now(), **form.values),
        title=_("Another tax class"),
        words=_("Each day is priced by the class in force on it; the days before keep theirs."),
        done=_("The tax class is entered."),
        lines=money_lines,
        only_if_listed=True,
    )
