"""What the form of a sender asks, and what is wrong with an answer. Errors are sentences by field."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from app.mail.access import TLS_MODES
from app.mail.mime import UnusableAddressError, one_line, usable

Answers = Mapping[str, str]
Errors = dict[str, str]

LONGEST_SIGNATURE = 20_000
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[?[0-9a-fA-F:.]{2,45}\]?")
_HERE = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})


class SenderForm(Struct, frozen=True, kw_only=True):
    """`password` is empty where the one that is kept stays."""

    kind: str = "normal"
    name: str = ""
    address: str = ""
    reply_to: str = ""
    phone: str = ""
    host: str = ""
    port: int = 587
    tls: str = "starttls"
    username: str = ""
    password: str = ""
    signature_html: str = ""
    seconds_between: int = 4
    daily_cap: int = 300

    def columns(self) -> dict[str, Any]:
        """The columns of the table by name, without the password."""
        found = msgspec.structs.asdict(self)
        del found["password"]
        return found


def read_sender(answers: Answers) -> tuple[SenderForm, Errors]:
    errors = Errors()
    form = SenderForm(
        kind="escalated" if answers.get("kind") == "escalated" else "normal",
        name=_line(answers, "name", 120),
        address=_line(answers, "address", 254),
        reply_to=_line(answers, "reply_to", 254),
        phone=_line(answers, "phone", 60),
        host=_line(answers, "host", 255),
        port=_number(answers, "port", 1, 65535, errors),
        tls=answers.get("tls", "") if answers.get("tls") in TLS_MODES else "starttls",
        username=_line(answers, "username", 254),
        password=answers.get("password", "")[:500],
        signature_html=answers.get("signature_html", "")[:LONGEST_SIGNATURE].strip(),
        seconds_between=_number(answers, "seconds_between", 0, 3600, errors),
        daily_cap=_number(answers, "daily_cap", 1, 100_000, errors),
    )
    return form, {**_wrong(form), **errors}


def _wrong(form: SenderForm) -> Errors:
    errors = Errors()
    if not form.name:
        errors["name"] = "Give the name that customers see"
    if not _is_address(form.address):
        errors["address"] = "Give the email address that sends, with an @ in it"
    if form.reply_to and not _is_address(form.reply_to):
        errors["reply_to"] = "Give an email address with an @ in it, or leave it empty"
    if not _HOST.fullmatch(form.host):
        errors["host"] = "Give the mail server's name, such as smtp.example.com"
    if form.tls == "none" and form.username and form.host not in _HERE:
        errors["tls"] = "A password would cross the network in clear: choose STARTTLS or TLS"
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
