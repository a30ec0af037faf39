"""Numbers, shares and dates as the reader of a page wants them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sim.console.words import long_date, short_date

DASH = "\N{EN DASH}"  # where there is nothing to write
MINUS = "\N{MINUS SIGN}"


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with so many digits that count, thousands apart by commas."""
    if value is None:
        return DASH
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    if decimals == 0:
        return true_minus(f"{value:,.0f}")
    if decimals > 6:
        return true_minus(f"{value:.{digits - 1}e}")
    plain = f"{value:,.{decimals}f}"
    return true_minus(plain.rstrip("0").rstrip("."))


def true_minus(digits: str) -> str:
    """Return digits with a true minus sign."""
    return digits.replace("-", MINUS)


def share(value: float | None) -> str:
    """Return a share between 0 and 1 as a percentage."""
    if value is None:
        return DASH
    if 0 < value < 0.005:
        return "<1%"
    if 0.995 < value < 1:
        return ">99%"
    return f"{100 * value:.0f}%"


def two(value: float | None) -> str:
    """Return a number with two decimals."""
    return DASH if value is None else true_minus(f"{value:.2f}")


def shortened(words: str, length: int) -> str:
    """Return words cut at a space, with a sign that something is left out."""
    if len(words) <= length:
        return words
    cut = words[: length - 1]
    return (cut[: cut.rindex(" ")] if " " in cut[length // 2 :] else cut).rstrip(" ,;:") + "…"


def some_of(names: Sequence[str], most: int = 8) -> str:
    """Return names in a line, the last of many as a number."""
    more = len(names) - most
    return "; ".join(names[:most]) + (f"; and {more} more" if more > 0 else "")


def counted(number_of: int, one: str, more: str = "") -> str:
    """Return a number of things in words: ``1 replicate``, ``2,000 replicates``."""
    return f"{number_of:,} {one if number_of == 1 else more or one + 's'}"


def day_words(start: date, day: float) -> str:
    """Return a day counted from ``start`` as ``27 Jul``, the space not to be broken."""
    return short_date(start + timedelta(days=round(day))).replace(" ", "\N{NO-BREAK SPACE}")


def amount(value: float | None, unit: str, start: date | None = None) -> str:
    """Return a number in its unit: a share as a percentage, a date where ``start`` is given."""
    if value is None:
        return DASH
    if start is not None:
        return day_words(start, value)
    if unit == "share":
        digits = 0 if abs(value) >= 0.1 or value == 0 else 1
        return true_minus(f"{100 * value:.{digits}f}%")
    return number(value, 2)


def change(value: float | None, unit: str) -> str:
    """Return a difference with its sign; of shares in percentage points, written as percent."""
    if value is None:
        return DASH
    size = amount(abs(value), unit)
    if size in ("0", "0%"):
        return size
    return (MINUS if value < 0 else "+") + size


def plain(value: Any) -> str:
    """Return any value of a table of a scenario in a few words."""
    if value is None or value == "":
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(value, 4)
    return shortened(" ".join(str(value).split()), 80)


def versions(info: Mapping[str, Any]) -> str:
    """Return names and versions in a line."""
    found = info.get("versions")
    pairs = found.items() if isinstance(found, dict) else ()
    return ", ".join(f"{name} {version}" for name, version in pairs) or DASH


__all__ = [
    "DASH",
    "MINUS",
    "amount",
    "change",
    "counted",
    "day_words",
    "long_date",
    "number",
    "plain",
    "share",
    "short_date",
    "shortened",
    "some_of",
    "true_minus",
    "two",
    "versions",
]
