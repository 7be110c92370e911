"""Pictures are drawn anew: what they showed stays, what else they told goes."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from breakwater.attachments import images
from breakwater.attachments.images import rebuilt
from breakwater.attachments.rules import Kind, Reason, Refused
from tests.attachments.documents import WHERE, docx, picture, told_where

KINDS = [Kind.JPEG, Kind.PNG]


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def refusal(content: bytes, kind: Kind) -> Reason:
    with pytest.raises(Refused) as refused:
        rebuilt(content, kind)
    return refused.value.reason


@pytest.mark.parametrize("kind", KINDS)
def test_where_and_by_whom_it_was_taken_is_gone(kind: Kind) -> None:
    before = told_where(kind.name)
    assert opened(before).getexif().get_ifd(0x8825)[1] == "N"
    assert WHERE in before
    after = rebuilt(before, kind)
    image = opened(after)
    assert not image.getexif()
    assert not set(image.info) & {"exif", "comment", "icc_profile", "Location", "xmp"}
    for told in (WHERE, b"Mrs Penn", b"Exif", b"eXIf", b"tEXt", b"iCCP"):
        assert told not in after


@pytest.mark.parametrize("kind", KINDS)
def test_what_it_shows_stays(kind: Kind) -> None:
    image = opened(rebuilt(picture(kind.name), kind)).convert("RGB")
    assert image.size == (60, 40)
    for place, colour in (((2, 2), (255, 0, 0)), ((50, 30), (0, 128, 128))):
        seen = image.getpixel(place)
        assert all(abs(a - b) < 6 for a, b in zip(seen, colour, strict=True))  # type: ignore[arg-type]


def test_it_stays_upright_although_what_said_so_is_gone() -> None:
    image = opened(rebuilt(told_where("JPEG", orientation=6), Kind.JPEG)).convert("RGB")
    assert image.size == (40, 60)
    red, green, _ = image.getpixel((38, 2))  # type: ignore[misc]
    assert (red > 200, green < 60) == (True, True)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_pictures_of_every_mode_are_drawn_anew(mode: str) -> None:
    kind = Kind.JPEG if mode in ("CMYK", "YCbCr") else Kind.PNG
    file = BytesIO()
    Image.new(mode, (10, 10)).save(file, kind.name)
    assert opened(rebuilt(file.getvalue(), kind)).size == (10, 10)


def test_what_hangs_behind_a_picture_falls_off() -> None:
    for kind in KINDS:
        after = rebuilt(picture(kind.name) + docx(), kind)
        assert b"PK\x03\x04" not in after
        assert b"document.xml" not in after


def test_of_a_phones_double_picture_only_the_first_is_kept() -> None:
    file = BytesIO()
    first, second = (Image.new("RGB", (20, 20), colour) for colour in ("teal", "red"))
    first.save(file, "MPO", save_all=True, append_images=[second])
    image = opened(rebuilt(file.getvalue(), Kind.JPEG))
    assert (image.format, getattr(image, "n_frames", 1)) == ("JPEG", 1)


def test_a_moving_picture_is_refused() -> None:
    file = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("teal", "red", "blue")]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    assert refusal(file.getvalue(), Kind.PNG) is Reason.ANIMATED


def png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of this size."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + crc

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + head + body + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(8_000, 8_000), (20_000, 20_000), (60_000, 60_000)])
def test_a_picture_of_too_many_dots_is_refused_before_it_is_unpacked(
    size: tuple[int, int],
) -> None:
    assert refusal(png_that_claims(*size), Kind.PNG) is Reason.BOMB


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_was_cut_or_is_none_is_refused(kind: Kind) -> None:
    content = picture(kind.name, (200, 200))
    for damaged in (content[: len(content) // 2], content[:20], content[:8] + bytes(300)):
        assert refusal(damaged, kind) is Reason.DAMAGED


def test_one_kind_of_picture_is_not_read_as_another() -> None:
    assert refusal(picture("PNG"), Kind.JPEG) is Reason.DAMAGED
    assert refusal(picture("GIF"), Kind.PNG) is Reason.DAMAGED


def test_the_limit_is_what_the_words_say() -> None:
    assert "50 megapixels" in images.TOO_MANY_DOTS
    assert images.MOST_PIXELS == 50_000_000
