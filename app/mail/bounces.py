"""What a mail server says about a mail it could not deliver: RFC 3464 reports, the plain letters of servers that write
none, and complaints (RFC 5965)."""

import re
from collections.abc import Iterator
from email.message import Message
from enum import StrEnum

from msgspec import Struct

from app.mail.envelopes import addresses_in, as_text, header, mailbox_of, message_ids, one_line


class Fate(StrEnum):
    """What became of a mail for one address."""

    WRONG = "wrong"
    """The address is wrong, now and later: it is not written to again."""
    REFUSED = "refused"
    """It did not arrive this time: mailbox full, too large, refused as spam, given up after days."""
    DELAYED = "delayed"
    """The server is still trying."""
    COMPLAINED = "complained"
    """The recipient reported it as spam."""


class Failure(Struct, frozen=True):
    address: str
    fate: Fate
    answer: str


class Report(Struct, frozen=True):
    """`about` are Message-IDs that may be the failed mail's."""

    failures: tuple[Failure, ...]
    about: tuple[str, ...]


_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<![\d.])([45])\d\d[ -]")
_SERVER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|bounce|bounces|noreply-dsn)\b", re.IGNORECASE)
_FAILED = re.compile(
    r"undeliver|delivery status notification|delivery (?:has )?fail|delivery failure"
    r"|mail delivery (?:failed|failure|problem|error)|failure notice|returned mail"
    r"|returned to sender|message not delivered|could not be delivered|address not found|unzustellbar|nicht zugestellt"
    r"|non remis|échec de la remise|no se ha podido entregar|mancato recapito|onbestelbaar",
    re.IGNORECASE,
)
_WAITS = re.compile(r"\bdelay(?:ed)?\b|\bwarning\b|still being (?:tried|retried)|verzöger", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"^\s*(?:---.*(?:copy|original|below).*|-{5,}.*|received:.*|original message headers:?|message-id:.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ID_LINE = re.compile(r"^[>\s]*Message-ID:\s*(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE)
_UNKNOWN = re.compile(
    r"(?:user|mailbox|recipient|address)(?: \S+){0,3} (?:unknown|not found|not exist|invalid|unavailable|disabled)"
    r"|(?:no such|unknown|invalid) (?:user|mailbox|recipient|address|local)|does ?n.t exist|does not exist|couldn.t be found"
    r"|not found in|no mailbox here|account (?:is )?(?:disabled|closed)|unrouteable|domain not found",
    re.IGNORECASE,
)
LONGEST = 100_000


def report_in(mail: Message, text: str) -> Report | None:
    """None for a mail that reports nothing. `text` are its words."""
    parts = list(mail.walk())
    if any(part.get_content_type().endswith("delivery-status") for part in parts):
        return _delivery_status(mail, parts)
    return _complaint(mail, parts) or _plain_letter(mail, parts, text)


def may_report(mail: Message) -> bool:
    """Whether its headers look like a report, so that its body is worth reading."""
    if mail.get_content_type() == "multipart/report" or "X-Failed-Recipients" in mail:
        return True
    is_server = bool(_SERVER.match(mailbox_of(mail, "From")[1])) or header(mail, "Return-Path") == "<>"
    return is_server and bool(_FAILED.search(header(mail, "Subject")))


def is_wrong_address(status: str, answer: str) -> bool:
    """RFC 3463: 5.1.x is about the address (but 5.1.7 and 5.1.8 about ours), 5.2.1 about a closed mailbox; 5.0.0 says
    nothing, so that the server's own words decide."""
    found = _STATUS.search(status) or _STATUS.search(answer)
    if found is None:
        return bool(_UNKNOWN.search(answer)) and not re.search(r"(?<!\d)4\d\d[ -]", answer)
    kind, subject, detail = found[1], int(found[2]), int(found[3])
    if kind != "5":
        return False
    if subject == 1:
        return detail not in (7, 8)
    return (subject, detail) == (2, 1) or (subject in (0, 3, 4, 5) and bool(_UNKNOWN.search(answer)))


def _delivery_status(mail: Message, parts: list[Message]) -> Report | None:
    blocks = [block for part in parts if part.get_content_type().endswith("delivery-status") for block in _blocks(part)]
    failures = tuple(filter(None, map(_failure, blocks)))
    return Report(failures, _about(mail, parts)) if failures else None


def _blocks(part: Message) -> Iterator[Message]:
    payload = part.get_payload()
    yield from (each for each in payload if isinstance(each, Message)) if isinstance(payload, list) else ()


def _failure(block: Message) -> Failure | None:
    """The fields of one recipient (RFC 3464, 2.3); None for the fields about the whole mail and for what succeeded."""
    address = _typed(block, "Original-Recipient") or _typed(block, "Final-Recipient")
    action = header(block, "Action").lower()
    if not address or action not in ("failed", "delayed", ""):
        return None
    status = header(block, "Status")
    answer = one_line(header(block, "Diagnostic-Code").partition(";")[2] or header(block, "Diagnostic-Code")) or status
    if action == "delayed" or (not action and status.startswith("4")):
        fate = Fate.DELAYED
    else:
        fate = Fate.WRONG if is_wrong_address(status, answer) else Fate.REFUSED
    return Failure(address, fate, answer[:500] or "the server gave no reason")


def _typed(block: Message, name: str) -> str:
    """The address in `rfc822; ann@example.com`."""
    return next(iter(addresses_in(header(block, name))), "")


def _complaint(mail: Message, parts: list[Message]) -> Report | None:
    for part in parts:
        if part.get_content_type() == "message/feedback-report":
            fields = next(_blocks(part), part)
            kind = header(fields, "Feedback-Type").lower()
            if kind in ("abuse", "fraud", "opt-out", "opt-out-list", "other", "virus"):
                addresses = _reported(fields, parts)
                answer = f"reported our email as {'spam' if kind == 'abuse' else kind}"
                return Report(tuple(Failure(each, Fate.COMPLAINED, answer) for each in addresses), _about(mail, parts))
    return None


def _reported(fields: Message, parts: list[Message]) -> tuple[str, ...]:
    """Whose complaint it is: the report's own word, else the recipient of the mail it encloses."""
    named = [each for value in fields.get_all("Original-Rcpt-To", []) for each in addresses_in(str(value))]
    enclosed = [mailbox_of(part, "To")[1] for part in parts[1:] if part.get("To")]
    return tuple(dict.fromkeys(each for each in named or enclosed if each))


def _plain_letter(mail: Message, parts: list[Message], text: str) -> Report | None:
    """What qmail, Exim, old Exchange and others write: who is told by a header, by the subject or by the sender."""
    named = addresses_in(header(mail, "X-Failed-Recipients"))
    subject = header(mail, "Subject")
    is_server = bool(_SERVER.match(mailbox_of(mail, "From")[1])) or header(mail, "Return-Path") == "<>"
    if not named and not (is_server and _FAILED.search(subject)):
        return None
    original = _ORIGINAL.search(text)
    own = text[: original.start() if original and original.start() > 0 else LONGEST][:LONGEST]
    addresses = named or _failed_addresses(own, mail)
    answer = _answer(own)
    waits = bool(_WAITS.search(subject)) or header(mail, "Auto-Submitted").lower() == "auto-replied (delay)"
    fate = Fate.DELAYED if waits else Fate.WRONG if is_wrong_address("", answer) else Fate.REFUSED
    return Report(tuple(Failure(each, fate, answer) for each in addresses), _about(mail, parts))


def _failed_addresses(own: str, mail: Message) -> tuple[str, ...]:
    """Those the letter names, but for its own and ours."""
    ours = {mailbox_of(mail, name)[1] for name in ("From", "To", "Reply-To")}
    return tuple(each for each in addresses_in(own) if each not in ours)[:20]


def _answer(own: str) -> str:
    """The line that tells why: with a status or a code, else with words of refusal, else the first of the letter."""
    lines = [one_line(line) for line in own.splitlines() if line.strip()]
    for telling in (_STATUS, _CODE, _UNKNOWN):
        found = next((line for line in lines if telling.search(line)), "")
        if found:
            return found[:500]
    return (lines[0] if lines else "the server gave no reason")[:500]


def _about(mail: Message, parts: list[Message]) -> tuple[str, ...]:
    """The Message-ID of the mail that came back: in the enclosed headers, else in the thread of the report itself."""
    found = [each for part in parts[1:] for each in message_ids(part, "Message-ID")]
    for part in parts:
        kind = part.get_content_type()
        if kind in ("text/rfc822-headers", "text/plain"):
            payload = part.get_payload(decode=True)
            found += _ID_LINE.findall(as_text(payload, None)[:LONGEST]) if isinstance(payload, bytes) else []
    thread = (*message_ids(mail, "In-Reply-To"), *message_ids(mail, "References"))
    return tuple(dict.fromkeys([*found, *thread]))
