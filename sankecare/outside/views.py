"""``/metrics`` for Prometheus, by a token; ``/readyz`` for who sends requests here."""

import functools
import logging
import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest

from sankecare import sealing
from sankecare.health import not_logged, try_again

from .requests import counted_requests
from .standing import Standing

logger = logging.getLogger(__name__)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures of this installation, as Prometheus reads them; 404, as if there were none, without the token."""
    if not may_look(request):
        raise Http404
    return _figures(request)


@require_safe
def _figures(_request: HttpRequest) -> HttpResponse:
    standing = CollectorRegistry()
    standing.register(Standing())
    said = generate_latest(counted_requests()) + generate_latest(standing)
    return HttpResponse(said, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_look(request: HttpRequest) -> bool:
    """Whether the request carries ``METRICS_TOKEN`` (``Authorization: Bearer …``); nobody does where it is not set."""
    given = request.headers.get("Authorization", "")
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    same = secrets.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode())
    return bool(settings.METRICS_TOKEN) and same


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 once requests may be sent here, 503 before. What is missing is told to who has the token, and to the log."""
    missing = what_is_missing()
    said: dict[str, object] = {"status": "not ready" if missing else "ready"}
    if missing and may_look(request):
        said["missing"] = missing
    for one in missing:
        logger.warning("not_ready", extra={"error": one})
    # The warnings above say more than Django's own line would.
    return not_logged(try_again(JsonResponse(said, status=503))) if missing else JsonResponse(said)


def what_is_missing() -> list[str]:
    """Return what a request would run into: ``keys``, ``migrations``, ``database``. One query."""
    missing = []
    try:
        sealing.unseal(sealing.seal(b"ready"))
    except ImproperlyConfigured:
        missing.append("keys")
    try:
        applied = set(MigrationRecorder(connection).migration_qs.values_list("app", "name"))
    except (DatabaseError, InterfaceError):
        connection.close()
        return [*missing, "database"]
    return missing if _newest_migrations() <= applied else [*missing, "migrations"]


@functools.cache
def _newest_migrations() -> frozenset[tuple[str, str]]:
    """Of each app the last of this version's files; they do not change while the process runs."""
    return frozenset(MigrationLoader(None).graph.leaf_nodes())
