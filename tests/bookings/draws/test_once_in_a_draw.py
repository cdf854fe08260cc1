"""抽選: a family stands once in a draw, whatever registrations it has: the database refuses the second one."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.models import DrawEntry, DrawRound
from enrollment.models import Birth, Registration
from sankecare.database_refusals import constraint_of, sentence_for
from tests import builders
from tests.fixtures_concurrency import together

pytestmark = pytest.mark.django_db(transaction=True)
GUARD = "draw_entry_once_a_family"


@pytest.fixture
def draw() -> DrawRound:
    first = timezone.localdate() + timedelta(days=30)
    return builders.draw_round(builders.service(), first)


def two_registrations() -> tuple[Registration, Registration]:
    """A mother of two births, both registered."""
    family = builders.family()
    today = timezone.localdate()
    return tuple(builders.registration(family, born=today - timedelta(days=age)) for age in (30, 300))  # type: ignore[return-value]


def wishes(draw: DrawRound, registration: Registration, sign: str) -> DrawEntry:
    now = timezone.now()
    facts = {"entered_at": now, "entered_by": builders.user(), "choices": []}
    return DrawEntry.objects.create(round=draw, registration=registration, sign=sign, **facts)


def test_the_second_registration_of_a_family_does_not_stand_in_the_same_draw(draw: DrawRound) -> None:
    one, other = two_registrations()
    first = wishes(draw, one, "AAAAAA")
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        wishes(draw, other, "BBBBBB")
    assert constraint_of(refused.value) == GUARD
    assert sentence_for(refused.value) == "このご家族は、別の利用登録ですでにこの抽選に申し込んでいます。"
    DrawEntry.objects.filter(pk=first.pk).update(withdrawn_at=timezone.now())
    wishes(draw, other, "BBBBBB")
    with pytest.raises(IntegrityError, match="twice in one draw"), transaction.atomic():
        DrawEntry.objects.filter(pk=first.pk).update(withdrawn_at=None)
    wishes(draw, builders.registration(), "CCCCCC")


def test_of_two_that_enter_at_once_one_stands(draw: DrawRound) -> None:
    """Without the lock of the family's row neither would see the other."""
    one, other = two_registrations()

    def enters(registration: Registration, sign: str) -> str:
        with transaction.atomic():
            return wishes(draw, registration, sign).sign

    for number in range(5):
        DrawEntry.objects.filter(withdrawn_at=None).update(withdrawn_at=timezone.now())
        found = together(lambda n=number: enters(one, f"A{n}"), lambda n=number: enters(other, f"B{n}"))
        assert sorted(found)[1] == "IntegrityError"
        assert DrawEntry.objects.filter(withdrawn_at=None).count() == 1


def test_two_entries_are_not_joined_with_both_in_the_draw(draw: DrawRound) -> None:
    one, other = builders.registration(), builders.registration()
    wishes(draw, one, "AAAAAA")
    second = wishes(draw, other, "BBBBBB")
    with pytest.raises(IntegrityError, match="twice in one draw"), transaction.atomic():
        Birth.objects.filter(pk=other.birth_id).update(family=one.birth.family)
    with pytest.raises(IntegrityError, match="twice in one draw"), transaction.atomic():
        Registration.objects.filter(pk=other.pk).update(birth=one.birth, state="ended")
    with transaction.atomic():  # within one transaction both may be joined and one of them withdrawn
        Birth.objects.filter(pk=other.birth_id).update(family=one.birth.family)
        DrawEntry.objects.filter(pk=second.pk).update(withdrawn_at=timezone.now())
    assert DrawEntry.objects.filter(withdrawn_at=None).count() == 1
