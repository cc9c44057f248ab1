import pytest

from app.identity.common_passwords import is_common, words
from app.identity.forms import weakness


@pytest.mark.parametrize(
    "password",
    [
        "P@ssw0rd2026!",
        "password-password",
        "liverpool-arsenal",
        "qwertyuiop123",
        "qwertyuiopasdf",
        "1qaz2wsx3edc",
        "abababababab",
        "abcabcabcabc",
        "Summer2026!!!!",
        "LetMeInLetMeIn1",
        "123456789012",
        "00441316661234",
        "correct horse battery staple",
        "zyxwvutsrqponm",
        "Manchester United 1",
        "Tactful!!!!!2026",
    ],
)
def test_common_words_in_any_dress_are_known(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    ["three herons on a fence", "nine lamps at dawn", "harbour-lights-and-7-gulls", "Tr0ub4dor&3 zzz", "ἀγαθὴ τύχη καλή"],
)
def test_a_sentence_of_ones_own_is_not_common(password: str) -> None:
    assert not is_common(password)


def test_the_list_that_is_shipped_has_a_thousand_words_and_more() -> None:
    assert len(words()) > 1_500
    assert all(word == word.lower() for word in words())


def test_a_long_password_is_looked_at_quickly_enough() -> None:
    assert not is_common(" ".join(f"{number} gulls" for number in range(30)))


@pytest.mark.parametrize(
    "password", ["Borealis Studio 2026", "borealis-studio!", "anna.berg@borealis.example", "ANNA.BERG.1234"]
)
def test_ones_name_business_and_address_are_guessed_first_in_any_dress(password: str) -> None:
    assert "name, business or email" in weakness(password, "Anna Berg", "Borealis Studio", "anna.berg@borealis.example")


def test_twelve_characters_are_asked_for() -> None:
    assert weakness("nine lamps a") == ""
    assert weakness("nine lamps ") == "Use at least 12 characters. A sentence is good."
