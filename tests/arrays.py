"""All arrays of a state or a history by name, and comparison to the last bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np

from sim.outcomes.history import History
from sim.state.ledger import COUNTS, LEDGER
from sim.state.state import State

Arrays = dict[str, np.ndarray]

HISTORY_BY_DAY = ("controller", "strength", "engaged", *COUNTS, "ledger")


def arrays_of_state(state: State) -> Arrays:
    """Every array of a state, replicates first; those in ``plan``, ``orders``... by dotted name."""
    found: Arrays = {}
    for field in fields(state):
        value = getattr(state, field.name)
        if isinstance(value, np.ndarray):
            found[field.name] = value
        elif isinstance(value, dict):
            found |= {f"{field.name}.{name}": array for name, array in value.items()}
        elif field.name == "plan":
            found |= {f"plan.{name}": array for name, array in vars(value).items()}
    assert set(found) >= {"strength", "plan.target", "orders.air_request", "tally.killed"}
    assert {f"ledger.{name}" for name in LEDGER} <= set(found)
    return found


def arrays_of_history(history: History) -> Arrays:
    """Every array of a history that has a day axis, replicates second."""
    return {name: getattr(history, name) for name in HISTORY_BY_DAY}


def rows_of_state(state: State, rows: Sequence[int]) -> Arrays:
    """Return the arrays of a state for some replicates."""
    return {name: values[list(rows)] for name, values in arrays_of_state(state).items()}


def rows_of_history(history: History, rows: Sequence[int]) -> Arrays:
    """Return the arrays of a history for some replicates."""
    return {name: values[:, list(rows)] for name, values in arrays_of_history(history).items()}


def assert_same_bits(these: Mapping[str, np.ndarray], those: Mapping[str, np.ndarray]) -> None:
    """Fail, naming the arrays, unless both hold the same arrays to the last bit."""
    assert these.keys() == those.keys()
    unlike = [
        name
        for name in these
        if these[name].dtype != those[name].dtype
        or these[name].shape != those[name].shape
        or these[name].tobytes() != those[name].tobytes()
    ]
    assert not unlike, f"these differ: {unlike}"
