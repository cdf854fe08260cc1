"""The style sheet inside the first page that a browser asks for, so that it need not ask a second time to draw it.

The content policy names the digest of this one text (settings), so no other style in a page is ever obeyed. A cookie
of this version says that the browser keeps the sheet from then on: later pages link it and weigh a third.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from django.http import HttpRequest

from sankecare.compression import may_compress

TEXT = (Path(__file__).resolve().parent.parent.parent / "static" / "css" / "site.css").read_text()
_DIGEST = b64encode(sha256(TEXT.encode()).digest()).decode()
POLICY_SOURCE = f"'sha256-{_DIGEST}'"
# Says nothing of a person: every browser of this version has the same.
COOKIE, VERSION = "sheet", sha256(TEXT.encode()).hexdigest()[:12]
KEPT_SECONDS = 60 * 60 * 24 * 365
SHOWN = "sheet_shown"


def stands_in_the_page(request: HttpRequest | None) -> bool:
    """Tell whether this is a browser's first page: opened by a person, compressed, no cookie of this version yet."""
    return (
        request is not None
        and request.headers.get("Sec-Fetch-Dest") == "document"
        and request.COOKIES.get(COOKIE) != VERSION
        and may_compress(request)
    )
