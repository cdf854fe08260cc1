"""Months of 2028 that could not be priced: a stay over both years, contracts that differ, claims accepted."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.test import Client

from accounts.models import User
from billing.claims import accept_claim
from billing.issue import issue_charge
from billing.models import Charge, Claim, Component, ContractRate, Tariff
from bookings.models import Booking
from facilities.models import Service
from reports.invariants import broken_invariants
from tests import builders
from tests.billing.factories_claims import left, submit

MARCH, APRIL, MAY = date(2028, 3, 1), date(2028, 4, 1), date(2028, 5, 1)
STAY = (date(2028, 3, 30), date(2028, 3, 31), date(2028, 4, 1), date(2028, 4, 2))
EARLY_APRIL, THE_TENTH = builders.at(date(2028, 4, 3)), builders.at(date(2028, 4, 10))
EARLY_MAY = builders.at(date(2028, 5, 2))


def rate(service: Service, amount: int, first: date, end: date | None = None, *, less_fees: bool = True) -> None:
    ContractRate.objects.create(service=service, amount=amount, period=(first, end), less_family_fees=less_fees)


def tariff(service: Service, amount: int, tax_class: str = "taxed", first: date = APRIL) -> None:
    Tariff.objects.create(
        service=service, component=Component.BASE, tax_class=tax_class, amount=amount, period=(first, None)
    )


def claimed(manager: User, staff: User, month: date, at: Any, remark: str = "確認済み") -> Claim:
    claim = submit(manager, month, remark=remark, at=at)
    return transaction.atomic(accept_claim)(claim=claim, seen=claim.digest, by=staff, at=at)


def issued(booking: Booking, by: User, at: Any = THE_TENTH) -> Charge:
    return transaction.atomic(issue_charge)(booking=booking, by=by, at=at)


def found(at: datetime = EARLY_MAY) -> set[str]:
    return {broken.what for broken in broken_invariants(at)}


def stay_over_march() -> Booking:
    """30 March to 2 April, left; of April no amount is published. The ward pays 20,000 a day less the fees."""
    service = builders.service()
    Tariff.objects.update(period=(builders.LONG_AGO, APRIL))
    rate(service, 20_000, builders.LONG_AGO)
    return left(*STAY, service=service)


def stay_over_two_contracts(manager: User) -> Booking:
    """A stay over both years, charged at 18,000; last year's contract takes fees off, this year's does not."""
    service = builders.service()
    rate(service, 20_000, builders.LONG_AGO, APRIL)
    rate(service, 24_000, APRIL, less_fees=False)
    return issued(left(*STAY, service=service), manager, builders.at(STAY[-1], 17)).booking


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client
