"""Everything about one customer as a zip: a JSON file a table, the files as they are, and what is what. Pure."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

READ_ME = """Everything that {organisation} holds about {customer} in Tactful, as of {at} UTC.

data/       one JSON file a table; times are UTC, amounts are in ten-thousandths of the currency
mentions/   texts about others, or about everything, in which this customer is named
files/      papers that were sent, received or fetched, as they are

Not in here: passwords and links' secrets, of which only sealed or hashed forms are kept; and what Xero holds itself.
"""


def zipped(
    read_me: str, tables: Mapping[str, Sequence[Any]], mentions: Mapping[str, Sequence[Any]], files: Mapping[str, bytes]
) -> bytes:
    """`files`: content by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("READ ME.txt", read_me)
        for folder, contents in (("data", tables), ("mentions", mentions)):
            for table, rows in contents.items():
                archive.writestr(f"{folder}/{table}.json", as_json(rows))
        for name, content in files.items():
            archive.writestr(f"files/{name}", content)
    return buffer.getvalue()


def read_me_for(organisation: str, customer: str, at: datetime) -> str:
    return READ_ME.format(organisation=organisation, customer=customer, at=f"{at:%Y-%m-%d %H:%M}")


def as_json(rows: Sequence[Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(rows, enc_hook=str), indent=1)
