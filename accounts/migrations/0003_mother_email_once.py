import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_looks"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("role", "mother"), models.Q(("email", ""), _negated=True)),
                name="user_mother_email_once",
                violation_error_message="A mother with this e-mail address signs in already.",
            ),
        ),
    ]
