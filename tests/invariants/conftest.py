"""Races share one starter of processes for each module."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from bookings.models import DrawPolicy
from tests import builders
from tests.invariants.racers import Starter


@pytest.fixture(scope="module")
def _starter(django_db_setup: None, django_db_blocker: Any) -> Iterator[Starter]:
    starter = Starter(connection.settings_dict["NAME"])
    yield starter
    starter.stop()


@pytest.fixture
def starter(transactional_db: None, _starter: Starter) -> Starter:
    """The racers' starter, on a database of which this test alone commits rows."""
    return _starter


@pytest.fixture
def policy(transactional_db: None) -> DrawPolicy:
    return builders.draw_policy()
