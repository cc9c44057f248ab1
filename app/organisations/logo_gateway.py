"""Pillow, which reads an uploaded picture and writes our own from it: nothing of the file itself is kept."""

import io
import warnings

from msgspec import Struct
from PIL import Image, ImageOps

from app.problems import Problem

LARGEST_FILE = 2_000_000
LONGEST_SIDE = 5_000
MOST_PIXELS = 12_000_000
BOX = (640, 240)
"""Pixels; twice what the portal and the statement show, for screens and printers that are finer."""
KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


class LogoRefused(Problem):
    """This picture cannot be used."""

    status = 422

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)


class Picture(Struct, frozen=True):
    """A PNG of our own making; sides in pixels."""

    content: bytes
    width: int
    height: int


def picture_of(content: bytes) -> Picture:
    """The uploaded logo, drawn anew and made to fit. Raise LogoRefused with what to do.

    The first bytes decide what it is, the header its size, before anything is decoded: a small file can hold a picture
    that fills the memory.
    """
    if not content:
        raise LogoRefused("Choose a picture first, a PNG or a JPEG.")
    if len(content) > LARGEST_FILE:
        raise LogoRefused(f"This file has {len(content) / 1_000_000:.1f} MB. Choose one of at most 2 MB.")
    kind = next((name for start, name in KINDS.items() if content.startswith(start)), None)
    if kind is None:
        raise LogoRefused("This is neither a PNG nor a JPEG. Save the logo as a PNG and upload that.")
    return _drawn_anew(content, kind)


def _drawn_anew(content: bytes, kind: str) -> Picture:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower
            with Image.open(io.BytesIO(content), formats=(kind,)) as opened:
                _refuse_large(*opened.size)
                opened.load()
                upright = ImageOps.exif_transpose(opened)
                fitted = upright.convert("RGBA" if _is_clear(upright) else "RGB")
    except LogoRefused:
        raise
    except Image.DecompressionBombError as bomb:
        raise LogoRefused("This picture is far too large. Choose one of at most 5,000 pixels on each side.") from bomb
    except Exception as damage:  # Pillow raises whatever its decoders do
        raise LogoRefused("This picture is damaged and cannot be read. Save it again as a PNG and upload that.") from damage
    fitted.thumbnail(BOX, Image.Resampling.LANCZOS)
    paper = io.BytesIO()
    fitted.save(paper, "PNG", optimize=True)
    return Picture(paper.getvalue(), *fitted.size)


def _refuse_large(width: int, height: int) -> None:
    if max(width, height) > LONGEST_SIDE or width * height > MOST_PIXELS:
        raise LogoRefused(
            f"This picture is {width:,} × {height:,} pixels. Choose one of at most 5,000 on each side; 640 × 240 is plenty."
        )
    if min(width, height) < 16:
        raise LogoRefused(f"This picture is {width} × {height} pixels. Choose one of at least 16 on each side.")


def _is_clear(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
