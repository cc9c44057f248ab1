"""An answer to a mail: what the person typed, the signature, and the mail it answers below."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from msgspec import Struct

from app.mail.matching import bare
from components.format import day_in_full

MOST_QUOTED = 200
"""Lines of the mail that is answered."""


class Answered(Struct, frozen=True):
    """The mail that is answered; `at` is local."""

    writer: str
    subject: str
    text: str
    at: datetime
    message_id: str
    thread: Sequence[str] = ()


class Words(Struct, frozen=True):
    subject: str
    text: str
    html: str


def written(text: str, signature_text: str, signature_html: str, mail: Answered) -> Words:
    """`signature_html` is cleaned; everything else is escaped here."""
    lines = mail.text.splitlines()[:MOST_QUOTED]
    intro = f"On {day_in_full(mail.at.date())} at {mail.at:%H:%M}, {mail.writer} wrote:"
    plain = "\n\n".join([text.strip(), signature_text, "\n".join([intro, *(f"> {line}" for line in lines)])])
    paragraphs = "".join(f"<p>{'<br>'.join(escape(line) for line in each.splitlines())}</p>" for each in _paragraphs(text))
    quoted = "<br>".join(escape(line) for line in lines)
    style = "margin:0;padding-left:12px;border-left:2px solid #cccccc"
    html = f'<div>{paragraphs}{signature_html}<p>{escape(intro)}</p><div style="{style}">{quoted}</div></div>'
    return Words(answering_subject(mail.subject), plain, html)


def answering_subject(subject: str) -> str:
    """With one "Re:", however often it was answered."""
    rest = " ".join(subject.split())
    kept = rest[len(rest) - len(bare(rest)) :] if rest.lower().endswith(bare(rest)) else rest
    return f"Re: {kept}"[:500] if kept else "Re: your email"


def thread_of(mail: Answered) -> dict[str, str]:
    """In-Reply-To and References (RFC 5322, 3.6.4): the first of the thread and the last nine stay."""
    if not mail.message_id:
        return {}
    earlier = [each for each in dict.fromkeys(mail.thread) if each != mail.message_id]
    kept = [*earlier[:1], *earlier[1:][-8:], mail.message_id]
    return {"In-Reply-To": mail.message_id, "References": " ".join(kept)}


def _paragraphs(text: str) -> list[str]:
    return [each for each in text.strip().replace("\r\n", "\n").split("\n\n") if each.strip()]
