"""What a document is, is decided by its content; what is not allowed or not whole is refused."""

import stat
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breakwater.attachments import rules
from breakwater.attachments.content import kind_of
from breakwater.attachments.rules import Kind, Reason, Refused, check_ending
from tests.attachments.documents import (
    CSV,
    MP4,
    PDF,
    TEXT,
    docx,
    eml,
    odt,
    picture,
    xlsx,
    zipped,
)

GOOD = {
    Kind.PDF: (PDF, ".pdf"),
    Kind.DOCX: (docx(), ".docx"),
    Kind.XLSX: (xlsx(), ".xlsx"),
    Kind.ODT: (odt(), ".odt"),
    Kind.TEXT: (TEXT, ".txt"),
    Kind.CSV: (CSV, ".csv"),
    Kind.EML: (eml(), ".eml"),
    Kind.PNG: (picture("PNG"), ".png"),
    Kind.JPEG: (picture("JPEG"), ".jpg"),
}


def refusal(content: bytes, ending: str, *, pictures: bool = True) -> Reason:
    with pytest.raises(Refused) as refused:
        kind_of(content, ending, pictures=pictures)
    return refused.value.reason


@pytest.mark.parametrize("kind", Kind)
def test_each_allowed_kind_is_known_by_its_content(kind: Kind) -> None:
    assert kind_of(*GOOD[kind]) is kind


@pytest.mark.parametrize(
    "kind", [kind for kind in Kind if kind not in (Kind.TEXT, Kind.CSV, Kind.EML)]
)
@pytest.mark.parametrize("ending", ["", ".txt", ".exe", ".mp3"])
def test_what_the_name_says_does_not_change_what_it_is(kind: Kind, ending: str) -> None:
    assert kind_of(GOOD[kind][0], ending) is kind


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("other", Kind)
def test_a_name_that_ends_as_another_kind_is_refused(kind: Kind, other: Kind) -> None:
    name = "attendance" + rules.ENDINGS[other][-1].upper()
    if kind is other:
        check_ending(name, kind)
    else:
        with pytest.raises(Refused, match=r"does not end in \.") as refused:
            check_ending(name, kind)
        assert refused.value.reason is Reason.WRONG_ENDING


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + bytes(200),  # a Windows program
        b"\x7fELF" + bytes(200),
        b"GIF89a" + bytes(100),
        b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(100),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),  # an old Word document, macros and all
        b"Rar!\x1a\x07\x01\x00" + bytes(100),
        bytes(100),
        b"\xff\xfe" + "Seen at the gate".encode("utf-16-le"),
    ],
)
@pytest.mark.parametrize("ending", [".pdf", ".docx", ".jpg", ".eml", ""])
def test_other_kinds_are_refused_whatever_they_are_called(content: bytes, ending: str) -> None:
    assert refusal(content, ending) is Reason.UNKNOWN_KIND


def test_text_that_is_not_utf8_is_refused_with_advice_how_to_save_it() -> None:
    assert refusal("Zoë was late".encode("latin-1"), ".txt") is Reason.NOT_UTF8
    assert refusal("Name;Müller".encode("cp1252"), ".csv") is Reason.NOT_UTF8
    assert "UTF-8" in rules.WORDS[Reason.NOT_UTF8]


def test_text_may_begin_like_something_else() -> None:
    for words in ("The wide road", "MZ is how it begins", "BM, said she", "\ufeffWith a mark"):
        assert kind_of(words.encode(), ".txt") is Kind.TEXT


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.ODT])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
def test_a_document_that_was_cut_is_refused(kind: Kind, part: float) -> None:
    content, ending = GOOD[kind]
    assert refusal(content[: int(len(content) * part)], ending) is Reason.DAMAGED


def test_a_zip_that_is_no_document_is_refused() -> None:
    assert refusal(zipped({"notes.txt": TEXT}), ".docx") is Reason.UNKNOWN_KIND
    assert refusal(zipped({"[Content_Types].xml": b""}), ".docx") is Reason.UNKNOWN_KIND
    both = docx(xl__workbook_dot_xml=b"")
    assert refusal(both, ".docx") is Reason.UNKNOWN_KIND
    spreadsheet = b"application/vnd.oasis.opendocument.spreadsheet"
    other = zipped({"mimetype": spreadsheet, "content.xml": b""})
    assert refusal(other, ".odt") is Reason.UNKNOWN_KIND


