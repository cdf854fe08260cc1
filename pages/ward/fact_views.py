"""事実の訂正: staff see what a correction touches before it is made."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.permissions import signed_in
from billing.models import Charge
from bookings.places.corrected_facts import Corrected, correct_facts
from enrollment.applications.application_data import doubts_in_words
from enrollment.families.facts import FactChange, facts_known
from enrollment.models import Registration
from facilities.models import Service
from pages.mother.listed_report import Listed, in_lines, line_of, report_after_list
from pages.once_form import posted
from pages.public.availability_views import name_of

from .fact_forms import FactsForm


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts of a registration's birth and family, put right with reason and paper; what it touches comes first."""
    registrations = Registration.objects.select_related("birth__family")
    registration = shown_or_404(request, Action.REGISTRATION_DECIDE, registrations, pk=pk)
    form = FactsForm(posted(request), registration=registration, known=facts_known(registration))
    operation = partial(correct_facts, registration=registration, by=signed_in(request), at=timezone.now())
    return report_after_list(
        request,
        registration.birth.family,
        form,
        lambda: operation(**form.values),
        title=_("Put facts right: %(number)s") % {"number": registration.number},
        words=_("What was typed wrong. It holds as if it had always been so; what it touches is listed first."),
        done=_("The facts are put right."),
        lines=corrected_lines,
    )


def corrected_lines(done: Corrected) -> Listed:
    """Return what a correction changes and touches, as (heading, lines), without what does not."""
    charges = Charge.objects.filter(booking__in=[row.booking for row in done.used_against])
    groups: Listed = [
        (_("What is put right"), [_change(row) for row in done.changes]),
        (_("Please check"), _doubts(done.registration)),
        (_("Last day by age"), _last_days(done)),
        *in_lines(done.bookings),
        (_("Used days that these facts do not allow: please decide"), [line_of(row) for row in done.used_against]),
        (_("Charges issued for these bookings"), [_charge(row) for row in charges.select_related("booking")]),
        (_("Letters that say what stood there before"), list(done.letters_before)),
        (_("A letter of the change is issued"), list(done.letters_for)),
    ]
    return [(heading, lines) for heading, lines in groups if lines]


def _change(row: FactChange) -> str:
    before, after = row.before or _("none"), row.after or _("none")
    words = {"whose": row.whose, "fact": row.fact, "before": before, "after": after}
    return _("%(whose)s %(fact)s: %(before)s → %(after)s") % words


def _last_days(done: Corrected) -> list[str]:
    services = Service.objects.filter(slug__in=done.verdicts).select_related("facility")
    line = _("%(service)s: %(before)s → %(after)s")
    found = []
    for service in services.order_by("facility__position", "position"):
        before, after = (date_format(day) if day else _("none") for day in done.verdicts[service.slug])
        found.append(line % {"service": name_of(service), "before": before, "after": after})
    return found


def _charge(charge: Charge) -> str:
    facts = {"number": charge.booking.number, "amount": f"{charge.total:,}"}
    return _("%(number)s: %(amount)s yen") % facts


def _doubts(registration: Registration) -> list[str]:
    """What is mostly a slip is no hindrance for staff: it is said before it is entered."""
    known = facts_known(registration)
    doubts = doubts_in_words(list(known.infants.values()), known.due_date, timezone.localdate())
    return [words for _field, words in doubts]
