from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.fixtures_stand_in import StandIn, stand_in


@pytest.fixture
def outside(settings: Any) -> Iterator[StandIn]:
    """LINE and the gateway as they publish themselves, on this machine."""
    with stand_in() as standing:
        for name, value in standing.settings().items():
            setattr(settings, name, value)
        yield standing
