"""An operation runs in a transaction or not at all."""

from contextlib import nullcontext
from io import StringIO

import pytest
from django.core.management import BaseCommand
from django.db import transaction

from sankecare.transactions import NoTransactionError, in_transaction

COMMAND = {"force_color": False, "no_color": False, "skip_checks": True}


@in_transaction
def add_up(first: int, second: int) -> int:
    return first + second


def test_outside_a_transaction_an_operation_is_refused_by_name(transactional_db):
    with pytest.raises(NoTransactionError, match="add_up writes"):
        add_up(1, second=2)


def test_within_a_transaction_it_runs_and_returns_what_it_returns(transactional_db):
    with transaction.atomic():
        assert add_up(1, second=2) == 3


class Adds(BaseCommand):
    def handle(self, *_args, opens, **_options):
        with transaction.atomic(durable=True) if opens else nullcontext():
            return str(add_up(1, second=2))


def test_in_a_test_that_is_undone_a_command_without_a_transaction_of_its_own_is_found(db):
    assert Adds(stdout=StringIO()).execute(opens=True, **COMMAND) == "3"
    with pytest.raises(NoTransactionError, match="add_up writes"):
        Adds(stdout=StringIO()).execute(opens=False, **COMMAND)
