"""What a row of the search shows of each kind, and where it leads: always to the page where one works on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions import Action
from accounts.models import User
from accounts.permissions import may, may_open
from accounts.roles import Role
from billing.models import Charge, Claim
from bookings.models import Booking
from care.models import Incident
from enrollment.models import Family, Letter, Registration, RegistrationState
from enrollment.search_terms import OF_A_LETTER
from enrollment.standing import state_words
from referrals.models import PlaceRequest, Referral
from sankecare.phones import grouped_phone


@dataclass(frozen=True)
class Row:
    """Its words, what is said beside them, and its page."""

    words: str
    beside: str
    url: str


@dataclass(frozen=True)
class Kind:
    """Something that is searched for. ``sign``: the letter of its printed number, ``number``: the field that holds it.

    ``own``: what else finds it beside its family. ``list_view``: the list that shows all of them.
    """

    label: str | Promise
    action: Action
    rows: "Callable[[], QuerySet[Any]]"
    shown: Callable[[Any, User], Row]
    sign: str = ""
    number: str = "pk"
    own: Callable[[str], Q] | None = None
    list_view: str = ""


def family_page(family: int, person: User) -> str:
    """Return the page of a family that the person may open."""
    for view in ("ward_family", "admin:enrollment_family_change", "nurse:place-ask"):
        if may_open(person, view) and (not view.startswith("admin:") or may(person, Action.ADMIN_OPEN)):
            try:
                return reverse(view, args=[family])
            except NoReverseMatch:
                continue
    return ""


def _families() -> "QuerySet[Family]":
    return Family.objects.filter(merged_into__isnull=True).order_by("-created_at", "-pk")


def _family(row: Family, person: User) -> Row:
    facts = [_("No. %(number)d") % {"number": row.pk}, row.mother_name_kana, grouped_phone(row.phone)]
    return Row(row.mother_name, "　".join(filter(None, facts)), family_page(row.pk, person))


def _registrations() -> "QuerySet[Registration]":
    return Registration.objects.select_related("birth__family").order_by("-applied_at", "-pk")


def _registration(row: Registration, person: User) -> Row:
    decides = row.state == RegistrationState.APPLIED and may(person, Action.REGISTRATION_DECIDE)
    view = "admin:enrollment_registration_decide" if decides else "admin:enrollment_registration_change"
    url = reverse(view, args=[row.pk]) if may(person, Action.ADMIN_OPEN) else family_page(row.birth.family_id, person)
    facts = (state_words(row, timezone.localdate()), date_format(row.applied_on))
    return Row(f"{row.number}　{row.birth.family.mother_name}", "　".join(facts), url)


def _bookings() -> "QuerySet[Booking]":
    return Booking.objects.select_related("registration__birth__family", "service__facility").order_by(
        "-booked_at", "-pk"
    )


def _booking(row: Booking, person: User) -> Row:
    url = (
        reverse("admin:bookings_booking_change", args=[row.pk])
        if may(person, Action.ADMIN_OPEN)
        else reverse("operator:stay", args=[row.pk])
    )
    facts = (str(row.service), str(row.get_state_display()), _day(row.booked_at))
    return Row(f"{row.number}　{row.registration.birth.family.mother_name}", "　".join(facts), url)


def _letters() -> "QuerySet[Letter]":
    return Letter.objects.select_related("registration__birth__family").order_by("-issued_at", "-pk")


def _letter(row: Letter, _person: User) -> Row:
    facts = (str(row.snapshot["number"]), _day(row.issued_at))
    words = f"{row.get_kind_display()}　{row.registration.birth.family.mother_name}"
    return Row(words, "　".join(facts), reverse("admin:enrollment_letter_change", args=[row.pk]))


def _charges() -> "QuerySet[Charge]":
    return Charge.objects.select_related("booking__registration__birth__family").order_by("-issued_at", "-pk")


def _charge(row: Charge, _person: User) -> Row:
    facts = (_("%(amount)s yen") % {"amount": f"{row.total:,}"}, _day(row.issued_at))
    words = f"{row.number}　{row.booking.registration.birth.family.mother_name}"
    return Row(words, "　".join(facts), reverse("admin:billing_charge_change", args=[row.pk]))


def _referrals() -> "QuerySet[Referral]":
    return Referral.objects.select_related("family").order_by("-raised_at", "-pk")


def _referral(row: Referral, _person: User) -> Row:
    facts = (str(row.get_state_display()), _day(row.raised_at))
    return Row(f"{row.number}　{row.family.mother_name}", "　".join(facts), reverse("nurse:referral", args=[row.pk]))


def _requests() -> "QuerySet[PlaceRequest]":
    return PlaceRequest.objects.select_related("family").order_by("-asked_at", "-pk")


def _request(row: PlaceRequest, person: User) -> Row:
    if may(person, Action.PLACE_FOLLOW):
        view = "nurse:place"
    elif may(person, Action.PLACE_ANSWER):
        view = "admin:referrals_placerequest_answer"
    else:
        view = "admin:referrals_placerequest_change"
    facts = (str(row.get_state_display()), _day(row.asked_at))
    return Row(f"{row.number}　{row.family.mother_name}", "　".join(facts), reverse(view, args=[row.pk]))


def _incidents() -> "QuerySet[Incident]":
    return Incident.objects.select_related("facility").order_by("-happened_at", "-pk")


def _incident(row: Incident, _person: User) -> Row:
    facts = (str(row.facility), str(row.get_severity_display()), _day(row.happened_at))
    return Row(row.number, "　".join(facts), reverse("supervisor:incident", args=[row.pk]))


def _claims() -> "QuerySet[Claim]":
    return Claim.objects.select_related("facility").defer("snapshot").order_by("-month", "facility__position")


def _claim(row: Claim, _person: User) -> Row:
    words = f"{row.number}　{row.facility}"
    facts = (date_format(row.month, "YEAR_MONTH_FORMAT"), str(row.get_state_display()))
    return Row(words, "　".join(facts), reverse("claims:claim", args=[row.pk]))


def _of_facility(words: str) -> Q:
    return Q(facility__name__icontains=words)


def _accounts() -> "QuerySet[User]":
    return User.objects.exclude(role__in=("", Role.MOTHER)).order_by("-date_joined", "-pk")


def _account(row: User, person: User) -> Row:
    view = "people:person" if may(person, Action.USER_CHANGE) else "admin:accounts_user_change"
    words = row.get_full_name() or row.get_username()
    return Row(words, f"{row.get_username()}　{row.get_role_display()}", reverse(view, args=[row.pk]))


def _named(words: str) -> Q:
    parts = [Q(last_name__icontains=part) | Q(first_name__icontains=part) for part in words.split()]
    whole = Q(username__icontains=words) | Q(email__iexact=words)
    return whole | reduce(and_, parts) if parts else whole


def _day(moment: Any) -> str:
    return date_format(timezone.localdate(moment))


KINDS = (
    Kind(
        gettext_lazy("Families and requests"),
        Action.FAMILY_VIEW,
        _families,
        _family,
        list_view="admin:enrollment_family_changelist",
    ),
    Kind(
        gettext_lazy("Registrations"),
        Action.REGISTRATION_VIEW,
        _registrations,
        _registration,
        sign="R",
        list_view="admin:enrollment_registration_changelist",
    ),
    Kind(
        gettext_lazy("Bookings"),
        Action.BOOKING_VIEW,
        _bookings,
        _booking,
        sign="B",
        list_view="admin:bookings_booking_changelist",
    ),
    Kind(
        gettext_lazy("Letters"),
        Action.LETTER_READ,
        _letters,
        _letter,
        sign=OF_A_LETTER,
        number="serial",
        list_view="admin:enrollment_letter_changelist",
    ),
    Kind(
        gettext_lazy("Charges"),
        Action.CHARGE_VIEW,
        _charges,
        _charge,
        sign="C",
        list_view="admin:billing_charge_changelist",
    ),
    Kind(gettext_lazy("Follow-up requests"), Action.REFERRAL_WORK, _referrals, _referral, sign="F"),
    Kind(gettext_lazy("Requests for places"), Action.PLACE_FOLLOW, _requests, _request, sign="P"),
    Kind(gettext_lazy("Requests for places"), Action.PLACE_READ, _requests, _request, sign="P"),
    Kind(gettext_lazy("Near misses and incidents"), Action.INCIDENT_EXAMINE, _incidents, _incident, sign="I"),
    Kind(gettext_lazy("Monthly claims"), Action.CLAIM_OVERSEE, _claims, _claim, sign="M", own=_of_facility),
    Kind(gettext_lazy("Accounts"), Action.USER_VIEW, _accounts, _account, number="username", own=_named),
)
