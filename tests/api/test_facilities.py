"""GET /api/v1/facilities/, the schema, and who sees which registrations."""

from datetime import timedelta

import pytest
import yaml
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from facilities.models import FacilityAddress, ServiceKind
from tests.builders import LONG_AGO, facility, family, registration, service, user

pytestmark = pytest.mark.django_db


def test_facilities_come_with_the_address_and_services_in_force_today(django_assert_num_queries):
    stay = service()
    today = timezone.localdate()
    for period, address in [((LONG_AGO, today), "前の住所"), ((today, None), "今の住所")]:
        FacilityAddress.objects.create(facility=stay.facility, period=period, address=address)
    ended = service(ServiceKind.DAY_CARE, stay.pool)
    ended.offered = DateRange(LONG_AGO, today)
    ended.save()

    with django_assert_num_queries(4):
        answer = Client().get("/api/v1/facilities/").json()

    assert [row["slug"] for row in answer] == ["ward-centre"]
    assert answer[0]["address"] == "今の住所"
    assert [(row["slug"], row["age_limit_months"], row["takes_siblings"]) for row in answer[0]["services"]] == [
        ("ward-centre/short-stay", 4, True)
    ]


def test_a_facility_that_joins_later_is_not_shown_yet():
    place = facility()
    place.opened_on = timezone.localdate() + timedelta(days=1)
    place.save()
    assert Client().get("/api/v1/facilities/").json() == []


def test_the_schema_names_every_endpoint_and_its_errors():
    schema = yaml.safe_load(Client().get("/api/schema/").content)
    for path in ("quotes", "eligibility"):
        operation = schema["paths"][f"/api/v1/{path}/"]["post"]
        assert set(operation["responses"]) == {"200", "400", "413", "415", "422", "429"}
        assert operation.get("security", [{}]) == [{}]


def test_a_mother_reads_her_own_registration_and_no_other():
    mother = user(Role.MOTHER)
    own, other = registration(family(account=mother)), registration()
    client = Client()
    client.force_login(mother)

    listed = client.get("/api/v1/registrations/").json()

    assert [row["number"] for row in listed["results"]] == [own.number]
    assert client.get(f"/api/v1/registrations/{own.pk}/").status_code == 200
    assert client.get(f"/api/v1/registrations/{other.pk}/").status_code == 404
    assert Client().get("/api/v1/registrations/").status_code == 401


def test_a_nul_byte_in_an_address_is_refused_in_the_same_shape():
    answer = Client().get("/api/v1/facilities/?page=%00")
    assert (answer.status_code, set(answer.json())) == (400, {"code", "detail", "fields"})
