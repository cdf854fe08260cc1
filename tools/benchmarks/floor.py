"""The floor: the raw statements by pgbench, on the same tables with the same guard and history triggers."""

import os
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bookings.places.queries import PLACES_ON_DAYS
from sankecare.stack.postgres import binaries

from .world import DAYS, FAMILIES_A_CLIENT, SLOTS, World

FIRST = "CAST(:first AS date)"
START = "CAST(:start AS int)"
# One booking and one cancellation: 2 operations. A refusal counts as two as well, in the floor's favour.
BOOK_AND_CANCEL = f"""
\\set registration :registrations + :client_id * {FAMILIES_A_CLIENT} + random(0, {FAMILIES_A_CLIENT - 1})
\\set start random(0, {DAYS - 7})
\\set days random(1, 7)
BEGIN;
SELECT id FROM facilities_placepool WHERE id = :pool FOR NO KEY UPDATE;
SELECT count(*) AS full FROM (
  SELECT day FROM bookings_bookingday
   WHERE pool_id = :pool AND status <> 'released'
     AND day >= {FIRST} + {START} AND day < {FIRST} + {START} + CAST(:days AS int)
   GROUP BY day HAVING count(*) >= {SLOTS}) AS counted \\gset
\\if :full
ROLLBACK;
\\else
INSERT INTO bookings_booking
    (registration_id, service_id, state, infant_count, coupons, booked_at, ended_reason)
  VALUES (:registration, :service, 'booked', 1, 0, now(), '') RETURNING id AS booking \\gset
INSERT INTO bookings_bookingday (booking_id, day, status, with_sibling)
  SELECT :booking, {FIRST} + {START} + number, 'held', false
    FROM generate_series(0, CAST(:days AS int) - 1) AS number;
COMMIT;
BEGIN;
UPDATE bookings_booking SET state = 'cancelled' WHERE id = :booking;
UPDATE bookings_bookingday SET status = 'released' WHERE booking_id = :booking;
COMMIT;
\\endif
"""


def bookings_and_cancellations(world: World, clients: int, seconds: int) -> float:
    """Bookings and cancellations a second."""
    return 2 * _pgbench(world, BOOK_AND_CANCEL, clients, seconds)


def months_shown(world: World, clients: int, seconds: int) -> float:
    """A month's availability a second: its SELECT alone."""
    days = f"(SELECT array_agg({FIRST} + number) FROM generate_series(0, {DAYS - 1}) AS number)"
    return _pgbench(world, (PLACES_ON_DAYS % ("ARRAY[:pool]", days)).replace("\n", " ") + ";", clients, seconds)


def _pgbench(world: World, script: str, clients: int, seconds: int) -> float:
    url = urlsplit(os.environ["DATABASE_URL"])
    variables = {
        "pool": world.service.pool_id,
        "service": world.service.pk,
        "first": world.first,
        "registrations": world.registrations[0][0].pk,
    }
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        done = subprocess.run(
            [
                binaries().folder / "pgbench",
                *("-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(seconds), "-f", file.name),
                *(f"-D{name}={value}" for name, value in variables.items()),
                *("-h", url.hostname or "", "-p", str(url.port), "-U", url.username or "", Path(url.path).name),
            ],
            env=os.environ | {"PGPASSWORD": unquote(url.password or "")},
            capture_output=True,
            text=True,
            check=False,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode or found is None or "number of failed transactions: 0 " not in done.stdout:
        raise RuntimeError(f"pgbench: {done.stdout}{done.stderr}")
    return float(found[1])
