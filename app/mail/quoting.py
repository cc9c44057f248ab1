"""What somebody wrote, apart from the earlier mail that they quote below or above it."""

import re

from msgspec import Struct

QUOTE_BEGINS = "\ue000"
"""Stands where the HTML of a mail says that the quoted part begins."""

_WROTE = r"wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev|napisał|escreveu|kirjoitti"
_ATTRIBUTION = re.compile(rf"^\s*\S.{{4,300}}\b(?:{_WROTE})(?:\s?:?\s*|\s.{{1,120}}:\s*)$", re.IGNORECASE)
_WRAPPED = re.compile(r"^\s*(?:On|Am|Le|El|Il|Op|Den|Em|W dniu|Dnia)\b.{4,200}$")
_DIVIDER = re.compile(
    r"^\s*(?:[-_]{2,}\s*(?:original message|forwarded message|ursprüngliche nachricht|original-nachricht|message d.origine"
    r"|mensaje original|messaggio originale|oorspronkelijk bericht|ursprungligt meddelande)\s*[-_]{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"^\s*\*?(?:from|von|de|da|van|från|fra|od)\s?:\*?\s*\S", re.IGNORECASE)
_NEXT = re.compile(
    r"^\s*\*?(?:sent|date|to|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto|inviato|a|oggetto"
    r"|verzonden|aan|onderwerp|skickat|till|ämne)\s?:",
    re.IGNORECASE,
)


class Parted(Struct, frozen=True):
    text: str
    quoted: str


def parted(whole: str) -> Parted:
    """Both parts, without blank lines around them. Where nothing but a quotation is found, all of it is the text."""
    lines = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cut = _first_quoted(lines)
    text, quoted = _joined(lines[:cut]), _joined(lines[cut:])
    if not text:
        own = _joined([line for line in lines if not line.lstrip().startswith(">") and not _ATTRIBUTION.match(line)])
        own = own if own and not any(_DIVIDER.match(line) or _FROM.match(line) for line in lines) else ""
        text, quoted = (own, _joined(lines)) if own else (_joined(lines), "")
    return Parted(text, quoted)


def _joined(lines: list[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines).replace(QUOTE_BEGINS, "")
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _first_quoted(lines: list[str]) -> int:
    for number, line in enumerate(lines):
        if QUOTE_BEGINS in line or _begins_quote(lines, number):
            return number
    return len(lines)


def _begins_quote(lines: list[str], number: int) -> bool:
    line, following = lines[number], lines[number + 1 : number + 5]
    if _DIVIDER.match(line) or _is_trailing(lines, number):
        return True
    if _FROM.match(line) and sum(bool(_NEXT.match(each)) for each in following) >= 2:
        return True
    if len(line) > 300:
        return False
    if _ATTRIBUTION.match(line):
        return any(each.lstrip().startswith(">") for each in following) or _looks_dated(line)
    wrapped = bool(_WRAPPED.match(line) and following and _ATTRIBUTION.match(f"{line} {following[0]}"[:300]))
    return wrapped and _looks_dated(f"{line} {following[0]}")


def _looks_dated(line: str) -> bool:
    return bool(re.search(r"\d", line)) and (":" in line or "@" in line)


def _is_trailing(lines: list[str], number: int) -> bool:
    """A run of > lines with nothing of one's own after it."""
    if not lines[number].startswith(">"):
        return False
    return all(line.startswith(">") or not line.strip() for line in lines[number:])