@pytest.mark.parametrize(
    "name",
    [
        "word__vbaProject_dot_bin",
        "word__vbaData_dot_xml",
        "word__activeX__activeX1_dot_xml",
        "word__embeddings__oleObject1_dot_bin",
        "xl__macrosheets__sheet1_dot_xml",
        "Basic__Standard__Module1_dot_xml",
        "Scripts__python__run_dot_py",
        "word__embeddings__setup_dot_EXE",
        "word__embeddings__invoice_dot_js",
        "__etc__passwd",
        "word__.__..__..__run_dot_xml",
    ],
)
def test_macros_and_programs_inside_a_document_are_refused(name: str) -> None:
    assert refusal(docx(**{name: b"x"}), ".docx") is Reason.ACTIVE


def test_a_symbolic_link_inside_a_document_is_refused() -> None:
    file = BytesIO(docx())
    with zipfile.ZipFile(file, "a") as archive:
        link = zipfile.ZipInfo("word/settings.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refusal(file.getvalue(), ".docx") is Reason.ACTIVE


def test_a_document_that_says_it_has_macros_is_refused() -> None:
    kind = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    content = zipped({"[Content_Types].xml": kind, "word/document.xml": b""})
    assert refusal(content, ".docx") is Reason.ACTIVE


def related(kind: str, target: str) -> bytes:
    relation = f'<Relationship Id="r1" Type="http://x/{kind}" TargetMode="External" {target}/>'
    return docx(word___rels__settings_dot_xml_dot_rels=relation.encode())


@pytest.mark.parametrize("kind", ["attachedTemplate", "oleObject"])
@pytest.mark.parametrize(
    "target", ["https://x.example/t.dotm", "ftp://x/t", r"\\\\x\\t", "file:////x/t", "file://x/t"]
)
def test_a_document_that_fetches_programs_from_elsewhere_is_refused(kind: str, target: str) -> None:
    assert refusal(related(kind, f'Target="{target}"'), ".docx") is Reason.ACTIVE
    assert refusal(related(kind, f"target = '{target}'"), ".docx") is Reason.ACTIVE


def test_a_link_in_a_document_and_a_template_of_ones_own_computer_are_no_harm() -> None:
    for harmless in (
        related("hyperlink", 'Target="https://www.example.org/"'),
        related("attachedTemplate", 'Target="file:///C:/Users/x/Normal.dotm"'),
        related("attachedTemplate", 'Target="Normal.dotm"'),
    ):
        assert kind_of(harmless, ".docx") is Kind.DOCX


@pytest.mark.parametrize(
    "content",
    [
        PDF + docx(),  # opens as a PDF and as a zip
        docx() + b"and more",
        docx() + docx(),
        TEXT + docx(),
    ],
)
def test_two_files_in_one_are_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        kind_of(content, ".docx")
    assert refused.value.reason in (Reason.TWO_KINDS, Reason.UNKNOWN_KIND)


def test_a_zip_with_a_comment_is_refused_since_anything_may_hide_there() -> None:
    content = bytearray(docx())
    content[-2:] = (5).to_bytes(2, "little")
    assert refusal(bytes(content) + b"%PDF-", ".docx") is Reason.TWO_KINDS


def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("breakwater.attachments.content.MOST_UNPACKED", 1_000_000)
    monkeypatch.setattr("breakwater.attachments.content.MOST_PARTS", 50)
    bomb = docx(word__big_dot_xml=bytes(1_100_000))
    assert len(bomb) < 3000
    assert refusal(bomb, ".docx") is Reason.BOMB
    many = {f"word__p{number}_dot_xml": b"" for number in range(60)}
    assert refusal(docx(**many), ".docx") is Reason.BOMB


def test_a_zip_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(docx(word__big_dot_xml=bytes(1_000_000)))
    for header, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = bomb.rindex(header)
        bomb[place + offset : place + offset + 4] = (10).to_bytes(4, "little")
    assert refusal(bytes(bomb), ".docx") is Reason.DAMAGED


def test_a_locked_document_is_refused() -> None:
    content = bytearray(docx())
    place = content.rindex(b"PK\x01\x02")
    content[place + 8] |= 1
    assert refusal(bytes(content), ".docx") is Reason.LOCKED


def test_an_unknown_way_of_packing_is_refused() -> None:
    content = bytearray(zipped({"[Content_Types].xml": b"", "word/document.xml": b"x" * 50}))
    for header, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = content.rindex(header)
        content[place + offset] = 99
    assert refusal(bytes(content), ".docx") is Reason.DAMAGED


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (MP4, ".mp4"),
        (MP4, ".jpg"),
        (b"\x00\x00\x00\x08wide" + bytes(50), ".mov"),
        (b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(50), ".avi"),
        (b"\x1aE\xdf\xa3" + bytes(50), ".webm"),
        (b"\x00\x00\x01\xba" + bytes(50), ".mpg"),
        (b"FLV\x01" + bytes(50), ".txt"),
        (TEXT, ".mp4"),
        (docx(word__media__clip_dot_mp4=b"x"), ".docx"),
        (docx(word__media__clip_dot_bin=MP4), ".docx"),
        (eml(MP4, "clip.bin"), ".eml"),
        (eml(b"x", "clip.MOV"), ".eml"),
        (eml(b"x", "clip", "video/mp4"), ".eml"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("pictures", [True, False])
def test_video_is_always_refused_with_where_it_belongs(
    content: bytes, ending: str, pictures: bool
) -> None:
    assert refusal(content, ending, pictures=pictures) is Reason.VIDEO
    assert "leave it where it is" in rules.WORDS[Reason.VIDEO]
    assert "police" in rules.WORDS[Reason.VIDEO]


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        (picture("PNG"), ".png"),
        (picture("JPEG"), ".jpg"),
        (picture("JPEG"), ".txt"),
        (picture("GIF"), ".gif"),
        (picture("WEBP"), ".webp"),
        (picture("BMP"), ".txt"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), ".heic"),
        (PDF, ".pdf"),
        (docx(word__media__image1_dot_png=b"x"), ".docx"),
        (xlsx(xl__media__image1_dot_emf=b"x"), ".xlsx"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"",
                 "Pictures/1": b"x"}), ".odt"),
        (eml(picture("JPEG"), "photo", "image/jpeg"), ".eml"),
        (eml(picture("PNG"), "notes.txt"), ".eml"),
        (eml(PDF, "letter.pdf", "application/pdf"), ".eml"),
        (eml(docx(), "letter.docx"), ".eml"),
    ],
)  # fmt: skip
def test_where_no_pictures_may_come_nothing_that_may_hold_one_does(
    content: bytes, ending: str
) -> None:
    assert refusal(content, ending, pictures=False) is Reason.NO_PICTURES
    words = rules.WORDS[Reason.NO_PICTURES]
    assert "POLIT" in words
    assert "do not open, copy or send it" in words


