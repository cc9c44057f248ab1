"""What is kept of an exception: enough to mend it, nothing of anybody."""

import pytest

from app.admin.failures import LONGEST, as_call, counted, failure_of, key_of, place_of, told
from app.clock import today
from app.sealing import new_token


@pytest.mark.parametrize(
    ("words", "told_as"),
    [
        ("the mail server did not answer", "ValueError: the mail server did not answer"),
        ("", "ValueError"),
        ("550 <ap@harbour.example>: user unknown", "ValueError: 550 <…@…>: user unknown"),
        ("duplicate key\nDETAIL: Key (email)=(ap@harbour.example) already exists.", "ValueError: duplicate key"),
        ("app.mail.delivery_actions.Departure is gone", "ValueError: app.mail.delivery_actions.Departure is gone"),
    ],
)
def test_it_is_told_without_people(words: str, told_as: str) -> None:
    assert told(ValueError(words)) == told_as


def test_it_is_told_without_tokens() -> None:
    token = new_token("p")
    assert told(ValueError(f"GET /p/{token} failed")) == "ValueError: GET … failed"
    sealed = "gAAAAABmK3" + "x7Q-" * 20
    assert sealed not in told(ValueError(f"InvalidToken {sealed}"))


def test_it_is_told_in_one_short_line() -> None:
    assert len(told(ValueError("too long " * 100))) == LONGEST


def test_the_place_is_the_innermost_line_of_ours() -> None:
    try:
        today("Nowhere/Never")
    except Exception as error:  # what zoneinfo raises from within our clock
        assert place_of(error).startswith("app/clock.py:")
        assert place_of(error).endswith(" today")
    else:
        raise AssertionError("there is such a place")


def test_an_exception_of_nobody_has_no_place() -> None:
    assert place_of(ValueError("never raised")) == ""


def test_the_same_work_has_the_same_key() -> None:
    assert key_of("workers.mail.deliver", (5,)) == key_of("workers.mail.deliver", [5])
    assert (
        len({key_of("workers.mail.deliver", (5,)), key_of("workers.mail.deliver", (6,)), key_of("workers.mail.sweep", (5,))})
        == 3
    )


def test_a_call_comes_back_as_it_was() -> None:
    failure = failure_of("workers.mail.deliver", (5, "x"), ValueError("no"))
    assert as_call(failure.arguments) == [5, "x"]
    assert as_call("{}") == []


def test_kinds_of_work_are_counted() -> None:
    assert counted({"b": 1, "a": 3}) == "a (3), b"
