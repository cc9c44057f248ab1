"""Pictures of signatures: whatever is uploaded is decoded within limits and encoded anew, so that nothing but pixels of a
modest size ever travels with a letter. The one place that meets Pillow for mail."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

from app.problems import Problem

LARGEST_UPLOAD = 5_000_000
MOST_PIXELS = 20_000_000
WIDEST, HIGHEST = 640, 320
FORMATS = ("PNG", "JPEG", "GIF")


class NotAPicture(Problem):
    """That is no picture we can take. Give a PNG, JPEG or GIF of at most 5 MB and 20 megapixels."""

    status = 422


def as_png(content: bytes) -> bytes:
    """At most 640 × 320, without metadata. Raise NotAPicture."""
    if not content or len(content) > LARGEST_UPLOAD:
        raise NotAPicture
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise NotAPicture
                picture.thumbnail((WIDEST, HIGHEST))
                pixels = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise NotAPicture from error
    made = io.BytesIO()
    pixels.save(made, "PNG", optimize=True)
    return made.getvalue()
