"""The sentence for what cannot be priced or no longer be changed, in the reader's language."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from enrollment.models import TaxClass
from sankecare.errors import NotPossible, Refused
from sankecare.moments import fact_in_words

from . import fees
from .models import Component

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
    field = FIELD_OF_CODE.get(error.code)
    if isinstance(error, fees.TariffNotPublished):
        field = FIELD_OF_COMPONENT.get(Component(str(error.facts["component"])), "service")
    sentence = _sentence(error.code) % {name: _readable(name, fact) for name, fact in error.facts.items()}
    return NotPossible(error.code, sentence, {field: sentence} if field else {})


def month_accepted(month: date) -> Refused:
    """Say that the month is locked: the same answer wherever one runs into it."""
    sentence = _(
        "The claim of %(month)s is accepted: the month can no longer be changed. A correction is entered as an "
        "adjustment and stands in the next claim."
    )
    return Refused("month_accepted", sentence % {"month": date_format(month, "YEAR_MONTH_FORMAT")})


def _readable(name: str, fact: fees.Fact) -> object:
    if name == "component":
        return Component(str(fact)).label
    if name == "tax_class":
        return TaxClass(str(fact)).label
    return fact_in_words(fact)


def _sentence(code: str) -> str:
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
    return sentences.get(code, _("This cannot be priced."))