@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.XLSX, Kind.ODT, Kind.TEXT, Kind.CSV, Kind.EML])
def test_where_no_pictures_may_come_words_and_numbers_still_may(kind: Kind) -> None:
    assert kind_of(*GOOD[kind], pictures=False) is kind


def outcome(content: bytes, ending: str) -> Kind | Reason:
    try:
        return kind_of(content, ending)
    except Refused as refused:
        return refused.reason


@given(st.binary(max_size=400), st.sampled_from([".pdf", ".docx", ".eml", ".txt", ".png", ""]))
def test_any_bytes_are_a_kind_or_refused_and_never_a_crash(content: bytes, ending: str) -> None:
    assert isinstance(outcome(content, ending), Kind | Reason)


@given(st.data(), st.sampled_from([Kind.DOCX, Kind.ODT, Kind.EML, Kind.PDF]))
def test_a_damaged_document_is_a_kind_or_refused_and_never_a_crash(
    data: st.DataObject, kind: Kind
) -> None:
    content, ending = GOOD[kind]
    damaged = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(outcome(bytes(damaged), ending), Kind | Reason)


def test_every_reason_has_its_words() -> None:
    for reason in set(Reason) - {Reason.TOO_LARGE, Reason.WRONG_ENDING}:
        assert rules.WORDS[reason].startswith(("The document", "This is an online"))
    assert "20 MB" in str(rules.too_large(20_000_000))
