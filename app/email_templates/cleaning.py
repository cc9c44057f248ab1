"""What may stand in the HTML of a mail: words, links, a table, pictures that travel with it. Nothing is fetched."""

import re
from functools import lru_cache

import nh3

_TAGS = {
    "a", "b", "br", "div", "em", "i", "img", "li", "ol", "p", "s", "small", "span", "strong", "table", "tbody", "td",
    "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_STYLES = {
    "border", "border-bottom", "border-collapse", "border-spacing", "border-top", "color", "font-family", "font-size",
    "font-style", "font-weight", "height", "line-height", "margin", "margin-bottom", "margin-top", "max-width", "min-width",
    "overflow-wrap", "padding", "padding-left", "padding-right", "text-align", "text-decoration", "vertical-align",
    "white-space", "width",
}  # fmt: skip
_STYLED = ("div", "p", "span", "table", "td", "th", "img", "a", "ul", "ol", "li")
_ATTRIBUTES: dict[str, set[str]] = {tag: {"style"} for tag in _STYLED}
_ATTRIBUTES["a"] |= {"href"}
_ATTRIBUTES["td"] |= {"colspan"}
_ATTRIBUTES["img"] |= {"src", "alt", "width", "height"}


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src":
        return value if value.startswith("cid:") else None
    if attribute == "href":
        return value if value.startswith(("https://", "http://", "mailto:", "tel:")) else None
    if attribute == "colspan":
        return value if value in _SPANS else None
    return value


_SPANS = {str(columns) for columns in range(2, 10)}
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes=_ATTRIBUTES,
    attribute_filter=_filter,
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    link_rel=None,
    filter_style_properties=_STYLES,
)


_UNSHOWN = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
"""A picture whose address was taken out would show as a broken one."""


def clean(html: str) -> str:
    """The same without scripts, frames, forms, remote pictures and whatever else could act or look for something."""
    return _UNSHOWN.sub("", _CLEANER.clean(html))


@lru_cache(maxsize=256)
def cleaned_signature(html: str) -> str:
    return clean(html)
