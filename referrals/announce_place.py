"""お知らせ of requests for places: staff hear that one came, the district that it is answered; a link and no more."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from accounts.linked_mail import mail_link
from accounts.models import User
from accounts.roles import Role
from sankecare import outbox
from sankecare.models import OutboxEntry

from .models import PlaceRequest, RequestState

PLACE_ASKED = "place_asked"
PLACE_ASKED_MAIL = "place_asked_mail"
PLACE_ANSWERED = "place_answered"


def announce_place_request(entry: OutboxEntry, at: datetime) -> None:
    """A mail to each of the ward's staff who may answer: of the district, or bound to none."""
    request = PlaceRequest.objects.get(pk=entry.payload["request"])
    if request.state != RequestState.ASKED:
        return
    of_district = Q(district=request.district_id) | Q(district__isnull=True)
    staff = User.objects.filter(of_district, role=Role.WARD_STAFF, is_active=True).exclude(email="")
    for person in staff.order_by("pk"):
        outbox.enqueue(
            kind=PLACE_ASKED_MAIL,
            recipient=f"user:{person.pk}",
            dedupe_key=f"{PLACE_ASKED_MAIL}:{request.pk}/{person.pk}",
            payload={"request": request.pk, "person": person.pk},
            at=at,
        )


def mail_place_request(entry: OutboxEntry, _at: datetime) -> None:
    """Tell one member of staff that a request waits, unless it is answered meanwhile."""
    request = PlaceRequest.objects.get(pk=entry.payload["request"])
    if request.state == RequestState.ASKED:
        mail_link(
            User.objects.get(pk=entry.payload["person"]),
            number=f"place-{request.pk}-{entry.payload['person']}",
            subject=_("A request for a place has arrived"),
            body=_("A district asks for a place for a family. Please sign in and answer by %(until)s:\n\n%(link)s"),
            until=request.expires_on,
            page=reverse("admin:referrals_placerequest_answer", args=[request.pk]),
        )


def mail_place_answer(entry: OutboxEntry, _at: datetime) -> None:
    """Tell who asked that the answer stands on her page."""
    request = PlaceRequest.objects.select_related("asked_by").get(pk=entry.payload["request"])
    mail_link(
        request.asked_by,
        number=f"place-answer-{request.pk}",
        subject=_("Your request for a place is answered"),
        body=_("Your request for a place is answered. Please sign in to read it:\n\n%(link)s"),
        page=reverse("nurse:place", args=[request.pk]),
    )
