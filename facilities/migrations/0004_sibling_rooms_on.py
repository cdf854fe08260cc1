"""How many rooms of a pool take a sibling on a day, for whoever counts them: the operations and the database's guard."""

from django.db import migrations

CREATE = """
CREATE FUNCTION facilities_sibling_rooms_on(the_pool bigint, the_day date) RETURNS integer LANGUAGE sql STABLE AS $$
    -- The pool's rooms are shared by its services; NULL: nobody limits them.
    SELECT min(terms.sibling_rooms)
      FROM facilities_servicetermsrow terms JOIN facilities_service service ON service.id = terms.service_id
     WHERE service.pool_id = the_pool AND terms.takes_siblings AND terms.period @> the_day
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("facilities", "0003_facility_options")]
    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION facilities_sibling_rooms_on(bigint, date)")]
