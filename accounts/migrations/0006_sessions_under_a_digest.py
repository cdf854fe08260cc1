"""The sessions that stand go on under the digest of their key; turned back, everybody signs in anew."""

from django.db import migrations

UNDER_A_DIGEST = "UPDATE django_session SET session_key = left(encode(sha256(session_key::bytea), 'hex'), 40)"
NONE_STANDS = "DELETE FROM django_session"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_what_a_file_held"), ("sessions", "0001_initial")]

    operations = [migrations.RunSQL(UNDER_A_DIGEST, NONE_STANDS)]
