"""Reads of documents; called by actions, inside view.reading()."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from breakwater.attachments import files
from breakwater.attachments.models import Document
from breakwater.attachments.rules import CONTENT_TYPES, Kind
from breakwater.vault.files import sealed_size, unseal_file
from breakwater.vault.queries import keys_of
from breakwater.vault.rules import DataKey, KeyDestroyed, Tampered


@dataclass(frozen=True)
class DocumentLine:
    """One line of the list; a document that was erased has no name any more."""

    id: int
    name: str | None
    kind: Kind
    size: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True)
class DocumentsPage:
    """The documents of a case; `pictures` says whether pictures may be added to it."""

    lines: list[DocumentLine]
    pictures: bool


@dataclass(frozen=True)
class OpenedDocument:
    """A document that may be sent, with the key in memory that opens it."""

    name: str
    content_type: str
    size: int
    _file: UUID
    _key: DataKey = field(repr=False)

    def chunks(self) -> Iterator[bytes]:
        """The content, bit by bit. Raise Tampered before the first when the file was cut."""
        path = files.path_of(self._file)
        what = content_of(self._file)
        if path.stat().st_size != sealed_size(self.size):
            raise Tampered(f"{what} is not as long as it was.")
        return self._read()

    def _read(self) -> Iterator[bytes]:
        with files.path_of(self._file).open("rb") as sealed:
            yield from unseal_file(self._key, sealed, content_of(self._file))


def content_of(file: UUID) -> str:
    """What the sealed file is, as the vault binds it."""
    return f"document:{file}:content"


def name_of(file: UUID) -> str:
    return f"document:{file}:name"


def documents_of(case_id: int) -> list[DocumentLine]:
    """The documents of a case, newest first. 2 SQL statements."""
    return documents_in([case_id]).get(case_id, [])


def documents_in(case_ids: Collection[int]) -> dict[int, list[DocumentLine]]:
    """The documents of each of these cases, newest first. 2 SQL statements."""
    found = Document.objects.filter(case__in=case_ids).select_related("added_by")
    rows = list(found.order_by("-added_at", "-pk"))
    keys = keys_of([row.key_id for row in rows])
    lines: dict[int, list[DocumentLine]] = defaultdict(list)
    for row in rows:
        lines[row.case_id].append(
            DocumentLine(
                id=row.pk,
                name=None
                if row.key_id in keys.destroyed
                else keys[row.key_id].unseal_text(bytes(row.name), name_of(row.file)),
                kind=Kind[row.kind],
                size=row.size,
                added_by=row.added_by.name,
                added_at=row.added_at,
            )
        )
    return dict(lines)


def document(case_id: int, document_id: int) -> OpenedDocument | None:
    """One document of the case; None when it has no such one, or it was erased. 2 statements."""
    row = Document.objects.filter(case=case_id, pk=document_id).first()
    if row is None:
        return None
    try:
        key = keys_of([row.key_id])[row.key_id]
    except KeyDestroyed:
        return None
    name = key.unseal_text(bytes(row.name), name_of(row.file))
    return OpenedDocument(name, CONTENT_TYPES[Kind[row.kind]], row.size, row.file, key)


def all_file_names() -> set[UUID]:
    """The files that rows speak of. For the owner, who sees all rows. 1 SQL statement."""
    return set(Document.objects.values_list("file", flat=True))
