"""Pictures are drawn anew from their dots: what else the file held (where it was taken, by which
device, comments, hidden data) is gone. No Django."""

import threading
import warnings
from io import BytesIO

from PIL import Image, ImageOps

from breakwater.attachments.rules import MOST_PIXELS, Kind, Reason, Refused

JPEG_QUALITY = 92
# One at a time in a process: the largest picture takes some hundred megabytes while it is drawn.
_ONE = threading.Lock()
PLAIN_MODES = {"1", "L", "LA", "RGB", "RGBA"}


def rebuilt(content: bytes, kind: Kind) -> bytes:
    """Return the picture as a file of its own, upright; raise Refused when it is none, moves, or
    would be too large."""
    with _ONE, warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            return _rebuilt(content, kind)
        except Image.DecompressionBombError:
            raise Refused(Reason.BOMB, TOO_MANY_DOTS) from None
        except (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError, EOFError):
            # Pillow's many ways to say that it cannot read a file.
            raise Refused(Reason.DAMAGED) from None


TOO_MANY_DOTS = "The document is a picture of more than 50 megapixels. Save it smaller and add that"


def _rebuilt(content: bytes, kind: Kind) -> bytes:
    with Image.open(BytesIO(content), formats=[kind.name]) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(Reason.BOMB, TOO_MANY_DOTS)
        # A phone's JPEG may carry a second picture (depth, brightness); only the first is kept.
        if kind is Kind.PNG and getattr(picture, "n_frames", 1) > 1:
            raise Refused(Reason.ANIMATED)
        picture.load()
        # Which way is up stands in the metadata that is about to go.
        upright = ImageOps.exif_transpose(picture)
    return _drawn(upright, kind)


def _drawn(picture: Image.Image, kind: Kind) -> bytes:
    mode = picture.mode
    if mode == "P":
        mode = "RGBA" if "transparency" in picture.info else "RGB"
    if mode not in PLAIN_MODES or (kind is Kind.JPEG and mode not in ("L", "RGB")):
        mode = "RGB"
    dots = picture.convert(mode)
    clean = Image.new(mode, dots.size)
    clean.paste(dots)
    file = BytesIO()
    options = {"quality": JPEG_QUALITY} if kind is Kind.JPEG else {}
    clean.save(file, format=kind.name, **options)
    return file.getvalue()
