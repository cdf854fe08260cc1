"""Answers after a stay are counted together, and known since their count; those that stood already are counted first."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

STOOD = """
INSERT INTO care_surveycount (question_id, service_id, fiscal_year, agreement, number, counted_at, stood)
SELECT question_id, service_id, fiscal_year, agreement, number, now(), true
  FROM (SELECT answer.question_id, answer.service_id, answer.fiscal_year, answer.agreement, count(*) AS number,
               sum(count(*)) OVER (PARTITION BY question.code, service.facility_id, answer.fiscal_year) AS together
          FROM care_surveyanswer answer
          JOIN care_surveyquestion question ON question.id = answer.question_id
          JOIN facilities_service service ON service.id = answer.service_id
         GROUP BY answer.question_id, answer.service_id, answer.fiscal_year, answer.agreement,
                  question.code, service.facility_id) AS answers
 WHERE together >= 5
"""


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0003_what_is_in_force_is_kept"),
        ("facilities", "0003_what_is_in_force_is_kept"),
    ]

    operations = [
        migrations.CreateModel(
            name="SurveyCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="fiscal year")),
                (
                    "agreement",
                    models.PositiveSmallIntegerField(
                        choices=[(4, "Very much"), (3, "Rather"), (2, "Not so much"), (1, "Not at all")],
                        verbose_name="answer",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("counted_at", models.DateTimeField(verbose_name="counted at")),
                (
                    "stood",
                    models.BooleanField(db_default=False, default=False, verbose_name="given before counts were kept"),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="counts",
                        to="care.surveyquestion",
                        verbose_name="question",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="facilities.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "count of answers after a stay",
                "verbose_name_plural": "counts of answers after a stay",
                "ordering": ["counted_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agreement__range", (1, 4))), name="survey_count_on_the_scale"
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gt", 0)), name="survey_count_of_something"),
                    models.UniqueConstraint(
                        fields=("question", "service", "fiscal_year", "agreement", "counted_at"),
                        name="survey_counted_once",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="surveycount",
            trigger=pgtrigger.compiler.Trigger(
                name="survey_count_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="203733e5b39fd35d38e2956168895669a1eac46a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_survey_count_stays_9b77a",
                    table="care_surveycount",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(STOOD, migrations.RunSQL.noop),
    ]
