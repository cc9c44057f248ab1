"""One request of the crawl, as bytes: what stands where, and in what shape it is sent. Pure."""

import json
from dataclasses import dataclass, field, replace
from urllib.parse import quote_from_bytes

from tests.attacks.crawl.pages import Door
from tests.attacks.crawl.payloads import Payload
from tests.attacks.crawl.routes import Route

Parts = tuple[tuple[str, bytes], ...]
BOUNDARY = "crawl"
LONGEST = 15_000
"""Of what is put into an address: longer ones no client sends and no server takes."""


@dataclass(frozen=True)
class Ask:
    route: Route
    door: Door
    where: str
    """Into which parameter: "path customer_id", "query page", "form name", "header host", "shape json"."""
    payload: Payload
    headers: dict[str, bytes] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.route.key} {self.where} ← {self.payload.family} {self.payload.value[:60]!r}"

    @property
    def kind(self) -> str:
        return self.where.partition(" ")[0]

    @property
    def name(self) -> str:
        return self.where.partition(" ")[2]

    def target(self) -> str:
        """Path and query, percent-encoded."""
        query = (
            _with(self.door.query, self.name, self.payload.value[:LONGEST]) if self.kind == "query" else _bytes(self.door.query)
        )
        path = self._path()
        return path + (f"?{encoded(query)}" if query else "")

    def _path(self) -> str:
        if self.kind != "path":
            return self.door.path
        found = self.route.pattern.match(self.door.path)
        assert found, self
        begin, end = found.span(self.route.names.index(self.name) + 1)
        return self.door.path[:begin] + quote_from_bytes(self.payload.value[:LONGEST], safe="") + self.door.path[end:]

    def body(self) -> tuple[bytes, str]:
        """Body and content type."""
        parts = _bytes(self.door.form)
        if self.kind == "form":
            parts = _with(self.door.form, self.name, self.payload.value)
        if self.kind == "shape":
            return _shaped(self.name, parts, self.door)
        if self.door.is_upload:
            return multipart(parts, self.payload.value), f"multipart/form-data; boundary={BOUNDARY}"
        return encoded(parts).encode(), "application/x-www-form-urlencoded"


def _bytes(pairs: tuple[tuple[str, str], ...]) -> Parts:
    return tuple((name, value.encode()) for name, value in pairs)


def _with(pairs: tuple[tuple[str, str], ...], name: str, value: bytes) -> Parts:
    return (*((key, each.encode()) for key, each in pairs if key != name), (name, value))


def encoded(parts: Parts) -> str:
    return "&".join(f"{quote_from_bytes(name.encode(), safe='')}={quote_from_bytes(value, safe='')}" for name, value in parts)


def multipart(parts: Parts, file: bytes = b"", *, end: bytes = b"--crawl--\r\n") -> bytes:
    """`file`: sent as a file besides, under the names that our own pages give to files."""
    pieces = [b'--crawl\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (n.encode(), v) for n, v in parts]
    for name in (b"logo", b"picture", b"pictures", b"file") if file else ():
        head = (
            b'--crawl\r\nContent-Disposition: form-data; name="%s"; filename="../../x.png"\r\nContent-Type: image/png\r\n\r\n'
        )
        pieces.append(head % name + file + b"\r\n")
    return b"".join(pieces) + end


def _shaped(shape: str, parts: Parts, door: Door) -> tuple[bytes, str]:
    text = {name: value.decode() for name, value in parts}
    form, several = "application/x-www-form-urlencoded", f"multipart/form-data; boundary={BOUNDARY}"
    names = sorted(door.names | {name for name, _ in parts}) or ["x"]
    as_said = {
        "missing": (b"", form),
        "twice": (encoded((*parts, *parts)).encode(), form),
        "array": (encoded(tuple((f"{name}[]", b"1") for name in names)).encode(), form),
        "nested": (encoded(tuple((f"{name}[a][b]", b"1") for name in names)).encode(), form),
        "upload": (_every_field_a_file(names), several),
        "json": (json.dumps(text).encode(), "application/json"),
        "json list": (json.dumps([[text]] * 3).encode(), "application/json"),
        "plain text": (encoded(parts).encode(), "text/plain"),
        "nothing": (b"", ""),
        "broken multipart": (multipart(parts, end=b"--craw"), several),
        "xml": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "application/xml"),
    }
    return as_said[shape]


def _every_field_a_file(names: list[str]) -> bytes:
    head = b'--crawl\r\nContent-Disposition: form-data; name="%s"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\nx\r\n'
    return b"".join(head % name.encode() for name in names) + b"--crawl--\r\n"


def plain(route: Route, door: Door) -> Ask:
    """As the page has it."""
    return Ask(route, door, "as it is", Payload("nothing", b""))


def filled(door: Door) -> Door:
    """Every field of the form with something in it, so that the one that is tried is not passed over for another's lack."""
    there = {name for name, _ in door.form}
    return replace(door, form=(*door.form, *((name, "1") for name in sorted(door.names - there))))
