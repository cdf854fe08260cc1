"""What a migration that was cut off leaves behind is not taken for its work."""

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_no_migration_takes_an_index_whose_build_failed_for_its_own() -> None:
    """PostgreSQL keeps it, invalid: with IF NOT EXISTS the next run would count as done and nothing would hold."""
    found = [
        path.name for path in PROJECT.glob("*/migrations/*.py") if "CONCURRENTLY IF NOT EXISTS" in path.read_text()
    ]
    assert found == []
