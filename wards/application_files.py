"""The files of a ward's folder on applying: from when on, and how soon a family is answered."""

from .columns import Column, whole, yes_no
from .specs import PERIOD, ward_file

APPLICATION_FILES = (
    ward_file(
        "registration_policies.csv",
        "first_day",
        *PERIOD,
        Column("from_pregnancy_week", whole(1, 42)),
        Column("exception_days", whole(1, 3660)),
        Column("decision_days", whole(1, 60)),
        alone_within="",
    ),
    # Whether a change of the settings takes a second person; without a row it takes one.
    ward_file("settings_policies.csv", "first_day", *PERIOD, Column("second_person", yes_no), alone_within=""),
)
