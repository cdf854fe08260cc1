"""What made-up mothers answered after their stays: of every third one in the last two years, each as she may."""

from datetime import date, timedelta
from random import Random

from django.db import transaction

from bookings.models import Booking, BookingState
from care.models import Agreement, SurveyAnswer, SurveyDone
from care.survey.answering import questions_on
from care.survey.counting import count_answers
from facilities.fiscal_year import fiscal_year, fiscal_year_days

from .families import at

SEED = "sanke-care-survey"
ONE_IN = 3
LEFT_OUT = 0.08  # of the questions
SHARES = {Agreement.VERY: 55, Agreement.RATHER: 32, Agreement.LITTLE: 10, Agreement.NOT: 3}


@transaction.atomic
def make_demo_survey(today: date) -> None:
    """Write answers of stays that are over; they are of a service and a year, as live ones are."""
    random = Random(SEED)
    asked = list(questions_on(today))
    if not asked:
        return
    since = fiscal_year_days(fiscal_year(today) - 1)[0]
    departed = Booking.objects.filter(state=BookingState.DEPARTED, stay__departed_at__date__gte=since)
    stays = departed.order_by("pk").values_list("pk", "service", "stay__departed_at__date")
    said = [row for row in stays if not random.randrange(ONE_IN)]
    SurveyDone.objects.bulk_create(SurveyDone(booking_id=booking) for booking, _service, _day in said)
    by_month: dict[date, list[SurveyAnswer]] = {}
    for _booking, service, day in said:
        by_month.setdefault(day.replace(day=1), []).extend(
            SurveyAnswer(
                question=question,
                service_id=service,
                fiscal_year=fiscal_year(day),
                agreement=random.choices(list(SHARES), list(SHARES.values()))[0],
            )
            for question in asked
            if random.random() > LEFT_OUT
        )
    for month in sorted(by_month):
        SurveyAnswer.objects.bulk_create(by_month[month])
        over = (month + timedelta(days=31)).replace(day=1)
        if over <= today:
            count_answers(at=at(over, 0, 30))
