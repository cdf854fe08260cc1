"""控え: a table is kept as it is given out; what was given out stands on its page, beside what is counted now."""

from functools import partial

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from facilities.fiscal_year import fiscal_year
from pages.once_form import form_page, posted
from reports.catalogue.contents import by_slug
from reports.known.keeping import keep_table
from sankecare.forms import OperationForm

from .asked import asked_of


class KeepForm(OperationForm):
    """For what a table is given out."""

    purpose = forms.CharField(
        label=gettext_lazy("Given out for"),
        help_text=gettext_lazy("Such as the council's meeting, and the day. No name of a family."),
        max_length=200,
    )


def keep(request: HttpRequest, named: str) -> HttpResponse:
    """Keep the table of the address (years, as known on a day) with the words for what it is given out."""
    found = by_slug().get(named)
    if found is None:
        raise Http404
    asked = asked_of(request, fiscal_year(timezone.localdate()))
    if asked.problem or asked.known is None:
        problem = asked.problem or _("Choose first as known on which day the table is given out.")
        return HttpResponse(problem, status=422, content_type="text/plain; charset=utf-8")
    return form_page(
        request,
        KeepForm(posted(request)),
        partial(keep_table, entry=found.entry, years=asked.years, day=asked.known),
        template="supervisor/tables/keep.html",
        context={"table": found, "asked": asked},
        back=reverse("supervisor:table", args=[named]),
        done=_("The table is kept as it was given out."),
    )
