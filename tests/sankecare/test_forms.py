"""A refusal stands beside its field, and nothing that it says is lost."""

from django import forms

from sankecare.errors import NotPossible, Refused
from sankecare.forms import OperationForm, show_refusal


class Days(OperationForm):
    day = forms.CharField(required=False)
    coupons = forms.CharField(required=False)

    def field_of(self, name: str) -> str:
        return "day" if name == "days" else name


def shown(refused: Refused) -> dict[str, list[str]]:
    form = Days({})
    assert form.is_valid()
    show_refusal(form, refused)
    return {name: list(words) for name, words in form.errors.items()}


def test_a_refusal_stands_beside_every_field_that_it_names_by_the_name_of_the_form() -> None:
    refused = NotPossible("both", "全体の説明", {"days": "日が違う", "coupons": "多すぎる", "elsewhere": "ほか"})
    assert shown(refused) == {"day": ["日が違う"], "coupons": ["多すぎる"]}


def test_what_belongs_to_no_field_stands_above_the_form_with_all_that_was_said() -> None:
    assert shown(Refused("later", "いまはできません。")) == {"__all__": ["いまはできません。"]}
    unmet = Refused("not_eligible", "要件を満たしません。", {"age": "月齢", "support": "支援がある"})
    assert shown(unmet) == {"__all__": ["要件を満たしません。 月齢 支援がある"]}


def test_a_sentence_that_the_whole_says_already_is_not_said_twice() -> None:
    assert shown(Refused("not_eligible", "月齢 支援がある", {"age": "月齢"})) == {"__all__": ["月齢 支援がある"]}
