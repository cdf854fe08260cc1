"""The history is not written where it must not be, or cannot be: then nothing is."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from enrollment.models import Family
from facilities.models import Capacity
from tests import builders
from tests.as_owner import as_owner

from .factories_history import make_ward

pytestmark = pytest.mark.django_db

TODAY = date(2026, 4, 20)


def load_history(years: list[int]) -> None:
    with as_owner():  # as DATABASE_OWNER_URL does
        call_command("load_history", today=TODAY, years=years)


class TestItIsRefused:
    def test_without_the_ward(self):
        with pytest.raises(CommandError, match="load_ward"):
            load_history([2022])

    def test_beside_real_families(self, tmp_path, settings):
        settings.WARDS_DIR = tmp_path
        make_ward(tmp_path)
        builders.family()
        with pytest.raises(CommandError, match="real families"):
            load_history([2022])
        assert Family.objects.count() == 1

    def test_where_the_calendar_has_too_few_places_and_nothing_is_written(self, tmp_path, settings):
        settings.WARDS_DIR, settings.DEMO = tmp_path, True
        make_ward(tmp_path)
        Capacity.objects.filter(pool__facility__slug="ward-centre", pool__slug="rooms").update(slots=11)
        with pytest.raises(CommandError, match="does not fit"):
            load_history([2026, 2022])
        assert not Family.objects.exists()
        assert not User.objects.exists()

    def test_sign_ins_outside_the_demo(self, settings):
        settings.DEMO = False
        with pytest.raises(CommandError, match="DEMO"):
            call_command("demo_signins")


def test_outside_the_demo_nobody_can_sign_in(tmp_path, settings):
    settings.WARDS_DIR, settings.DEMO = tmp_path, False
    make_ward(tmp_path)
    load_history([2026])
    assert Family.objects.exists()
    assert not User.objects.exclude(username="made-up-history").exists()
