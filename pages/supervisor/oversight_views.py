"""The supervisor's pages: what is late in the ward, and what somebody who left had in hand. Not what was seen."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may
from accounts.roles import DISTRICT_ROLES
from pages.district.referral_forms import ReassignForm
from pages.district.referral_views import first_handed_over, redirect_page
from pages.district.step_page import step_page
from pages.once_form import posted
from referrals.queries import late, left_behind, not_received, open_by_district, referrals_shown
from referrals.reconcile import last_look, not_gone_out


@require_safe
def overseen(request: HttpRequest) -> HttpResponse:
    """What nobody has received in time, in all districts; numbers and times, not what was seen."""
    now = timezone.now()
    context = {
        "now": now,
        "late": late(now),
        "referrals": not_received(now),
        "left_behind": left_behind(),
        "districts": open_by_district(),
        "may_act": may(request.user, Action.REFERRAL_REASSIGN),
        "look": last_look(now),
        "undone": not_gone_out(),
    }
    return render(request, "supervisor/referrals.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def redirect_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Send on what nobody receives, to the other section or to another district."""
    found = shown_or_404(request, Action.REFERRAL_REDIRECT, referrals_shown(), pk=pk)
    return redirect_page(request, found, back=reverse("supervisor:referrals"), who=found.number)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request: HttpRequest) -> HttpResponse:
    """What somebody who left had in hand goes to a person of that section."""
    left = {row.in_charge_id for row in left_behind() if row.in_charge_id is not None}
    people = User.objects.filter(role__in=DISTRICT_ROLES, is_active=True).order_by("district", "role", "last_name")
    form = ReassignForm(posted(request), left=left, people=people)
    return step_page(
        request,
        form,
        first_handed_over,
        title=_("Hand over what somebody who left had in hand"),
        button=_("Hand all of it over"),
        done=_("Everything is handed over, and your colleague is told."),
        back=reverse("supervisor:referrals"),
    )
