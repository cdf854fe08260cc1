"""The fields of an application in the ward's voice, as a paper form has them: label, and a hint if needed."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = tuple[Promise, Promise | str]

WARD_WORDS: Mapping[str, Words] = {
    "mother_name": (_("The mother’s name"), ""),
    "mother_name_kana": (_("The mother’s name in kana"), ""),
    "without_kana": (_("The name has no reading in kana"), ""),
    "mother_birth_date": (_("The mother’s date of birth"), ""),
    "phone": (_("Telephone by day"), ""),
    "email": (_("E-mail address"), ""),
    "postcode": (_("Postcode"), ""),
    "town": (_("Town"), ""),
    "chome": (_("Chome"), ""),
    "block": (_("Block (ban)"), ""),
    "rest": (_("Number and building"), ""),
    "mother_in_ward": (_("The mother lives in the ward"), ""),
    "infant_in_ward": (_("The baby lives (will live) in the ward"), ""),
    "moves_in_on": (_("Moves into the ward on"), ""),
    "confidential": (_("Address not to be disclosed (a protective measure, or asked for)"), _("Sealed at once.")),
    "due_date": (_("Due date"), _("Before birth it is needed; of a baby born early it helps.")),
    "worry": (_("The mother is worried about mind, body or care, or tired"), ""),
    "worry_topics": (_("What it is about"), ""),
    "worries": (_("What she wrote or said for the midwife"), ""),
    "lacks_support": (_("Help of the family"), _("Grandparents near are no obstacle.")),
    "support": (_("Who helps, and how much"), ""),
    "needs_medical_care": (_("Mother or baby is under medical treatment"), ""),
    "mother_health": (_("The mother’s illnesses, medicine, allergies"), ""),
    "infant_health": (_("The baby’s illnesses, medicine, allergies"), ""),
    "tax_class": (_("Tax class of the household, as stated"), _("It counts once the application is approved.")),
    "heard_from": (_("How she heard of it"), ""),
}
BABY_WORDS: Mapping[str, Promise] = {
    "name": _("Baby’s name"),
    "name_kana": _("Baby’s kana"),
    "birth_date": _("Born on"),
    "gestation_weeks": _("Weeks of pregnancy"),
    "gestation_days": _("and days of pregnancy"),
    "birth_weight_grams": _("Weight (g)"),
    "birth_weight_unknown": _("Weight not known"),
    "birth_way": _("Way of birth"),
    "unusual": _("Anything unusual at or after the birth"),
    "unusual_words": _("What it was, in her words"),
    "discharged_on": _("Left hospital on"),
    "long_hospital_stay": _("Kept in hospital longer than usual"),
    "rolls_over_since": _("Rolls over actively since"),
}
SIBLING_WORDS: Mapping[str, Promise] = {
    "name": _("Sibling’s name"),
    "name_kana": _("Sibling’s kana"),
    "birth_date": _("Sibling born on"),
}
HELP_OF_FAMILY = (("yes", _("Not enough")), ("no", _("Enough")))
NOT_AGREED = _("Without her consent to this, the application cannot be taken.")
