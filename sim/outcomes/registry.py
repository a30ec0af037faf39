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
ARGUMENT_KINDS = (
    "city",
    "faction",
    "factions",
    "place",
    "places",
    "towns",
    "line",
    "date",
    "truth",
    "count",
    "share",
    "weapon",
    "weight",
)

WEAPONS = ("car_bombs", "foot_bombers", "air_strikes")

# By what the places of a region are weighed.
WEIGHTS = ("area", "places", "residents")


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
    lines: tuple[str, ...] | None = None


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
    one_of : tuple of tuple of str
        Groups of optional arguments, of which at least one group is needed, all of it.
    records : tuple of str
        Arrays of the history that not every run records and that this measure reads.
    """

    name: str
    kind: OutcomeKind
    function: Callable[..., OutcomeValues]
    required: Mapping[str, str]
    optional: Mapping[str, str] = field(default_factory=dict)
    one_of: tuple[tuple[str, ...], ...] = ()
    records: tuple[str, ...] = ()

    @property
    def arguments(self) -> dict[str, str]:
        """All arguments that the measure allows, by name."""
        return {**self.required, **self.optional}


# Arguments that mean nothing without a city.
NEED_CITY = frozenset({"around", "outside", "during_siege_by"})

# Measures of what is not simulated: what was reported is context and may be anything.
NOT_COMPARED = frozenset({"not_simulated"})

MEASURES: dict[str, Measure] = {}

Function = Callable[..., OutcomeValues]


def measure(
    kind: OutcomeKind,
    *,
    required: Mapping[str, str],
    optional: Mapping[str, str] | None = None,
    one_of: tuple[tuple[str, ...], ...] = (),
    records: tuple[str, ...] = (),
) -> Callable[[Function], Function]:
    """Enter a function in :data:`MEASURES` under its own name; see :class:`Measure`.

    Raises
    ------
    ValueError
        If the name is taken, or an argument is of an unknown kind.
    """

    def enter(function: Function) -> Function:
        name = function.__name__
        entry = Measure(name, kind, function, required, optional or {}, one_of, records)
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
        faults += _check_recorded(row, known, names)
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
    if known.one_of and not any(row.arguments.keys() >= set(group) for group in known.one_of):
        allowed = ", or ".join(" and ".join(group) for group in known.one_of)
        found = ", ".join(row.arguments) or "nothing"
        faults.append(OutcomeFault(f"{row.id}.arguments", found, f"with them {allowed}"))
    needing = sorted(NEED_CITY & row.arguments.keys() & known.arguments.keys())
    if needing and "city" not in row.arguments:
        allowed = f"the name of a city, as {needing[0]!r} is given"
        faults.append(OutcomeFault(f"{row.id}.arguments.city", "nothing", allowed))
    return faults


def _check_recorded(row: OutcomeRow, known: Measure, names: NamesLike) -> list[OutcomeFault]:
    if isinstance(names, Names):  # no run yet, so nobody knows what it will record
        return []
    needed = list(known.records)
    needed += ["lines_open"] if known.arguments.get("line") and "line" in row.arguments else []
    needed += ["residents"] if row.arguments.get("weight") == "residents" else []
    return [not_recorded(f"{row.id}.measure", name) for name in needed if lacks(names, name)]


def lacks(history: object, name: str) -> bool:
    """Tell whether a history has no array of this name: not every run records all."""
    return getattr(history, name, None) is None


def not_recorded(where: str, name: str) -> OutcomeFault:
    """Return the fault of a measure that reads what the run did not record."""
    return OutcomeFault(where, f"a run without {name} (not recorded)", f"a run that records {name}")


_ALLOWED = {
    "city": "the name of a city",
    "faction": "the name of a faction",
    "factions": "a list of different names of factions",
    "place": "the name of a place",
    "places": "a list of different names of places",
    "towns": "a list of different names of places or cities",
    "line": "the id of a supply line",
    "date": "a date such as 2015-07-28",
    "truth": "true or false",
    "count": "a whole number from 0 to 10000",
    "share": "a number from 0 to 1",
    "weapon": "the name of a weapon",
    "weight": "what places are weighed by",
}


def _check_value(where: str, kind: str, value: object, names: NamesLike) -> list[OutcomeFault]:
    allowed = _ALLOWED[kind]
    if kind in ("places", "towns", "factions"):
        return _check_names(where, kind, value, names)
    if kind == "date":
        fits = as_date(value) is not None
    elif kind == "truth":
        fits = isinstance(value, bool)
    elif kind == "count":
        fits = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000
    elif kind == "share":
        fits = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    else:
        known = _known(kind, names)
        fits = isinstance(value, str) and (known is None or value in known)
        if isinstance(value, str) and known is not None and not fits:
            allowed = one_of(known, value, f"{allowed}:")
    return [] if fits else [OutcomeFault(where, shown(value), allowed)]


def _known(kind: str, names: NamesLike) -> tuple[str, ...] | None:
    """Return the names that a value of this kind may be; None where they are not known yet."""
    if kind == "line":
        found: tuple[str, ...] | None = getattr(names, "lines", None)
        return found
    return {
        "city": names.cities,
        "faction": names.factions,
        "factions": names.factions,
        "towns": (*names.places, *names.cities),
        "weapon": WEAPONS,
        "weight": WEIGHTS,
    }.get(kind, names.places)


def _check_names(where: str, kind: str, value: object, names: NamesLike) -> list[OutcomeFault]:
    if not isinstance(value, list | tuple) or len(set(map(repr, value))) < len(value):
        return [OutcomeFault(where, shown(value), _ALLOWED[kind])]
    known = _known(kind, names) or ()
    what = {"places": "the name of a place:", "factions": "the name of a faction:"}.get(
        kind, "the name of a place or a city:"
    )
    return [
        OutcomeFault(where, shown(item), one_of(known, item, what))
        for item in value
        if not isinstance(item, str) or item not in known
    ]


def _check_reported_value(row: OutcomeRow, known: Measure, names: NamesLike) -> list[OutcomeFault]:
    value = getattr(row, "reported_value", None)
    if value is None or known.name in NOT_COMPARED:
        return []
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits, allowed = {
        "number": (is_number, "a number"),
        "duration": (is_number, "a number of days"),
        "date": (as_date(value) is not None, _ALLOWED["date"]),
        "truth": (isinstance(value, bool), _ALLOWED["truth"]),
        "category": (value in names.places, "the name of a place:"),
    }[known.kind]
    if fits:
        return []
    if known.kind == "category":  # the nearest name is looked for only where it is told
        allowed = one_of(names.places, value, allowed)
    return [OutcomeFault(f"{row.id}.reported_value", shown(value), allowed)]
