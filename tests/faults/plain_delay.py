"""The control: announcing as one would without an outbox, by a plain ``delay()`` after the commit (acks late)."""

from sankecare.celery import app
from sankecare.postgresql.roles import APPLICATION

# Made by the owner of the tables, written by the worker, who signs in as the application.
TABLE = f"CREATE TABLE plainly_told (referral bigint); GRANT SELECT, INSERT ON plainly_told TO {APPLICATION}"


@app.task(name="tests.faults.announce")
def announce(*, referral: int) -> None:
    """Write down that it came: no mail, so that a mail server that misbehaves loses it nothing."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO plainly_told VALUES (%s)", [referral])
