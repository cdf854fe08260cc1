"""届出: an address, a tax class, a baby that rolls over: each holds from its day, and stands on the timeline."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from enrollment.addresses import address_on, keep_residence
from enrollment.confidential import Address
from enrollment.families.life_events import begins_to_roll_over, change_address, change_tax_class
from enrollment.models import ConfidentialAddress, Residence, TaxClass, TimelineEntry
from enrollment.protection.protect import put_under_protection
from enrollment.queries import tax_class_on
from sankecare.errors import NotPossible
from tests.builders import A_DAY, at, family, registration, town, user

pytestmark = pytest.mark.django_db

TOMORROW = A_DAY + timedelta(days=1)


def moved(home, name="北沢", district="kitazawa", from_day=TOMORROW, **rest):
    new = Address(town(name, district), **rest)
    change_address(family=home, address=new, from_day=from_day, by=user(), at=at(A_DAY))
    return new


def districts(home):
    return [(row.period.lower, row.district.slug) for row in home.residences.order_by("period")]


def happenings(home):
    return list(TimelineEntry.objects.filter(family=home).order_by("pk").values_list("happening", "on_day"))


def test_from_the_day_of_the_move_another_district_is_there_for_the_family():
    home = family()
    old = address_on(home, A_DAY)
    new = moved(home)
    assert (address_on(home, A_DAY), address_on(home, TOMORROW)) == (old, new)
    assert [slug for _day, slug in districts(home)] == ["setagaya", "kitazawa"]
    assert happenings(home) == [("address_changed", TOMORROW)]


def test_a_move_entered_twice_is_said_and_a_day_far_away_is_a_slip():
    home = family()
    moved(home)
    with pytest.raises(NotPossible, match="nothing_changed"):
        moved(home)
    with pytest.raises(NotPossible, match="day_impossible") as slip:
        moved(home, "砧", "kinuta", from_day=A_DAY + timedelta(days=400))
    assert list(slip.value.fields) == ["from_day"]
    assert len(happenings(home)) == 1


def test_a_move_that_was_known_for_later_stays():
    home = family()
    moved(home, "砧", "kinuta", from_day=A_DAY + timedelta(days=30))
    moved(home)
    assert [slug for _day, slug in districts(home)] == ["setagaya", "kitazawa", "kinuta"]


def test_a_protected_familys_new_address_is_sealed_and_its_district_stands():
    home = family()
    put_under_protection(family=home, reason="支援措置", by=user(), at=at(A_DAY))
    new = moved(home, rest="𠮷野荘 101", postcode="1550031")
    assert Residence.objects.filter(family=home, town__isnull=False).count() == 0
    assert [slug for _day, slug in districts(home)] == ["setagaya", "kitazawa"]
    assert ConfidentialAddress.objects.filter(family=home).count() == 2
    assert address_on(home, TOMORROW) == new


def test_the_same_address_again_writes_nothing():
    home = family()
    same = address_on(home, A_DAY)
    assert same is not None
    assert not keep_residence(family=home, address=same, from_day=A_DAY, by=user(), at=at(A_DAY))


def test_a_new_tax_class_prices_the_days_from_its_date_on():
    home = family(tax_class="taxed")
    change_tax_class(
        family=home, tax_class=TaxClass.NON_TAXED, from_day=TOMORROW, evidence="令和5年度", by=user(), at=at(A_DAY)
    )
    assert tax_class_on(home, [A_DAY, TOMORROW]) == {A_DAY: "taxed", TOMORROW: "non_taxed"}
    assert happenings(home) == [("tax_class_changed", TOMORROW)]


@pytest.mark.parametrize(
    ("tax_class", "evidence", "code"),
    [(TaxClass.TAXED, "証明書", "nothing_changed"), (TaxClass.WELFARE, " ", "no_evidence")],
)
def test_a_tax_class_changes_with_its_paper_only(tax_class, evidence, code):
    home = family(tax_class="taxed")
    with pytest.raises(NotPossible, match=code):
        change_tax_class(family=home, tax_class=tax_class, from_day=A_DAY, evidence=evidence, by=user(), at=at(A_DAY))
    assert happenings(home) == []


def test_rolling_over_is_reported_with_its_day_between_birth_and_today():
    infant = registration(born=A_DAY - timedelta(days=90)).birth.infants.get()
    for day in (A_DAY - timedelta(days=91), TOMORROW):
        with pytest.raises(NotPossible, match="day_impossible"):
            begins_to_roll_over(infant=infant, since=day, by=user(), at=at(A_DAY))
    begins_to_roll_over(infant=infant, since=A_DAY, by=user(), at=at(A_DAY))
    infant.refresh_from_db()
    assert infant.rolls_over_since == A_DAY
    assert happenings(infant.birth.family) == [("rolls_over", A_DAY)]


def test_a_mother_reports_on_her_own_page_and_reads_nothing_of_the_staffs(client):
    mother = user(Role.MOTHER)
    home = family(account=mother)
    put_under_protection(family=home, reason="支援措置", by=user(), at=at(A_DAY))
    client.force_login(mother)
    page = client.get(f"/families/{home.pk}/")
    assert page.status_code == 200
    assert "支援措置" not in page.text
    answer = client.post(f"/families/{home.pk}/address/", {"from_day": "2023-05-11", "town": "", "postcode": "12"})
    assert answer.status_code == 422
    assert "郵便番号は7けた" in answer.text
    assert client.get(f"/families/{home.pk}/tax-class/").status_code in (403, 404)
    assert client.get(f"/families/{family().pk}/").status_code == 404
