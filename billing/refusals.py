"""The sentence for what cannot be priced, in the reader's language."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sankecare.errors import NotPossible

from . import fees
from .models import Component, TaxClass

FIELD_OF_CODE = {
    "no_days": "last_day",
    "no_infants": "infants",
    "one_sibling_only": "siblings",
    "tax_class_unknown": "tax_class",
    "coupons_below_zero": "coupons",
    "coupon_not_in_force": "coupons",
    "coupon_not_for_tax_class": "coupons",
    "coupon_allowance_exceeded": "coupons",
    "coupon_more_than_days": "coupons",
}
FIELD_OF_COMPONENT = {Component.MULTIPLE: "infants", Component.SIBLING: "siblings"}


def not_priced(error: fees.QuoteNotPossible) -> NotPossible:
    """Say why the price cannot be given: the same code, a sentence, and the field that it concerns."""
    facts = {key: date_format(value) if hasattr(value, "isoformat") else value for key, value in error.facts.items()}
    sentence = _sentence(error, facts)
    field = FIELD_OF_CODE.get(error.code)
    if isinstance(error, fees.TariffNotPublished):
        field = FIELD_OF_COMPONENT.get(Component(error.facts["component"]), "service")
    return NotPossible(error.code, sentence, {field: sentence} if field else {})


def _sentence(error: fees.QuoteNotPossible, facts: dict[str, object]) -> str:
    if isinstance(error, fees.TariffNotPublished):
        facts["component"] = Component(error.facts["component"]).label
        facts["tax_class"] = TaxClass(error.facts["tax_class"]).label
    sentences = {
        "tariff_not_published": _(
            "The amount is not published (%(component)s, %(tax_class)s, %(day)s). Please ask the ward."
        ),
        "tax_class_unknown": _("The household's tax class on %(day)s is not known."),
        "no_days": _("There is no day to be priced."),
        "day_twice": _("%(day)s was given twice."),
        "no_infants": _("At least one infant takes part."),
        "one_sibling_only": _("One sibling at most may come along."),
        "coupons_below_zero": _("The number of coupons cannot be below 0."),
        "coupon_not_in_force": _("There are no coupons on these days."),
        "coupon_not_for_tax_class": _("Coupons are for taxed households only."),
        "coupon_allowance_exceeded": _("A mother has %(limit)s coupons; %(used)s are used already."),
        "coupon_more_than_days": _("Only %(limit)s coupons can be used on these days: one a day."),
        "rows_overlap": _("Two amounts are entered for the same day. Please tell the ward."),
    }
    return sentences.get(error.code, _("This cannot be priced.")) % facts
