"""How a single value of a scenario is read: from the text of a cell, from TOML or from JSON.

Each function takes any object and returns the value, or raises ValueError with a few words
that say what is wrong. The field's own description says what is allowed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from sim.scenario import limits
from sim.scenario.kinds import EVENT_KINDS, KIND_CLASSES, PRIORS, STANCES, SUPPLY_KINDS, WHEN
from sim.theatre.terms import PLACE_KINDS, ROUTE_CLASSES, TERRAINS

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_KEY = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_PARAMETER = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", re.ASCII)
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)


def as_number(value: object) -> float:
    """Return a finite float."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not a number")
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        known = value.strip("+-").casefold() in {"nan", "inf", "infinity"}
        raise ValueError("not a finite number" if known else "not a number")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("not a finite number") from None
    if not math.isfinite(number):
        raise ValueError("not a finite number")
    return number + 0.0  # -0.0 becomes 0.0: equal scenarios have equal text


def as_whole(value: object) -> int:
    """Return a whole number."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15:
        return value
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    raise ValueError("not a whole number")


def as_date(value: object) -> date:
    """Return a calendar date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("no such date") from None
    raise ValueError("not a date")


def as_truth(value: object) -> bool:
    """Return True for yes, False for no."""
    if isinstance(value, bool):
        return value
    if value in ("yes", "no"):
        return value == "yes"
    raise ValueError("neither yes nor no")


def as_text(value: object) -> str:
    """Return free text on one line."""
    if not isinstance(value, str):
        raise ValueError("not text")
    text = " ".join(value.split())
    if len(text) > limits.CELL_CHARACTERS:
        raise ValueError("too long")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise ValueError("holds a control character")
    return text


def as_needed_text(value: object) -> str:
    """Return free text that is not blank."""
    text = as_text(value)
    if not text:
        raise ValueError("is blank")
    return text


def as_name(value: object) -> str:
    """Return a name that people read: of a place, a city, a unit."""
    if not isinstance(value, str):
        raise ValueError("not text")
    if not value.strip():
        raise ValueError("is blank")
    if len(value) > limits.NAME_CHARACTERS:
        raise ValueError("too long")
    if not value.isprintable() or value != value.strip():
        raise ValueError("holds a character that cannot be printed")
    if "/" in value or "\\" in value or ".." in value:
        raise ValueError("looks like a path")
    return unicodedata.normalize("NFC", value)


def as_key(value: object) -> str:
    """Return a name that programs read: of a faction, a kind, an outcome."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise ValueError("not a plain name")
    if len(value) > limits.KEY_CHARACTERS:
        raise ValueError("too long")
    return value


def as_parameter_id(value: object) -> str:
    """Return a dotted parameter id, `group.name`."""
    if not isinstance(value, str) or not _PARAMETER.fullmatch(value):
        raise ValueError("not a parameter id")
    if len(value) > 2 * limits.KEY_CHARACTERS:
        raise ValueError("too long")
    return value


def as_colour(value: object) -> str:
    """Return a colour as `#rrggbb`."""
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise ValueError("not a colour")
    return value.lower()


def as_amount(most: float) -> Callable[[object], float | str]:
    """Return a reader of a number from 0 to `most`, or of a parameter or a share of one."""

    def read(value: object) -> float | str:
        if isinstance(value, str) and "*" in value:
            factor, _, name = value.partition("*")
            if not 0 <= as_number(factor.strip()) <= 1:
                raise ValueError("out of range")
            return f"{as_number(factor.strip())!r} * {as_parameter_id(name.strip())}"
        if isinstance(value, str) and _PARAMETER.fullmatch(value):
            return as_parameter_id(value)
        number = as_number(value)
        if not 0 <= number <= most:
            raise ValueError("out of range")
        return number

    return read


def as_controller(value: object) -> str | None:
    """Return a faction, or None where the word `none` stands."""
    return None if value is None or value == "none" else as_key(value)


def as_factions(value: object) -> tuple[str, ...]:
    """Return the factions of `a+b`, or of a list."""
    parts = value.split("+") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("not a list of factions")
    factions = tuple(as_key(part.strip() if isinstance(part, str) else part) for part in parts)
    if len(set(factions)) < len(factions):
        raise ValueError("names a faction twice")
    if not factions:
        raise ValueError("is blank")
    return factions


def as_places(value: object) -> tuple[str, ...]:
    """Return the places of `Raqa + Sarrin`, or of a list; a + without blanks belongs to a name."""
    parts = re.split(r"\s\+\s", value) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        raise ValueError("not a list of places")
    places = tuple(as_name(part.strip() if isinstance(part, str) else part) for part in parts)
    if len(set(places)) < len(places):
        raise ValueError("names a place twice")
    if not places:
        raise ValueError("is blank")
    return places


def as_table(value: object) -> object:
    """Return a table of TOML as it is."""
    if isinstance(value, str | bytes | int | float | list | tuple | date) or value is None:
        raise ValueError("not a table")
    return value


def as_arguments(value: object) -> dict[str, Any]:
    """Return the arguments of a measure: plain values, lists and tables of them."""
    if not isinstance(value, dict):
        raise ValueError("not a table")
    return {as_key(key): _plain(item, 0) for key, item in value.items()}


def as_plain(value: object) -> float | str | bool:
    """Return a number, a truth value or a text."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return as_text(value)
    if isinstance(value, date):
        return as_date(value).isoformat()
    return as_number(value)


