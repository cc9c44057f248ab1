"""Who is meant by an @ in a note."""

import pytest

from app.activity.mentions import mentioned, shortened

NAMES = {1: "Anna Berg", 2: "Mia Chen", 3: "Tom Hale", 4: "Tom Hales", 5: "Anna-Lena Öst"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("@Mia please ring", (2,)),
        ("ask @mia chen, or @Anna Berg.", (2, 1)),
        ("@Tom Hales, not the other", (4,)),
        ("@Tom Hale", (3,)),
        ("@Tom", ()),  # two of them
        ("@Anna", (1,)),
        ("@Anna-Lena", (5,)),
        ("@Mian", ()),
        ("@Mia and @Mia again", (2,)),
        ("write to mia@borealis.example", ()),
        ("@", ()),
        ("@@Mia", ()),
        ("nobody", ()),
    ],
)
def test_a_name_after_an_at_means_that_member(text: str, meant: tuple[int, ...]) -> None:
    assert mentioned(text, NAMES) == meant


def test_a_long_note_is_cut_short_in_the_task() -> None:
    assert shortened("Ring\nthem") == "“Ring them”"
    assert shortened("a " * 200).endswith("…”")
    assert len(shortened("x" * 400)) == 162
