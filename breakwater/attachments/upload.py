"""Takes an uploaded file into memory, up to the limit: a temporary file would lie in the clear."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# Beyond the limit the rest is read and dropped, so that the page can say why; beyond this many
# times the limit the connection is closed instead.
PATIENCE = 10


class InMemory(FileUploadHandler):
    """The one upload handler of the hub."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.far_too_large = content_length > settings.ATTACHMENT_MAX_BYTES * PATIENCE

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if self.far_too_large:
            raise StopUpload(connection_reset=True)
        self.kept, self.seen = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.seen += len(raw_data)
        if self.seen <= settings.ATTACHMENT_MAX_BYTES:
            self.kept.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Give a file over the limit its true size and no content: it is refused by its size."""
        over = self.seen > settings.ATTACHMENT_MAX_BYTES
        content = BytesIO() if over else self.kept
        content.seek(0)
        return InMemoryUploadedFile(
            content, self.field_name, self.file_name, self.content_type, self.seen, self.charset
        )
