"""控え: a table is kept as it is given out; what was given out stands on its page, beside what is counted now."""

from datetime import date, datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from facilities.fiscal_year import fiscal_year
from pages.once_form import form_page, posted
from reports.catalogue.contents import by_slug
from reports.known.at import COMPLETE_WHEN_OVER
from reports.known.keeping import keep_table
from reports.models import KeptTable
from sankecare.forms import Bounds, DayField, OperationForm

from .asked import Asked, asked_of
from .file_views import UNPROCESSABLE, refused

YESTERDAY = Bounds(ahead=timedelta(days=-1), why=COMPLETE_WHEN_OVER)


class KeepForm(OperationForm):
    """As known on which day, and for what a table is given out."""

    known = DayField(label=gettext_lazy("As known on"), bounds=YESTERDAY)
    purpose = forms.CharField(
        label=gettext_lazy("Given out for"),
        help_text=gettext_lazy("Such as the council's meeting, and the day. No name of a family."),
        max_length=200,
    )


def keep(request: HttpRequest, named: str) -> HttpResponse:
    """Keep the table of the address's fiscal years; the day and for what it is given out stand in the form."""
    found = by_slug().get(named)
    if found is None:
        raise Http404
    asked = asked_of(request, fiscal_year(timezone.localdate()))
    if not asked.years:
        return refused(request, found, asked.problem, kept=True)
    entry, years = found.entry, asked.years

    def keep_of(*, known: date, purpose: str, by: User, at: datetime) -> KeptTable:
        return keep_table(entry=entry, years=years, day=known, purpose=purpose, by=by, at=at)

    problem = "" if request.method == "POST" else _why_not(asked)
    answer = form_page(
        request,
        KeepForm(posted(request), initial={"known": asked.known or asked.typed}),
        keep_of,
        template="supervisor/tables/keep.html",
        context={"table": found, "asked": asked, "problem": problem},
        back=reverse("supervisor:table", args=[named]),
        done=_("The table is kept as it was given out."),
    )
    if problem:
        answer.status_code = UNPROCESSABLE
    return answer


def _why_not(asked: Asked) -> str:
    """Why the day of the address is none to keep a table of, in words; "" where it is."""
    if asked.problem:
        return asked.problem
    if asked.known is None:
        return _("Choose first as known on which day the table is given out.")
    try:
        YESTERDAY.check(asked.known, timezone.localdate())
    except ValidationError as wrong:
        return " ".join(wrong.messages)
    return ""
