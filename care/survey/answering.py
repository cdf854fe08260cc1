"""Which questions are asked after a stay, and her answers kept apart from whose they are."""

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from bookings.models import Booking, BookingState
from care.models import Agreement, SurveyAnswer, SurveyDone, SurveyQuestion
from facilities.fiscal_year import fiscal_year
from sankecare.errors import NotPossible, Refused
from sankecare.transactions import in_transaction


def questions_on(day: date) -> "QuerySet[SurveyQuestion]":
    """Return the questions asked on the day, in their order. One query."""
    return SurveyQuestion.objects.filter(period__contains=day)


def may_answer(booking: Booking, today: date) -> bool:
    """Whether there is something to answer about the booking: over, not answered yet, and questions there are."""
    over = booking.state == BookingState.DEPARTED
    return over and not SurveyDone.objects.filter(booking=booking).exists() and questions_on(today).exists()


@in_transaction
def answer_questions(*, booking: Booking, answers: Mapping[int, Agreement], today: date) -> SurveyDone:
    """Keep the answers (by the question's id), those left out left out. Nothing ties them to her.

    Errors: NotPossible ``no_answer``; Refused ``not_over``, ``answered_already``.
    """
    if booking.state != BookingState.DEPARTED:
        raise Refused("not_over", _("The questions come once the stay is over."))
    if not answers:
        raise NotPossible("no_answer", _("Please choose at least one answer. You may leave the others open."))
    done, new = SurveyDone.objects.get_or_create(booking=booking)
    if not new:
        raise Refused("answered_already", _("You have answered already. Thank you."))
    asked = {question.pk: question for question in questions_on(today)}
    SurveyAnswer.objects.bulk_create(
        SurveyAnswer(
            question=asked[pk],
            service_id=booking.service_id,
            fiscal_year=fiscal_year(today),
            agreement=agreement,
        )
        for pk, agreement in answers.items()
        if pk in asked
    )
    return done
