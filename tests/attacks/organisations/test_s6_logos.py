"""S6: a logo is a re-encoded PNG or JPEG; whatever else is refused, with what to do, before it can cost anything."""

import io
import resource
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from app.organisations.logo_gateway import LogoRefused, picture_of


def a_png(size: tuple[int, int] = (400, 120), mode: str = "RGB", **saving: object) -> bytes:
    paper = io.BytesIO()
    Image.new(mode, size, "teal").save(paper, "PNG", **saving)
    return paper.getvalue()


def a_jpeg(size: tuple[int, int] = (400, 120), **saving: object) -> bytes:
    paper = io.BytesIO()
    Image.new("RGB", size, "teal").save(paper, "JPEG", **saving)
    return paper.getvalue()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def a_bomb(width: int, height: int) -> bytes:
    """A few KB that say they are a picture of that many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + _chunk(b"IEND", b"")
    )


REFUSED = {
    "nothing": (b"", "Choose a picture"),
    "an SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "neither a PNG nor a JPEG"),
    "a page": (b"<!doctype html><script>alert(1)</script>", "neither a PNG nor a JPEG"),
    "an EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run", "neither a PNG nor a JPEG"),
    "a GIF that is a script": (b"GIF89a/*<script>*/=1;alert(1)", "neither a PNG nor a JPEG"),
    "a PDF": (b"%PDF-1.7", "neither a PNG nor a JPEG"),
    "twelve thousand squared": (a_bomb(12_000, 12_000), "12,000 × 12,000 pixels"),
    "forty thousand squared": (a_bomb(40_000, 40_000), "far too large"),
    "one very long line": (a_bomb(60_000, 20), "60,000 × 20 pixels"),
    "a speck": (a_png((4, 4)), "at least 16"),
    "a PNG cut short": (a_png()[:200], "damaged"),
    "a JPEG cut short": (a_jpeg()[:400], "damaged"),
    "a PNG's beginning before a JPEG": (b"\x89PNG\r\n\x1a\n" + a_jpeg(), "damaged"),
    "three megabytes": (a_png() + b"\0" * 3_000_000, "at most 2 MB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_s6_what_is_no_fitting_png_or_jpeg_is_refused_with_what_to_do(what: str) -> None:
    content, sentence = REFUSED[what]
    with pytest.raises(LogoRefused, match=sentence):
        picture_of(content)


def test_s6_a_bomb_is_refused_from_its_header_before_it_takes_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(LogoRefused):
        picture_of(a_bomb(5_000, 4_999))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # KiB


def test_s6_nothing_of_the_file_is_kept_but_its_pixels() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "<script>alert(1)</script>")
    polyglot = a_png(pnginfo=notes) + b"<script>alert(2)</script><?php system('id') ?>"
    kept = picture_of(polyglot).content
    assert kept.startswith(b"\x89PNG") and kept.endswith(b"IEND\xaeB`\x82")
    assert b"script" not in kept and b"php" not in kept and b"tEXt" not in kept


def test_a_large_logo_is_made_to_fit_and_keeps_its_shape() -> None:
    kept = picture_of(a_png((3_000, 1_000)))
    assert (kept.width, kept.height) == (640, 213)


def test_a_clear_background_stays_clear_and_a_photograph_turns_upright() -> None:
    clear = Image.open(io.BytesIO(picture_of(a_png(mode="RGBA")).content))
    assert clear.mode == "RGBA"
    lying = Image.Exif()
    lying[0x0112] = 6  # EXIF orientation: turn a quarter clockwise
    assert picture_of(a_jpeg((100, 40), exif=lying)).width == 40
