"""The documents of a case as a browser gets them."""

import tempfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from breakwater.access.models import Grant, User
from breakwater.access.policy import Role
from breakwater.access.rules import TeamKind
from breakwater.attachments.models import Document
from breakwater.attachments.presenter import size_in_words
from breakwater.audit.models import Entry
from breakwater.vault.actions import destroy
from tests.attachments.documents import MP4, PDF, TEXT, a_case_of, picture
from tests.clamd import EICAR

pytestmark = pytest.mark.django_db
HEADING = "There is a problem"


@pytest.fixture
def page(worker: User, signed_in: Callable[[User], Client], case: int) -> Client:
    client = signed_in(worker)
    client.address = f"/cases/{case}/documents"  # type: ignore[attr-defined]
    return client


def send(page: Any, content: bytes = TEXT, name: str = "Attendance.txt", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content, "application/x-whatever")
    return page.post(page.address, {"document": file} | more)


def words(response: Any) -> str:
    return response.content.decode()


def test_a_document_is_added_listed_and_downloaded(page: Any, scanner: str) -> None:
    added = send(page, PDF, "Strategy discussion, Zoë.pdf")
    assert (added.status_code, added.headers["Location"]) == (302, page.address)
    listed = words(page.get(page.address))
    assert "The document is added." in listed
    assert "Strategy discussion, Zoë.pdf" in listed
    assert "Ana Patel" in listed
    sent = page.get(f"{page.address}/{Document.objects.get().pk}")
    assert sent.getvalue() == PDF
    assert sent.headers["Content-Type"] == "application/pdf"
    assert sent.headers["Content-Length"] == str(len(PDF))
    assert sent.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''Strategy%20discussion%2C%20Zo%C3%AB.pdf"
    )


def test_a_download_can_do_nothing_in_a_browser(page: Any, scanner: str) -> None:
    send(page, b"<script>alert(1)</script>", "notes.txt")
    sent = page.get(f"{page.address}/{Document.objects.get().pk}")
    policy = sent.headers["Content-Security-Policy"]
    assert policy == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert sent.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert sent.headers["Content-Disposition"].startswith("attachment;")
    assert sent.headers["Cache-Control"] == "no-store"
    assert sent.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "empty.txt", "The document is empty"),
        (b"MZ" + bytes(90), "a.pdf", "The document must be a PDF, Word"),
        (PDF, "a.docx", "The document is a PDF, but its name does not end in .pdf"),
        (PDF[:40], "a.pdf", "damaged or not complete"),
        (MP4, "a.mp4", "the hub keeps no videos"),
        (EICAR, "a.txt", "holds a virus or other harmful software and was not kept"),
        (b"x" * 1_000_001, "a.txt", "The document must be smaller than 1 MB"),
        (b"x" * 10_000_001, "a.txt", "The document must be smaller than 1 MB"),
    ],
)
def test_a_refusal_names_the_field_and_what_to_do(
    page: Any, scanner: str, settings: Any, content: bytes, name: str, sentence: str
) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1_000_000
    refused = send(page, content, name)
    assert refused.status_code == 422
    text = words(refused)
    assert HEADING in text
    assert 'href="#id_document"' in text
    assert text.count(sentence) == 2  # in the summary, and at the field
    assert not Document.objects.exists()
    assert Entry.objects.filter(verb="attach", allowed=False).count() == 1


def test_without_a_file_nothing_happens_and_nothing_is_written_down(page: Any) -> None:
    for body in ({}, {"document": "just words"}):
        refused = page.post(page.address, body)
        assert refused.status_code == 422
        assert words(refused).count("Choose the document to add") == 2
    assert not Entry.objects.filter(verb="attach").exists()


def test_what_is_uploaded_never_lies_in_a_temporary_file(
    page: Any, scanner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("a temporary file was made")

    for name in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, refuse)
    assert send(page, TEXT * 100_000).status_code == 302
    assert Document.objects.get().size == len(TEXT) * 100_000


def test_the_page_says_which_documents_it_takes_and_how_large(page: Any) -> None:
    shown = words(page.get(page.address))
    assert "A PDF, Word (DOCX), Excel (XLSX)" in shown
    assert "smaller than 20 MB" in shown


