"""Who the mother is and how she is reached: the name kept byte for byte, kana and telephone folded to be found."""

from datetime import date, datetime

from django.utils import timezone

from accounts.models import User
from enrollment.kana import folded_kana, folded_phone
from enrollment.models import Family, TimelineEvent
from enrollment.timeline import add_entry
from sankecare.transactions import in_transaction

from .application_data import refuse_impossible_person


def keep_person(
    family: Family, *, mother_name: str, mother_name_kana: str, mother_birth_date: date | None, phone: str, email: str
) -> None:
    """Write it as it was stated, in the caller's transaction.

    Of a family with a sign-in the address is not among it: it changes with the sign-in alone (families/email_address).
    """
    family.mother_name = mother_name
    family.mother_name_kana = folded_kana(mother_name_kana)
    family.mother_birth_date = mother_birth_date
    family.phone = folded_phone(phone)
    family.email = "" if family.account_id is not None else email
    family.save()


@in_transaction
def correct_person(
    *,
    family: Family,
    mother_name: str,
    mother_name_kana: str,
    mother_birth_date: date | None,
    phone: str,
    email: str,
    by: User,
    at: datetime,
) -> Family:
    """Ward staff put right what was typed, or enter what is new; what stood there before is in the history.

    Within the admin's transaction. Errors: NotPossible naming ``mother_name``, ``mother_name_kana`` or
    ``mother_birth_date``.
    """
    today, had_none = timezone.localdate(at), not family.mother_name_kana
    refuse_impossible_person(mother_name, mother_name_kana, mother_birth_date, today, without_kana=had_none)
    locked = Family.objects.select_for_update(no_key=True).get(pk=family.pk)
    keep_person(
        locked,
        mother_name=mother_name,
        mother_name_kana=mother_name_kana,
        mother_birth_date=mother_birth_date,
        phone=phone,
        email=email,
    )
    add_entry(TimelineEvent.PERSON_CORRECTED, family=locked, by=by, at=at)
    return locked
