"""Adding, listing and opening documents of a case."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.module_loading import import_string

from breakwater.access.actions import acting, look
from breakwater.access.policy import Verb
from breakwater.access.rules import Actor, NotAllowed, check_may
from breakwater.attachments import clamd, files, images, queries
from breakwater.attachments.content import kind_of
from breakwater.attachments.models import Document
from breakwater.attachments.queries import DocumentsPage, OpenedDocument
from breakwater.attachments.rules import (
    PICTURES,
    Checked,
    Reason,
    Refused,
    check_ending,
    ending_of,
    shown_name,
    too_large,
)
from breakwater.vault.actions import keep, new_key
from breakwater.vault.files import seal_file
from breakwater.vault.owner import check_sees_every_row
from breakwater.vault.rules import DataKey

# An upload under way is not an orphan yet.
ORPHAN_SECONDS = 3600


@dataclass(frozen=True)
class Waiting:
    """A checked document whose sealed file is on disk, and of which no row speaks yet."""

    checked: Checked
    file: UUID
    key: DataKey


def attach(
    actor: Actor, case_id: int, *, name: str, content: bytes, size: int = 0, images: bool = True
) -> int:
    """Keep a document on a case, sealed; return its id.

    `size` is what was sent, where `content` is not all of it. With `images=False` (cases of online
    offences) nothing that is or may hold a picture is taken. Raise Refused, or NotAllowed; both
    leave an entry in the ledger and nothing else.
    """
    subject = f"case:{case_id}:documents"
    try:
        # Without the verb nothing is scanned.
        check_may(actor, Verb.ATTACH)
        checked = check(name, content, max(size, len(content)), pictures=images)
    except NotAllowed as refusal:
        with acting(actor, Verb.ATTACH, case_id=case_id, subject=subject) as act:
            if isinstance(refusal, Refused):
                act.facts["refused"] = refusal.reason.value
            raise refusal
    return _store(actor, case_id, checked, subject)


def check(name: str, content: bytes, size: int, *, pictures: bool) -> Checked:
    """All checks in order, the cheap ones first; outside of any transaction, for scanning takes
    its time and the ledger waits for open transactions. Raise Refused."""
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise too_large(settings.ATTACHMENT_MAX_BYTES)
    if not content:
        raise Refused(Reason.EMPTY)
    kind = kind_of(content, ending_of(name), pictures=pictures)
    check_ending(name, kind)
    try:
        harmful = clamd.is_harmful(content, settings.CLAMD_ADDRESS)
    except clamd.NoAnswer:
        raise Refused(Reason.NOT_SCANNED) from None
    if harmful:
        raise Refused(Reason.HARMFUL)
    if kind in PICTURES:
        content = images.rebuilt(content, kind)
    return Checked(kind, shown_name(name, kind), content)


def _store(actor: Actor, case_id: int, checked: Checked, subject: str) -> int:
    with (
        put_down([checked]) as (waiting,),
        acting(actor, Verb.ATTACH, case_id=case_id, subject=subject) as act,
    ):
        row = keep_on(case_id, waiting, added_by=actor.person)
        act.subject = f"document:{row}"
        act.facts |= {"kind": checked.kind.name, "size": len(checked.content)}
    return row


@contextmanager
def put_down(several: Sequence[Checked]) -> Iterator[list[Waiting]]:
    """Write checked documents to disk, sealed and durable, around the transaction that keeps them.

    First the files, then the rows that speak of them: a failure removes the files.
    """
    waiting: list[Waiting] = []
    try:
        for checked in several:
            one = Waiting(checked, uuid4(), new_key())
            waiting.append(one)
            sealed = seal_file(one.key, BytesIO(checked.content), queries.content_of(one.file))
            files.write(one.file, sealed)
        yield waiting
    except BaseException:
        for one in waiting:
            files.remove(one.file)
        raise


def keep_on(case_id: int, waiting: Waiting, *, added_by: int, police_only: bool = False) -> int:
    """Make the row of a document that was put down; return its id. 2 SQL statements.

    Within an action of the caller's, who says in the ledger that it was kept: of whoever holds the
    case, or of a partner who answers a request and holds none.
    """
    keep(waiting.key, case_id)
    checked = waiting.checked
    return Document.objects.create(
        case_id=case_id,
        file=waiting.file,
        key_id=waiting.key.id,
        name=waiting.key.seal(checked.name, queries.name_of(waiting.file)),
        kind=checked.kind.name,
        size=len(checked.content),
        added_by_id=added_by,
        police_only=police_only,
    ).pk


def open_documents(actor: Actor, case_id: int, purpose: str) -> DocumentsPage:
    """The list of a case's documents, once the look at it is written down. Raise NotAllowed."""
    view = look(actor, case_id, subject=f"case:{case_id}:documents", purpose=purpose)
    told_by = settings.NO_PICTURES_ON
    with view.reading():
        pictures = not (told_by and import_string(told_by)(case_id))
        return DocumentsPage(queries.documents_of(case_id), pictures)


def open_document(
    actor: Actor, case_id: int, document_id: int, purpose: str
) -> OpenedDocument | None:
    """One document, once the look at it is written down. Raise NotAllowed."""
    view = look(actor, case_id, subject=f"document:{document_id}", purpose=purpose)
    with view.reading():
        return queries.document(case_id, document_id)


def compare_files(*, remove: bool = False) -> tuple[int, int]:
    """Return how many files have no row (removed, if told to), and how many rows have no file.

    A file without a row comes of a crash between the two; its key was never stored, so nobody can
    open it. Raise NotAsOwner instead of taking everything for an orphan.
    """
    check_sees_every_row("attachments_document")
    # Files first: a document that is added meanwhile is then no orphan.
    old, present = set(files.all_files(ORPHAN_SECONDS)), set(files.all_files())
    known = queries.all_file_names()
    orphans = old - known
    if remove:
        for file in orphans:
            files.remove(file)
    return len(orphans), sum(not files.path_of(f).exists() for f in known - present)
