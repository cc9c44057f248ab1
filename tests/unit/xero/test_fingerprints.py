"""How a long list of Xero's is counted."""

import random
import tracemalloc

from app.xero.fingerprints import Fingerprints


def test_records_that_come_twice_count_once():
    seen = Fingerprints()
    seen.add([1, 2, -3, 2**63 - 1])
    seen.add([2, -3, 65])
    assert seen.reaches(5)
    assert not seen.reaches(6)


def test_the_count_is_that_of_a_set_whatever_comes():
    chance = random.Random(7)
    keys = [hash(str(chance.randrange(5_000))) for _ in range(20_000)]
    seen = Fingerprints()
    for start in range(0, len(keys), 1_000):
        seen.add(keys[start : start + 1_000])
    assert seen.reaches(len(set(keys))) and not seen.reaches(len(set(keys)) + 1)


def test_a_thousand_more_records_take_about_eight_kilobytes():
    """A page of a thousand is a megabyte and more: counting it must not be what grows."""
    seen = Fingerprints()
    tracemalloc.start()
    try:
        for page in range(50):
            seen.add(hash(f"{page}:{number}") for number in range(1_000))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 50 * 12_000


def test_what_was_never_added_is_found_among_texts():
    prints, texts = Fingerprints(), [f"{number:036d}" for number in range(2000)]
    prints.add(hash(text) for text in texts[:1500])
    assert sorted(prints.lacks(texts)) == texts[1500:]
    assert prints.lacks([]) == []
