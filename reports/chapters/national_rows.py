"""The nation's yearly questions as data: each row with its unit and its definition, or why the records cannot say.

Wording is from general knowledge of the survey (産後ケア事業の実施状況調査) and of the return
(地域保健・健康増進事業報告): no form of a year lies here. The ward checks each row against the form of the year.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
FAMILIES, DAYS = 0, 1


@dataclass(frozen=True)
class NationalRow:
    """One row. ``group`` and ``figure`` name the count (national_queries); without a group ``why_empty`` says why."""

    code: str
    section: Words
    item: Words
    unit: Words
    definition: Words
    group: str = ""
    figure: int = FAMILIES
    why_empty: Words = ""


def _both(code: str, section: Words, item: Words, definition: Words, group: str) -> tuple[NationalRow, NationalRow]:
    """A row for actual users and one for their days."""
    return (
        NationalRow(f"{code}-actual", section, item, _("actual families"), definition, group, FAMILIES),
        NationalRow(f"{code}-total", section, item, _("family-days (visits: times)"), definition, group, DAYS),
    )


_USE, _FEES, _WHO = _("Use"), _("Fees"), _("Of them (again)")

SURVEY: Sequence[NationalRow] = (
    *_both(
        "use",
        _USE,
        _("Users"),
        _("Families that used the kind in the year, each once; days of use, the day of leaving included; visits."),
        "all",
    ),
    *_both(
        "reduced",
        _FEES,
        _("Reduced fees: non-taxed or welfare households"),
        _("Days on which the household's class was non-taxed or welfare, and the families that had such a day."),
        "reduced",
    ),
    NationalRow(
        "reduced-all",
        _FEES,
        _("Reduction for every user (national measure)"),
        _("families"),
        _("Families whose fee was lowered by the nation's measure for every user."),
        why_empty=_(
            "The ward's coupons are recorded by booking, not as the nation's measure: which count, the ward says."
        ),
    ),
    *_both(
        "from-four-months",
        _WHO,
        _("From four months after birth"),
        _("Days on which the eldest infant of the birth was four months or older, by the day of birth."),
        "from_four_months",
    ),
    *_both("sibling", _WHO, _("With a sibling"), _("Days on which an older child came along."), "sibling"),
    *_both(
        "multiple",
        _WHO,
        _("Multiple births"),
        _("Days of births with two infants or more; a family counts once, not each infant."),
        "multiple",
    ),
    *_both(
        "high-need",
        _WHO,
        _("High need"),
        _("Days inside a period in which the ward, asked by a district, recorded high need of the family."),
        "high_need",
    ),
    NationalRow(
        "medical-care-infants",
        _WHO,
        _("Infants in need of medical care"),
        _("families"),
        _("Families whose infant needs medical care such as a tube or oxygen."),
        why_empty=_("By the ward's rule nobody is accepted who needs medical treatment; nothing finer is recorded."),
    ),
    NationalRow(
        "partners",
        _WHO,
        _("Partner or other family present"),
        _("families"),
        _("Stays in which the partner stayed or took part."),
        why_empty=_("It is not recorded who else was present."),
    ),
)

RETURN: Sequence[NationalRow] = (
    *_both(
        "return",
        _("Postpartum care"),
        _("Mothers who used it"),
        _("Actual: each mother once in the year by kind. Total: days of short stay and day care, times of visits."),
        "all",
    ),
    NationalRow(
        "return-infants",
        _("Postpartum care"),
        _("Infants who used it"),
        _("infants"),
        _("Infants that came along, each once."),
        why_empty=_("A place is recorded for a family; which infants came on which day is not counted for this."),
    ),
)
