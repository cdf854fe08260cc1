"""The home page: what the programme is, and the way to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bookings.models import LimitGroup, UsageLimits
from enrollment.queries import week_to_apply
from facilities.models import ServiceTermsRow
from facilities.queries import facilities_on

from .check_forms import AnswersForm, BabyDayForm
from .check_questions import how_many_open, known_of
from .check_views import hidden_of
from .soonest import soonest_for


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One question, and what the programme is, in a mother's words; its limits as they are in force today."""
    return _home(request, BabyDayForm())


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def soonest(request: HttpRequest) -> HttpResponse:
    """The one question answered: until when at which service, the soonest days anywhere and their price.

    Nothing is kept; what was answered goes along where she goes on.
    """
    if request.method != "POST":
        return redirect("public:home")
    answers = AnswersForm(request.POST)
    if not answers.is_valid():
        form = BabyDayForm(request.POST)
        form.is_valid()
        return _home(request, form, status=422)
    known, now = known_of(answers), timezone.now()
    context = {
        "form": answers,
        "day": answers.cleaned_data["baby_day"],
        "due_date": answers.due_date,
        "may_be_unborn": answers.due_date is None and not answers.said("early"),
        "soon": soonest_for(known.verdicts, known.day, at=now),
        "left": how_many_open(answers),
        "hidden": hidden_of(request),
    }
    return render(request, "public/soonest.html", context)


def _home(request: HttpRequest, form: BabyDayForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    facilities = list(facilities_on(today))
    kinds: dict[int, dict[str, None]] = {}
    for terms in (
        ServiceTermsRow.objects.filter(period__contains=today, service__offered__contains=today)
        .order_by("age_limit_months", "service__facility__position", "service__position")
        .select_related("service")
    ):
        kinds.setdefault(terms.age_limit_months, {})[terms.service.plain_kind] = None
    limits = UsageLimits.objects.filter(group=LimitGroup.STAYS, period__contains=today).first()
    context = {
        "form": form,
        "facilities": facilities,
        "age_limits": [(months, list(names)) for months, names in kinds.items()],
        "days_per_birth": limits.days_per_birth if limits else None,
        "week": week_to_apply(today),
    }
    return render(request, "public/home.html", context, status=status)
