"""A mail that arrived, from its bytes to plain values. Nothing in it is trusted and nothing in it makes this fail."""

import hashlib
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from msgspec import Struct

from app.mail.automatic import is_automatic, says_gone
from app.mail.bounces import Fate, Report, report_in
from app.mail.envelopes import as_text, date_of, decoded, header, mailbox_of, message_ids, one_line
from app.mail.mime import FilePart
from app.mail.plain_text import text_of_html
from app.mail.quoting import parted

LONGEST_TEXT = 20_000
LARGEST_FILE = 5_000_000
MOST_FILES = 10
MOST_PARTS = 200
PICTURE_OF_A_SIGNATURE = 30_000
"""Smaller pictures that stand within the text are logos, and not kept."""


class Nature(StrEnum):
    """Only a reply waits for a person."""

    REPLY = "reply"
    AUTOMATIC = "automatic"
    LEFT = "left"
    BOUNCE = "bounce"
    DELAY = "delay"
    COMPLAINT = "complaint"


class Arrival(Struct, frozen=True, kw_only=True):
    """`thread` are the Message-IDs that it answers, the nearest last; `sent_at` is what it says of itself."""

    fingerprint: str
    message_id: str
    thread: tuple[str, ...]
    from_name: str
    from_address: str
    reply_to: str
    subject: str
    nature: Nature
    sent_at: datetime | None = None
    report: Report | None = None
    text: str = ""
    quoted: str = ""
    files: tuple[FilePart, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names of attachments that were too large or too many to keep."""


def read(content: bytes, *, is_whole: bool = True) -> Arrival:
    """`is_whole`: False where the mail was too large and `content` is its beginning; it has no attachments then."""
    mail = message_from_bytes(content)
    words = _words(mail)
    report = report_in(mail, words)
    both = parted(words)
    files, left_out = _files(mail) if is_whole else ((), ("The mail is too large to be read here as a whole",))
    name, address = mailbox_of(mail, "From")
    return Arrival(
        fingerprint=fingerprint_of(mail, content),
        message_id=next(iter(message_ids(mail, "Message-ID")), ""),
        thread=(*message_ids(mail, "References"), *message_ids(mail, "In-Reply-To")),
        from_name=name,
        from_address=address,
        reply_to=mailbox_of(mail, "Reply-To")[1],
        subject=header(mail, "Subject")[:500],
        sent_at=date_of(mail),
        nature=_nature(mail, report, words),
        report=report,
        text=both.text[:LONGEST_TEXT],
        quoted=both.quoted[:LONGEST_TEXT],
        files=files,
        left_out=left_out,
    )


def fingerprint_of(mail: Message, content: bytes) -> str:
    """Of its Message-ID; of its bytes where it has none."""
    found = next(iter(message_ids(mail, "Message-ID")), "")
    return hashlib.sha256(found.encode("utf-8", "replace") if found else content).hexdigest()


def _nature(mail: Message, report: Report | None, words: str) -> Nature:
    fates = {each.fate for each in report.failures} if report else set()
    if Fate.COMPLAINED in fates:
        return Nature.COMPLAINT
    if report is not None:
        return Nature.DELAY if fates == {Fate.DELAYED} else Nature.BOUNCE
    if is_automatic(mail):
        return Nature.LEFT if says_gone(words) else Nature.AUTOMATIC
    return Nature.REPLY


def _words(mail: Message) -> str:
    """The plain text; where there is none, the words of the HTML. A reply whose plain part is empty has HTML too."""
    plain, html = list[str](), list[str]()
    for part in _leaves(mail):
        if part.get_content_disposition() == "attachment" or part.get_filename():
            continue
        if part.get_content_type() == "text/plain":
            plain.append(_text_of(part))
        elif part.get_content_type() == "text/html":
            html.append(_text_of(part))
    text = "\n".join(plain)
    return text if text.strip() or not html else text_of_html("\n".join(html))


def _leaves(mail: Message) -> list[Message]:
    """The parts that hold something, without those of an enclosed mail."""
    found, waiting = list[Message](), [mail]
    while waiting and len(found) < MOST_PARTS:
        part = waiting.pop(0)
        inside = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(inside, list):
            waiting = [each for each in inside if isinstance(each, Message)] + waiting
        else:
            found.append(part)
    return found


def _text_of(part: Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_param("charset")
    return as_text(payload, charset if isinstance(charset, str) else None) if isinstance(payload, bytes) else ""


def _files(mail: Message) -> tuple[tuple[FilePart, ...], tuple[str, ...]]:
    kept, left_out = list[FilePart](), list[str]()
    for part in _leaves(mail):
        content = part.get_payload(decode=True)
        name = one_line(decoded(str(part.get_filename() or ""))).replace("/", "-").replace("\\", "-")[:120]
        if not isinstance(content, bytes) or not content or not _is_file(part, name, content):
            continue
        if len(content) > LARGEST_FILE or len(kept) == MOST_FILES:
            left_out.append(name or part.get_content_type())
        else:
            kept.append(FilePart(name or "attachment", part.get_content_type()[:80], content))
    return tuple(kept), tuple(left_out[:20])


def _is_file(part: Message, name: str, content: bytes) -> bool:
    if part.get_content_maintype() == "image" and part.get_content_disposition() != "attachment":
        return bool(name) and len(content) > PICTURE_OF_A_SIGNATURE
    return part.get_content_disposition() == "attachment" or bool(name)
