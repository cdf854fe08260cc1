"""An operation runs in a transaction or not at all."""

import pytest
from django.db import transaction

from sankecare.transactions import NoTransactionError, in_transaction


@in_transaction
def add_up(first: int, second: int) -> int:
    return first + second


def test_outside_a_transaction_an_operation_is_refused_by_name(transactional_db):
    with pytest.raises(NoTransactionError, match="add_up writes"):
        add_up(1, second=2)


def test_within_a_transaction_it_runs_and_returns_what_it_returns(transactional_db):
    with transaction.atomic():
        assert add_up(1, second=2) == 3
