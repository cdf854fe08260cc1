"""自分のファイル: order a long file, see how far it is, take it while it is kept. Nobody sees those of others."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import tell_file
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import signed_in, visible_or_404
from facilities.fiscal_year import fiscal_year
from pages.once_form import form_page, posted
from pages.supervisor.tables.file_views import KINDS, as_attachment
from reports.files.ordering import DAYS_KEPT, content_of, order_file, orders_of
from reports.models import FileOrder, OrderState, ReportKind
from reports.queries import fiscal_years_with_use
from sankecare.forms import OperationForm

LISTED = 50
KIND_OF = {ReportKind.ANNUAL: KINDS["pdf"], ReportKind.WORKBOOK: KINDS["xlsx"]}


class OrderForm(OperationForm):
    """Which file, of which fiscal years."""

    kind = forms.ChoiceField(label=_("File"), choices=ReportKind.choices, widget=forms.RadioSelect)
    first_year = forms.TypedChoiceField(label=_("From fiscal year"), coerce=int)
    last_year = forms.TypedChoiceField(label=_("To fiscal year"), coerce=int)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_year", "last_year"):
            field = self.fields[name]
            assert isinstance(field, forms.TypedChoiceField)
            field.choices = [(year, str(year)) for year in reversed(years)]
        self.initial = {"kind": ReportKind.ANNUAL, "first_year": years[0], "last_year": years[-1], **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("first_year", 0) > cleaned.get("last_year", 9999):
            self.add_error("last_year", _("The first fiscal year is after the last. Please exchange them."))
        return cleaned


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """One's own files, the newest first, and a form to order one; the same form sent twice is one order."""

    def order(*, kind: str, first_year: int, last_year: int, by: User, at: datetime) -> FileOrder:
        return order_file(kind=kind, years=[first_year, last_year], by=by, at=at)

    years = fiscal_years_with_use() or [fiscal_year(timezone.localdate())]
    orders = list(orders_of(signed_in(request))[:LISTED])
    return form_page(
        request,
        OrderForm(posted(request), years=years),
        order,
        template="supervisor/files.html",
        context={
            "orders": orders,
            "days_kept": DAYS_KEPT.days,
            "being_made": any(one.state in (OrderState.WAITING, OrderState.MAKING) for one in orders),
        },
        back=reverse("supervisor:files"),
        done=str(_("The file is being made. It stands in the list as soon as it is ready.")),
    )


@never_cache
@require_safe
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own file, while it is kept."""
    order = visible_or_404(request.user, Action.FILE_TAKE, FileOrder.objects.all(), pk=pk)
    if order.state != OrderState.READY:
        raise Http404
    tell_file(request, str(order), families_counted=order.families)
    name = f"{order.get_kind_display()}_{order.first_year}-{order.last_year}"
    return as_attachment(content_of(order), name, KIND_OF[ReportKind(order.kind)])
