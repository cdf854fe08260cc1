import django.db.models.functions.text
from django.db import migrations, models

ONCE = models.UniqueConstraint(
    django.db.models.functions.text.Lower("email"),
    condition=models.Q(("role", "mother"), models.Q(("email", ""), _negated=True)),
    name="user_mother_email_once",
    violation_error_message="A mother with this e-mail address signs in already.",
)


class Migration(migrations.Migration):
    # People sign in while it is built.
    atomic = False

    dependencies = [
        ("accounts", "0002_looks"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.AddConstraint(model_name="user", constraint=ONCE)],
            database_operations=[
                migrations.RunSQL(
                    """
                    CREATE UNIQUE INDEX CONCURRENTLY "user_mother_email_once" ON "accounts_user" ((LOWER("email")))
                     WHERE ("role" = 'mother' AND NOT ("email" = ''))
                    """,
                    'DROP INDEX CONCURRENTLY IF EXISTS "user_mother_email_once"',
                )
            ],
        ),
    ]
