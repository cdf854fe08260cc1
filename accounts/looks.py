"""見た記録: who looked at which family. Written where a family's data are shown, whoever asked."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request

from .models import Look, User
from .roles import Role


def note_look(request: HttpRequest | Request, families: Iterable[int], *, sensitive: bool = False) -> None:
    """Write down that the person who asks is shown these families (ids). A mother's own are not written down.

    One insert, whatever the number; the page is the URL's name.
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
