"""Pages are compressed where nobody else can make them be asked for (docs/decisions/0032-the-doors.md).

Who can make a browser ask for a page, with something of her choice in it, and sees how long the answer is, can guess
a secret in it letter by letter (BREACH): compression makes what occurs twice shorter. So an answer is compressed only
where the browser says that the page itself, or the person, asked; and where it sent no cookie: such an answer holds
nothing of a person (she comes for the first time, by a link of the ward's page). Django adds up to a hundred random
bytes to each, and masks its token against forgery each time.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

# What a browser says of who asks (Fetch Metadata): the page itself, or the person by address, bookmark or mail.
ASKED_BY_OURSELVES = ("same-origin", "none")
# Pictures, PDFs and spreadsheets are packed already.
GETS_SHORTER = ("text/", "application/json", "application/javascript", "application/manifest+json", "image/svg+xml")


class CompressWhatOnlyWeAskFor(GZipMiddleware):
    """Django's, narrowed."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(GETS_SHORTER):
            return response
        patch_vary_headers(response, ("Sec-Fetch-Site",))
        if not may_compress(request):
            return response
        return super().process_response(request, response)


def may_compress(request: HttpRequest) -> bool:
    """Whether nobody but the person or our own page can have asked for this, or nothing of a person is in it."""
    return not request.COOKIES or request.headers.get("Sec-Fetch-Site") in ASKED_BY_OURSELVES
