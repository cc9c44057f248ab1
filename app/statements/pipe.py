"""What goes between a process that wants a PDF and the one that makes it: four bytes of length, then so many bytes. An empty
answer means that the document could not be made."""

import struct
from typing import IO

MAX_SECONDS = 60
"""For a document of 2,000 lines on a machine that is busy with other things; on an idle one they take a tenth of it."""

_LENGTH = struct.Struct(">I")


def write(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(_LENGTH.pack(len(content)) + content)
    pipe.flush()


def read(pipe: IO[bytes]) -> bytes:
    """Raise EOFError when the other end is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content
