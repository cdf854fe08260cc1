"""Whether a change of the settings takes a second person, by the dated policy; off where nothing is published."""

from datetime import date

from wards.models import SettingsPolicy


def takes_second_person(today: date) -> bool:
    """Tell whether it does on the day. One query."""
    return SettingsPolicy.objects.filter(period__contains=today, second_person=True).exists()
