"""Texts that nobody can read as they are meant are refused in every form; names are kept otherwise as typed."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from rest_framework.exceptions import ValidationError as Refused

from enrollment.normalise import name_kept
from pages.mother.step_forms import HealthStep, HomeStep
from sankecare.api.strict_serializers import Text
from sankecare.readable import Unreadable, has_letter, unreadable

TURNED = "太子堂\u202e1丁目"
ZERO_WIDTH = "太子\u200b堂"
PILED = "高" + "\u0301" * 12


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("夜に眠れません🙇\n二行目\tです", None),
        ("👨\u200d👩\u200d👧 家族", None),
        ("塚󠄀本 葛󠄀", None),
        ("が（か\u3099）", None),
        ("مريم", None),
        ("𠮷野荘 101", None),
        ("", None),
        ("　", None),
        (TURNED, Unreadable.CONTROLS),
        (ZERO_WIDTH, Unreadable.CONTROLS),
        ("a\u2066b", Unreadable.CONTROLS),
        ("\ufeffはなこ", Unreadable.CONTROLS),
        ("\x08", Unreadable.CONTROLS),
        ("\u3164", Unreadable.NOTHING_SEEN),
        ("\u3164 \uffa0", Unreadable.NOTHING_SEEN),
        ("\u2800", Unreadable.NOTHING_SEEN),
        ("\u0301\u0301", Unreadable.NOTHING_SEEN),
        (PILED, Unreadable.MARKS),
    ],
)
def test_what_cannot_be_seen_turns_or_piles_up_is_told(text, why):
    assert unreadable(text) is why


@pytest.mark.parametrize("name", ["髙﨑 𠮷子", "塚󠄀太郎", "ｱﾏﾝﾀﾞ Ⅳ", "Nguyễn Thị", "𰻞"])
def test_a_name_is_kept_as_it_is_typed(name):
    assert name_kept(name) == name
    assert has_letter(name)


@pytest.mark.parametrize("name", ["\u3164", "髙\u3164﨑", "・・", "\u202e子吉 﨑髙", "花\u200b", PILED, "\u0301"])
def test_a_name_has_a_letter_that_is_seen_and_nothing_hidden(name):
    with pytest.raises(ValidationError):
        name_kept(name)


@pytest.mark.parametrize("text", [TURNED, ZERO_WIDTH, "\u3164", PILED])
@pytest.mark.parametrize(("form", "field"), [(HomeStep, "rest"), (HealthStep, "worries")])
@pytest.mark.django_db
def test_every_text_field_refuses_it_beside_the_field(form, field, text):
    with translation.override("ja"):
        errors = form({field: text}).errors
    assert "入力し直して" in " ".join(errors[field]) or "文字" in " ".join(errors[field])


def test_a_field_that_is_made_anywhere_refuses_it_too():
    with pytest.raises(ValidationError):
        forms.CharField().clean(TURNED)


@pytest.mark.parametrize("text", [TURNED, "\u3164"])
def test_the_api_refuses_it_too(text):
    with pytest.raises(Refused):
        Text().run_validation(text)
