"""Where somebody looked or changed something, in words: the access log keeps a URL's name, the history its address."""

from django.apps import apps
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.url_permissions import ADMIN_MODELS, action_of_page

# The first part of a URL's name: whose pages these are.
AREAS = {
    "": gettext_lazy("The ward’s desk"),
    "desk": gettext_lazy("The ward’s desk"),
    "family": gettext_lazy("The family's pages"),
    "life": gettext_lazy("Changes in the family's life"),
    "papers": gettext_lazy("Papers sent in"),
    "letters": gettext_lazy("Letters"),
    "protection": gettext_lazy("Protection of the address"),
    "entry": gettext_lazy("Applications typed in"),
    "operator": gettext_lazy("The facility's pages"),
    "claims": gettext_lazy("Monthly claims"),
    "nurse": gettext_lazy("The district's pages"),
    "supervisor": gettext_lazy("The supervisor's pages"),
    "meeting": gettext_lazy("Joint meeting"),
    "audit": gettext_lazy("Audit"),
    "accounts": gettext_lazy("Signing in"),
    "admin": gettext_lazy("Administration"),
    "api": gettext_lazy("Programs (API)"),
}
VERBS = {
    "changelist": gettext_lazy("list"),
    "add": gettext_lazy("entered anew"),
    "change": gettext_lazy("one row"),
    "history": gettext_lazy("history"),
    "delete": gettext_lazy("deleting"),
}
# What an action is done on, by the first part of its name.
SUBJECTS = {
    "family": "enrollment.Family",
    "helped": "enrollment.Family",
    "helper": "enrollment.FamilyHelper",
    "registration": "enrollment.Registration",
    "evidence": "enrollment.EvidenceFile",
    "letter": "enrollment.Letter",
    "booking": "bookings.Booking",
    "draw": "bookings.DrawRound",
    "need": "bookings.HighNeed",
    "stay": "bookings.Stay",
    "incident": "care.Incident",
    "manual": "care.SafetyManual",
    "session": "care.CoordinatorSession",
    "charge": "billing.Charge",
    "payment": "billing.Payment",
    "ride": "billing.Ride",
    "claim": "billing.Claim",
    "referral": "referrals.Referral",
    "watch": "referrals.WatchList",
    "place": "referrals.PlaceRequest",
    "practice": "reports.PracticeNote",
    "user": "accounts.User",
}
# What the subject alone would not say.
PAGES_BY_NAME = {
    "ward_family": gettext_lazy("The family’s page"),
    "ward_family_call": gettext_lazy("Telephone notes"),
    "ward_family_history": gettext_lazy("Every change"),
    "family:book": gettext_lazy("Book"),
    "family:booking": gettext_lazy("one booking"),
    "family:move": gettext_lazy("Other days"),
    "family:cancel": gettext_lazy("Cancel this booking"),
    "family:draws": gettext_lazy("Draws"),
    "family:waiting": gettext_lazy("Waiting list"),
    "life:address": gettext_lazy("A new address in the ward"),
    "life:move-out": gettext_lazy("Moving out of the ward"),
    "life:phone": gettext_lazy("Another telephone number"),
    "life:email": gettext_lazy("Another e-mail address"),
    "life:tax-class": gettext_lazy("Another tax class"),
    "entry:facts": gettext_lazy("Put facts right"),
    "entry:new": gettext_lazy("Type in an application"),
    "entry:check": gettext_lazy("families that may be the same, while an application was typed in"),
    "entry:for-family": gettext_lazy("Type in an application"),
    "admin:enrollment_registration_decide": gettext_lazy("decision on an application"),
    "admin:enrollment_registration_queue": gettext_lazy("applications that wait"),
    "admin:enrollment_registration_drafted": gettext_lazy("drafted decisions"),
    "admin:enrollment_family_compare": gettext_lazy("two entries compared"),
    "admin:bookings_booking_capacity": gettext_lazy("change places"),
    "admin:bookings_drawround_preview": gettext_lazy("draw, as it would fall"),
    "admin:bookings_drawround_call-off": gettext_lazy("draw called off"),
    "admin:billing_charge_differences": gettext_lazy("charges to look at again"),
    "admin:referrals_placerequest_waiting": gettext_lazy("requests for places that wait"),
    "admin:referrals_placerequest_answer": gettext_lazy("answer to a request for a place"),
    "audit:family": gettext_lazy("one family"),
    "audit:family-file": gettext_lazy("one family, as a file"),
    "audit:person": gettext_lazy("one person"),
    "audit:behind-protection": gettext_lazy("Looks behind a protection"),
    "audit:rights": gettext_lazy("Rights given and taken"),
    "audit:unexplained": gettext_lazy("Looks without a reason nearby"),
    "desk:draw": gettext_lazy("one draw"),
    "desk:lines": gettext_lazy("In line and waiting"),
    "desk:calls": gettext_lazy("Calls to come back to"),
    "desk:second-person": gettext_lazy("For a second person"),
    "desk:mails": gettext_lazy("Mails that do not go out"),
    "desk:search": gettext_lazy("Search"),
    "audit:person-file": gettext_lazy("one person, as a file"),
    "operator:address": gettext_lazy("address to visit"),
    "operator:day": gettext_lazy("today"),
    "operator:weeks": gettext_lazy("two weeks"),
    "operator:shift-paper": gettext_lazy("Paper for the shift (A4)"),
    "operator:evacuation-paper": gettext_lazy("Paper for an evacuation (A4)"),
    "operator:receipt": gettext_lazy("Receipt"),
    "supervisor:table-file": gettext_lazy("figures, as a file"),
    "supervisor:file-take": gettext_lazy("figures, as a file"),
    # The files of figures before they had pages of their own: what was taken then stands in the list of files.
    "supervisor:download": gettext_lazy("figures, as a file"),
    "meeting:file": gettext_lazy("figures, as a file"),
    "admin:enrollment_letter_print": gettext_lazy("letters printed together"),
    "protection:address": gettext_lazy("address under protection opened"),
    "nurse:families": gettext_lazy("a family looked for"),
    "desk:settings-draft": gettext_lazy("settings new from a day, and whom they touch"),
}


def page_in_words(name: str) -> str:
    """Return what people call a page, from its URL's name; "" for none."""
    if not name:
        return ""
    area, _colon, rest = name.rpartition(":")
    words = [AREAS.get(area, _("Another page")), PAGES_BY_NAME.get(name) or _what(area, name, rest)]
    return _(": ").join(str(word) for word in words if word)


def address_in_words(path: str) -> str:
    """Return what people call the page at an address."""
    try:
        return page_in_words(resolve(path).view_name)
    except Resolver404:
        return _("Another page") if path else ""


def _what(area: str, name: str, rest: str) -> str:
    model, _line, verb = rest.rpartition("_")
    if area == "admin" and model in ADMIN_MODELS and verb in VERBS:
        subject = apps.get_model(model.replace("_", ".", 1))._meta.verbose_name
        return _("%(what)s (%(how)s)") % {"what": subject, "how": VERBS[verb]}
    label = SUBJECTS.get((action_of_page(name) or "").partition(".")[0], "")
    return str(apps.get_model(label)._meta.verbose_name) if label else ""
