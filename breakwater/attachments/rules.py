"""What may be attached, under which name it is shown, and how a refusal reads. No Django."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from breakwater.access.rules import NotAllowed

LONGEST_NAME = 100
# Beyond this a mail or office file is refused: nobody's letter needs so much.
MOST_PARTS = 2_000
MOST_UNPACKED = 200_000_000
# A picture of 50 million dots is larger than a common phone takes, and takes 150 MB to rebuild.
MOST_PIXELS = 50_000_000


class Kind(StrEnum):
    """What a document is by its content; the value is what people call it."""

    PDF = "PDF"
    DOCX = "Word document (DOCX)"
    XLSX = "Excel workbook (XLSX)"
    ODT = "OpenDocument text (ODT)"
    TEXT = "text file"
    CSV = "CSV file"
    EML = "email (EML)"
    PNG = "PNG picture"
    JPEG = "JPEG picture"


# The endings that agree with a kind, the usual one first; and what browsers are told it is.
ENDINGS: dict[Kind, tuple[str, ...]] = {
    Kind.PDF: (".pdf",),
    Kind.DOCX: (".docx",),
    Kind.XLSX: (".xlsx",),
    Kind.ODT: (".odt",),
    Kind.TEXT: (".txt",),
    Kind.CSV: (".csv",),
    Kind.EML: (".eml",),
    Kind.PNG: (".png",),
    Kind.JPEG: (".jpg", ".jpeg"),
}
CONTENT_TYPES: dict[Kind, str] = {
    Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.TEXT: "text/plain; charset=utf-8",
    Kind.CSV: "text/csv; charset=utf-8",
    Kind.EML: "message/rfc822",
    Kind.PNG: "image/png",
    Kind.JPEG: "image/jpeg",
}
PICTURES = frozenset({Kind.PNG, Kind.JPEG})


class Reason(StrEnum):
    """Why a document was refused, as the ledger keeps it: a code, nothing of the content."""

    TOO_LARGE = "too_large"
    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    NOT_UTF8 = "text_not_utf8"
    DAMAGED = "damaged"
    TWO_KINDS = "two_kinds"
    ACTIVE = "active_content"
    BOMB = "unpacks_to_too_much"
    LOCKED = "password"
    VIDEO = "video"
    NO_PICTURES = "picture_on_online_case"
    WRONG_ENDING = "wrong_ending"
    HARMFUL = "harmful"
    NOT_SCANNED = "scanner_unavailable"
    ANIMATED = "animated"


ALLOWED_IN_WORDS = (
    "a PDF, Word (DOCX), Excel (XLSX), OpenDocument text (ODT), text, CSV, email (EML), PNG or JPEG"
)
NO_VIDEO = (
    "The document is or holds a video, and the hub keeps no videos. If it is evidence, leave it "
    "where it is, do not copy or send it, and tell the police officer in the case. Here, write "
    "down what it is and who has it."
)
NO_PICTURES = (
    "This is an online-offence case: no picture or video may be added to it, also not inside a "
    "PDF, letter or email. Material that may show abuse belongs with the police alone. Leave it on "
    "the device where it was found, do not open, copy or send it, and call the force's online "
    "investigation team (POLIT). Here, write counts for each category, and references."
)
WORDS: dict[Reason, str] = {
    Reason.EMPTY: "The document is empty. Open it on your computer to see what is wrong with it",
    Reason.UNKNOWN_KIND: f"The document must be {ALLOWED_IN_WORDS}",
    Reason.NOT_UTF8: (
        "The document is no text that can be read here. Save it as “UTF-8” text or “CSV UTF-8”, "
        "and add that copy"
    ),
    Reason.DAMAGED: "The document is damaged or not complete. Save it again and add the new copy",
    Reason.TWO_KINDS: (
        "The document is two kinds of file in one, which is how harm is hidden. Save it again in "
        "the program that made it and add the new copy"
    ),
    Reason.ACTIVE: (
        "The document holds macros or other programs, or fetches some from elsewhere. Save it "
        "without them, or as a PDF, and add that copy"
    ),
    Reason.BOMB: "The document unpacks to far more than its size. Save it as a PDF and add that",
    Reason.LOCKED: "The document is locked with a password. Save it without one and add that copy",
    Reason.VIDEO: NO_VIDEO,
    Reason.NO_PICTURES: NO_PICTURES,
    Reason.HARMFUL: (
        "The document holds a virus or other harmful software and was not kept. Do not open it "
        "again, and tell your IT service"
    ),
    Reason.NOT_SCANNED: (
        "The document was not kept: the virus scanner does not answer, and nothing is kept "
        "unscanned. Try again in a few minutes. If it cannot wait, write down what it says"
    ),
    Reason.ANIMATED: "The document is a moving picture. Add it as single pictures instead",
}


class Refused(NotAllowed):
    """A document that is not kept: which field, why, and what to do instead."""

    field = "document"

    def __init__(self, reason: Reason, sentence: str = ""):
        self.reason = reason
        super().__init__(sentence or WORDS[reason])


@dataclass(frozen=True)
class Checked:
    """A document that may be kept: its kind, its name as shown, and its bytes (of a picture: as
    rebuilt)."""

    kind: Kind
    name: str
    content: bytes


def too_large(limit: int) -> Refused:
    return Refused(
        Reason.TOO_LARGE, f"The document must be smaller than {limit // 1_000_000} MB, but is not"
    )


def check_ending(name: str, kind: Kind) -> None:
    """Raise Refused unless the name ends as documents of the kind do."""
    if ending_of(name) not in ENDINGS[kind]:
        a = "an" if kind.value[0] in "EO" or kind is Kind.EML else "a"
        raise Refused(
            Reason.WRONG_ENDING,
            f"The document is {a} {kind}, but its name does not end in "
            f"{' or '.join(ENDINGS[kind])}. Check that it is the right file, then rename it",
        )


def ending_of(name: str) -> str:
    """The ending as shown_name() would leave it: what trick characters hide counts."""
    return _split(_plain(name))[1]


# Zero-width joiners make letters of Persian and many Indian scripts what they are.
_JOINERS = "\u200c\u200d"
_HARD_ON_SOME_DISKS = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def shown_name(given: str, kind: Kind) -> str:
    """The name as given, without folders and without characters that deceive or break.

    Right-to-left overrides could make "exe.pdf" of "fdp.exe"; it always ends as its kind does.
    """
    stem, ending = _split(_plain(given))
    if ending not in ENDINGS[kind]:
        stem, ending = stem + ending, ENDINGS[kind][0]
    stem = stem[: LONGEST_NAME - len(ending)].strip(" .")
    if not stem.strip(_JOINERS) or _RESERVED.fullmatch(stem):
        stem = f"document {stem}".strip(" " + _JOINERS)
    return stem + ending


def _plain(given: str) -> str:
    text = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    text = "".join(_seen(character) for character in text)
    return " ".join(_HARD_ON_SOME_DISKS.sub("-", text).split()).rstrip(" .")


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if character in _JOINERS:
        return character
    if category in ("Zl", "Zp", "Zs") or character in "\t\r\n":
        return " "
    # Control, format, surrogate, private and unassigned: what nobody sees or no font shows.
    return "" if category[0] == "C" else character


def _split(name: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*?)(\.[a-z0-9]{1,5})?", name, re.IGNORECASE | re.DOTALL)
    stem, ending = match.groups() if match else (name, "")
    return stem, (ending or "").lower()
