"""The facts of a mother, a birth, its babies and her older children, as staff put them right."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.applications.application_data import InfantStated, SiblingStated
from enrollment.applications.fields import KanaField, KanaIfAnyField, NameField
from enrollment.families.facts import MOTHER, OF_SIBLING, Facts
from enrollment.models import EvidenceFile, Registration
from enrollment.plausible import GESTATION_DAYS
from pages.mother.baby_forms import WEEK
from pages.mother.how_born_fields import HOW_BORN, how_born_fields, how_born_stated
from sankecare.forms import BIRTHDAY, UNTIL_TODAY, YEAR, Bounds, DatePartsField, DayField, OperationForm

# A birth, and a child who may still come along, lie within these years (own default).
OF_A_CHILD = Bounds(back=15 * YEAR, ahead=timedelta(0))
DUE = Bounds(back=15 * YEAR, ahead=YEAR)
PAPER = ("reason", "evidence_file", "evidence")


class FactsForm(OperationForm):
    """Every fact as it stands; what is changed is put right. The reason and the paper are asked last."""

    mother_name = NameField(label=_("Mother's name"))
    mother_name_kana = KanaIfAnyField(label=_("Mother's name in kana"))
    mother_birth_date = DatePartsField(label=_("Mother's date of birth"), required=False, bounds=BIRTHDAY)
    due_date = DatePartsField(label=_("Due date"), required=False, bounds=DUE)

    def __init__(self, *args: Any, registration: Registration, known: Facts, **kwargs: Any) -> None:
        initial = {name: getattr(known, name) for name in (*MOTHER, "due_date")}
        self.known = known
        for key, infant in known.infants.items():
            initial |= {f"infant_{key}_{name}": value for name, value in _typed(infant).items()}
        for key, sibling in known.siblings.items():
            initial |= {f"sibling_{key}_{name}": getattr(sibling, name) for name in OF_SIBLING}
        super().__init__(*args, **{"initial": initial, **kwargs})
        for number, key in enumerate(known.infants, start=1):
            self.fields |= {f"infant_{key}_{name}": field for name, field in _infant(number).items()}
        for number, key in enumerate(known.siblings, start=1):
            self.fields |= {f"sibling_{key}_{name}": field for name, field in _sibling(number).items()}
        family = registration.birth.family
        self.fields |= {
            "reason": forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 3})),
            "evidence_file": forms.ModelChoiceField(
                family.evidence.defer("content"),
                label=_("Paper that the family sent in"),
                required=False,
                empty_label=_("None"),
            ),
            "evidence": forms.CharField(label=_("Paper seen"), required=False, max_length=120),
        }

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        facts = Facts(
            mother_name=given["mother_name"],
            mother_name_kana=given["mother_name_kana"],
            mother_birth_date=given["mother_birth_date"],
            due_date=given["due_date"],
            infants={key: self._stated(key) for key in self.known.infants},
            siblings={
                key: SiblingStated(
                    name=given[f"sibling_{key}_name"],
                    birth_date=given[f"sibling_{key}_birth_date"],
                    name_kana=given[f"sibling_{key}_name_kana"],
                )
                for key in self.known.siblings
            },
        )
        paper: dict[str, EvidenceFile | str | None] = {name: given[name] for name in PAPER}
        return {"facts": facts, **paper}

    def _stated(self, key: int) -> InfantStated:
        def of(name: str) -> Any:
            return self.cleaned_data[f"infant_{key}_{name}"]

        weeks = of("gestation_weeks")
        return InfantStated(
            birth_date=of("birth_date"),
            name=of("name"),
            name_kana=of("name_kana"),
            gestation_days=weeks * WEEK + (of("gestation_days") or 0) if weeks else None,
            long_hospital_stay=of("long_hospital_stay"),
            discharged_on=of("discharged_on"),
            rolls_over_since=of("rolls_over_since"),
            **how_born_stated(of),
        )


def _typed(infant: InfantStated) -> dict[str, Any]:
    weeks, days = divmod(infant.gestation_days, WEEK) if infant.gestation_days else (None, None)
    names = ("name", "name_kana", "birth_date", "long_hospital_stay", "discharged_on", "rolls_over_since")
    return {name: getattr(infant, name) for name in (*names, *HOW_BORN)} | {
        "gestation_weeks": weeks,
        "gestation_days": days,
    }


def _infant(number: int) -> dict[str, forms.Field]:
    def label(words: str) -> str:
        return now_("Baby %(number)d: %(words)s") % {"number": number, "words": words}

    return {
        "name": NameField(label=label(now_("Baby's name")), required=False),
        "name_kana": KanaField(label=label(now_("Baby's name in kana")), required=False),
        "birth_date": DatePartsField(label=label(now_("Date of birth")), bounds=OF_A_CHILD),
        "gestation_weeks": forms.IntegerField(
            label=label(now_("Weeks of pregnancy at birth")),
            required=False,
            min_value=GESTATION_DAYS.start // WEEK,
            max_value=GESTATION_DAYS.stop // WEEK,
        ),
        "gestation_days": forms.IntegerField(
            label=label(now_("and days")), required=False, min_value=0, max_value=WEEK - 1
        ),
        "long_hospital_stay": forms.BooleanField(
            label=label(now_("Stayed in hospital longer than usual (or is there still)")), required=False
        ),
        **how_born_fields(label),
        "discharged_on": DayField(label=label(now_("Left hospital on")), required=False, bounds=UNTIL_TODAY),
        "rolls_over_since": DayField(
            label=label(now_("Rolls over actively, since")),
            required=False,
            bounds=UNTIL_TODAY,
            help_text=_("Empty where it does not: booked days given back for it come back where they are free."),
        ),
    }


def _sibling(number: int) -> dict[str, forms.Field]:
    def label(words: str) -> str:
        return now_("Child %(number)d: %(words)s") % {"number": number, "words": words}

    return {
        "name": NameField(label=label(now_("Name of a sibling who may come along"))),
        "name_kana": KanaField(label=label(now_("The sibling's name in kana")), required=False),
        "birth_date": DatePartsField(label=label(now_("The sibling's date of birth")), bounds=OF_A_CHILD),
    }
