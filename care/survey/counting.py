"""Answers after a stay are counted when a month is over, and few at a time never: no moment leads to an answer.

An answer has no moment, so that nobody is known by it. What a table says on a day must be told again later, so that
the answers are counted together: those of a facility and a question once there are enough of them.
"""

from datetime import datetime

from django.db import connection

from sankecare.transactions import in_transaction

# Of fewer answers to a question in a year at a facility nothing is shown or counted (own default).
LEAST_ANSWERS = 5


@in_transaction
def count_answers(*, at: datetime) -> int:
    """Count the answers that no count holds yet, where there are enough; return how many. Run again it does none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('care_surveycount'))")
        cursor.execute(COUNT, {"least": LEAST_ANSWERS, "at": at})
        (counted,) = cursor.fetchone() or (0,)
    return int(counted or 0)


COUNT = """
    WITH fresh AS (
        SELECT question_id, service_id, fiscal_year, agreement, sum(number)::int AS number
          FROM (SELECT question_id, service_id, fiscal_year, agreement, 1 AS number FROM care_surveyanswer
                UNION ALL
                SELECT question_id, service_id, fiscal_year, agreement, -number FROM care_surveycount) AS either
         GROUP BY 1, 2, 3, 4 HAVING sum(number) > 0),
    enough AS (
        SELECT fresh.*, sum(fresh.number) OVER (PARTITION BY question.code, service.facility_id, fresh.fiscal_year)
                   AS together
          FROM fresh JOIN care_surveyquestion question ON question.id = fresh.question_id
          JOIN facilities_service service ON service.id = fresh.service_id),
    counted AS (
        INSERT INTO care_surveycount (question_id, service_id, fiscal_year, agreement, number, counted_at, stood)
        SELECT question_id, service_id, fiscal_year, agreement, number, %(at)s, false FROM enough
         WHERE together >= %(least)s
        RETURNING number)
    SELECT sum(number) FROM counted
"""
