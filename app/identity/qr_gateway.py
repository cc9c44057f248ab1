"""QR codes (ISO 18004), drawn as one SVG path: no script, no image to fetch."""

from markupsafe import Markup

QUIET_ZONE = 4
"""Modules that stay white around it."""


def qr_svg(text: str, label: str) -> Markup:
    """Black on white also where the page is dark: not every reader knows the other way round."""
    dark, size = _modules(text)
    side = size + 2 * QUIET_ZONE
    path = "".join(f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h1v1h-1z" for row, column in dark)
    return Markup(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}" width="200" height="200" shape-rendering="crispEdges">'
        '<rect width="{}" height="{}" fill="#fff"/><path fill="#000" d="{}"/></svg>'
    ).format(label, side, side, side, side, path)


def _modules(text: str) -> tuple[list[tuple[int, int]], int]:
    """Rows and columns of the dark modules, and how many there are along one side."""
    from reportlab.graphics.barcode.qrencoder import (  # when first wanted: 16 MB of barcodes come with it
        QRCode,
        QRErrorCorrectLevel,
    )

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = int(code.getModuleCount())
    return [(row, column) for row in range(size) for column in range(size) if code.isDark(row, column)], size
