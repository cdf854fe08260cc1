"""Files that people sent in, handed out: saved under a name of ours, run and kept by no browser."""

from django.http import HttpResponse

EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


def sent_in_file(content: bytes, *, content_type: str, name: str) -> HttpResponse:
    """Return a file as a download. ``name``: ours, in plain letters (``paper-12``); how it ends follows its type."""
    return HttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{EXTENSIONS[content_type]}"',
            "Cache-Control": "no-store",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "X-Download-Options": "noopen",
        },
    )
