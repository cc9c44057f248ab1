"""What a page leads to: its links, its forms with their fields, and what htmx would ask for. Pure."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

Fields = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Door:
    """One way to ask the server for something. `names`: every field a form has, also those it would not send as it stands."""

    method: str
    path: str
    query: Fields = ()
    form: Fields = ()
    names: frozenset[str] = frozenset()
    is_upload: bool = False


@dataclass
class _Form:
    method: str
    action: str
    is_upload: bool
    fields: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    others: list[tuple[str, str]] = field(default_factory=list)
    """Buttons that send it elsewhere: method and action."""


class Reader(HTMLParser):
    def __init__(self, here: str) -> None:
        super().__init__(convert_charrefs=True)
        self.here = here
        self.links: list[tuple[str, str]] = []
        self.open: _Form | None = None
        self.by_id: dict[str, _Form] = {}
        self.forms: list[_Form] = []
        self.loose: list[tuple[str, str, str]] = []
        """Fields outside of their form: its id, name, value."""
        self.choosing = ""
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.code: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))
        said = {name: value or "" for name, value in attrs}
        self.inside = tag if tag in ("script", "style") else ""
        for verb in ("get", "post", "put", "patch", "delete"):
            if f"hx-{verb}" in said:
                self.links.append((verb.upper(), said[f"hx-{verb}"]))
        if tag in ("a", "area", "link") and said.get("href"):
            self.links.append(("GET", said["href"]))
        if tag in ("iframe", "img", "script", "embed", "source") and said.get("src"):
            self.links.append(("GET", said["src"]))
        if tag == "form":
            self._begin(said)
        elif tag in ("input", "button", "select", "textarea"):
            self._field(tag, said)
        elif tag == "option" and self.choosing:
            self._choose(said)

    def _begin(self, said: dict[str, str]) -> None:
        upload = "multipart" in said.get("enctype", "") or "multipart" in said.get("hx-encoding", "")
        self.open = _Form(said.get("method", "get").upper(), said.get("action", self.here), upload)
        self.forms.append(self.open)
        if said.get("id"):
            self.by_id[said["id"]] = self.open

    def _field(self, tag: str, said: dict[str, str]) -> None:
        if said.get("formaction") and (form := self.open or self.by_id.get(said.get("form", ""))):
            form.others.append((said.get("formmethod", form.method).upper(), said["formaction"]))
        name = said.get("name", "")
        self.choosing = ""
        if not name:
            return
        kind, value = said.get("type", ""), said.get("value", "on" if said.get("type") in ("checkbox", "radio") else "")
        sends = "disabled" not in said and not (kind in ("checkbox", "radio") and "checked" not in said) and tag != "select"
        if tag == "select":
            self.choosing = name
        if said.get("form") or self.open is None:
            self.loose.append((said.get("form", ""), name, value))
            return
        self.open.names.add(name)
        if sends and kind != "file" and tag != "button":
            self.open.fields.append((name, value))

    def _choose(self, said: dict[str, str]) -> None:
        chosen = self.open.fields if self.open else []
        if self.open and ("selected" in said or all(name != self.choosing for name, _ in chosen)):
            self.open.fields = [pair for pair in chosen if pair[0] != self.choosing] + [(self.choosing, said.get("value", ""))]

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.choosing = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.code.append(data)


def read(html: str, here: str) -> Reader:
    reader = Reader(here)
    reader.feed(html)
    reader.close()
    return reader


def doors(html: str, here: str) -> list[Door]:
    """Every door on the page that leads to us."""
    reader = read(html, here)
    for form_id, name, value in reader.loose:
        if form_id in reader.by_id:
            reader.by_id[form_id].names.add(name)
            reader.by_id[form_id].fields.append((name, value))
    found = [_link(method, urljoin(here, to)) for method, to in reader.links if _is_ours(to, here)]
    for form in reader.forms:
        for method, action in [(form.method, form.action), *form.others]:
            if _is_ours(action, here):
                found.append(_form(method, urljoin(here, action), form))
    return found


def _is_ours(to: str, here: str) -> bool:
    parts = urlsplit(urljoin(here, to))
    return not parts.netloc and parts.scheme in ("", "http", "https") and not to.startswith("#")


def _link(method: str, to: str) -> Door:
    parts = urlsplit(to)
    return Door(method, parts.path or "/", tuple(parse_qsl(parts.query, keep_blank_values=True)))


def _form(method: str, to: str, form: _Form) -> Door:
    asked = _link(method, to)
    names, fields = frozenset(form.names - {"_csrf_token"}), tuple(pair for pair in form.fields if pair[0] != "_csrf_token")
    if method == "GET":
        return Door("GET", asked.path, (*asked.query, *fields), (), names)
    return Door(method, asked.path, asked.query, fields, names, form.is_upload)
