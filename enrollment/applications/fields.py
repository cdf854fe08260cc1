"""The fields of a family's forms: yes or no, names, kana, telephone, postcode, town."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enrollment.kana import folded_kana
from enrollment.normalise import kana_kept, name_kept, phone_kept, postcode_kept
from facilities.models import Town
from facilities.romaji import means

YES_NO = (("yes", _("Yes")), ("no", _("No")))
_BEFORE_TOWN = re.compile(r"^(東京都)?(世田谷区)?")
_AFTER_TOWN = re.compile(r"[0-9一二三四五六七八九]+(丁目|-|－|の|$).*$")


class YesNoField(forms.ChoiceField):
    """A question with yes and no, neither chosen beforehand; gives a bool."""

    widget = forms.RadioSelect

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=YES_NO, **kwargs)

    def clean(self, value: Any) -> bool:
        return bool(super().clean(value) == "yes")

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


# “Yes” is that it is not enough: what the rule asks for.
ENOUGH_HELP = (("yes", _("No, not enough")), ("no", _("Yes, enough")))


class HelpField(YesNoField):
    """Whether help at home is enough, asked without a double no; gives whether it is lacking."""

    def __init__(self, **kwargs: Any) -> None:
        words = {
            "label": _("Do you have enough help from your family?"),
            "help_text": _("Grandparents near you are no obstacle."),
        }
        super().__init__(**words | kwargs)
        self.choices = ENOUGH_HELP


class NameField(forms.CharField):
    """A name: every character as typed, spaces included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, **{"max_length": 80} | kwargs)

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if self.required and not name.strip():
            raise ValidationError(self.error_messages["required"], code="required")
        return name_kept(name) if name.strip() else ""


class KanaField(forms.CharField):
    """A name's reading, kept in hiragana."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 120} | kwargs)

    def clean(self, value: Any) -> str:
        return kana_kept(str(super().clean(value)))


class KanaIfAnyField(KanaField):
    """The reading of a name that may have none: what is missing is said by the form, which knows the name."""

    def clean(self, value: Any) -> str:
        return kana_kept(str(value or ""))


class PhoneField(forms.CharField):
    """A telephone number, kept as its digits."""

    widget = forms.TextInput({"type": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 30} | kwargs)

    def clean(self, value: Any) -> str:
        return phone_kept(str(super().clean(value)))


class PostcodeField(forms.CharField):
    """A postcode, kept as its seven digits."""

    widget = forms.TextInput({"inputmode": "numeric", "autocomplete": "postal-code", "class": "short"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 12} | kwargs)

    def clean(self, value: Any) -> str:
        return postcode_kept(str(super().clean(value)))


class TownField(forms.CharField):
    """A town of the ward, typed by its name, its kana or in letters; the page offers the names in a datalist."""

    widget = forms.TextInput({"list": "towns", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60} | kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.name if isinstance(value, Town) else value

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value))
        if not typed:
            return None
        name = _town_name(typed)
        found = list(Town.objects.filter(Q(name=name) | Q(name_kana=folded_kana(name)))[:2])
        if not found and re.search("[A-Za-z]", typed):
            found = [town for town in Town.objects.all() if means(typed, town.name_kana)][:2]
        if len(found) != 1:
            raise ValidationError(
                _(
                    "“%(typed)s” is not a town of the ward. Please choose one from the list. "
                    "The programme is for those who live in the ward: elsewhere, please ask your own municipality."
                ),
                code="not_in_ward",
                params={"typed": typed},
            )
        return found[0]


def _town_name(typed: str) -> str:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
    return _AFTER_TOWN.sub("", _BEFORE_TOWN.sub("", plain)) or plain
