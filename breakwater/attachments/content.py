"""What a document is by its content: two opinions that must agree, then a look inside."""

import email
import email.policy
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from email.message import Message
from io import BytesIO

import puremagic

from breakwater.attachments.rules import (
    MOST_PARTS,
    MOST_UNPACKED,
    PICTURES,
    Kind,
    Reason,
    Refused,
)

ZIP_KINDS = {
    Kind.DOCX: "word/document.xml",
    Kind.XLSX: "xl/workbook.xml",
    Kind.ODT: "content.xml",
}
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
# What puremagic must also think possible. Text has no magic number, so there the own check decides.
SECOND_OPINION = {
    Kind.PDF: {".pdf"},
    Kind.PNG: {".png"},
    Kind.JPEG: {".jpg", ".jpeg", ".jfif"},
    **{kind: {".zip", ".docx", ".xlsx", ".odt"} for kind in ZIP_KINDS},
}
# Names inside office files that stand for programs: macros, controls, other programs' objects.
ACTIVE = re.compile(
    r"vbaproject|vbadata|macrosheets/|activex|oleobject|^basic/|^scripts/"
    r"|\.(exe|dll|scr|js|jse|vbs|vbe|ps1|bat|cmd|hta|jar|lnk|msi)$",
    re.IGNORECASE,
)
# A relation that makes an office program fetch a template or an object from elsewhere and run it.
FETCHES = re.compile(
    rb"<Relationship\b(?=[^>]*(?:attachedTemplate|oleObject))"
    rb"[^>]*Target\s*=\s*[\"'](?:https?:|ftp:|\\\\|file:/*(?!/*[A-Za-z]:))",
    re.IGNORECASE,
)
PICTURE_NAME = re.compile(
    r"\.(png|jpe?g|gif|bmp|tiff?|webp|heic|heif|avif|svg|emf|wmf|ico|jxr|wdp)$|^pictures/|/media/",
    re.IGNORECASE,
)
VIDEO_NAME = re.compile(
    r"\.(mp4|m4v|mov|qt|avi|mkv|webm|wmv|asf|flv|f4v|mpe?g|3gp|3g2|ogv|mts|m2ts|vob)$",
    re.IGNORECASE,
)
_MPEG = re.compile(rb"\x00\x00\x01[\xb3\xba]")
_HEADER = re.compile(rb"[!-9;-~]+:[ \t]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def kind_of(content: bytes, ending: str, *, pictures: bool = True) -> Kind:
    """Return the kind of a document; raise Refused for what is not allowed, or not what it seems.

    `ending` only tells text files apart, which look alike. Without `pictures`, what is or may hold
    a picture is refused.
    """
    if is_video(content, ending):
        raise Refused(Reason.VIDEO)
    kind = _own_opinion(content, ending)
    if kind is None or not _agrees(content, kind):
        if not pictures and _may_be_picture(content, ending):
            raise Refused(Reason.NO_PICTURES)
        raise Refused(Reason.NOT_UTF8 if ending in (".txt", ".csv") else Reason.UNKNOWN_KIND)
    # A PDF hides its pictures too well to be looked through: where none may come, it may not.
    if not pictures and kind in PICTURES | {Kind.PDF}:
        raise Refused(Reason.NO_PICTURES)
    _check_inside(content, kind, pictures)
    return kind


def is_video(content: bytes, ending: str) -> bool:
    """Whether it is a video by its content or its name."""
    boxed = content[:1] == b"\x00"  # MP4 and MOV begin with the length of their first box
    return bool(
        (boxed and content[4:8] == b"ftyp" and content[8:11] not in (b"hei", b"mif", b"avi"))
        or (boxed and content[4:8] in (b"moov", b"mdat", b"wide"))
        or (content[:4] == b"RIFF" and content[8:12] == b"AVI ")
        or content[:4] in (b"\x1aE\xdf\xa3", b"FLV\x01", b"OggS", b"\x30\x26\xb2\x75")
        or _MPEG.match(content)
        or VIDEO_NAME.fullmatch(ending)
    )


def _own_opinion(content: bytes, ending: str) -> Kind | None:
    if content.startswith(b"%PDF-"):
        return Kind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if content.startswith(b"PK\x03\x04"):
        return _zip_kind(content)
    if ending == ".eml" and _is_mail(content):
        return Kind.EML
    if _is_text(content):
        return Kind.CSV if ending == ".csv" else Kind.TEXT
    return None


def _agrees(content: bytes, kind: Kind) -> bool:
    if kind not in SECOND_OPINION:
        return True
    return not SECOND_OPINION[kind].isdisjoint(_puremagic(content))


def _puremagic(content: bytes) -> set[str]:
    try:
        return {match.extension for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        return set()


def _may_be_picture(content: bytes, ending: str = "") -> bool:
    if PICTURE_NAME.fullmatch(ending):
        return True
    try:
        return any(m.mime_type.startswith("image/") for m in puremagic.magic_string(content))
    except puremagic.PureError:
        return False


def _is_text(content: bytes) -> bool:
    try:
        return not _CONTROLS.search(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _is_mail(content: bytes) -> bool:
    if not _HEADER.match(content) or b"\x00" in content:
        return False
    names = {name.lower() for name in email.message_from_bytes(content).keys()}  # noqa: SIM118
    return "from" in names and bool(names & {"date", "received", "message-id"})


def _zip_kind(content: bytes) -> Kind | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                typed = archive.getinfo("mimetype")
                odt = typed.file_size == len(ODT_TYPE) and archive.read(typed) == ODT_TYPE
                return Kind.ODT if odt and ZIP_KINDS[Kind.ODT] in names else None
            if "[Content_Types].xml" in names:
                fitting = [kind for kind in (Kind.DOCX, Kind.XLSX) if ZIP_KINDS[kind] in names]
                return fitting[0] if len(fitting) == 1 else None
    except (*BROKEN_ZIP, RuntimeError):
        raise Refused(Reason.DAMAGED) from None
    return None


BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)


def _check_inside(content: bytes, kind: Kind, pictures: bool) -> None:
    if kind in ZIP_KINDS:
        _check_zip(content, pictures)
    elif zipfile.is_zipfile(BytesIO(content)) and kind not in PICTURES:
        # A picture is rebuilt from its dots, and what hangs behind it falls off.
        raise Refused(Reason.TWO_KINDS)
    if kind is Kind.PDF:
        _check_pdf(content)
    if kind is Kind.EML:
        _check_mail(content, pictures)


def _check_pdf(content: bytes) -> None:
    end = content[-2048:]
    if b"startxref" not in end or b"%%EOF" not in end:
        raise Refused(Reason.DAMAGED)


def _check_zip(content: bytes, pictures: bool) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(Reason.BOMB)
            if any(part.flag_bits & 0x1 for part in parts):
                raise Refused(Reason.LOCKED)
            if archive.comment or content[-22:-18] != b"PK\x05\x06" or _first_offset(parts):
                raise Refused(Reason.TWO_KINDS)
            for part in parts:
                if stat.S_ISLNK(part.external_attr >> 16):
                    raise Refused(Reason.ACTIVE)
                _check_name(part.filename)
                _check_part(archive, part)
            if not pictures and any(PICTURE_NAME.search(part.filename) for part in parts):
                raise Refused(Reason.NO_PICTURES)
    except BROKEN_ZIP:
        raise Refused(Reason.DAMAGED) from None


def _first_offset(parts: list[zipfile.ZipInfo]) -> int:
    return min((part.header_offset for part in parts), default=0)


def _check_name(name: str) -> None:
    if ACTIVE.search(name) or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name):
        raise Refused(Reason.ACTIVE)
    if VIDEO_NAME.search(name):
        raise Refused(Reason.VIDEO)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack one part, no further than it says it is large: its checksum shows if it is whole."""
    with archive.open(part) as opened:
        start = opened.read(64 * 1024)
        if is_video(start, ""):
            raise Refused(Reason.VIDEO)
        if part.filename == "[Content_Types].xml" and b"macroEnabled" in start:
            raise Refused(Reason.ACTIVE)
        if part.filename.endswith(".rels") and FETCHES.search(start):
            raise Refused(Reason.ACTIVE)
        while opened.read(1 << 20):
            pass


def _check_mail(content: bytes, pictures: bool) -> None:
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    for number, part in enumerate(_parts(message)):
        if number > MOST_PARTS:
            raise Refused(Reason.BOMB)
        name, kind = part.get_filename() or "", part.get_content_maintype()
        body = part.get_payload(decode=True)
        start = body[:64] if isinstance(body, bytes) else b""
        if kind == "video" or VIDEO_NAME.search(name) or (start and is_video(start, "")):
            raise Refused(Reason.VIDEO)
        binary = bool(_CONTROLS.search(start.decode("latin-1")))
        held = kind == "image" or PICTURE_NAME.search(name) or (binary and _may_be_picture(start))
        packed = start.startswith((b"PK\x03\x04", b"%PDF-"))
        if not pictures and (held or packed):
            raise Refused(Reason.NO_PICTURES)


def _parts(message: Message) -> Iterator[Message]:
    try:
        yield from message.walk()
    except (RecursionError, ValueError, LookupError):
        raise Refused(Reason.DAMAGED) from None
