"""Draws that were announced before get what is promised now: a key of tickets, sealed, and the promise in the history.

What was promised of them stays: the secret, its digest and every time. They have no source of a public number.
"""

import hashlib
import json
import secrets
from typing import Any

from django.db import migrations
from django.utils import timezone

from sankecare.sealing import seal_values, unseal_values
from sankecare.signing import sign

OFF = "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE bookings_drawround DISABLE TRIGGER USER"
ON = "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE bookings_drawround ENABLE TRIGGER USER"


def digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def promise(apps: Any, schema_editor: Any) -> None:
    rounds = apps.get_model("bookings", "DrawRound").objects.select_related("pool__facility")
    links = apps.get_model("bookings", "DrawLink").objects
    schema_editor.execute(OFF)
    for row in rounds.filter(promise={}).order_by("pk"):
        key = secrets.token_hex(32)
        row.secret = seal_values(unseal_values(row.secret) | {"key": key})
        row.promise = _promise(row, hashlib.sha256(key.encode()).hexdigest())
        row.save(update_fields=["secret", "promise"])
        _link(links, row, "announced", timezone.now(), row.promise)
        if row.called_off_at is not None:
            told = {"at": _told(row.called_off_at), "reason": row.called_off_reason}
            _link(links, row, "called_off", row.called_off_at, told)
    schema_editor.execute(ON)


def _promise(row: Any, ticket_promise: str) -> dict[str, Any]:
    services = row.pool.services.order_by("position", "pk").values_list("slug", flat=True)
    return {
        "facility": row.pool.facility.slug,
        "pool": row.pool.slug,
        "services": list(services),
        "mechanism": row.mechanism,
        "first_day": row.period.lower.isoformat(),
        "days": (row.period.upper - row.period.lower).days,
        "opens_at": _told(row.opens_at),
        "closes_at": _told(row.closes_at),
        "draw_at": _told(row.draw_at),
        "commitment": row.commitment,
        "ticket_promise": ticket_promise,
        "number_source": "",
        "number_fallback": "",
    }


def _link(links: Any, row: Any, stage: str, at: Any, told: dict[str, Any]) -> None:
    newest = links.order_by("-pk").first()
    before, content = newest.link if newest else "", digest(told)
    link = hashlib.sha256(f"{before}:{row.pk}:{stage}:{_told(at)}:{content}".encode()).hexdigest()
    links.create(round=row, stage=stage, at=at, content=content, before=before, link=link, signature=sign(link))


def _told(moment: Any) -> str:
    return str(timezone.localtime(moment).isoformat())


class Migration(migrations.Migration):
    dependencies = [("bookings", "0012_draws_that_nobody_steers")]

    operations = [migrations.RunPython(promise, migrations.RunPython.noop)]
