"""Adding a document: kept sealed with its row, or refused and nothing of it kept."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from breakwater.access.models import User
from breakwater.access.policy import Role
from breakwater.access.queries import actor_for
from breakwater.access.rules import NotAllowed, TeamKind
from breakwater.attachments import actions, files, queries
from breakwater.attachments.actions import attach, compare_files, open_document, open_documents
from breakwater.attachments.models import Document
from breakwater.attachments.rules import Kind, Reason, Refused
from breakwater.audit.models import Entry
from breakwater.vault.actions import destroy
from breakwater.vault.models import Key
from breakwater.vault.rules import Tampered
from tests.attachments.documents import MP4, PDF, TEXT, WHERE, a_case_of, docx, picture, told_where
from tests.clamd import EICAR

pytestmark = pytest.mark.django_db
NAME = "Attendance of Amelia.txt"


@pytest.fixture
def add(worker: User, case: int, scanner: str) -> Callable[..., int]:
    def attach_(content: bytes = TEXT, name: str = NAME, **how: Any) -> int:
        return attach(actor_for(worker), case, name=name, content=content, **how)

    return attach_


def on_disk(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def content_of(worker: User, case: int, document: int) -> bytes:
    opened = open_document(actor_for(worker), case, document, "work")
    assert opened is not None
    return b"".join(opened.chunks())


def test_a_document_comes_back_as_it_went_in(add: Any, worker: User, case: int) -> None:
    large = TEXT * 10_000
    document = add(large)
    assert content_of(worker, case, document) == large
    (line,) = open_documents(actor_for(worker), case, "work").lines
    assert (line.name, line.kind, line.size) == (NAME, Kind.TEXT, len(large))
    assert line.added_by == "Ana Patel"


def test_neither_the_disk_nor_the_database_holds_a_word_of_it(add: Any, root: Path) -> None:
    add(TEXT)
    (path,) = on_disk(root)
    assert b"school gate" not in path.read_bytes()
    assert "Amelia" not in str(path)
    row = Document.objects.get()
    assert b"Amelia" not in bytes(row.name)
    assert path == files.path_of(row.file)


def test_its_file_is_the_hubs_alone(add: Any, root: Path) -> None:
    old = os.umask(0)
    try:
        add()
    finally:
        os.umask(old)
    (path,) = on_disk(root)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(root.stat().st_mode) == 0o700


def test_adding_is_written_down_with_kind_and_size_and_nothing_else(add: Any, case: int) -> None:
    document = add()
    entry = Entry.objects.get(verb="attach")
    assert (entry.cases, entry.allowed, entry.subject) == ([case], True, f"document:{document}")
    assert entry.facts == {"kind": "TEXT", "size": len(TEXT)}


def test_opening_is_written_down_first(add: Any, worker: User, case: int) -> None:
    document = add()
    open_document(actor_for(worker), case, document, "work routed to the team")
    entry = Entry.objects.get(
        verb="open_case", subject=f"document:{document}", purpose__contains="work"
    )
    assert (entry.cases, entry.purpose) == ([case], "work routed to the team")


def test_a_list_of_any_length_costs_the_same_statements(add: Any, case: int) -> None:
    costs = []
    for _ in range(2):
        add()
        with CaptureQueriesContext(connection) as statements:
            queries.documents_of(case)
        costs.append(len(statements))
    assert costs == [2, 2]


def test_where_a_picture_was_taken_is_kept_nowhere(add: Any, worker: User, case: int) -> None:
    document = add(told_where(), "photo.jpg")
    kept = content_of(worker, case, document)
    assert kept.startswith(b"\xff\xd8")
    assert WHERE not in kept
    assert b"Exif" not in kept


REFUSALS: dict[str, tuple[bytes, str, dict[str, Any], Reason]] = {
    "too large": (b"x" * 2_000_001, NAME, {}, Reason.TOO_LARGE),
    "too large, told so": (b"", NAME, {"size": 2_000_001}, Reason.TOO_LARGE),
    "empty": (b"", NAME, {}, Reason.EMPTY),
    "unknown": (b"MZ" + bytes(100), "letter.pdf", {}, Reason.UNKNOWN_KIND),
    "wrong ending": (PDF, NAME, {}, Reason.WRONG_ENDING),
    "a drawing that may run scripts": (b"<svg><script/></svg>", "a.svg", {}, Reason.WRONG_ENDING),
    "no ending": (PDF, "letter", {}, Reason.WRONG_ENDING),
    "cut": (PDF[:60], "letter.pdf", {}, Reason.DAMAGED),
    "two kinds": (PDF + docx(), "letter.pdf", {}, Reason.TWO_KINDS),
    "macros": (docx(word__vbaProject_dot_bin=b"x"), "letter.docx", {}, Reason.ACTIVE),
    "video": (MP4, "clip.mp4", {}, Reason.VIDEO),
    "a picture on an online case": (picture(), "a.jpg", {"images": False}, Reason.NO_PICTURES),
    "harmful": (EICAR, NAME, {}, Reason.HARMFUL),
    "harmful inside": (docx(word__a_dot_xml=EICAR), "a.docx", {}, Reason.HARMFUL),
    "cut picture": (picture(size=(300, 300))[:900], "a.jpg", {}, Reason.DAMAGED),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_what_is_refused_leaves_its_entry_and_nothing_else(
    add: Any, case: int, root: Path, settings: Any, what: str
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 2_000_000
    content, name, how, reason = REFUSALS[what]
    with pytest.raises(Refused) as refused:
        add(content, name, **how)
    assert refused.value.reason is reason
    assert not root.exists()
    assert not Document.objects.exists()
    assert not Key.objects.exists()
    entry = Entry.objects.get(verb="attach")
    assert (entry.allowed, entry.cases, entry.facts) == (False, [case], {"refused": reason.value})


@pytest.mark.parametrize("address", ["", "unix:///nowhere/clamd.ctl"])
@pytest.mark.parametrize("demo", [True, False])
def test_without_a_scanner_nothing_is_kept_not_even_in_the_demo(
    worker: User, case: int, root: Path, settings: Any, address: str, demo: bool
) -> None:
    settings.CLAMD_ADDRESS, settings.DEMO = address, demo
    with pytest.raises(Refused, match="nothing is kept unscanned"):
        attach(actor_for(worker), case, name=NAME, content=TEXT)
    assert not root.exists()
    assert Entry.objects.get(verb="attach").facts == {"refused": "scanner_unavailable"}


def test_without_a_grant_nothing_is_kept(add: Any, staff: Any, root: Path, case: int) -> None:
    stranger = actor_for(staff("Sam Reyes", TeamKind.CSE))
    with pytest.raises(NotAllowed, match="no grant"):
        attach(stranger, case, name=NAME, content=TEXT)
    assert on_disk(root) == []
    assert not Document.objects.exists()
    assert Entry.objects.get(actor=stranger.ledger_name).allowed is False


def test_without_the_verb_nothing_is_even_scanned(
    staff: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspector = staff("Ida Frost", TeamKind.CAIT, Role.INSPECTOR)
    monkeypatch.setattr(actions.clamd, "is_harmful", lambda *_: pytest.fail("it was scanned"))
    with pytest.raises(NotAllowed, match="may not attach"):
        attach(actor_for(inspector), a_case_of(inspector), name=NAME, content=TEXT)
    assert Entry.objects.get(verb="attach").allowed is False


def test_a_document_is_opened_on_its_own_case_only(add: Any, worker: User, case: int) -> None:
    document = add()
    other = a_case_of(worker)
    assert open_document(actor_for(worker), other, document, "work") is None
    assert open_documents(actor_for(worker), other, "work").lines == []
    with pytest.raises(NotAllowed):
        open_document(actor_for(worker), case + 1_000_000, document, "work")


def test_when_its_row_fails_the_file_goes_too(
    add: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        assert len(on_disk(root)) == 1  # the file comes first
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "keep", fail)
    with pytest.raises(ZeroDivisionError):
        add()
    assert on_disk(root) == []
    assert not Document.objects.exists()


def test_when_the_disk_is_full_nothing_stays(
    add: Any, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        add()
    assert on_disk(root) == []
    assert not Document.objects.exists()


@pytest.mark.parametrize("how", ["changed", "cut", "longer", "swapped"])
def test_a_file_that_was_touched_on_disk_does_not_open(
    add: Any, worker: User, case: int, how: str
) -> None:
    document, other = add(TEXT), add(TEXT.upper())
    path, others = (files.path_of(Document.objects.get(pk=pk).file) for pk in (document, other))
    sealed = bytearray(path.read_bytes())
    if how == "changed":
        sealed[-1] ^= 1
    elif how == "cut":
        del sealed[-1:]
    elif how == "longer":
        sealed += b"x"
    else:
        sealed = bytearray(others.read_bytes())
    path.write_bytes(sealed)
    with pytest.raises(Tampered) as refused:
        content_of(worker, case, document)
    assert "gate" not in str(refused.value)
    assert content_of(worker, case, other) == TEXT.upper()


def test_an_erased_document_stays_a_line_without_a_name(add: Any, worker: User, case: int) -> None:
    document, kept = add(), add()
    destroy([Document.objects.get(pk=document).key_id])
    lines = {line.id: line.name for line in open_documents(actor_for(worker), case, "work").lines}
    assert lines == {document: None, kept: NAME}
    assert open_document(actor_for(worker), case, document, "work") is None


def old_file(seconds: int) -> Path:
    file = uuid4()
    files.write(file, [b"left by a crash"])
    path = files.path_of(file)
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - seconds))
    return path


def test_files_without_a_row_are_found_and_removed_and_no_others(add: Any, root: Path) -> None:
    add()
    (kept,) = on_disk(root)
    os.utime(kept, (0, 0))
    orphan, fresh = old_file(7200), old_file(0)
    unfinished = old_file(7200)
    partial = unfinished.rename(unfinished.with_name(unfinished.name + files.PARTIAL))
    foreign = orphan.with_name("README")
    foreign.write_text("not ours")
    assert compare_files() == (2, 0)
    assert compare_files(remove=True) == (2, 0)
    assert not orphan.exists()
    assert kept.exists()
    assert fresh.exists()
    assert foreign.exists()
    assert not partial.exists()


def test_rows_without_a_file_are_counted(add: Any, root: Path) -> None:
    add()
    (path,) = on_disk(root)
    path.unlink()
    assert compare_files() == (0, 1)
