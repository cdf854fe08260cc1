"""見た記録: who was shown a family stands in the log, and whoever changes the log later is found."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts.access_log_chain import SETTLED_AFTER, chain_access_log, verify_access_log
from accounts.models import AccessLogEntry
from accounts.permissions import visible
from accounts.roles import Role
from enrollment.models import Family, Registration
from tests.as_owner import as_owner
from tests.builders import A_DAY, at, district, family, registration, town, user

pytestmark = pytest.mark.django_db


def shown(client, person, page):
    """The families that the log says this page showed."""
    before = set(AccessLogEntry.objects.values_list("pk", flat=True))
    client.force_login(person)
    answer = client.get(page)
    assert answer.status_code == 200, page
    return sorted(AccessLogEntry.objects.exclude(pk__in=before).filter(user=person).values_list("family", flat=True))


@pytest.fixture
def two():
    return registration(), registration()


def test_a_list_and_a_page_of_the_admin_say_whom_they_showed(client, two):
    staff = user()
    first, second = (row.birth.family_id for row in two)
    assert shown(client, staff, "/admin/enrollment/family/") == sorted([first, second])
    assert shown(client, staff, "/admin/enrollment/registration/") == sorted([first, second])
    assert shown(client, staff, f"/admin/enrollment/family/{first}/change/") == [first]
    assert shown(client, staff, f"/admin/enrollment/family/{first}/history/") == [first]
    assert shown(client, staff, f"/admin/enrollment/registration/{two[1].pk}/decide/") == [second]
    assert shown(client, staff, "/admin/billing/tariff/") == []


def test_the_api_says_whom_it_showed(client, two):
    nurse = user(Role.HEALTH_NURSE)
    first, second = (row.birth.family_id for row in two)
    assert shown(client, nurse, "/api/v1/registrations/") == sorted([first, second])
    assert shown(client, nurse, f"/api/v1/registrations/{two[0].pk}/") == [first]


def test_a_mother_reading_her_own_is_nobodys_look(client):
    mother = user(Role.MOTHER)
    made = registration(of=family(account=mother))
    assert shown(client, mother, f"/api/v1/registrations/{made.pk}/") == []
    assert shown(client, mother, "/my/") == []


def test_what_is_refused_shows_nobody(client, two):
    client.force_login(user(Role.MOTHER))
    assert client.get(f"/families/{two[0].birth.family_id}/").status_code == 404
    assert not AccessLogEntry.objects.exists()


def test_a_look_holds_no_word_of_the_family(client, two):
    shown(client, user(), f"/admin/enrollment/family/{two[0].birth.family_id}/change/?q=髙﨑")
    look = AccessLogEntry.objects.get()
    assert (look.page, look.role) == ("admin:enrollment_family_change", "ward_staff")


@pytest.mark.parametrize("write", ["update", "delete"])
def test_nobody_changes_the_log(two, write):
    looks(two[0], 1)
    with pytest.raises(DatabaseError), transaction.atomic():
        getattr(AccessLogEntry.objects.all(), write)(**({"page": "x"} if write == "update" else {}))


# ---- The chain


def looks(of, number, start=A_DAY):
    person = user()
    AccessLogEntry.objects.bulk_create(
        [
            AccessLogEntry(
                at=at(start) + timedelta(seconds=count),
                user=person,
                role=person.role,
                family=of.birth.family,
                page=f"page:{count}",
            )
            for count in range(number)
        ]
    )


SPOILS = {
    "edit": "UPDATE accounts_accesslogentry SET page = 'other' WHERE id = {middle}",
    "delete": "DELETE FROM accounts_accesslogentry WHERE id = {middle}",
    # Behind the first sealed row: a number that a rolled back transaction left free.
    "insert": "INSERT INTO accounts_accesslogentry (id, at, user_id, role, family_id, page, sensitive) "
    "SELECT 0, at, user_id, role, family_id, page, sensitive FROM accounts_accesslogentry WHERE id = {middle}",
    "reorder": "UPDATE accounts_accesslogentry SET page = CASE id WHEN {middle} THEN 'page:1' ELSE page END, "
    "at = CASE id WHEN {middle} THEN at + interval '1 second' ELSE at END WHERE id IN ({middle}, {middle} + 1)",
    "truncate": "DELETE FROM accounts_accesslogentry",
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_of_ten_thousand_rows_one_that_is_changed_is_found(two, spoil):
    looks(two[0], 10_000)
    chain_access_log(at=timezone.now())
    assert verify_access_log().problems == []
    middle = AccessLogEntry.objects.order_by("pk")[5000].pk
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_accesslogentry DISABLE TRIGGER USER")  # as the tables' owner may
        cursor.execute(SPOILS[spoil].format(middle=middle))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_accesslogentry ENABLE TRIGGER USER")
    assert verify_access_log().problems


def test_the_chain_grows_link_by_link_and_leaves_out_what_has_not_settled(two):
    looks(two[0], 3)
    first = chain_access_log(at=at(A_DAY) + SETTLED_AFTER + timedelta(seconds=2))
    second = chain_access_log(at=timezone.now())
    assert (first.count, second.count) == (2, 1)
    assert chain_access_log(at=timezone.now()) is None
    assert verify_access_log().links == 2


def test_an_end_that_was_cut_off_is_found_by_the_digest_kept_elsewhere(two):
    looks(two[0], 2)
    kept = chain_access_log(at=timezone.now()).digest
    call_command("verify_access_log", known=kept)
    with pytest.raises(CommandError):
        call_command("verify_access_log", known="0" * 64)


# ---- Ward staff of one district


def test_staff_of_a_district_see_its_families_and_staff_without_one_see_all(client):
    here, there = registration(), registration(of=family(lives_in=town("北沢", "kitazawa"), district_slug="kitazawa"))
    bound, free = user(district=district("kitazawa")), user()
    assert list(visible(bound, "registration.decide", Registration.objects.all())) == [there]
    assert visible(free, "family.view", Family.objects.all()).count() == 2
    assert shown(client, bound, "/admin/enrollment/registration/") == [there.birth.family_id]
    assert client.get(f"/admin/enrollment/registration/{here.pk}/decide/").status_code == 404
    assert client.get(f"/admin/enrollment/family/{here.birth.family_id}/change/").status_code in (302, 404)
    assert client.get(f"/families/{here.birth.family_id}/").status_code == 404


def test_a_family_that_moves_goes_over_to_the_staff_of_its_new_district():
    home = family()
    residence = home.residences.get()
    today = timezone.localdate()
    residence.period = (residence.period.lower, today)
    residence.save()
    home.residences.create(period=(today, None), town=town("北沢", "kitazawa"), district=district("kitazawa"))
    for slug, sees in (("setagaya", 0), ("kitazawa", 1)):
        assert visible(user(district=district(slug)), "family.view", Family.objects.all()).count() == sees
