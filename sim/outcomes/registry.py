"""The list of measures, the arguments that each allows, and the check of a scenario's outcomes."""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any, NamedTuple, Protocol

from sim.outcomes.values import OutcomeKind, OutcomeValues

# What an argument may be: a name of the scenario, or a plain value.
ARGUMENT_KINDS = ("city", "faction", "place", "places", "date", "truth", "count", "weapon")

WEAPONS = ("car_bombs", "foot_bombers", "air_strikes")


class OutcomeFault(NamedTuple):
    """What is wrong with one field of one outcome: where, what was found, what is allowed."""

    field: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """Return the fault as one sentence."""
        return f"{self.field}: found {self.found}; allowed: {self.allowed}."


class OutcomeError(ValueError):
    """Outcomes that ask for something that cannot be measured; ``faults`` lists all of it."""

    def __init__(self, faults: Sequence[OutcomeFault]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(str(fault) for fault in self.faults))


class NamesLike(Protocol):
    """What has the names that arguments may refer to: a History has them."""

    @property
    def places(self) -> tuple[str, ...]:
        """Names of the places."""

    @property
    def factions(self) -> tuple[str, ...]:
        """Names of the factions."""

    @property
    def cities(self) -> tuple[str, ...]:
        """Names of the cities."""


class OutcomeRow(Protocol):
    """One row of outcomes.toml, as far as measuring needs it."""

    @property
    def id(self) -> str:
        """Name of the outcome."""

    @property
    def measure(self) -> str:
        """Name of the measure."""

    @property
    def arguments(self) -> Mapping[str, Any]:
        """Arguments of the measure."""


@dataclass(frozen=True)
class Names:
    """Names that the arguments of outcomes may refer to, without a run."""

    places: tuple[str, ...]
    factions: tuple[str, ...]
    cities: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A measure: its function, the kind of value it gives and the arguments it allows.

    Attributes
    ----------
    name : str
    kind : str
        Kind of :class:`~sim.outcomes.values.OutcomeValues` that it returns.
    function : callable
        ``function(history, **arguments) -> OutcomeValues``.
    required, optional : mapping of str to str
        Argument name to one of :data:`ARGUMENT_KINDS`.
    """

    name: str
    kind: OutcomeKind
    function: Callable[..., OutcomeValues]
    required: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)

    @property
    def arguments(self) -> dict[str, str]:
        """All arguments that the measure allows, by name."""
        return {**self.required, **self.optional}


# Arguments that mean nothing without a city.
NEED_CITY = frozenset({"around", "outside", "during_siege_by"})

MEASURES: dict[str, Measure] = {}

Function = Callable[..., OutcomeValues]


def measure(
    kind: OutcomeKind, *, required: Mapping[str, str], optional: Mapping[str, str] | None = None
) -> Callable[[Function], Function]:
    """Enter a function in :data:`MEASURES` under its own name.

    Raises
    ------
    ValueError
        If the name is taken, or an argument is of an unknown kind.
    """

    def enter(function: Function) -> Function:
        name = function.__name__
        entry = Measure(name, kind, function, required, optional or {})
        if name in MEASURES:
            raise ValueError(f"there is already a measure named {name!r}")
        if unknown := set(entry.arguments.values()) - set(ARGUMENT_KINDS):
            raise ValueError(f"measure {name!r} has arguments of unknown kind {sorted(unknown)}")
        MEASURES[name] = entry
        return function

    return enter


def shown(value: object) -> str:
    """Return a value as a fault shows it, shortened."""
    return reprlib.repr(value)


def one_of(names: Iterable[str], found: object, what: str = "one of") -> str:
    """Say what is allowed, with the nearest name if one is near.

    Parameters
    ----------
    names : iterable of str
        Names that are allowed.
    found : object
        What was found instead.
    what : str
        What the names are, such as "the name of a city".
    """
    listed = list(names)
    near = get_close_matches(str(found)[:80], listed, n=1, cutoff=0.5)
    if near:
        return f"{what} {_listed(listed)} (did you mean {near[0]!r}?)"
    return f"{what} {_listed(listed)}"


def _listed(names: Sequence[str], most: int = 8) -> str:
    shown_names = ", ".join(names[:most]) or "none that there is"
    return shown_names + (f" and {len(names) - most} more" if len(names) > most else "")


def as_date(value: object) -> date | None:
    """Return a date from a date or its ISO text, None if it is neither."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def check_outcomes(rows: Iterable[OutcomeRow], names: NamesLike) -> list[OutcomeFault]:
    """Return every fault of the rows of outcomes.toml: measures, arguments and names.

    Parameters
    ----------
    rows : iterable
        Rows with ``id``, ``measure``, ``arguments``, and possibly ``reported_value``.
    names : object with ``places``, ``factions`` and ``cities``
        A :class:`~sim.outcomes.history.History` or :class:`Names`.

    Returns
    -------
    list of OutcomeFault
        Empty if all is well. Each is a tuple ``(field, found, allowed)``, the field beginning
        with the id of the outcome.
    """
    faults: list[OutcomeFault] = []
    for row in rows:
        known = MEASURES.get(row.measure)
        if known is None:
            allowed = one_of(MEASURES, row.measure, "a measure:")
            faults.append(OutcomeFault(f"{row.id}.measure", shown(row.measure), allowed))
            continue
        faults += _check_arguments(row, known, names)
        faults += _check_reported_value(row, known, names)
    return faults


