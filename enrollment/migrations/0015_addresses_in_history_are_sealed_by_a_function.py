from django.db import migrations

# The application may not write history. What it may is this: take the addresses out of the history of a family that is
# under protection. The function acts as its owner, who is the tables' owner.
MADE = """
CREATE FUNCTION seal_addresses_in_history(of_family bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE enrollment_residenceevent
       SET town_id = NULL, postcode = '', chome = NULL, block = NULL, rest = ''
     WHERE family_id = of_family
       AND EXISTS (SELECT FROM enrollment_protection protection
                    WHERE protection.family_id = of_family AND protection.ended_at IS NULL)
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("enrollment", "0014_histories_of_deciding_kept"),
    ]

    operations = [
        migrations.RunSQL(MADE, "DROP FUNCTION seal_addresses_in_history(bigint)"),
    ]
