"""写真: off until the ward says otherwise; with consent, shrunk and bare; read at the house, gone after its days."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import AccessLogEntry
from accounts.roles import Role
from bookings.models import Stay
from care.models import PhotoPolicy, StayPhoto
from care.photos.keep import forget_photos
from tests import builders
from tests.care.test_care import House

pytestmark = pytest.mark.django_db(transaction=True)
SHIPPED = Path(__file__).parents[2] / "wards/setagaya/photo_policies.csv"


@pytest.fixture
def house(transactional_db: None) -> House:
    made = House()
    made.arrived()
    return made


@pytest.fixture
def allowed(house: House) -> PhotoPolicy:
    return PhotoPolicy.objects.create(period=(builders.LONG_AGO, None), is_on=True, days_kept=45, most_a_stay=2)


def photograph(size: tuple[int, int] = (3000, 2000)) -> SimpleUploadedFile:
    """As a telephone takes it: large, with where and with what it was taken."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x010F], exif[0x0110] = "Maker", "Telephone"
    Image.new("RGB", size, "salmon").save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("IMG_0001.jpg", out.getvalue(), "image/jpeg")


def keep(house: House, key: str = "photo", **given: Any) -> Any:
    asked = {"file": photograph(), "infant": house.infant.pk, "about": "おむつかぶれ", "consent": "お母さん"} | given
    return house.post("photos", key=key, **asked)


def test_it_ships_switched_off_as_an_own_default() -> None:
    with SHIPPED.open(encoding="utf-8") as rows:
        (row,) = csv.DictReader(rows)
    assert (row["is_on"], row["source"]) == ("no", "DEFAULT")


def test_without_a_policy_nothing_is_kept_and_no_page_leads_there(house: House) -> None:
    assert (keep(house).status_code, StayPhoto.objects.count()) == (422, 0)
    assert "写真は撮れません" in house.client.get(reverse("operator:photos", args=[house.booking.pk])).text
    assert (
        reverse("operator:photos", args=[house.booking.pk])
        not in house.client.get(reverse("operator:stay", args=[house.booking.pk])).content.decode()
    )


def test_a_photograph_is_shrunk_bare_and_sealed_and_each_look_is_written_down(
    house: House, allowed: PhotoPolicy
) -> None:
    assert keep(house).status_code == 200
    photo = StayPhoto.objects.get()
    assert (photo.recorded_by, photo.infant, photo.consent) == (house.midwife, house.infant, "お母さん")
    assert not bytes(photo.content).startswith(b"\xff\xd8")
    answer = house.client.get(reverse("operator:photo", args=[photo.pk]))
    shown = Image.open(io.BytesIO(answer.content))
    assert (answer["Content-Type"], max(shown.size), dict(shown.getexif())) == ("image/jpeg", 1600, {})
    assert AccessLogEntry.objects.filter(page="operator:photo", user=house.midwife).exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"consent": ""}, 'class="errors"'),
        ({"file": SimpleUploadedFile("a.jpg", b"%PDF-1.4 nothing", "image/jpeg")}, "PDF"),
        ({"file": SimpleUploadedFile("a.jpg", b"MZ not a picture", "image/jpeg")}, "JPEG"),
    ],
)
def test_what_is_no_photograph_or_has_no_consent_is_refused_beside_its_field(
    house: House, allowed: PhotoPolicy, given: dict[str, Any], words: str
) -> None:
    answer = keep(house, **given)
    assert (answer.status_code, StayPhoto.objects.count(), words in answer.text) == (422, 0, True)


def test_only_so_many_of_a_stay_and_one_taken_out_makes_room(house: House, allowed: PhotoPolicy) -> None:
    answers = [keep(house, key=f"photo-{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    first = StayPhoto.objects.order_by("pk")[0]
    out = reverse("operator:photo-out", args=[first.pk])
    assert house.client.post(out, {"reason": "", "key": "a"}).status_code == 422
    assert house.client.post(out, {"reason": "同意の取下げ", "key": "b"}).status_code == 302
    first.refresh_from_db()
    assert (bytes(first.content), first.forgotten_by) == (b"", house.midwife)
    assert house.client.get(reverse("operator:photo", args=[first.pk])).status_code == 404
    assert keep(house, key="photo-3").status_code == 200


def test_another_house_and_the_ward_see_no_photograph(house: House, allowed: PhotoPolicy) -> None:
    keep(house)
    page = reverse("operator:photo", args=[StayPhoto.objects.get().pk])
    elsewhere = builders.user(Role.OPERATOR, facility=builders.facility("mamas-room", "ママズルーム"))
    for person in (elsewhere, builders.user(), builders.user(Role.SUPERVISOR)):
        client = Client()
        client.force_login(person)
        assert client.get(page).status_code == 404


def test_after_the_days_of_the_policy_the_picture_is_gone_and_that_there_was_one_stays(
    house: House, allowed: PhotoPolicy
) -> None:
    keep(house)
    now = timezone.now()
    Stay.objects.filter(booking=house.booking).update(departed_at=now)

    def nightly(days: int) -> int:
        with transaction.atomic():
            return forget_photos(at=now + timedelta(days=days))

    assert [nightly(45), nightly(46), nightly(47)] == [0, 1, 0]
    photo = StayPhoto.objects.get()
    assert (bytes(photo.content), photo.about) == (b"", "おむつかぶれ")
    with pytest.raises(DatabaseError), transaction.atomic():
        StayPhoto.objects.update(content=b"again")
    with pytest.raises(DatabaseError), transaction.atomic():
        photo.delete()
