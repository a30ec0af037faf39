"""Numbers as reports word them, and which numbers a wording can stand for.

A report seldom gives a plain number. The words here and what each stands for, both ends included:

==============  ==========================================================================
``none``        0
``one``         1
``two``         2
``several``     3 to 9
``dozens``      24 to 99
``about N``     what :func:`about` rounds to N: to 5 below 100, to 10 below 1,000, else to 100
``at least N``  N and any number above it
==============  ==========================================================================

Where a bin begins is a convention of the project (estimate: several 3 to 9, dozens 24 to 99).
"""

from __future__ import annotations

import re

BINS: dict[str, tuple[int, int]] = {
    "none": (0, 0),
    "one": (1, 1),
    "two": (2, 2),
    "several": (3, 9),
    "dozens": (24, 99),
}
"""The numbers that each word can stand for, lowest and highest."""

_STEPS = ((100, 5), (1000, 10))  # numbers below the first are rounded to the second
_LARGEST_STEP = 100


def in_words(number: int) -> str:
    """Word a number the vague way: ``several``, ``dozens``, ``about 250``.

    Numbers between the bins of :data:`BINS`, and above them, are worded by :func:`about`.
    """
    _check(number)
    for word, (low, high) in BINS.items():
        if low <= number <= high:
            return word
    return about(number)


def at_least(number: int) -> str:
    """Word a number as a lower bound: ``at least 287``."""
    _check(number)
    return f"at least {number}"


def about(number: int) -> str:
    """Word a number as a round one: ``about 15``, ``about 250``, ``about 1200``.

    Halves are rounded up. It is never rounded to 0: below 3 it is ``about`` the number itself.
    """
    _check(number)
    return f"about {_rounded(number)}"


def numbers_meant(words: str) -> tuple[int, int | None]:
    """Return the lowest and the highest number that a wording can stand for.

    Parameters
    ----------
    words : str
        As one of the functions above gives it.

    Returns
    -------
    tuple of int and int or None
        Both included; None where there is no highest.

    Raises
    ------
    ValueError
        If no function here words a number so.
    """
    if words in BINS:
        return BINS[words]
    found = re.fullmatch(r"(at least|about) (0|[1-9][0-9]{0,11})", words)
    number = int(found[2]) if found else 0
    if found and found[1] == "at least":
        return number, None
    # Rounding moves a number by at most half of the largest step.
    near = range(max(0, number - _LARGEST_STEP), number + _LARGEST_STEP)
    meant = [each for each in near if _rounded(each) == number] if found else []
    if not meant:
        raise ValueError(
            f"{words!r:.80} is no wording of a number; {', '.join(BINS)}, 'at least N' "
            "or 'about N' with a round N is allowed"
        )
    return meant[0], meant[-1]


def counted(words: str, one: str, more: str) -> str:
    """Join a worded number and what is counted: ``dozens of fighters``, ``at least 1 fighter``."""
    if words == "dozens":
        return f"{words} of {more}"
    return f"{words} {one if words == 'one' or words.endswith(' 1') else more}"


def _rounded(number: int) -> int:
    if number < 3:
        return number
    step = next((step for below, step in _STEPS if number < below), _LARGEST_STEP)
    return (2 * number + step) // (2 * step) * step


def _check(number: int) -> None:
    if number < 0:
        raise ValueError(f"a report counts from 0, not {number}")
