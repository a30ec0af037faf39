"""Results are kept within bounds, the newest and the most used of them."""

import threading
from dataclasses import dataclass

import pytest

from sim.app.keeping import Kept, size_of


@dataclass(frozen=True)
class Result:
    content: bytes
    about: dict


def test_what_was_kept_is_given_back():
    kept = Kept(2, 1000)
    assert kept.get("a") is None
    kept.put("a", "first")
    kept.put("a", "second")
    assert kept.get("a") == "second"
    kept.clear()
    assert kept.get("a") is None


def test_the_longest_unused_goes_first():
    kept = Kept(2, 1000)
    for key in "ab":
        kept.put(key, key)
    kept.get("a")
    kept.put("c", "c")
    assert [kept.get(key) for key in "abc"] == ["a", None, "c"]


def test_together_they_stay_below_a_size():
    kept = Kept(10, 1000)
    for key in range(5):
        kept.put(key, bytes(400))
    assert [key for key in range(5) if kept.get(key)] == [3, 4]


def test_the_newest_is_kept_however_large():
    kept = Kept(10, 1000)
    kept.put("small", b"x")
    kept.put("large", bytes(5000))
    assert kept.get("small") is None
    assert kept.get("large") == bytes(5000)


@pytest.mark.parametrize(
    "value",
    [bytes(5000), "x" * 5000, [b"x" * 2500, ("x" * 2500,)], {"x" * 2500: {"a": bytes(2500)}}],
)
def test_sizes_count_what_is_within(value):
    assert 5000 <= size_of(value) < 5300
    assert 5000 <= size_of(Result(b"", {"a": value})) < 5500


def test_what_is_kept_is_not_made_again():
    kept, made = Kept(2, 1000), []

    def make():
        made.append(1)
        return {"a": 1}

    assert kept.made("a", make) is kept.made("a", make)
    assert len(made) == 1


def test_threads_share_it():
    kept = Kept(3, 10_000)

    def use():
        for number in range(300):
            kept.put(number % 7, bytes(number))
            kept.get(number % 5)

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(kept.get(number) is not None for number in range(7)) == 3