def _plain(value: object, depth: int) -> Any:
    if isinstance(value, list | tuple | dict) and depth >= 4:
        raise ValueError("nested too deep")
    if isinstance(value, list | tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {as_key(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        return as_whole(value)
    return as_plain(value)


def word_of(words: tuple[str, ...]) -> BeforeValidator:
    """Return the reader of a field that takes one of a few words."""

    def read(value: object) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError("not a known word")
        return value

    return BeforeValidator(read)


def words_schema(words: tuple[str, ...]) -> WithJsonSchema:
    """Return the JSON Schema of such a field."""
    return WithJsonSchema({"type": "string", "enum": list(words)})


Number = BeforeValidator(as_number)
Whole = BeforeValidator(as_whole)
Day = Annotated[date, BeforeValidator(as_date)]
Truth = Annotated[bool, BeforeValidator(as_truth)]
Text = Annotated[str, BeforeValidator(as_text)]
NeededText = Annotated[str, BeforeValidator(as_needed_text)]
Name = Annotated[str, BeforeValidator(as_name)]
Key = Annotated[str, BeforeValidator(as_key)]
ParameterId = Annotated[str, BeforeValidator(as_parameter_id)]
Colour = Annotated[str, BeforeValidator(as_colour)]
Factions = Annotated[tuple[str, ...], BeforeValidator(as_factions)]
Places = Annotated[tuple[str, ...], BeforeValidator(as_places)]
Arguments = Annotated[dict[str, Any], BeforeValidator(as_arguments)]
Plain = Annotated[float | str | bool, BeforeValidator(as_plain)]
Controller = Annotated[str | None, BeforeValidator(as_controller)]
PlaceKind = Annotated[str, word_of(PLACE_KINDS), words_schema(PLACE_KINDS)]
Terrain = Annotated[str, word_of(TERRAINS), words_schema(TERRAINS)]
RouteClass = Annotated[str, word_of(ROUTE_CLASSES), words_schema(ROUTE_CLASSES)]
KindClass = Annotated[str, word_of(KIND_CLASSES), words_schema(KIND_CLASSES)]
Stance = Annotated[str, word_of(STANCES), words_schema(STANCES)]
When = Annotated[str, word_of(WHEN), words_schema(WHEN)]
Prior = Annotated[str, word_of(PRIORS), words_schema(PRIORS)]
EventKind = Annotated[str, word_of(EVENT_KINDS), words_schema(EVENT_KINDS)]
SupplyKind = Annotated[str, word_of(SUPPLY_KINDS), words_schema(SUPPLY_KINDS)]
