"""The questions of the check in their order, one at a time: only those are asked whose answer is still open."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from enrollment.applications.fields import ENOUGH_HELP, YES_NO
from enrollment.eligibility import Rule, RuleResult, Verdict
from enrollment.queries import Catalogue, day_judged, services_with_terms, verdicts_on

from .check_forms import EARLY, HOMES, AnswersForm

Words = Promise | str


@dataclass(frozen=True)
class Question:
    """One idea. ``choices``: answered by one touch; without them ``fields`` of the form are filled in."""

    slug: str
    words: Words
    hint: Words = ""
    choices: tuple[tuple[str, Words], ...] = ()
    fields: tuple[str, ...] = ()


BABY = Question("baby_day", _("When was your baby born, or when is it due?"), fields=("baby_day",))
EARLY_DAYS = Question(
    "early_told",
    _("About the birth"),
    _("As far as you know it. Where the age is counted from the due date, you can use it for longer."),
    fields=("due", "gestation_weeks", "long_hospital_stay", "rolls_over"),
)
QUESTIONS: tuple[Question, ...] = (
    BABY,
    Question(
        "early",
        _("Was your baby born before 37 weeks, or in hospital longer than usual?"),
        _("The age may then be counted from the due date."),
        EARLY,
    ),
    EARLY_DAYS,
    Question("home", _("Do you and your baby live in the ward?"), "", HOMES),
    Question(
        "worry",
        _("Are you worried about body, mind or caring for your baby, or tired?"),
        _("Small things count."),
        YES_NO,
    ),
    Question(
        "lacks_support",
        _("Do you have enough help from your family?"),
        _("Grandparents near you are no obstacle."),
        ENOUGH_HELP,
    ),
    Question(
        "needs_medical_care",
        _("Are you or your baby under medical treatment now?"),
        _("If you are not sure, choose No and write it in the application: the ward looks at it."),
        YES_NO,
    ),
)
OF_SLUG = {question.slug: question for question in QUESTIONS}


@dataclass(frozen=True)
class Known:
    """What the answers so far give: of each service by its slug; ``day``: today, before birth the due date."""

    day: date
    verdicts: dict[str, Verdict]

    @property
    def eligible(self) -> bool:
        return any(verdict.eligible for verdict in self.verdicts.values())

    @property
    def against(self) -> RuleResult | None:
        """The one thing that stands against every service: the first rule that none of them meets."""
        verdicts = list(self.verdicts.values())
        if self.eligible or not verdicts:
            return None
        wanting = [{rule.rule: rule for rule in one.rules if not rule.met} for one in verdicts]
        # The service that goes on longest says of the age what holds for all.
        longest = max(range(len(verdicts)), key=lambda number: verdicts[number].last_day or date.min)
        common = (rule for rule in Rule if all(rule in one for one in wanting))
        chosen = next(common, None) or next(iter(wanting[longest]))
        return wanting[longest][chosen]


def known_of(answers: AnswersForm, catalogue: Catalogue | None = None) -> Known:
    """Judge what is known so far of every service; the day itself must have been answered. Two queries at most."""
    today, due_date = timezone.localdate(), answers.due_date
    day = day_judged(born=due_date is None, due_date=due_date, today=today)
    offered = services_with_terms() if catalogue is None else catalogue
    return Known(day, verdicts_on(answers.application(day), due_date, today, offered))


def open_question(answers: AnswersForm, catalogue: Catalogue) -> Question | None:
    """Return what is to be asked next; None where nothing is open that could change the answer."""
    if not answers.is_valid() and "baby_day" in answers.errors:
        return BABY
    born = answers.due_date is None
    if born and not answers.said("early"):
        return OF_SLUG["early"]
    if born and answers.cleaned_data.get("early") == "yes" and not answers.said("early_told"):
        return EARLY_DAYS
    for question in QUESTIONS:
        if question in (BABY, EARLY_DAYS) or question.slug == "early":
            continue
        if not known_of(answers, catalogue).eligible:
            return None
        if not answers.said(question.slug):
            return question
    return None


def how_many_open(answers: AnswersForm) -> int:
    """How many questions there still are at most, the one that is shown counted in."""
    born = answers.due_date is None
    asked = [row for row in QUESTIONS if row not in (BABY, EARLY_DAYS) and (born or row.slug != "early")]
    return sum(not answers.said(question.slug) for question in asked)


def answered_before(answers: AnswersForm, question: Question) -> str:
    """Return the question to go back to: the last one before it that has its answer; "" before the first."""
    if question is BABY:
        return ""
    before = QUESTIONS[1 : QUESTIONS.index(question)]
    return next((row.slug for row in reversed(before) if answers.said(row.slug)), BABY.slug)
