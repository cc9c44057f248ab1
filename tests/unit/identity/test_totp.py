"""The vectors are those of RFC 4226 (appendix D) and RFC 6238 (appendix B, SHA-1, its last six digits)."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from app.identity import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 30, 9, 30, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(
            ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"],
        )
    ),
)
def test_codes_of_a_counter_are_those_of_rfc_4226(counter: int, code: str) -> None:
    assert totp.code_at(SECRET, counter) == code


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_of_an_instant_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, totp.step_at(at)) == code
    assert totp.step_of(SECRET, code, at) == seconds // 30


@pytest.mark.parametrize(("late", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_wrong_and_no_more(late: int, fits: bool) -> None:
    code = totp.code_at(SECRET, totp.step_at(NOW))
    assert (totp.step_of(SECRET, code, NOW + timedelta(seconds=late)) is not None) is fits


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34 5"])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert totp.digits_of(typed) == ""
    assert totp.step_of(SECRET, typed, NOW) is None


def test_a_code_may_be_typed_in_groups() -> None:
    code = totp.code_at(SECRET, totp.step_at(NOW))
    assert totp.step_of(SECRET, f" {code[:3]} {code[3:]} ", NOW) == totp.step_at(NOW)


def test_every_secret_is_another_and_160_bits_long() -> None:
    secrets = {totp.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(len(base64.b32decode(each)) == 20 for each in secrets)


def test_the_address_for_the_app_says_whose_and_what() -> None:
    parts = urlsplit(totp.address_of_secret(SECRET, "anna+x@borealis.example"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Tactful:anna%2Bx%40borealis.example")
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": ["Tactful"]}


def test_a_recovery_code_has_80_bits_and_is_read_however_it_is_typed() -> None:
    code = totp.new_recovery_code()
    assert len(code) == 19
    assert totp.recovery_code_in(code.upper().replace("-", " ")) == code
    assert totp.recovery_code_in(code.replace("-", "")) == code
    assert totp.recovery_code_in(code[:-1]) == ""
    assert totp.recovery_code_in("123456") == ""