def _check_arguments(row: OutcomeRow, known: Measure, names: NamesLike) -> list[OutcomeFault]:
    faults = [
        OutcomeFault(f"{row.id}.arguments.{name}", "nothing", _ALLOWED[kind])
        for name, kind in known.required.items()
        if name not in row.arguments
    ]
    for name, value in row.arguments.items():
        where = f"{row.id}.arguments.{name}"
        kind = known.arguments.get(name)
        if kind is None:
            allowed = one_of(known.arguments, name, f"an argument of {known.name}:")
            faults.append(OutcomeFault(where, "an unknown argument", allowed))
        else:
            faults += _check_value(where, kind, value, names)
    needing = sorted(NEED_CITY & row.arguments.keys() & known.arguments.keys())
    if needing and "city" not in row.arguments:
        allowed = f"the name of a city, as {needing[0]!r} is given"
        faults.append(OutcomeFault(f"{row.id}.arguments.city", "nothing", allowed))
    return faults


_ALLOWED = {
    "city": "the name of a city",
    "faction": "the name of a faction",
    "place": "the name of a place",
    "places": "a list of different names of places",
    "date": "a date such as 2015-07-28",
    "truth": "true or false",
    "count": "a whole number from 0 to 10000",
    "weapon": "the name of a weapon",
}


def _check_value(where: str, kind: str, value: object, names: NamesLike) -> list[OutcomeFault]:
    allowed = _ALLOWED[kind]
    known = {"city": names.cities, "faction": names.factions, "weapon": WEAPONS}.get(
        kind, names.places
    )
    if kind == "places":
        if not isinstance(value, list | tuple) or len(set(map(repr, value))) < len(value):
            return [OutcomeFault(where, shown(value), allowed)]
        return [
            OutcomeFault(where, shown(item), one_of(known, item, "the name of a place:"))
            for item in value
            if not isinstance(item, str) or item not in known
        ]
    if kind == "date":
        fits = as_date(value) is not None
    elif kind == "truth":
        fits = isinstance(value, bool)
    elif kind == "count":
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000
    else:
        fits = isinstance(value, str) and value in known
        if isinstance(value, str):
            allowed = one_of(known, value, f"{allowed}:")
    return [] if fits else [OutcomeFault(where, shown(value), allowed)]


def _check_reported_value(row: OutcomeRow, known: Measure, names: NamesLike) -> list[OutcomeFault]:
    value = getattr(row, "reported_value", None)
    if value is None:
        return []
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits, allowed = {
        "number": (is_number, "a number"),
        "duration": (is_number, "a number of days"),
        "date": (as_date(value) is not None, _ALLOWED["date"]),
        "truth": (isinstance(value, bool), _ALLOWED["truth"]),
        "category": (value in names.places, one_of(names.places, value, "the name of a place:")),
    }[known.kind]
    return [] if fits else [OutcomeFault(f"{row.id}.reported_value", shown(value), allowed)]
