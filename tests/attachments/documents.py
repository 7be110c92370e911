"""Documents as tests need them, made here; pictures are plain colours and nothing else."""

import zipfile
from email.message import EmailMessage
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from breakwater.access.models import Case, Grant, User
from breakwater.access.rules import LawfulBasis, Relation

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>"
    b"endobj\nxref\n0 3\n0000000000 65535 f \ntrailer<</Size 3/Root 1 0 R>>\nstartxref\n96\n%%EOF\n"
)
TEXT = b"Seen at the school gate at 08:40.\nSpoke to Mr Quirke.\n"
CSV = b"day,present\r\n2026-03-02,no\r\n"
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2" + bytes(64)
WHERE = b"Taken at 12 Quay Street"


def a_case_of(user: User) -> int:
    """A case that is the person's work."""
    case = Case.objects.create(opened_at=timezone.now())
    Grant.objects.create(
        case=case,
        user=user,
        relation=Relation.NAMED,
        purpose="a test",
        lawful_basis=LawfulBasis.PUBLIC_TASK,
        starts=timezone.now(),
    )
    return case.pk


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word document; more parts by name, with __ for / and _ for a dot before the ending."""
    return office("word/document.xml", more)


def xlsx(**more: bytes) -> bytes:
    return office("xl/workbook.xml", more)


def office(main: str, more: dict[str, bytes]) -> bytes:
    named = {name.replace("__", "/").replace("_dot_", "."): part for name, part in more.items()}
    return zipped({"[Content_Types].xml": b"<Types/>", main: b"<document/>"} | named)


def odt() -> bytes:
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": b"<office:document-content/>",
            "META-INF/manifest.xml": b"<manifest/>",
        },
        zipfile.ZIP_STORED,
    )


def eml(attachment: bytes = b"", name: str = "", kind: str = "application/octet-stream") -> bytes:
    message = EmailMessage()
    message["From"] = "dsl@st-aldhelms.example"
    message["To"] = "mash@wessex.example"
    message["Date"] = "Mon, 02 Mar 2026 08:52:00 +0000"
    message["Subject"] = "Attendance"
    message.set_content("The attendance of this half term.")
    if attachment:
        main, sub = kind.split("/")
        message.add_attachment(attachment, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **saved: Any) -> bytes:
    """A picture of one colour, with a red corner at the top left."""
    image = Image.new("RGB", size, "teal")
    image.paste("red", (0, 0, size[0] // 3, size[1] // 3))
    file = BytesIO()
    image.save(file, kind, **saved)
    return file.getvalue()


def told_where(kind: str = "JPEG", orientation: int = 1) -> bytes:
    """A picture that says where it was taken, by which device, and more in every place it can."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone of Mrs Penn"
    exif[0x010E] = WHERE.decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (IFDRational(53), IFDRational(45), IFDRational(3030, 100))
    gps[3], gps[4] = "W", (IFDRational(2), IFDRational(42), IFDRational(1234, 100))
    saved: dict[str, Any] = {"exif": exif.tobytes()}
    if kind == "JPEG":
        saved |= {"comment": WHERE, "icc_profile": b"profile " + WHERE}
    else:
        from PIL.PngImagePlugin import PngInfo

        info = PngInfo()
        info.add_text("Location", WHERE.decode())
        saved["pnginfo"] = info
    return picture(kind, **saved)
