"""Every field is labelled for privacy; the copies that the audit trail keeps are as private as what they copy."""

from django.apps import apps

from tests.sankecare.field_privacy import FIELDS, WHOLE_MODELS

OURS = (
    *("accounts", "facilities", "enrollment", "bookings", "care", "billing", "referrals", "reports", "wards"),
    "sankecare",
)


def fields_of_ours() -> list[tuple[str, str]]:
    return [
        (model._meta.label, field.name)
        for app in OURS
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
    ]


def test_every_field_is_labelled() -> None:
    labelled = {(model, field) for model, fields in FIELDS.items() for field in fields}
    assert [pair for pair in fields_of_ours() if pair[0] not in WHOLE_MODELS and pair not in labelled] == []


def test_no_label_is_of_a_field_that_is_gone() -> None:
    labelled = {(model, field) for model, fields in FIELDS.items() for field in fields}
    there = set(fields_of_ours())
    assert labelled - there == set()
    assert set(WHOLE_MODELS) - {model for model, _field in there} == set()
    assert set(WHOLE_MODELS) & set(FIELDS) == set()
