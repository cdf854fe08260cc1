"""Each name in the list of what runs at night is a test that exists."""

from pathlib import Path

from tests.night import NIGHT

TESTS = Path(__file__).resolve().parents[1]


def test_what_runs_at_night_is_there_and_every_role_keeps_a_journey_by_day():
    assert [name for name in NIGHT if not (TESTS / name).exists()] == []
    by_day = {file.name for file in (TESTS / "journeys").glob("test_*.py")} - {Path(name).name for name in NIGHT}
    assert by_day >= {
        *("test_apply.py", "test_mother.py", "test_tablet.py", "test_staff.py", "test_to_the_letter.py"),
        *("test_facility_to_nurse.py", "test_supervisor.py", "test_sign_in.py"),
    }
