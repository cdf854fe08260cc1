"""字形: what a letter can print; what it cannot is said before it is issued, and listed."""

import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.roles import Role
from enrollment.applications.queue import places_in_queue
from enrollment.bulk_approvable import Unclear
from enrollment.letters.font_coverage import FONTS, code_points_of, covered, in_words, missing_in
from enrollment.letters.letter_files import file_of
from enrollment.models import Registration, RegistrationState
from tests import builders

# In no font of ours: planes 2 and 3 beyond what fonts of names have, and a sign that is nobody's name.
RARE = "\U00030edd"
LESS_RARE = "髙﨑𠮷邉邊齋𥔎𡈽㐂𠀋靍栁桒槗濵廣德曻閒﨟塚鷗䴇㟢嵂㑨䑓㔫"


def test_names_of_old_registers_have_a_form():
    assert missing_in([LESS_RARE, "佐々木　ヱヰゐゑ", "葛\U000e0101城"]) == []
    assert len(covered()) > 32_000
    # Every character of the basic block of kanji but those few that no font of the sort has.
    assert len([code for code in range(0x4E00, 0xA000) if code not in covered()]) < 60
    assert not [code for code in range(0x3400, 0x4DB6) if code not in covered()]


def test_what_is_missing_is_named_once_each_in_order():
    assert missing_in([f"髙{RARE}{RARE}", f"\U0001f9f8{RARE}"]) == [RARE, "\U0001f9f8"]
    assert in_words(RARE) == "U+30EDD"
    assert in_words("\U0001f9f8") == "U+1F9F8 TEDDY BEAR"


def test_every_font_is_read_and_stands_under_its_licence():
    fonts = sorted(FONTS.glob("*.[to]tf"))
    assert len(fonts) == 4
    assert all(len(code_points_of(font)) > 10_000 for font in fonts)
    assert "SIL Open Font License" in (FONTS / "OFL-NotoSansCJK.txt").read_text()
    with pytest.raises(ValueError, match="OFL"):
        code_points_of(FONTS / "OFL.txt")


@pytest.mark.django_db
def test_a_letter_sets_a_name_of_the_old_registers_whole():
    kept = builders.registration(builders.family("㔫﨑 䑓𡈽子"))
    letter = builders.letter(kept, by=builders.user())
    text = PdfReader(io.BytesIO(file_of(letter))).pages[0].extract_text()
    assert "㔫﨑 䑓𡈽子" in text


@pytest.mark.django_db
def test_before_a_letter_is_issued_staff_read_what_it_cannot_print(client):
    made = builders.registration(builders.family(f"髙{RARE} 𠮷子"), state=RegistrationState.APPLIED)
    (place,) = places_in_queue(Registration.objects.filter(pk=made.pk), builders.A_DAY)
    assert Unclear.NOT_PRINTABLE in place.unclear
    client.force_login(builders.user(Role.WARD_STAFF))
    page = client.get(reverse("admin:enrollment_registration_decide", args=[made.pk])).content.decode()
    assert f"「{RARE}」（U+30EDD）" in page
    assert "印字できない文字" in page


@pytest.mark.django_db
def test_a_name_that_can_be_printed_is_no_reason_to_look(client):
    made = builders.registration(state=RegistrationState.APPLIED)
    (place,) = places_in_queue(Registration.objects.filter(pk=made.pk), builders.A_DAY)
    assert Unclear.NOT_PRINTABLE not in place.unclear
    client.force_login(builders.user(Role.WARD_STAFF))
    page = client.get(reverse("admin:enrollment_registration_decide", args=[made.pk])).content.decode()
    assert "印字できない文字" not in page
