"""利用後アンケートの集計: answers by fiscal year, facility and question; of few answers nothing is shown."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from care.models import Agreement, SurveyCount
from care.survey.counting import LEAST_ANSWERS
from sankecare.periods import midnight

from .tables import Row, Table

COLUMNS = {Agreement.VERY: "very", Agreement.RATHER: "rather", Agreement.LITTLE: "little", Agreement.NOT: "not_at_all"}


def survey_table(years: Sequence[int], *, today: date) -> Table:
    """Return how many answered each question how, and the share of those who agree, as counted up to ``today``."""
    until = midnight(today + timedelta(days=1))
    answers = SurveyCount.objects.filter(fiscal_year__in=years, counted_at__lt=until)
    counted = (
        answers.order_by()
        .values("fiscal_year", "service__facility__slug", "service__facility__name", "question__code", "agreement")
        .annotate(answers=Sum("number"))
    )
    texts = dict(answers.order_by("question__period").values_list("question__code", "question__text"))
    found: dict[tuple[int, str, str], dict[str, int]] = {}
    names: dict[str, str] = {}
    for row in counted.order_by("fiscal_year", "service__facility__position", "question__position"):
        key = (row["fiscal_year"], row["service__facility__slug"], row["question__code"])
        of_key = found.setdefault(key, dict.fromkeys(COLUMNS.values(), 0))
        of_key[COLUMNS[Agreement(row["agreement"])]] += row["answers"]
        names[row["service__facility__slug"]] = row["service__facility__name"]
    rows = [_row(key, texts[key[2]], counts) for key, counts in found.items()]
    notes = [
        _("Of fewer than %(least)s answers nothing is shown.") % {"least": LEAST_ANSWERS},
        _("Counted when a month is over, %(least)s answers of a facility to a question or more at a time.")
        % {"least": LEAST_ANSWERS},
    ]
    keys = ("fiscal_year", "facility", "question", "question_text", "answers", *COLUMNS.values(), "agree_percent")
    return Table(_("Answers after a stay"), keys, (), rows, notes, {"facility": names}, for_programs=("question",))


def _row(key: tuple[int, str, str], text: str, counts: dict[str, int]) -> Row:
    answers = sum(counts.values())
    few = answers < LEAST_ANSWERS
    shown: Row = {name: None if few else count for name, count in counts.items()}
    agree = counts["very"] + counts["rather"]
    return {
        "fiscal_year": key[0],
        "facility": key[1],
        "question": key[2],
        "question_text": text,
        "answers": None if few else answers,
        **shown,
        "agree_percent": None if few else (Decimal(agree) * 100 / answers).quantize(Decimal("0.1"), ROUND_HALF_UP),
    }
