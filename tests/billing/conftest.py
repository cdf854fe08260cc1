"""Who claims a month, and who decides on it."""

import pytest

from accounts.models import User
from accounts.roles import Role
from tests import builders


@pytest.fixture
def manager(transactional_db: None) -> User:
    return builders.user(Role.FACILITY_MANAGER)


@pytest.fixture
def staff(transactional_db: None) -> User:
    return builders.user()
