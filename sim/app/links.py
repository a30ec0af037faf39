"""Links: the address of a view, and the view of an address.

``/?scenario=hasakeh-2015&seed=7&replicate=3&set=combat.contact_line:0.4&day=2015-07-15``. What a
link leaves out has its plain value. A link may come from anybody: it names scenarios that ship
with the package and never a folder, and whatever is wrong with it is said in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from sim.app.view import View, first_scenario, sentence, view_faults
from sim.scenario.cells import as_date, as_number
from sim.scenario.faults import Faults, listed, printable

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

LINK_CHARACTERS = 16_000
"""Longest query that is read: every parameter of a theatre fits in it."""

MOST_SENTENCES = 8

_WHOLE = re.compile(r"\d{1,19}", re.ASCII)
_PLAIN = View("")


@dataclass(frozen=True)
class LinkFault:
    """What is wrong with a link, a sentence each."""

    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.sentences)


def link_of(view: View, page: str = "/") -> str:
    """Return the address of a view below the server's root.

    Parameters
    ----------
    view : View
        Of a scenario that ships: an uploaded one is known to the visitor's own session alone.
    page : str
        ``/`` to watch the replicate, ``/ensemble``, ``/mesa``, or a page that was handed in.
    """
    return f"{page}?{query_of(view)}"


def query_of(view: View) -> str:
    """Return a view as the query of a link, without ``?``; plain values are left out."""
    parts = [("scenario", view.scenario)]
    parts += [
        (name, str(getattr(view, name)))
        for name in ("seed", "replicate", "replicates")
        if getattr(view, name) != getattr(_PLAIN, name)
    ]
    parts += [("set", f"{name}:{_number_text(value)}") for name, value in view.parameters.items()]
    if view.posterior:
        parts.append(("posterior", "yes"))
    if view.other is not None:
        parts.append(("with", view.other))
    if view.day is not None:
        parts.append(("day", view.day.isoformat()))
    return urlencode(parts, safe=":")


def view_of(query: str | None, uploads: Mapping[str, Scenario] | None = None) -> View | LinkFault:
    """Return the view that the query of a link asks for, or what is wrong with it.

    Parameters
    ----------
    query : str or None
        What stands behind ``?`` in the address, or nothing.
    uploads : mapping of name to Scenario, optional
        The visitor's own scenarios.
    """
    query = (query or "").removeprefix("?")
    if len(query) > LINK_CHARACTERS:
        allowed = f"at most {LINK_CHARACTERS:,}"
        return LinkFault((f"The link has {len(query):,} characters; allowed: {allowed}.",))
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        return LinkFault(("The link is not one of Khabur's: it holds bytes that are no text.",))
    chosen, faults = _chosen(pairs)
    view = View(**{"scenario": first_scenario(), **chosen})
    faults += view_faults(view, uploads)
    return LinkFault(tuple(faults[:MOST_SENTENCES])) if faults else view


def _chosen(pairs: list[tuple[str, str]]) -> tuple[dict[str, Any], list[str]]:
    """Return the fields of a view that a link names, and sentences on what it says wrongly."""
    chosen: dict[str, Any] = {}
    parameters: dict[str, float] = {}
    faults: list[str] = []
    for key, text in pairs:
        try:
            if key == "set":
                name, value = _setting(text, parameters)
                parameters[name] = value
                continue
            if key not in _READERS:
                near = Faults().nearest(key, _KEYS)
                raise ValueError(f"{sentence('The link', key, listed(_KEYS))[:-1]}{near}.")
            field, read = _READERS[key]
            if field in chosen:
                raise ValueError(sentence(key, "the same key again", "once in a link"))
            chosen[field] = read(key, text)
        except ValueError as error:
            faults.append(str(error))
    return {**chosen, "parameters": parameters}, faults


def _setting(text: str, known: dict[str, float]) -> tuple[str, float]:
    name, colon, number = text.partition(":")
    if not (name and colon):
        raise ValueError(sentence("set", text, "a parameter and its value, as in group.name:0.5"))
    if name in known:
        raise ValueError(sentence("set", name, "each parameter once in a link"))
    try:
        return name, as_number(number)
    except ValueError:
        raise ValueError(sentence(f"set {printable(name)}", number, "a number")) from None


def _read_name(key: str, text: str) -> str:
    return text


def _read_whole(key: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(sentence(key, text, "a whole number, 0 or more"))
    return int(text)


def _read_date(key: str, text: str) -> date:
    try:
        return as_date(text)
    except ValueError:
        raise ValueError(sentence(key, text, "a date such as 2015-07-15")) from None


def _read_truth(key: str, text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(sentence(key, text, "yes or no"))
    return text == "yes"


_READERS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "scenario": ("scenario", _read_name),
    "seed": ("seed", _read_whole),
    "replicate": ("replicate", _read_whole),
    "replicates": ("replicates", _read_whole),
    "posterior": ("posterior", _read_truth),
    "with": ("other", _read_name),
    "day": ("day", _read_date),
}
_KEYS = (*_READERS, "set")


def _number_text(value: float) -> str:
    """Return the shortest text that reads as the very same float."""
    text = repr(value)
    return text.removesuffix(".0") if "e" not in text else text
