"""What guests are told of a house: by service and day, in both languages, nothing made up, nothing said too much."""

import io
from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from enrollment.confidential import is_protected
from enrollment.protection.protect import protect_family
from facilities.models import (
    FacilityAddress,
    FacilityPicture,
    GuestNote,
    GuestTopic,
    Service,
    ServiceKind,
    ServiceTermsRow,
    Source,
    Town,
    TownMinutes,
)
from facilities.pictures import drawn_anew
from pages.guest_info import guest_info, guest_of
from sankecare.errors import NotPossible
from tests import builders
from tests.wards.factories_ward_files import load

pytestmark = pytest.mark.django_db

DAY = date(2026, 12, 3)


@pytest.fixture
def stay() -> Service:
    made = builders.service()
    ServiceTermsRow.objects.update(starts_at=time(10), ends_at=time(17))
    FacilityAddress.objects.create(facility=made.facility, period=(builders.LONG_AGO, None), address="桜新町2-29-6")
    return made


def note(stay: Service, topic: str, code: str, **more: Any) -> GuestNote:
    facts = {
        "period": (builders.LONG_AGO, None),
        "text": f"{code}の案内",
        "text_en": f"About {code}",
        "source": "PUBLIC",
    }
    return GuestNote.objects.create(facility=stay.facility, topic=topic, code=code, **facts | more)


def test_what_is_told_is_of_the_day_and_the_service_and_of_no_other(stay: Service) -> None:
    note(stay, GuestTopic.BRING, "handbook")
    note(stay, GuestTopic.BRING, "towel", kind=ServiceKind.DAY_CARE)
    note(stay, GuestTopic.BRING, "soap", period=(builders.LONG_AGO, DAY))
    note(stay, GuestTopic.MEALS, "meals", source=Source.DEFAULT)
    info = guest_info(stay, DAY)
    assert [row.code for row in info.bring] == ["handbook"]
    assert [(words, [row.is_estimate for row in rows]) for words, rows in info.notes] == [("食事", [True])]
    assert (info.arrives, info.leaves, str(info.place.address)) == (time(10), time(17), "桜新町2-29-6")
    with translation.override("en"):
        assert str(guest_info(stay, DAY).bring[0]) == "About handbook"


def test_what_nobody_published_is_said_to_be_so_with_whom_to_ring(stay: Service) -> None:
    policy = builders.letter_policy()
    policy.contact = "03-5432-3333（区の総合案内）"
    policy.save()
    info = guest_info(stay, DAY)
    assert list(info.unknown) == ["食事", "駐車場"]
    assert (info.ring.name, info.ring.number) == (policy.office, "0354323333")
    stay.facility.phone = "0312345678"
    assert guest_info(stay, DAY).ring.number == "0312345678"


def test_of_a_protected_family_nothing_says_where_the_house_is_and_how_far(stay: Service) -> None:
    note(stay, GuestTopic.TRAIN, "nearest")
    note(stay, GuestTopic.BRING, "handbook")
    town = Town.objects.create(name="赤堤", name_kana="あかつつみ")
    TownMinutes.objects.create(town=town, facility=stay.facility, period=(builders.LONG_AGO, None), minutes=25)
    family = builders.family()
    family.residences.update(town=town, period=(builders.LONG_AGO, None))
    open_ = guest_of(family, stay, DAY)
    with transaction.atomic():
        protect_family(family=family, reason="支援措置", by=builders.user(), at=timezone.now())
    hidden = guest_of(family, stay, DAY)
    assert is_protected(family)
    assert (open_.minutes, open_.place.address, len(open_.notes)) == (25, "桜新町2-29-6", 1)
    assert (hidden.minutes, hidden.place, hidden.notes, list(hidden.unknown)) == (None, None, [], ["食事"])
    assert [row.code for row in hidden.bring] == ["handbook"]


def test_a_visit_at_home_has_neither_way_nor_rooms(stay: Service) -> None:
    note(stay, GuestTopic.ROOMS, "rooms")
    visit = builders.service(ServiceKind.OUTREACH, builders.pool(3, slug="visits"))
    info = guest_info(visit, DAY)
    assert (info.place, info.notes, info.arrives, list(info.unknown)) == (None, [], None, [])


def test_the_same_thing_is_not_told_twice_on_one_day(stay: Service) -> None:
    note(stay, GuestTopic.BRING, "handbook")
    with pytest.raises(IntegrityError, match="guest_note_no_overlap"), transaction.atomic():
        note(stay, GuestTopic.BRING, "handbook", text="もう一つ")


def test_the_page_of_facilities_tells_the_way_from_a_town_that_is_asked_for(stay: Service) -> None:
    town = Town.objects.create(name="赤堤", name_kana="あかつつみ")
    TownMinutes.objects.create(town=town, facility=stay.facility, period=(builders.LONG_AGO, None), minutes=25)
    for asked, told in (({}, False), ({"town": "赤堤"}, True), ({"town": "渋谷"}, False)):
        answer = Client().get("/facilities/", asked)
        assert (answer.status_code, "約25分" in answer.text) == (200, told)


def photograph(size: tuple[int, int], form: str = "JPEG") -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    Image.new("RGB", size, "green").save(out, form, exif=exif)
    return out.getvalue()


def test_a_picture_is_kept_small_and_bare_of_what_a_camera_writes() -> None:
    drawn = drawn_anew(photograph((4000, 3000)))
    kept = Image.open(io.BytesIO(drawn.content))
    assert (drawn.width, drawn.height, kept.size, dict(kept.getexif())) == (960, 720, (960, 720), {})


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"%PDF-1.7", "not_a_picture"), (b"", "not_a_picture"), (photograph((8000, 7000)), "picture_too_large")],
    ids=["a PDF", "nothing", "56 megapixels"],
)
def test_what_is_no_picture_or_too_large_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(NotPossible, match=code):
        drawn_anew(content)


def test_staff_upload_a_picture_which_everybody_sees_as_long_as_it_is_shown(stay: Service, client: Client) -> None:
    client.force_login(builders.user())
    facts = {"facility": stay.facility.pk, "text": "お部屋", "text_en": "A room", "position": "0"}
    facts |= {"period_0": "2020-01-01", "period_1": ""}
    add = reverse("admin:facilities_facilitypicture_add")
    wrong = client.post(add, facts | {"file": SimpleUploadedFile("a.jpg", b"no picture")})
    assert (wrong.status_code, FacilityPicture.objects.count()) == (200, 0)
    made = client.post(add, facts | {"file": SimpleUploadedFile("a.jpg", photograph((1200, 900)))})
    assert made.status_code == 302, made.context["adminform"].form.errors
    picture = FacilityPicture.objects.get()
    address = reverse("public:facility-picture", args=[picture.pk])
    page = Client().get("/facilities/").text
    assert (address in page, 'alt="お部屋"' in page) == (True, True)
    shown = Client().get(address)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/jpeg")
    FacilityPicture.objects.update(period=(builders.LONG_AGO, date(2021, 1, 1)))
    assert Client().get(address).status_code == 404


def test_setagayas_files_name_the_way_from_each_of_its_towns_to_each_house() -> None:
    load()
    assert TownMinutes.objects.count() == Town.objects.count() * 3 == 61 * 3
    assert set(TownMinutes.objects.values_list("source", flat=True)) == {"DEFAULT"}
    assert GuestNote.objects.exists()
    unknown = GuestNote.objects.filter(topic__in=(GuestTopic.MEALS, GuestTopic.PARKING))
    assert not unknown.exists()  # the ward published nothing of them: nothing is made up
