"""The cash sheet at the facility: what was taken in today, counted before the till is closed."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import signed_in
from billing.desk.cash import count_cash
from facilities.queries import own_facility
from pages.once_form import form_page, posted

from .forms import CashForm
from .sheet import day_asked, sheet_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cash(request: HttpRequest) -> HttpResponse:
    """The day's cash, and its count; counted anew it is another count, and both are kept."""
    person = signed_in(request)
    place, day = own_facility(person), day_asked(request.GET.get("day", ""), timezone.localdate())
    sheet = sheet_of(person, place, day)
    return form_page(
        request,
        CashForm(posted(request), sheet["count"]),
        partial(count_cash, facility=place, day=day),
        template="facility/cash.html",
        context={**sheet, "here": reverse("operator:cash")},
        back=f"{reverse('operator:cash')}?day={day.isoformat()}",
        done=_("The count is kept."),
    )
