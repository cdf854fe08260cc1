"""Who claims a month, and who decides on it."""

import pytest

from accounts.models import User
from accounts.roles import Role
from bookings.models import Booking
from tests import builders
from tests.billing.factories_late_items import stay_over_march, stay_over_two_contracts


@pytest.fixture
def manager(transactional_db: None) -> User:
    return builders.user(Role.FACILITY_MANAGER)


@pytest.fixture
def staff(transactional_db: None) -> User:
    return builders.user()


@pytest.fixture
def stay(manager: User) -> Booking:
    return stay_over_march()


@pytest.fixture
def two_contracts(manager: User) -> Booking:
    return stay_over_two_contracts(manager)
