"""Exceptions from before they had a last day end a year after the birth, or the due date (docs/rules.md, DEFAULT)."""

from django.db import migrations

FILL = """
    UPDATE enrollment_registrationexception AS granted
       SET last_day = (coalesce(
               (SELECT min(infant.birth_date) FROM enrollment_infant infant WHERE infant.birth_id = birth.id),
               birth.due_date, granted.granted_at::date, granted.proposed_at::date) + interval '1 year')::date - 1
      FROM enrollment_registration registration
      JOIN enrollment_birth birth ON birth.id = registration.birth_id
     WHERE registration.id = granted.registration_id AND granted.last_day IS NULL;
    UPDATE enrollment_registrationexceptionevent AS kept
       SET last_day = coalesce(
               (SELECT granted.last_day FROM enrollment_registrationexception granted WHERE granted.id = kept.id),
               (coalesce(kept.granted_at, kept.proposed_at, kept.pgh_created_at)::date + interval '1 year')::date - 1)
     WHERE kept.last_day IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("enrollment", "0008_exceptions_end")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
