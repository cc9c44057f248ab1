"""The words of an HTML mail. Its looks are left out, and nothing of it is ever shown as HTML."""

import re
from html.parser import HTMLParser

from app.mail.quoting import QUOTE_BEGINS

_BLOCKS = {
    "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "blockquote", "pre",
    "section", "article", "header", "footer",
}  # fmt: skip
_UNSEEN = {"script", "style", "head", "title", "template"}
_VOID = {"br", "hr"}
_QUOTES = ("gmail_quote", "moz-cite-prefix", "yahoo_quoted", "divrplyfwdmsg", "appendonsend", "olk_src_body_section")
LONGEST = 400_000


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        if tag in _BLOCKS:
            self.pieces.append("\n")
        if tag == "td":
            self.pieces.append(" ")
        if _is_quote(tag, dict(attrs)):
            self.pieces.append(f"\n{QUOTE_BEGINS}")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen -= 1
        if tag in _BLOCKS - _VOID:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.pieces.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))


def _is_quote(tag: str, attributes: dict[str, str | None]) -> bool:
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
    return (tag == "blockquote" and (attributes.get("type") or "") == "cite") or any(each in named for each in _QUOTES)


def text_of_html(html: str) -> str:
    words = _Words()
    words.feed(html[:LONGEST].replace(QUOTE_BEGINS, ""))
    words.close()
    lines = (line.strip() for line in "".join(words.pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
