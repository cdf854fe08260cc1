"""The whole application: its steps in order, what is known before she begins, and what it states in the end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from enrollment.age import school_starts
from enrollment.applications.application_data import MOST_SIBLINGS, StatedApplication
from enrollment.applications.drafts import Draft, StepAnswers, Typed
from enrollment.applications.fields import YesNoField
from enrollment.kana import has_kanji
from enrollment.models import Family, Infant, Registration, Sibling
from facilities.models import Town
from pages.mother.step_forms import ConsentStep, MotherStep, StepForm
from sankecare.forms import DatePartsField

from .baby_forms import WEEK
from .how_born_fields import HOW_BORN
from .screens import AboutYouScreen, ChildrenScreen, NeedScreen

STEPS: Mapping[str, tuple[Any, type[StepForm]]] = {
    "mother": (_("About you and where you live"), AboutYouScreen),
    "babies": (_("Your baby"), ChildrenScreen),
    "health": (_("How you are, and your household"), NeedScreen),
    "consent": (_("How you heard of it, and consent"), ConsentStep),
}
SEND, CONSENT = "send", "consent"
# Consent is given where it is sent.
TITLES = {slug: title for slug, (title, _form) in STEPS.items() if slug != CONSENT} | {SEND: _("Review and send")}
ORDER = tuple(TITLES)


def step_form(step: str, typed: Typed | None, sign_in_address: str = "") -> StepForm:
    """Return the step's form with what was typed; before anything was, an empty one without errors.

    ``sign_in_address``: hers, which no application changes.
    """
    form = _filled(STEPS[step][1], typed)
    if sign_in_address and isinstance(form, MotherStep):
        form.show_address_of_sign_in(sign_in_address)
    return form


def _filled(form_class: type[StepForm], typed: Typed | None) -> StepForm:
    if typed is None:
        return form_class()
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, list(texts))
    return form_class(data)


class WholeForm:
    """All steps with what a draft holds of them; ``sign_in_address`` where the family has a sign-in."""

    def __init__(self, draft: Draft, *, sign_in_address: str = "") -> None:
        self.forms = {step: step_form(step, draft.typed(step), sign_in_address) for step in STEPS}

    @cached_property
    def unfinished(self) -> list[str]:
        """The steps that lack something, in order."""
        return [step for step, form in self.forms.items() if not form.is_valid()]

    @property
    def application(self) -> StatedApplication:
        """What the family states. Only where no step is unfinished."""
        stated: dict[str, Any] = {}
        for form in self.forms.values():
            stated |= form.stated()
        return StatedApplication(**stated)

    def step_of(self, field: str) -> str | None:
        """Return in which step an operation's field is asked."""
        return next((step for step, form in self.forms.items() if form.field_of(field) in form.fields), None)


def stated_so_far(whole: WholeForm) -> StatedApplication:
    """What is stated before she has agreed to what is asked for. Only where no other step is unfinished."""
    stated: dict[str, Any] = {}
    for step, form in whole.forms.items():
        if step != CONSENT:
            stated |= form.stated()
    return StatedApplication(**stated)


def looked_over(form: StepForm) -> list[tuple[str, str]]:
    """What a step holds, in words, as it will be kept; what is empty is left out, what is wrong is as typed."""
    form.is_valid()
    kept = form.cleaned_data if form.is_bound else {}
    facts = [
        (str(bound.label), _in_words(bound, kept[bound.name]) if bound.name in kept else _as_it_stands(bound))
        for bound in form.visible_fields()
    ]
    return [(label, words) for label, words in facts if words]


def _as_it_stands(bound: forms.BoundField) -> str:
    value = bound.value()
    return " ".join(str(part) for part in value if part) if isinstance(value, list) else str(value or "")


def _in_words(field: forms.BoundField, value: Any) -> str:
    if isinstance(value, bool):
        if isinstance(field.field, YesNoField):
            return str(dict(field.field.choices)["yes" if value else "no"])  # type: ignore[arg-type]  # pairs
        return now_("Yes") if value else ""
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, Town):
        return value.name_to_read
    if isinstance(field.field, forms.ChoiceField):
        words = dict(field.field.choices)  # type: ignore[arg-type]  # pairs, never groups
        chosen = value if isinstance(value, list) else [value]
        return "、".join(str(words[one]) for one in chosen if one)
    return "" if value is None else str(value)


# ---- What is known before she begins --------------------------------------------------------------------------------


