"""見た記録: who looked at which family. Written where a family's data are shown, whoever asked."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request

from sankecare.db import Question, Rows

from .actions import Action
from .models import AccessLogEntry, FileTaken, User
from .permissions import visible_or_404, visible_or_404_and_ask
from .roles import Role
from .url_permissions import action_of_page

M = TypeVar("M", bound=Model)
OK = 200
MOST_WORDS = 120
# What a file is called by those who open it, by its type.
FORMATS = {
    "application/pdf": "PDF",
    "text/csv": "CSV",
    "application/json": "JSON",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
}

# From a kind of object to the family whose data it is: where one is shown, a look is written.
FAMILY_OF: Mapping[str, str] = {
    "enrollment.Family": "pk",
    **dict.fromkeys(
        [
            "enrollment.Residence",
            "enrollment.TaxClassPeriod",
            "enrollment.Sibling",
            "enrollment.EvidenceFile",
            "enrollment.Birth",
            "enrollment.Protection",
            "enrollment.TimelineEntry",
            "referrals.Referral",
            "bookings.HighNeed",
            "referrals.PlaceRequest",
            "referrals.WatchRow",
            "enrollment.DespairNote",
            "enrollment.DeletionRequest",
            "enrollment.CallNote",
            "care.SessionSignUp",
        ],
        "family",
    ),
    **dict.fromkeys(
        ["referrals.ReferralPaper", "referrals.ReferralContact", "referrals.ReferralEvent"], "referral__family"
    ),
    "accounts.EmailChange": "person__family",
    "accounts.SecondFactor": "user__family",
    "enrollment.Infant": "birth__family",
    "enrollment.Registration": "birth__family",
    "enrollment.RegistrationException": "registration__birth__family",
    "enrollment.Letter": "registration__birth__family",
    "enrollment.LetterFile": "letter__registration__birth__family",
    "bookings.Booking": "registration__birth__family",
    "bookings.DrawEntry": "registration__birth__family",
    "bookings.WaitingEntry": "registration__birth__family",
    "bookings.BookingDay": "booking__registration__birth__family",
    "bookings.ChangeNotice": "booking__registration__birth__family",
    **dict.fromkeys(
        [
            "care.CheckIn",
            "care.CareRecord",
            "care.SleepCheck",
            "care.Observation",
            "care.Assessment",
            "care.SoldOption",
            "care.StayPhoto",
        ],
        "stay__booking__registration__birth__family",
    ),
    "care.ProposalDecision": "assessment__stay__booking__registration__birth__family",
    "care.Incident": "stay__booking__registration__birth__family",
    "care.IncidentReport": "incident__stay__booking__registration__birth__family",
    "care.VisitRecord": "booked_day__booking__registration__birth__family",
    "care.VisitTopic": "record__booked_day__booking__registration__birth__family",
    "care.InfantCare": "record__stay__booking__registration__birth__family",
    "bookings.Stay": "booking__registration__birth__family",
    "bookings.RoomUse": "stay__booking__registration__birth__family",
    "billing.Charge": "booking__registration__birth__family",
    "billing.Payment": "charge__booking__registration__birth__family",
    "billing.HandedCoupon": "family",
    "billing.Ride": "booking__registration__birth__family",
    "billing.ChargeLine": "charge__booking__registration__birth__family",
    "billing.Adjustment": "charge__booking__registration__birth__family",
    "billing.ReminderLetter": "charge__booking__registration__birth__family",
    "billing.RefundProposal": "charge__booking__registration__birth__family",
}


@dataclass(frozen=True)
class FileTold:
    """What a page says of the file that it hands out. ``families_counted``: of figures, how many families are in them.

    No name of a person: it stands in the list of files taken.
    """

    what: str
    families_counted: int | None = None


def tell_file(request: HttpRequest, what: str, *, families_counted: int | None = None) -> None:
    """Say what the file is that the page hands out with this answer; ``note_file`` writes it down."""
    request.file_told = FileTold(what, families_counted)  # type: ignore[attr-defined]


def note_look(request: HttpRequest | Request, families: Iterable[int], *, sensitive: bool = False) -> None:
    """Write down that the person who asks is shown these families (ids). A mother's own are not written down.

    One insert, whatever the number; the page is the URL's name. Where it cannot be written, nothing is shown.
    """
    person = request.user
    if not isinstance(person, User) or person.role == Role.MOTHER or not person.role:
        return
    page, now, families = _page(request), timezone.now(), list(dict.fromkeys(families))
    plain: Any = getattr(request, "_request", request)
    plain.families_shown = getattr(plain, "families_shown", set()) | set(families)
    AccessLogEntry.objects.bulk_create(
        [
            AccessLogEntry(at=now, user=person, role=person.role, family_id=family, page=page, sensitive=sensitive)
            for family in families
        ]
    )


def note_file(request: HttpRequest, answer: HttpResponse) -> None:
    """Write down that the person who asks is handed a file: what, with how many families, and its digest.

    One insert; none where the answer is no file, or one of everybody's, or its reader a mother or nobody.
    """
    person = getattr(request, "user", None)
    if answer.status_code != OK or not answer.has_header("Content-Disposition"):
        return
    if not isinstance(person, User) or person.role == Role.MOTHER or not person.role:
        return
    page = _page(request)
    if action_of_page(page) == Action.ANYONE:  # everybody has it: a draw's file, the API's description
        return
    told = getattr(request, "file_told", FileTold(""))
    FileTaken.objects.create(
        at=timezone.now(),
        user=person,
        role=person.role,
        page=page,
        file_format=FORMATS.get(answer.get("Content-Type", "").partition(";")[0], "?"),
        families=len(getattr(request, "families_shown", ())),
        what=told.what[:MOST_WORDS],
        families_counted=told.families_counted,
        digest="" if answer.streaming else hashlib.sha256(answer.content).hexdigest(),
    )


def _page(request: HttpRequest | Request) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def note_shown(request: HttpRequest | Request, objects: Iterable[Any]) -> None:
    """Write down that the families of these objects are shown; what belongs to no family is passed over.

    One query a kind of object, and one insert (FAMILY_OF leads from a kind to its family).
    """
    if getattr(request.user, "role", "") in ("", Role.MOTHER):
        return
    keys: dict[str, list[Any]] = defaultdict(list)
    for thing in objects:
        if isinstance(thing, Model) and thing._meta.label in FAMILY_OF:
            keys[thing._meta.label].append(thing.pk)
    families: list[int] = []
    for label, found in keys.items():
        manager = apps.get_model(label)._default_manager
        path = FAMILY_OF[label]
        rows = manager.filter(pk__in=found, **{f"{path}__isnull": False}).order_by().values_list(path, flat=True)
        families += rows.distinct()
    if families:
        note_look(request, families)


def shown_or_404(request: HttpRequest | Request, action: Action, objects: "QuerySet[M]", **lookup: Any) -> M:
    """Return the one object that the person may do the action on, else 404; write down that its family is shown."""
    found = visible_or_404(request.user, action, objects, **lookup)
    note_shown(request, [found])
    return found


def shown_or_404_and_ask(
    request: HttpRequest | Request, action: Action, objects: "QuerySet[M]", *beside: Question, **lookup: Any
) -> tuple[M, list[Rows]]:
    """Do the same for an object without annotations, and ask the questions along."""
    found, answers = visible_or_404_and_ask(request.user, action, objects, *beside, **lookup)
    note_shown(request, [found])
    return found, answers
