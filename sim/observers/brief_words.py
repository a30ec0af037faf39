"""Numbers, dates and names as a news desk writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# Words for a side that are no names: they take an article, and no capital inside a sentence.
_COMMON = {
    "alliance",
    "army",
    "coalition",
    "council",
    "federation",
    "government",
    "militia",
    "opposition",
    "police",
    "regime",
}
# The same for words in the plural, with what they become before a noun.
_COMMON_PLURAL = {
    "allies": "allied",
    "insurgents": "insurgent",
    "loyalists": "loyalist",
    "militias": "militia",
    "rebels": "rebel",
}
# Names that end in one of these take an article and keep their capitals.
_BODIES = {word.capitalize() for word in _COMMON} | {"Front", "Party", "Movement", "Brigade"}
_BODIES_PLURAL = {"Forces", "Units", "Brigades", "Rebels", "Tribes", "Allies"}


def number_words(number: int) -> str:
    """Return a whole number: words up to nine, digits with thousands set apart above."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else f"{number:,}"


def count(number: int, one: str, more: str) -> str:
    """Return a number and what is counted: ``no districts``, ``one district``, ``12 districts``."""
    return f"{number_words(number)} {one if number == 1 else more}"


def ordinal(number: int) -> str:
    """Return a number as ``1st``, ``2nd``, ``13th``."""
    teen = 10 <= number % 100 <= 20
    ending = "th" if teen else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def day_text(day: date, *, year: bool = False) -> str:
    """Return a date as ``29 July`` or ``29 July 2015``, whatever the system's language."""
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def joined(parts: Sequence[str]) -> str:
    """Return parts as ``A``, ``A and B``, ``A, B and C``."""
    if len(parts) < 2:
        return "".join(parts)
    nested = [" and " in part or "," in part for part in parts]
    comma = "," if (any(nested) if len(parts) > 2 else nested[0]) else ""
    return f"{', '.join(parts[:-1])}{comma} and {parts[-1]}"


def some_of(names: Sequence[str], most: int = 5) -> str:
    """Return names joined, those beyond ``most`` as a number: ``A, B and three others``."""
    if len(names) <= most + 1:
        return joined(names)
    return f"{', '.join(names[:most])} and {number_words(len(names) - most)} others"


def rounded(number: int) -> str:
    """Return a large number with the two leading digits that a desk would give, as ``about``."""
    if number < 100:
        return number_words(number)
    step = 10 ** (len(str(number)) - 2)
    return f"about {(2 * number + step) // (2 * step) * step:,}"


def percent(share: float) -> str:
    """Return a share as whole percents, in figures."""
    return f"{100 * share:.0f}"


def sentence(text: str) -> str:
    """Return a text as a sentence: a capital first, a full stop last."""
    return text[:1].upper() + text[1:] + "."


def in_text(label: str) -> str:
    """Return the label of a side as it stands inside a sentence, with the article that it needs.

    ``Government`` becomes ``the government``, ``ABC and allies`` becomes ``the ABC and allies``,
    ``Northern Front`` becomes ``the Northern Front``; other names stay.
    """
    words = label.split()
    if not words or words[0].lower() == "the":
        return label
    if len(words) == 1 and words[0].lower() in _COMMON | _COMMON_PLURAL.keys():
        return f"the {label.lower()}"
    is_acronym = re.fullmatch(r"[A-Z]{2,6}", words[0]) is not None
    if is_acronym or words[-1] in _BODIES | _BODIES_PLURAL:
        return f"the {label}"
    return label


_JOINS = re.compile(r" (?:with|of|in|for|from|under|against) ")


def fighters_of(label: str) -> tuple[str, str]:
    """Return one fighter of a side and several: ``government fighter``, ``government fighters``."""
    if _JOINS.search(label):
        return f"fighter of {in_text(label)}", f"fighters of {in_text(label)}"
    return f"{as_adjective(label)} fighter", f"{as_adjective(label)} fighters"


def as_adjective(label: str) -> str:
    """Return the label of a side as it stands before a noun: ``government`` fighters."""
    words = in_text(label).removeprefix("the ")
    words = re.sub(r" and (its )?allies$", " and allied", words)
    return _COMMON_PLURAL.get(words, words)


def possessive(text: str) -> str:
    """Return a name as an owner: ``the government's``, ``the rebels'``."""
    return f"{text}'" if text.endswith("s") else f"{text}'s"


def is_plural(label: str) -> bool:
    """Tell whether a side's label takes a plural verb: ``Rebels``, ``ABC and allies``."""
    words = _JOINS.split(label)[0].split()
    last = words[-1] if words else ""
    is_noun = last.islower() and last.endswith("s")
    return (
        " and " in label
        or last in _BODIES_PLURAL
        or (len(words) == 1 and last.lower() in _COMMON_PLURAL)
        or (len(words) > 1 and is_noun)
    )
