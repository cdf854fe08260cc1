"""写真: a stay's photographs, where the ward's policy lets them be taken."""

from functools import partial
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access_log import shown_or_404
from accounts.actions import Action
from bookings.models import Booking
from bookings.places.queries import bookings_with_days
from care.models import StayPhoto
from care.photos.keep import keep_photo, photo_policy, photos_of, picture_of, take_photo_out
from enrollment.models import Infant
from pages.facility.closing import openness_or_404
from pages.facility.family_badges import show_badges
from pages.once_form import form_page, posted
from sankecare.files.downloads import sent_in_file
from sankecare.forms import OperationForm


class PhotoForm(OperationForm):
    """A photograph, what it shows, and who agreed to it."""

    file = forms.FileField(
        label=gettext_lazy("Photograph"),
        help_text=gettext_lazy("It is made smaller, and where and with what it was taken is removed."),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    infant = forms.ModelChoiceField(
        Infant.objects.none(),
        label=gettext_lazy("Of whom"),
        required=False,
        empty_label=gettext_lazy("the mother"),
        widget=forms.RadioSelect,
    )
    about = forms.CharField(label=gettext_lazy("What it shows"), max_length=200)
    consent = forms.CharField(
        label=gettext_lazy("Who agreed"),
        help_text=gettext_lazy("Ask before you take it, and write who said yes, such as: the mother."),
        max_length=60,
    )

    def __init__(self, request: HttpRequest, *, booking: Booking) -> None:
        super().__init__(posted(request), request.FILES or None)
        infants = booking.registration.birth.infants.order_by("birth_date", "pk")
        self.fields["infant"].queryset = infants  # type: ignore[attr-defined]
        self.fields["infant"].initial = infants.first()

    @property
    def values(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        return {"upload": cleaned["file"], **{name: cleaned[name] for name in ("infant", "about", "consent")}}


class TakeOutForm(OperationForm):
    """Why a picture is taken out."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is taken out"),
        help_text=gettext_lazy("Such as: the mother no longer agrees. The picture is gone for good."),
        max_length=200,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """A stay's photographs, and the form for a new one. Where none are taken it says so."""
    booking = _booking(request, pk)
    policy, shown = photo_policy(timezone.localdate()), photos_of(booking)
    return form_page(
        request,
        PhotoForm(request, booking=booking),
        partial(keep_photo, booking=booking),
        template="facility/photos.html",
        context={"booking": booking, "photos": shown, "policy": policy},
        back=reverse("operator:photos", args=[pk]),
        done=_("The photograph is kept."),
    )


@never_cache
@require_safe
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """One picture, while the stay can be read at the facility; each look is written down."""
    photo = shown_or_404(request, Action.PHOTO_SEE, StayPhoto.objects.filter(forgotten_at__isnull=True), pk=pk)
    openness_or_404(photo.stay.booking)
    return sent_in_file(picture_of(photo), content_type="image/jpeg", name=f"stay-photo-{photo.pk}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """A picture taken out for good, with the reason."""
    photos = StayPhoto.objects.filter(forgotten_at__isnull=True).defer("content")
    photo = shown_or_404(request, Action.PHOTO_SEE, photos, pk=pk)
    booking = photo.stay.booking
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    return form_page(
        request,
        TakeOutForm(posted(request)),
        partial(take_photo_out, photo=photo),
        template="facility/record.html",
        context={"booking": booking, "title": _("Take the photograph out"), "words": photo.about},
        back=reverse("operator:photos", args=[booking.pk]),
        done=_("The photograph is taken out."),
    )


def _booking(request: HttpRequest, pk: int) -> Booking:
    booking: Booking = shown_or_404(request, Action.STAY_RECORD, bookings_with_days(), pk=pk)
    openness_or_404(booking)
    show_badges([booking], timezone.localdate())
    return booking
