"""A person with a browser, as far as forms and links go: what `tactful demo` walks with."""

from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx
from msgspec import Struct

TAGS_WITH_VALUES = {"input", "button", "select", "textarea"}


class Form(Struct, frozen=True):
    """`fields` are what the page fills in itself: hidden ones, chosen options, texts."""

    action: str
    method: str
    fields: dict[str, str | list[str]]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(Form(found.get("action", ""), found.get("method", "get").lower(), {}))
        elif tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif self.forms and tag in TAGS_WITH_VALUES | {"option"}:
            self._field(tag, found)

    def _field(self, tag: str, found: dict[str, str]) -> None:
        fields = self.forms[-1].fields
        name, kind = found.get("name", ""), found.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in found or self._select not in fields):
            fields[self._select] = found.get("value", "")
        elif tag == "input" and name and (kind not in ("checkbox", "radio", "submit") or "checked" in found):
            _put(fields, name, found.get("value", "on" if kind == "checkbox" else ""), again=kind in ("hidden", "checkbox"))
        elif tag == "textarea" and name:
            fields[name] = ""


def _put(fields: dict[str, str | list[str]], name: str, value: str, *, again: bool) -> None:
    """A field of the same name once more stands beside the first where that is meant."""
    before = fields.get(name)
    if before is None or not again:
        fields[name] = value
    else:
        fields[name] = [*before, value] if isinstance(before, list) else [before, value]


class Page:
    """An answer, with its forms and links."""

    def __init__(self, response: httpx.Response) -> None:
        self.url = str(response.url)
        self.status = response.status_code
        self.text = response.text if "text" in response.headers.get("content-type", "") else ""
        self.content = response.content
        reader = _Reader()
        reader.feed(self.text)
        self.forms = reader.forms
        self.links = [urljoin(self.url, link) for link in reader.links]

    def form(self, action: str) -> Form:
        """The form whose action contains this. Raise ValueError when the page has none."""
        found = next((form for form in self.forms if action in urljoin(self.url, form.action)), None)
        if found is None:
            offered = ", ".join(sorted({form.action for form in self.forms})) or "none"
            raise ValueError(f"{self.url} ({self.status}) has no form to {action!r}; it has {offered}")
        return found


class Visitor:
    """Keeps cookies, follows redirects, fills in forms. Raise ValueError for an answer of 400 or more."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=base_url, follow_redirects=True, timeout=60)

    def open(self, url: str) -> Page:
        return self._checked(self._client.get(url))

    def submit(self, page: Page, action: str, fields: Mapping[str, str | list[str]] | None = None) -> Page:
        form = page.form(action)
        values = {**form.fields, **(fields or {})}
        return self._checked(self._client.request(form.method, urljoin(page.url, form.action), data=values))

    def close(self) -> None:
        self._client.close()

    def _checked(self, response: httpx.Response) -> Page:
        page = Page(response)
        if page.status >= 400:
            raise ValueError(f"{response.request.method} {page.url} answered {page.status}: {_words(page.text)[:300]}")
        return page


def _words(html: str) -> str:
    parts: list[str] = []
    reader = HTMLParser()
    reader.handle_data = parts.append  # type: ignore[method-assign,assignment]
    reader.feed(html)
    return " ".join(" ".join(parts).split())
