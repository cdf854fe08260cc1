"""A case as it was when a decision was drafted: a digest of each part, so that a change is seen and named."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from enrollment.applications.queue import places_in_queue
from enrollment.models import Family, Registration
from enrollment.queries import verdicts_on_application

SIGNS = 32
# Of an application, what its decision itself writes.
OF_THE_DECISION = ("id", "state", "decided_at", "decided_by_id", "decision_reason", "verdict")
PERSON = ("mother_name", "mother_name_kana", "mother_birth_date")


def case_now(registration: Registration, today: date) -> dict[str, str]:
    """Return the digest of each part of a case as it stands. Some 15 queries."""
    birth, family = registration.birth, registration.birth.family
    parts: dict[str, Any] = {
        "stated": [
            {name: value for name, value in row.items() if name not in OF_THE_DECISION}
            for row in Registration.objects.filter(pk=registration.pk).values()
        ],
        "person": list(Family.objects.filter(pk=family.pk).values(*PERSON)),
        "birth": [*_rows(type(birth)._default_manager.filter(pk=birth.pk)), *_rows(birth.infants.all())],
        "siblings": _rows(family.siblings.all()),
        "address": [
            *_rows(family.residences.all()),
            *family.confidential_addresses.order_by("pk").values("pk", "period"),
        ],
        "tax_class": _rows(family.tax_classes.all()),
        "papers": list(family.evidence.order_by("pk").values("pk", "kind", "digest")),
        "exceptions": list(registration.exceptions.order_by("pk").values("pk", "rule", "last_day", "granted_at")),
        "rules": _rules(registration, today),
        "points": _points(registration, today),
    }
    return {part: _digest(values) for part, values in parts.items()}


def parts_changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the parts that stand otherwise now, in the reader's language."""
    words = {
        "stated": _("what was stated"),
        "person": _("the mother's name or date of birth"),
        "birth": _("the birth and the babies"),
        "siblings": _("the older children"),
        "address": _("the address"),
        "tax_class": _("the tax class"),
        "papers": _("the papers"),
        "exceptions": _("the exceptions"),
        "rules": _("which conditions are met"),
        "points": _("what is to be looked at"),
    }
    return [words[part] for part in words if before.get(part) != now.get(part)]


def _rows(rows: "QuerySet[Any]") -> list[dict[str, Any]]:
    return list(rows.order_by("pk").values())


def _rules(registration: Registration, today: date) -> dict[str, list[Any]]:
    verdicts = verdicts_on_application(registration, today)
    return {
        slug: [[str(rule.rule), rule.met, bool(rule.excepted)] for rule in verdict.rules]
        for slug, verdict in sorted(verdicts.items())
    }


def _points(registration: Registration, today: date) -> list[str]:
    places = places_in_queue(Registration.objects.filter(pk=registration.pk), today)
    return [str(point) for place in places for point in place.open_points]


def _digest(values: Any) -> str:
    """Keyed: what is short, such as a date of birth, is not found from its digest."""
    text = json.dumps(values, default=_plain, sort_keys=True)
    return salted_hmac("enrollment.case", text, algorithm="sha256").hexdigest()[:SIGNS]


def _plain(value: Any) -> str:
    return str(value.pk) if isinstance(value, Model) else str(value)
