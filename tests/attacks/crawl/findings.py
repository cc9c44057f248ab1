"""What is wrong with an answer, whatever was asked. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from tests.attacks.crawl.pages import read
from tests.attacks.crawl.payloads import EVIL, MARK

ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "poster", "data"}
LEAKS = (
    r"Traceback \(most recent call last\)", r"File \"/", r"site-packages", r"sqlite3?\.\w*Error", r"asyncpg\.",
    r"no such (?:table|column)", r"UNIQUE constraint failed",
    r"syntax error at or near", r"near \"[^\"]*\": syntax error", r"violates \w+[- ]\w+ constraint",
    r"unrecognized token", r"jinja2\.", r"<class '", r"object at 0x[0-9a-f]", r"root:x:0:0", r"\b62615533\b",
)  # fmt: skip
"""Words of a database, a trace, a file of the system; 62615533 is 7919 × 7907, which no page has any reason to show."""
LEAK = re.compile("|".join(LEAKS))
FRAMED = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A letter as a mail program shows it, in a frame in which nothing runs and nothing is fetched."""


def faults_of(status: int, headers: Mapping[str, str], raw: list[tuple[bytes, bytes]], body: str, url: str) -> list[str]:
    """In words; none where all is well. `raw`: the headers as they went out."""
    found = [] if status < 500 else [f"answers {status}"]
    found += faults_of_headers(headers, urlsplit(url).path)
    found += [f"a header was split: {name!r}" for name, value in raw if _is_split(name, value)]
    found += [f"leads outside: {to}" for to in _ways(headers) if _is_outside(to, url)]
    if leak := LEAK.search(body):
        found.append(f"tells too much: {body[max(leak.start() - 60, 0) : leak.end() + 60]!r}")
    if "html" in headers.get("content-type", ""):
        found += faults_of_page(body, url)
    return found


def _is_split(name: bytes, value: bytes) -> bool:
    return MARK.encode() in name.lower() or bool(re.search(rb"[\r\n\x00]", value)) or value.startswith(f"{MARK}=".encode())


def _ways(headers: Mapping[str, str]) -> list[str]:
    return [
        headers[name] for name in ("location", "hx-redirect", "hx-location", "hx-push-url", "hx-replace-url") if name in headers
    ]


def _is_outside(to: str, url: str) -> bool:
    to = to.replace("\\", "/").strip()
    parts, ours = urlsplit(urljoin(url, to)), urlsplit(url)
    return parts.netloc != ours.netloc or parts.scheme not in ("http", "https")


def faults_of_headers(headers: Mapping[str, str], path: str) -> list[str]:
    """S15: what every answer carries."""
    policy = headers.get("content-security-policy", "")
    wanted = {
        "a strict content policy": _is_strict(policy, path),
        "frame-ancestors": bool(re.search(r"frame-ancestors '(none|self)'", policy)),
        "nosniff": headers.get("x-content-type-options") == "nosniff",
        "a referrer policy": headers.get("referrer-policy") in ("same-origin", "no-referrer"),
        "an opener policy": headers.get("cross-origin-opener-policy") == "same-origin",
        "no-store": _is_kept_by_nobody(headers, path),
    }
    return [f"lacks {what}" for what, there in wanted.items() if not there]


def _is_strict(policy: str, path: str) -> bool:
    """Nothing but what is named, and no code or style that is not ours. Letters in their frames have styles of their own, and
    there nothing runs, is fetched or sent; Piccolo Admin's pages have them too."""
    if "default-src 'none'" not in policy or "base-uri 'none'" not in policy or "form-action" not in policy:
        return False
    if policy.startswith(FRAMED):
        inert = "form-action 'none'" in policy and "sandbox" in policy and "allow-scripts" not in policy
        return inert and "script" not in policy and policy.count("unsafe") == 1
    styled = policy.replace("style-src 'self' 'unsafe-inline'", "") if path.startswith("/admin") else policy
    return "unsafe" not in styled


PUBLIC = ("/static/", "/logos/", "/portal-colour/")
"""Named by their content, and the same for everybody."""


def _is_kept_by_nobody(headers: Mapping[str, str], path: str) -> bool:
    kept = headers.get("cache-control", "")
    return kept.startswith(("no-store", "private, no-store")) or (path.startswith(PUBLIC) and kept != "")


def faults_of_page(body: str, url: str) -> list[str]:
    """A payload that became an element, an attribute, an address or code."""
    reader, found = read(body, urlsplit(url).path), list[str]()
    for tag, attributes in reader.tags:
        if MARK in tag:
            found.append(f"a payload became an element: <{tag}>")
        for name, value in attributes:
            if MARK in name or (name.startswith("on") and tag != "option"):
                found.append(f"a payload became an attribute: <{tag} {name}>")
            if name in ADDRESSES and _leads_astray(value or ""):
                found.append(f"a payload became an address: <{tag} {name}={value!r}>")
    if any(MARK in code for code in reader.code):
        found.append("a payload became code")
    return found


def _leads_astray(value: str) -> bool:
    plain = re.sub(r"[\x00-\x20]", "", value).lower().replace("\\", "/")
    if plain.startswith(("javascript:", "vbscript:", "data:text")):
        return True
    return urlsplit(plain if "://" in plain or plain.startswith("//") else "").netloc == EVIL
