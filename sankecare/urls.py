"""How the apps' pages are put together. Every name here stands in accounts/pages.py too.

A namespace names who a page is for; its pages come from several apps' ``urls``, each a list of that name.
"""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from accounts import urls as accounts
from billing import urls as billing
from bookings import urls as bookings
from enrollment import urls as enrollment
from facilities import urls as facilities
from referrals import urls as referrals
from reports import urls as reports

from .demo_mails import mails
from .health import healthz

urlpatterns = [
    path("", include(([*facilities.public, *bookings.public, *billing.public], "public"))),
    path("my/", include(([*billing.family, *enrollment.family, *bookings.family], "family"))),
    path("families/", include(([*enrollment.life, *bookings.life], "life"))),
    path("families/", include((enrollment.protection, "protection"))),
    path("applications/", include((enrollment.entry, "entry"))),
    path("papers/", include(([*enrollment.papers, *referrals.papers], "papers"))),
    path("letters/", include((enrollment.letters, "letters"))),
    path("facility/", include(([*bookings.operator, *billing.operator, *referrals.operator], "operator"))),
    path("claims/", include((billing.claims, "claims"))),
    path("supervisor/", include(([*reports.supervisor, *referrals.supervisor, *bookings.supervisor], "supervisor"))),
    path("meeting/", include((reports.meeting, "meeting"))),
    path("audit/", include((reports.audit, "audit"))),
    path("nurse/", include((referrals.nurse, "nurse"))),
    path("accounts/", include(accounts)),
    path("accounts/", include(accounts.shared)),
    path("demo/mails/", mails, name="demo-mails"),
    path("api/v1/", include(([*facilities.api, *enrollment.api, *bookings.api, *billing.api, *referrals.api], "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("healthz", healthz, name="healthz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]

handler400 = "sankecare.not_served.bad_request"
handler404 = "sankecare.not_served.page_not_found"
handler429 = "accounts.views.too_many_requests"
handler500 = "sankecare.health.server_error"
