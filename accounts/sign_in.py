"""Who may sign in at all."""

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import AnonymousUser

from .models import User

DEMO_PREFIX = "demo-"


class Backend(ModelBackend):
    """Name and password; the demo's people, whose password everyone knows, in the demo alone."""

    def user_can_authenticate(self, user: User | AnonymousUser | None) -> bool:
        if user is not None and user.get_username().startswith(DEMO_PREFIX) and not settings.DEMO:
            return False
        return super().user_can_authenticate(user)
