import pytest

from app.identity.forms import is_email, line, read_sign_up, weakness


@pytest.mark.parametrize("password", ["three herons on a fence", "Tr0ub4dor&3 zzz", "ἀγαθὴ τύχη καλή", "  a  long blank  "])
def test_a_sentence_of_ones_own_is_a_good_password(password: str) -> None:
    assert weakness(password) == ""


@pytest.mark.parametrize(
    "password", ["", "123456789", "1234567890", "Password2026!", "qwertyuiop", "aaaaaaaaaaaaaaaa", "ababababab"]
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    assert weakness(password)


def test_an_endless_password_is_refused() -> None:
    assert weakness("long and winding " * 100) == "Use at most 256 characters."


def test_ones_own_name_is_no_password() -> None:
    assert weakness("anna berg-lind", "Anna Berg-Lind")


@pytest.mark.parametrize("email", ["anna@borealis.example", "a.b+c@sub.borealis.co.uk", "ü@bücher.example"])
def test_an_email_address_is_known(email: str) -> None:
    assert is_email(email)


@pytest.mark.parametrize(
    "email", ["", "anna", "anna@", "@b.example", "a@b", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "<a@b.example>"]
)
def test_what_is_no_address_is_known_too(email: str) -> None:
    assert not is_email(email)


def test_a_line_has_no_line_ends_nor_control_characters() -> None:
    assert line({"name": " Anna\r\nBcc: x\x00 \t Berg\u202e "}, "name") == "Anna Bcc: x Berg"


def test_a_form_without_anything_names_every_field() -> None:
    _, errors = read_sign_up({})
    assert set(errors) == {"name", "business", "email", "password"}
