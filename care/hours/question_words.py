"""What is asked of a figure that is off by much, in words that say what it was before."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from care.hour_questions import Question
from sankecare.moments import moment_in_words

from .standing import in_unit


def asked_again(question: Question, amount: Decimal, last_weight: tuple[int, datetime] | None) -> str:
    """Return the question of a figure; it is taken once it is said again."""
    words = {"figure": in_unit(amount)}
    if question == Question.WEIGHT_CHANGE and last_weight is not None:
        grams, then = last_weight
        words |= {"grams": str(grams), "then": moment_in_words(then), "change": f"{int(amount) - grams:+d}"}
        return _("%(figure)s g? On %(then)s it was %(grams)s g: %(change)s g. Is it right?") % words
    sentences = {
        Question.WEIGHT_FOR_AGE: _("%(figure)s g? Few babies of this age weigh so. Is it right?"),
        Question.TEMPERATURE: _("%(figure)s °C? Is it right?"),
        Question.FEED: _("%(figure)s ml in one feed? Is it right?"),
        Question.PRESSURE: _("%(figure)s mmHg? Is it right? If so, please act on it."),
    }
    return sentences[question] % words
