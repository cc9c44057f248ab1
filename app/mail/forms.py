"""What the form of a sender asks, and what is wrong with an answer. Errors are sentences by field."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from app.mail.access import TLS_MODES, tls_mode
from app.mail.mime import UnusableAddressError, one_line, usable

Answers = Mapping[str, str]
Errors = dict[str, str]

LONGEST_SIGNATURE = 20_000
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[?[0-9a-fA-F:.]{2,45}\]?")
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9])?")
HERE = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


SECRETS = ("password", "imap_password")
BY_PASSWORD_ONLY = frozenset(
    {"address", "host", "port", "tls", "username", "allows_plain", "imap_host", "imap_port", "imap_tls", "imap_username"}
)
"""Where somebody signed in at the provider, these are the provider's."""


class Kept(Protocol):
    """What is known of a mailbox already."""

    host: str
    imap_host: str
    password_sealed: str
    imap_password_sealed: str


class SenderForm(Struct, frozen=True, kw_only=True):
    """The passwords are empty where the ones that are kept stay."""

    kind: str = "normal"
    name: str = ""
    address: str = ""
    reply_to: str = ""
    phone: str = ""
    host: str = ""
    port: int = 587
    tls: str = "starttls"
    allows_plain: bool = False
    username: str = ""
    password: str = ""
    signature_html: str = ""
    seconds_between: int = 4
    daily_cap: int = 300
    reads_replies: bool = False
    imap_host: str = ""
    imap_port: int = 993
    imap_tls: str = "tls"
    imap_username: str = ""
    imap_password: str = ""
    keeps_copies: bool = False
    dkim_selector: str = ""

    def columns(self, account: str = "smtp") -> dict[str, Any]:
        """The columns of the table by name, without passwords and what is the provider's."""
        left_out = {*SECRETS, *(BY_PASSWORD_ONLY if account != "smtp" else ())}
        return {name: value for name, value in msgspec.structs.asdict(self).items() if name not in left_out}


def read_sender(answers: Answers, account: str = "smtp") -> tuple[SenderForm, Errors]:
    errors = Errors()
    is_smtp = account == "smtp"
    form = SenderForm(
        kind="escalated" if answers.get("kind") == "escalated" else "normal",
        name=_line(answers, "name", 120),
        address=_line(answers, "address", 254),
        reply_to=_line(answers, "reply_to", 254),
        phone=_line(answers, "phone", 60),
        host=_line(answers, "host", 255),
        port=_number(answers, "port", 1, 65535, errors) if is_smtp else 587,
        tls=answers.get("tls", "") if answers.get("tls") in TLS_MODES else "starttls",
        allows_plain=bool(answers.get("allows_plain")),
        username=_line(answers, "username", 254),
        password=answers.get("password", "")[:500],
        signature_html=answers.get("signature_html", "")[:LONGEST_SIGNATURE].strip(),
        seconds_between=_number(answers, "seconds_between", 0, 3600, errors),
        daily_cap=_number(answers, "daily_cap", 1, 100_000, errors),
        reads_replies=bool(answers.get("reads_replies")),
        imap_host=_line(answers, "imap_host", 255),
        imap_port=_imap_port(answers, errors) if is_smtp else 993,
        imap_tls=tls_mode(answers.get("imap_tls", "tls")),
        imap_username=_line(answers, "imap_username", 254),
        imap_password=answers.get("imap_password", "")[:500],
        keeps_copies=bool(answers.get("keeps_copies")),
        dkim_selector=_line(answers, "dkim_selector", 63).lower(),
    )
    wrong = {**_wrong(form), **_wrong_server(form), **_wrong_inbox(form)} if is_smtp else _wrong(form, has_address=False)
    return form, {**wrong, **errors}


_AGAIN = "Give the password again: the one that is kept is not handed to another server"


def wants_password_again(row: Kept, form: SenderForm) -> Errors:
    """A password that is kept is not handed to another server: whoever names one gives the password too."""
    fields = set[str]()
    if row.password_sealed and form.username and not form.password and form.host != row.host:
        fields.add("password")
    if form.imap_host and form.imap_host != row.imap_host and not form.imap_password:
        if form.imap_username and row.imap_password_sealed:
            fields.add("imap_password")
        elif (
            not form.imap_username and row.password_sealed and not form.password and not _same_house(form.imap_host, form.host)
        ):
            fields.add("password")
    return dict.fromkeys(sorted(fields), _AGAIN)


def _same_house(one: str, other: str) -> bool:
    """smtp.example.com and imap.example.com, mail.example.co.uk and imap.example.co.uk."""
    labels = other.split(".")
    tail = labels[-3:] if len(labels) > 2 and len(labels[-2]) <= 3 else labels[-2:]
    return one == other or (len(labels) > 2 and one.endswith("." + ".".join(tail)))


def _imap_port(answers: Answers, errors: Errors) -> int:
    return _number(answers, "imap_port", 1, 65535, errors) if answers.get("imap_host", "").strip() else 993


def _wrong(form: SenderForm, *, has_address: bool = True) -> Errors:
    errors = Errors()
    if not form.name:
        errors["name"] = "Give the name that customers see"
    if has_address and not _is_address(form.address):
        errors["address"] = "Give the email address that sends, with an @ in it"
    if form.reply_to and not _is_address(form.reply_to):
        errors["reply_to"] = "Give an email address with an @ in it, or leave it empty"
    if form.dkim_selector and not _SELECTOR.fullmatch(form.dkim_selector):
        errors["dkim_selector"] = "Give the selector alone, such as google or s1"
    return errors


def _wrong_server(form: SenderForm) -> Errors:
    errors = Errors()
    if not _HOST.fullmatch(form.host):
        errors["host"] = "Give the mail server's name, such as smtp.example.com"
    if form.tls == "none" and form.host not in HERE:
        if form.username:
            errors["tls"] = "A password would cross the network in clear: choose STARTTLS or TLS"
        elif not form.allows_plain:
            errors["tls"] = "Emails would cross the network in clear: choose STARTTLS or TLS, or tick that this is meant"
    return errors


def _wrong_inbox(form: SenderForm) -> Errors:
    errors = Errors()
    if (form.reads_replies or form.keeps_copies or form.imap_host) and not _HOST.fullmatch(form.imap_host):
        errors["imap_host"] = "Give the name of the server for incoming mail, such as imap.example.com"
    elif form.imap_tls == "none" and form.imap_host and form.imap_host not in HERE:
        errors["imap_tls"] = "A password would cross the network in clear: choose STARTTLS or TLS"
    return errors


def _is_address(text: str) -> bool:
    try:
        return bool(usable(text))
    except UnusableAddressError:
        return False


def _line(answers: Answers, name: str, longest: int) -> str:
    return one_line(answers.get(name, ""))[:longest]


def _number(answers: Answers, name: str, least: int, most: int, errors: Errors) -> int:
    text = answers.get(name, "").strip()
    if text.isascii() and text.isdigit() and len(text) < 8 and least <= int(text) <= most:
        return int(text)
    errors[name] = f"Give a whole number from {least:,} to {most:,}"
    return least
