"""What was answered is sealed; in the open stands only which record was written, by its id.

In small transactions, so that no table is held while old answers are sealed; a run that was cut off goes on.
"""

import json

from django.db import migrations, models

from sankecare.sealing import seal, unseal

AT_ONCE = 500


def seal_old_answers(apps, schema_editor):
    AnsweredRequest = apps.get_model("sankecare", "AnsweredRequest")
    while rows := list(AnsweredRequest.objects.filter(sealed=None)[:AT_ONCE]):
        for row in rows:
            row.sealed = seal(json.dumps(row.answer).encode())
            row.answer = _record(row.answer)
        AnsweredRequest.objects.bulk_update(rows, ["sealed", "answer"])


def _record(answer):
    """The referral that an answer was about: the pages named it, the programs' answers by number and id."""
    if str(answer.get("number", "")).startswith("F-"):
        return {"referral": answer["id"]}
    return {"referral": answer["referral"]} if "referral" in answer else {}


def open_answers(apps, schema_editor):
    AnsweredRequest = apps.get_model("sankecare", "AnsweredRequest")
    while rows := list(AnsweredRequest.objects.exclude(sealed=None)[:AT_ONCE]):
        for row in rows:
            row.answer, row.sealed = json.loads(unseal(row.sealed)), None
        AnsweredRequest.objects.bulk_update(rows, ["sealed", "answer"])


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("sankecare", "0004_pulse")]

    operations = [
        migrations.AddField("answeredrequest", "sealed", models.BinaryField(null=True, verbose_name="answer, sealed")),
        migrations.RunPython(seal_old_answers, open_answers),
        migrations.AlterField("answeredrequest", "answer", models.JSONField(verbose_name="what was written, by ids")),
        migrations.AddConstraint(
            "answeredrequest",
            models.CheckConstraint(
                name="answered_request_names_ids",
                condition=~models.Q(
                    models.Func(
                        models.F("answer"),
                        models.Value('$.* ? (@.type() != "number")'),
                        function="jsonb_path_exists",
                        output_field=models.BooleanField(),
                    )
                ),
            ),
        ),
    ]
