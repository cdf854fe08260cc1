"""What is sent as a file is bounded before anything looks at it: the rest of an endless stream is thrown away."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

MB = 1024 * 1024
# A file larger than this is cut off here; enrollment.applications.paper_check refuses it by its size.
KEPT_BYTES = 31 * MB
# Beyond this nobody made a mistake with a photograph: the request is not read at all.
MOST_REQUEST_BYTES = 64 * MB


class Bounded(FileUploadHandler):
    """Stands before Django's own handlers."""

    def handle_raw_input(  # Django's own names of the arguments
        self,
        input_data: Any,
        META: Any,  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_REQUEST_BYTES:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        return raw_data if start < KEPT_BYTES else None

    def file_complete(self, file_size: int) -> None:
        return None
