"""How the pages and the API are put together. Every name here stands in accounts/url_permissions.py too.

A namespace names who a page is for; pages stand in ``pages`` by audience, the API's routes in the apps.
"""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from accounts import urls as accounts
from accounts.messages.language import set_language
from billing import urls as billing
from bookings import urls as bookings
from demo.mails import mails
from enrollment import urls as enrollment
from facilities import urls as facilities
from pages.administrator import urls as administrator
from pages.auditor import urls as auditor
from pages.district import urls as district
from pages.facility import urls as facility
from pages.guide import urls as guide
from pages.mother import urls as mother
from pages.public import urls as public
from pages.supervisor import urls as supervisor
from pages.ward import urls as ward
from referrals import urls as referrals
from reports.api import urls as reports

from .health import healthz
from .outside.views import metrics, readyz

api = [
    *facilities.urlpatterns,
    *enrollment.urlpatterns,
    *bookings.urlpatterns,
    *billing.urlpatterns,
    *referrals.urlpatterns,
    *reports.urlpatterns,
]

urlpatterns = [
    path("", include((public.public, "public"))),
    path("my/", include((mother.family, "family"))),
    path("stays/", include((mother.take_home, "takehome"))),
    path("families/", include((mother.life, "life"))),
    path("ward/", include((ward.desk, "desk"))),
    path("families/", include((ward.protection, "protection"))),
    path("ward/", include(ward.families)),
    path("applications/", include((ward.entry, "entry"))),
    path("deletion-requests/", include((ward.deletion, "deletion"))),
    path("papers/", include((ward.papers, "papers"))),
    path("letters/", include((ward.letters, "letters"))),
    path("facility/", include((facility.operator, "operator"))),
    path("claims/", include((ward.claims, "claims"))),
    path("ward/money/", include((ward.money, "money"))),
    path("supervisor/", include((supervisor.supervisor, "supervisor"))),
    path("meeting/", include((supervisor.meeting, "meeting"))),
    path("people/", include((administrator.people, "people"))),
    path("audit/", include((auditor.audit, "audit"))),
    path("nurse/", include((district.nurse, "nurse"))),
    path("guide/", include((guide.guide, "guide"))),
    path("accounts/", include(accounts)),
    path("accounts/", include(accounts.shared)),
    path("demo/mails/", mails, name="demo-mails"),
    path("api/v1/", include((api, "api"))),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("i18n/setlang/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]

handler400 = "sankecare.error_handlers.bad_request"
handler404 = "sankecare.error_handlers.page_not_found"
handler429 = "accounts.views.too_many_requests"
handler500 = "sankecare.health.server_error"
