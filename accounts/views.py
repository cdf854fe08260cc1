"""The sign-in page, and where each role lands."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import RedirectView

from .roles import Role
from .sign_in_limit import attempts_left, forget_attempts, note_failed_attempt, seconds_to_wait

LANDING_PAGES = {
    Role.MOTHER: "family:home",
    Role.OPERATOR: "operator:day",
    Role.FACILITY_MANAGER: "operator:day",
    Role.HEALTH_NURSE: "nurse:inbox",
    Role.CASEWORKER: "nurse:inbox",
    Role.SUPERVISOR: "supervisor:occupancy",
    Role.WARD_STAFF: "admin:index",
    Role.AUDITOR: "admin:index",
}


class SignIn(LoginView):
    """One answer for a wrong name, a wrong password and a closed account: nobody learns who has one."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not attempts_left(request):
            return self._too_many(request)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        forget_attempts(self.request)
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        note_failed_attempt(self.request)
        return super().form_invalid(form)

    def _too_many(self, request: HttpRequest) -> HttpResponse:
        form: Form = self.get_form_class()(request)
        answer = self.render_to_response(
            self.get_context_data(form=form, refused=_("Too many attempts. Please wait a little and try again.")),
            status=429,
        )
        answer["Retry-After"] = str(seconds_to_wait())
        return answer


class Landing(RedirectView):
    """After signing in: each role to its own page."""

    def get_redirect_url(self, *args: Any, **kwargs: Any) -> str:
        role = getattr(self.request.user, "role", "")
        return reverse(LANDING_PAGES.get(Role(role), "public:home") if role else "public:home")
