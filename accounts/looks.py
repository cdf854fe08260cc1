"""見た記録: who looked at which family. Written where a family's data are shown, whoever asked."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from django.apps import apps
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from .models import Look, User
from .permissions import FAMILY_OF, visible_or_404
from .roles import Role

M = TypeVar("M", bound=Model)


def note_look(request: HttpRequest | Request, families: Iterable[int], *, sensitive: bool = False) -> None:
    """Write down that the person who asks is shown these families (ids). A mother's own are not written down.

    One insert, whatever the number; the page is the URL's name. Where it cannot be written, nothing is shown.
    """
    person = request.user
    if not isinstance(person, User) or person.role == Role.MOTHER or not person.role:
        return
    match = request.resolver_match
    page = match.view_name if match else ""
    now = timezone.now()
    Look.objects.bulk_create(
        [
            Look(at=now, user=person, role=person.role, family_id=family, page=page, sensitive=sensitive)
            for family in dict.fromkeys(families)
        ]
    )


def note_shown(request: HttpRequest | Request, objects: Iterable[Any]) -> None:
    """Write down that the families of these objects are shown; what belongs to no family is passed over.

    One query a kind of object, and one insert (permissions.FAMILY_OF leads from a kind to its family).
    """
    if getattr(request.user, "role", "") in ("", Role.MOTHER):
        return
    keys: dict[str, list[Any]] = defaultdict(list)
    for thing in objects:
        if isinstance(thing, Model) and thing._meta.label in FAMILY_OF:
            keys[thing._meta.label].append(thing.pk)
    families: list[int] = []
    for label, found in keys.items():
        manager = apps.get_model(label)._default_manager
        path = FAMILY_OF[label]
        rows = manager.filter(pk__in=found, **{f"{path}__isnull": False}).order_by().values_list(path, flat=True)
        families += rows.distinct()
    if families:
        note_look(request, families)


def shown_or_404(request: HttpRequest | Request, action: str, objects: "QuerySet[M]", **lookup: Any) -> M:
    """Return the one object that the person may do the action on, else 404; write down that its family is shown."""
    found = visible_or_404(request.user, action, objects, **lookup)
    note_shown(request, [found])
    return found
