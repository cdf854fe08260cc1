"""Who may sign in by name and password, and who needs a second factor."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from sankecare.db import Prepared

from .models import User
from .roles import Role

DEMO_PREFIX = "demo-"
BY_ID = Prepared(lambda: User.objects.filter(pk=0))


def is_of_the_demo(person: User) -> bool:
    """Tell whether this is one of the demo's people, whose password stands in the README."""
    return person.get_username().startswith(DEMO_PREFIX)


def needs_second_factor(person: User) -> bool:
    """Everybody but mothers; of the demo's people nobody, and only while it is the demo that runs."""
    return person.role != Role.MOTHER and not (settings.DEMO and is_of_the_demo(person))


class Backend(ModelBackend):
    """Name and password, for all but mothers; the demo's people in the demo alone."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **options: Any
    ) -> User | None:
        """A mother's way is the code by mail: her password, should she have one, opens nothing outside the demo."""
        person = super().authenticate(request, username, password, **options)
        if not isinstance(person, User) or (person.role == Role.MOTHER and not is_of_the_demo(person)):
            return None
        return person

    def get_user(self, user_id: int) -> User | None:
        """Return whose session it is, while she may sign in; every page asks."""
        found = BY_ID.first(user_id)
        return found if found is not None and self.user_can_authenticate(found) else None

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        if isinstance(user, User) and is_of_the_demo(user) and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)
