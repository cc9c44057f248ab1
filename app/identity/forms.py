"""What the door's forms ask, and what is wrong with an answer. Errors are sentences by field."""

import re
from collections.abc import Mapping

import msgspec

from app.identity.common_passwords import cores_of, is_common

SHORTEST = 12
"""Characters of a password; of a signed-in session's only factor NIST SP 800-63B asks 15, with a second one 8."""
LONGEST = 256
_EMAIL = re.compile(r"[^@\s<>\",;:\\]+@[^@\s<>\",;:\\.]+(\.[^@\s<>\",;:\\.]+)+")

Answers = Mapping[str, str]
Errors = dict[str, str]


class SignUp(msgspec.Struct, frozen=True):
    name: str
    business: str
    email: str
    password: str


class SignIn(msgspec.Struct, frozen=True):
    email: str
    password: str
    next_url: str


def line(answers: Answers, name: str, longest: int = 200) -> str:
    """One line of text: outer and repeated blanks and control characters removed."""
    text = " ".join(str(answers.get(name, "")).split())
    return "".join(c for c in text if c.isprintable())[:longest]


def email_of(answers: Answers, name: str = "email") -> str:
    return line(answers, name, 254).lower()


def is_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text))


def weakness(password: str, *about: str) -> str:
    """What is wrong with a new password, in a sentence; empty when nothing is.

    `about`: the user's name, business and address, which are guessed first. No rules on kinds of characters and no
    expiry (NIST SP 800-63B, 3.1.1.2).
    """
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters. A sentence is good."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if is_common(password):
        return "This password is one of those that are guessed first. A sentence of your own is good."
    if cores_of(password.lower()) & {core for each in about for core in _names_in(each)}:
        return "Use something other than your name, business or email address."
    return ""


def _names_in(text: str) -> frozenset[str]:
    """Of an address also what stands before the @."""
    whole = text.lower()
    return (cores_of(whole) | cores_of(whole.partition("@")[0])) - {""}


def read_sign_up(answers: Answers) -> tuple[SignUp, Errors]:
    form = SignUp(line(answers, "name", 120), line(answers, "business"), email_of(answers), str(answers.get("password", "")))
    errors = {
        "name": "" if form.name else "Give your name, as your customers know you",
        "business": "" if form.business else "Give the name of your business",
        "email": "" if is_email(form.email) else "Give an email address, such as anna@borealis.example",
        "password": weakness(form.password, form.name, form.business, form.email),
    }
    return form, {name: error for name, error in errors.items() if error}


def read_sign_in(answers: Answers) -> SignIn:
    return SignIn(email_of(answers), str(answers.get("password", ""))[:LONGEST], local_path(answers.get("next", "")))


def read_invited(answers: Answers, email: str) -> tuple[SignUp, Errors]:
    """What somebody types who was invited to `email` and has no account yet."""
    form = SignUp(line(answers, "name", 120), "", email, str(answers.get("password", "")))
    errors = {
        "name": "" if form.name else "Give your name, as your customers know you",
        "password": weakness(form.password, form.name, email),
    }
    return form, {name: error for name, error in errors.items() if error}


def read_new_password(answers: Answers, *about: str) -> tuple[str, Errors]:
    password = str(answers.get("password", ""))
    wrong = weakness(password, *about)
    return password, {"password": wrong} if wrong else {}


def local_path(text: str, otherwise: str = "/") -> str:
    """`text` if it is an address of this very site, else `otherwise`.

    Browsers read //evil, /\\evil and /<tab>/evil as another host (WHATWG URL, 4.4), so none of these characters passes.
    """
    is_local = text.startswith("/") and not text.startswith("//")
    is_clean = all("!" <= c <= "~" and c != "\\" for c in text)
    return text if is_local and is_clean and len(text) <= 2000 else otherwise
