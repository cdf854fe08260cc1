"""What is answered where no view of ours answers: no such address, a request that cannot be read, an error of ours.

People get the page of that name; programs, below ``/api/``, the one shape of every refusal.
"""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults

API_PREFIX = "/api/"


def refusal(code: str, detail: str, status: int) -> JsonResponse:
    """Return the API's shape of a refusal that names no field."""
    return JsonResponse({"code": code, "detail": detail, "fields": {}}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: too large, too many fields, a host that is not ours."""
    if not request.path.startswith(API_PREFIX):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return refusal("too_large", _("The request is too large."), 413)
    return refusal("invalid", _("The request could not be read"), 400)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``: there is no such address, or not for who asks."""
    if not request.path.startswith(API_PREFIX):
        return defaults.page_not_found(request, exception)
    return refusal("not_found", _("There is nothing here."), 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """An error of ours; nothing of it is said."""
    if not request.path.startswith(API_PREFIX):
        return defaults.server_error(request)
    return refusal("error", _("Something went wrong on our side"), 500)