def test_only_one_file_is_taken_at_a_time(page: Any, scanner: str) -> None:
    two = [SimpleUploadedFile(f"{number}.txt", TEXT) for number in range(2)]
    assert page.post(page.address, {"document": two}).status_code == 400
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    "name", ["../../x.txt", "x\u202etxt.txt", "\x00.txt", "n" * 300 + ".txt", "<b>.txt"]
)
def test_a_name_that_deceives_is_made_plain_and_escaped(page: Any, scanner: str, name: str) -> None:
    assert send(page, TEXT, name).status_code in (302, 422)
    listed = words(page.get(page.address))
    assert "\u202e" not in listed
    assert "<b>" not in listed
    assert "../" not in listed


def test_without_a_scanner_the_page_says_so_before_anybody_tries(page: Any, settings: Any) -> None:
    settings.CLAMD_ADDRESS = ""
    assert "this hub has no virus scanner" in words(page.get(page.address))
    assert "nothing is kept unscanned" in words(send(page))


def test_where_no_pictures_may_come_the_page_says_so_and_refuses(
    page: Any, scanner: str, settings: Any
) -> None:
    settings.NO_PICTURES_ON = "tests.attachments.test_document_pages.every_case"
    assert "no pictures, videos or PDFs" in words(page.get(page.address))
    refused = words(send(page, picture(), "photo.jpg"))
    assert "call the force's online investigation team (POLIT)" in refused.replace("&#39;", "'")
    assert not Document.objects.exists()


def every_case(_case_id: int) -> bool:
    return True


def test_a_stranger_finds_the_same_nothing_as_where_nothing_is(
    page: Any, scanner: str, staff: Any, signed_in: Any, case: int
) -> None:
    send(page)
    document = Document.objects.get().pk
    stranger = signed_in(staff("Sam Reyes", TeamKind.CSE))
    shut = [stranger.get(page.address), stranger.get(f"{page.address}/{document}")]
    nothing = [
        stranger.get("/cases/99999999/documents"),
        stranger.get("/cases/99999999/documents/1"),
    ]
    shut.append(stranger.post(page.address, {"document": SimpleUploadedFile("a.txt", TEXT)}))
    assert {response.status_code for response in shut + nothing} == {404}
    assert Document.objects.count() == 1
    assert page.get(f"{page.address}/{document + 1}").status_code == 404


def test_an_inspector_reads_and_is_offered_no_form(staff: Any, signed_in: Any) -> None:
    inspector = staff("Ida Frost", TeamKind.CAIT, Role.INSPECTOR)
    case = a_case_of(inspector)
    Grant.objects.filter(case=case).update(
        relation="is inspecting a sample", ends="2099-01-01T00:00:00Z"
    )
    shown = signed_in(inspector).get(f"/cases/{case}/documents")
    assert shown.status_code == 200
    assert "Add document" not in words(shown)


def test_nobody_sees_documents_without_signing_in(client: Client, case: int) -> None:
    for address in (f"/cases/{case}/documents", f"/cases/{case}/documents/1"):
        assert client.get(address).headers["Location"].startswith("/sign-in")


def test_a_case_number_that_is_none_is_not_found(page: Any) -> None:
    for number in ("0", "99999999999999999999999", "-1", "1e3"):
        assert page.get(f"/cases/{number}/documents").status_code == 404
        assert page.get(f"{page.address}/{number}").status_code == 404


def test_an_erased_document_is_shown_as_such(page: Any, scanner: str) -> None:
    send(page)
    row = Document.objects.get()
    destroy([row.key_id])
    listed = words(page.get(page.address))
    assert "Erased document" in listed
    assert "Attendance" not in listed
    assert page.get(f"{page.address}/{row.pk}").status_code == 404


@pytest.mark.parametrize(
    ("size", "said"), [(1, "1 KB"), (1499, "1 KB"), (12_300, "12 KB"), (3_440_000, "3.4 MB")]
)
def test_a_size_is_said_as_people_do(size: int, said: str) -> None:
    assert size_in_words(size).replace("\N{NO-BREAK SPACE}", " ") == said