def known_before(
    family: Family | None,
    returned: Registration | None,
    today: date,
    email: str = "",
    checked: Mapping[str, Any] | None = None,
) -> Draft:
    """Return a draft of what is known: of the family, and of the application that is to be corrected.

    ``email``: the address that she signs in with. ``checked``: what she answered in the public check.
    An address under protection is not among it
    (life_forms.address_known does not show it either).
    """
    known = known_facts(family, returned, today) if family else {"email": email}
    known |= dict(checked or {}) if returned is None else {}
    steps = {}
    for step, (_title, form_class) in STEPS.items():
        initial = {name: value for name, value in known.items() if name in _names(form_class, known)}
        if any(initial.values()):
            steps[step] = StepAnswers(_as_typed(form_class(initial=initial)))
    return Draft(steps)


def known_facts(family: Family, returned: Registration | None, today: date) -> dict[str, Any]:
    """Return what is known of a family, and of the application that is to be corrected, by the names of the fields."""
    known = _of_family(family, today) | _older_children(family, returned, today)
    return known | (_of_registration(returned) if returned else {})


def _names(form_class: type[StepForm], known: Mapping[str, Any]) -> set[str]:
    return set(form_class(initial=dict(known)).fields)


def _of_family(family: Family, today: date) -> dict[str, Any]:
    names = ("mother_name", "mother_name_kana", "mother_birth_date", "phone")
    known: dict[str, Any] = {name: getattr(family, name) for name in names} | {"email": family.mail_address}
    known["without_kana"] = has_kanji(family.mother_name) and not family.mother_name_kana
    residence = family.residences.filter(period__contains=today, town__isnull=False).select_related("town").first()
    if residence:
        known |= {name: getattr(residence, name) for name in ("postcode", "town", "chome", "block", "rest")}
    tax_class = family.tax_classes.filter(period__contains=today).first()
    if tax_class:
        known["tax_class"] = tax_class.tax_class
    return known


def _older_children(family: Family, returned: Registration | None, today: date) -> dict[str, Any]:
    """Who may come along: siblings as they were stated, and the babies of earlier births; none of school age."""
    earlier = Infant.objects.filter(birth__family=family)
    if returned:
        earlier = earlier.exclude(birth=returned.birth_id)
    known: list[Sibling | Infant] = [*family.siblings.all(), *earlier]
    children = {(child.name, child.birth_date): child for child in known}
    young = [child for child in children.values() if school_starts(child.birth_date) > today]
    names = ("name", "name_kana", "birth_date")
    return {
        f"sibling_{number}_{name}": getattr(child, name)
        for number, child in enumerate(sorted(young, key=lambda child: child.birth_date)[-MOST_SIBLINGS:])
        for name in names
    }


STATED = (
    *("mother_in_ward", "infant_in_ward", "moves_in_on", "worry", "worry_topics", "worries"),
    *("lacks_support", "support", "needs_medical_care", "mother_health", "infant_health", "heard_from"),
)


def _of_registration(registration: Registration) -> dict[str, Any]:
    infants = list(registration.birth.infants.all())
    known = {name: getattr(registration, name) for name in STATED}
    known |= {"due_date": registration.birth.due_date, "babies": str(len(infants)), "shown": len(infants)}
    if registration.stated_tax_class:
        known["tax_class"] = registration.stated_tax_class
    for number, infant in enumerate(infants):
        known |= {f"infant_{number}_{name}": value for name, value in _of_infant(infant).items()}
    agreed = registration.consents.values_list("text", flat=True)
    return known | {f"consent_{text}": True for text in agreed}


def _of_infant(infant: Infant) -> dict[str, Any]:
    names = ("name", "name_kana", "birth_date", "long_hospital_stay", "discharged_on", "rolls_over_since")
    weeks, days = divmod(infant.gestation_days, WEEK) if infant.gestation_days else (None, None)
    return {name: getattr(infant, name) for name in (*names, *HOW_BORN)} | {
        "gestation_weeks": weeks,
        "gestation_days": days,
    }


def _as_typed(form: StepForm) -> dict[str, list[str]]:
    """Return what a form's initial values are as typed: the inverse of reading them."""
    typed: dict[str, list[str]] = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        if isinstance(bound.field, DatePartsField) and isinstance(value, date):
            parts = (value.year, value.month, value.day)
            typed |= {f"{bound.html_name}_{place}": [str(part)] for place, part in enumerate(parts)}
        elif isinstance(value, list):
            typed[bound.html_name] = [str(one) for one in value]
        elif value is True:
            typed[bound.html_name] = ["on"]
        else:
            typed[bound.html_name] = [value.name if isinstance(value, Town) else str(value)]
    return typed
