"""写真: kept with consent, shrunk, without what the camera wrote into it; taken out with a reason or by the days."""

import hashlib
import io
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from accounts.models import User
from bookings.models import Booking, Stay
from bookings.places.locking import lock_booking
from care.ended import refuse_ended
from care.models import PhotoPolicy, StayPhoto
from enrollment.applications.paper_check import checked
from enrollment.models import Infant
from sankecare.errors import NotPossible, Refused, refuse_without_reason
from sankecare.sealing import seal, unseal
from sankecare.transactions import in_transaction

# A skin's colour and a wound are seen at this; a page of a tablet shows no more (own default).
LONGEST_SIDE = 1600


def photo_policy(day: date) -> PhotoPolicy | None:
    """Return the policy that lets photographs be taken on the day, or None: none are. One query."""
    return PhotoPolicy.objects.filter(period__contains=day, is_on=True).first()


def photos_of(booking: Booking) -> "QuerySet[StayPhoto]":
    """Return a stay's photographs, the newest first, without their content."""
    rows = StayPhoto.objects.filter(stay__booking=booking).defer("content")
    return rows.select_related("infant", "recorded_by", "forgotten_by")


@in_transaction
def keep_photo(
    *,
    booking: Booking,
    upload: "UploadedFile[bytes]",
    infant: Infant | None,
    about: str,
    consent: str,
    by: User,
    at: datetime,
) -> StayPhoto:
    """Keep a photograph of a stay that runs or can still be written.

    Errors: Refused ``photos_off``, ``never_arrived``, ``too_many_photos``; as ``refuse_ended``; NotPossible
    ``infant_of_another``, ``not_a_photograph``, ``paper_…`` (enrollment.applications.paper_check).
    """
    policy = photo_policy(timezone.localdate(at))
    if policy is None:
        raise Refused("photos_off", _("No photographs are taken here: the ward has not provided for it."))
    paper = checked(upload)
    if paper.content_type != "image/jpeg":
        words = _("Please take a photograph (JPEG, PNG, HEIC).")
        raise NotPossible("not_a_photograph", words, {"file": words})
    locked = lock_booking(booking)
    stay = Stay.objects.filter(booking=locked).first()
    if stay is None:
        raise Refused("never_arrived", _("No arrival of %(number)s is recorded.") % {"number": locked.number})
    refuse_ended(locked, at, is_new=True)
    if infant is not None and infant.birth_id != locked.registration.birth_id:
        raise NotPossible("infant_of_another", _("This infant is not in the registration."))
    if StayPhoto.objects.filter(stay=stay, forgotten_at__isnull=True).count() >= policy.most_a_stay:
        words = _("At most %(most)d photographs of a stay. Please take one out first.") % {"most": policy.most_a_stay}
        raise Refused("too_many_photos", words, {"file": words})
    content = _shrunk(paper.content)
    return StayPhoto.objects.create(
        stay=stay,
        infant=infant,
        about=about.strip(),
        consent=consent.strip(),
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        content=seal(content),
        recorded_at=at,
        recorded_by=by,
    )


@in_transaction
def take_photo_out(*, photo: StayPhoto, reason: str, by: User, at: datetime) -> StayPhoto:
    """Take the picture out for good, such as where the family no longer agrees; that there was one stays.

    Errors: NotPossible ``no_reason``; Refused ``photo_gone``.
    """
    refuse_without_reason(reason)
    row = StayPhoto.objects.select_for_update(of=("self",)).defer("content").get(pk=photo.pk)
    if row.forgotten_at is not None:
        raise Refused("photo_gone", _("This photograph has been taken out already."))
    StayPhoto.objects.filter(pk=row.pk).update(content=b"", forgotten_at=at, forgotten_by=by, reason=reason.strip())
    return row


@in_transaction
def forget_photos(*, at: datetime) -> int:
    """Take out the pictures of stays that ended longer ago than the policy of the day they were taken keeps them.

    Return how many. A stay that never ended keeps its pictures until it has.
    """
    gone = 0
    today = timezone.localdate(at)
    for policy in PhotoPolicy.objects.all():
        over = today - timedelta(days=policy.days_kept)
        rows = StayPhoto.objects.filter(stay__departed_at__date__lt=over, forgotten_at__isnull=True)
        if policy.period.lower is not None:
            rows = rows.filter(recorded_at__date__gte=policy.period.lower)
        if policy.period.upper is not None:
            rows = rows.filter(recorded_at__date__lt=policy.period.upper)
        gone += rows.update(content=b"", forgotten_at=at)
    return gone


def picture_of(photo: StayPhoto) -> bytes:
    """Open a picture; the caller has made sure that the person may see it. Errors: sankecare.sealing.CannotOpen."""
    return unseal(photo.content)


def _shrunk(jpeg: bytes) -> bytes:
    image = Image.open(io.BytesIO(jpeg), formats=["JPEG"])
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    image.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()
