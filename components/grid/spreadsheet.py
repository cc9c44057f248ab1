"""An Excel workbook of one sheet (ECMA-376), written while it is sent: no file, no more than a batch in memory.

Text is text in it (inline strings): no cell has a formula.
"""

import io
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import count
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from components.grid.cells import Plain
from components.grid.export import Batches, would_be_formula

PLAIN, BOLD, AMOUNT, DAY, QUOTED = range(5)
"""Places of the formats in STYLES; QUOTED stays text even when somebody edits the cell."""
MOST_ROWS = 1_048_575
"""Of a sheet, without its head."""
LONGEST_TEXT = 32_767
FIRST_DAY = date(1899, 12, 30)
"""Excel counts days from here."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONS = f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'

PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/></Types>',
    "_rels/.rels": f'{_RELATIONS}<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'{_RELATIONS}<Relationship Id="r1" Type="{_OFFICE}/worksheet"'
    f' Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/workbook.xml": f'{_HEAD}<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="[name]" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/styles.xml": f"{_HEAD}<styleSheet {_MAIN}>"
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="5"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/><xf xfId="0" numFmtId="4" applyNumberFormat="1"/>'
    '<xf xfId="0" numFmtId="14" applyNumberFormat="1"/><xf xfId="0" numFmtId="49" applyNumberFormat="1" quotePrefix="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
"""All of the workbook but its sheet. Number formats: 4 is #,##0.00, 14 the reader's own short date, 49 text."""


class _Sent(io.RawIOBase):
    """What the archive has written and nobody has taken yet."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        taken, self._waiting = bytes(self._waiting), bytearray()
        return taken


async def xlsx_of(name: str, heads: Sequence[str], batches: Batches) -> AsyncIterator[bytes]:
    """The workbook, piece by piece; `name` is the sheet's. What does not fit on a sheet is left out."""
    sent, numbers = _Sent(), iter(range(2, MOST_ROWS + 2))
    with ZipFile(sent, "w", ZIP_DEFLATED) as archive:
        for path, text in PARTS.items():
            archive.writestr(_entry(path), text.replace("[name]", escape(name[:31], {'"': "&quot;"})))
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w") as sheet:
            sheet.write(_opening(heads).encode())
            async for lines in batches:
                _write_rows(sheet, lines, numbers)
                if piece := sent.take():
                    yield piece
            sheet.write(f'</sheetData><autoFilter ref="A1:{_letters(len(heads))}1"/></worksheet>'.encode())
    yield sent.take()


def _entry(path: str) -> ZipInfo:
    """Dated 1980, as what has no date."""
    entry = ZipInfo(path)
    entry.compress_type = ZIP_DEFLATED
    return entry


def _opening(heads: Sequence[str]) -> str:
    cells = "".join(_text(f"{_letters(place)}1", head, BOLD) for place, head in enumerate(heads, 1))
    return (
        f'{_HEAD}<worksheet {_MAIN}><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<cols><col min="1" max="{len(heads)}" width="18" customWidth="1"/></cols><sheetData><row r="1">{cells}</row>'
    )


def _write_rows(sheet: IO[bytes], lines: Sequence[Sequence[Plain]], numbers: Iterator[int]) -> None:
    for line, number in zip(lines, numbers, strict=False):
        sheet.write(_row(number, line).encode())


def _row(number: int, line: Sequence[Plain]) -> str:
    cells = (_cell(f"{_letters(place)}{number}", value) for place, value in zip(count(1), line, strict=False))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(at: str, value: Plain) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return _text(at, value, QUOTED if would_be_formula(value) else PLAIN)
    if isinstance(value, date):
        return f'<c r="{at}" s="{DAY}"><v>{(value - FIRST_DAY).days}</v></c>'
    if isinstance(value, Decimal):
        return f'<c r="{at}" s="{AMOUNT if value.as_tuple().exponent else PLAIN}"><v>{value:f}</v></c>'
    return f'<c r="{at}"><v>{value}</v></c>'


def _text(at: str, value: str, style: int) -> str:
    clean = _LOOKS_ESCAPED.sub("_x005F_", _NOT_IN_XML.sub("", value))[:LONGEST_TEXT]
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(clean)}</t></is></c>'


def _letters(place: int) -> str:
    """Of a column, the first being 1: A … Z, AA …"""
    before, last = divmod(place - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)
