"""What the browser draws of many replicates: shares on the map, fans, distributions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.app.fans import FAN_SERIES, fan
from sim.engine.chunks import Chunk
from sim.observers.brief import label_of
from sim.outcomes.registry import MEASURES, NOT_COMPARED, as_date
from sim.outcomes.values import OutcomeValues

if TYPE_CHECKING:
    from sim.app.future_parts import FuturePart
    from sim.engine.posterior import ScenarioPosterior
    from sim.scenario.rows import Outcome
    from sim.scenario.schema import Scenario

_KINDS: Final = {"duration": "days"}  # what the browser calls a kind of outcome


@dataclass(frozen=True, eq=False)
class Wish:
    """An ensemble that somebody wants to see.

    Attributes
    ----------
    scenario : Scenario
    seed : int
    replicates : int
        Replicates 0 to ``replicates - 1`` of the seed, at least 1. Two wishes with the same seed
        share their luck, replicate by replicate.
    parameters : dict of parameter id to float
        Values that differ from the scenario's own; they win over the posterior.
    posterior : ScenarioPosterior or None
        Gives each replicate a row of fitted parameters, as in :class:`sim.Ensemble`.
    label : str
        What the browser calls it; the scenario's title if it is empty.
    until : date or None
        Last day to simulate; the scenario's end if None.
    """

    scenario: Scenario
    seed: int
    replicates: int
    parameters: Mapping[str, float]
    posterior: ScenarioPosterior | None = None
    label: str = ""
    until: date | None = None

    def __post_init__(self) -> None:
        if self.replicates < 1:
            raise ValueError(f"replicates is {self.replicates}; at least 1 is needed")

    @property
    def key(self) -> str:
        """Text that is the same for wishes whose replicates are the same."""
        posterior = None if self.posterior is None else self.posterior.posterior.sha256
        values = sorted((name, float(value).hex()) for name, value in self.parameters.items())
        said = [
            self.scenario.name,
            self.scenario.hash,
            self.seed,
            values,
            posterior,
            str(self.until),
        ]
        return _digest(json.dumps(said).encode())

    def chunk(self, first: int, count: int) -> Chunk:
        """Return what a worker needs to simulate ``count`` replicates from ``first`` on."""
        numbers = np.arange(first, first + count, dtype=np.int64)
        fitted = (
            {}
            if self.posterior is None
            else self.posterior.draw(seed=self.seed, replicates=numbers)
        )
        given = {name: np.full(count, float(value)) for name, value in self.parameters.items()}
        return Chunk(
            scenario=self.scenario,
            seed=self.seed,
            replicates=numbers,
            parameters={**fitted, **given},
            prior=False,
            kinds={},
            until=self.until,
        )


def futures_dict(wish: Wish, parts: Sequence[FuturePart], seconds: float) -> dict[str, Any]:
    """Return what the browser draws of the parts of an ensemble that are there.

    It is the same however the replicates were split into parts, and in whatever order they came.

    Parameters
    ----------
    wish : Wish
        What was asked for.
    parts : sequence of FuturePart
        At least one; together R replicates.
    seconds : float
        Time that it took so far.

    Returns
    -------
    dict
        ``key, scenario, title, label, seed, done, of, start, days, factions, numbers, held, fans,
        outcomes, seconds``. Bytes are little-endian: ``numbers`` int32 ``[R]``, ``held`` uint8
        ``[D, P, F + 1]`` (255 is all replicates, the last column nobody).
    """
    parts = sorted(parts, key=lambda part: int(part.numbers[0]))
    numbers = np.concatenate([part.numbers for part in parts])
    order = np.argsort(numbers)
    scenario = wish.scenario
    return {
        "key": f"{wish.key}-{_digest(numbers[order].tobytes())}",
        "scenario": scenario.name,
        "title": scenario.title,
        "label": wish.label or scenario.title,
        "seed": wish.seed,
        "done": len(numbers),
        "of": wish.replicates,
        "start": scenario.start.isoformat(),
        "days": int(parts[0].holders.shape[0]),
        "factions": list(scenario.factions),
        "numbers": numbers[order].astype("<i4").tobytes(),
        "held": _shares([part.holders for part in parts], len(numbers)),
        "fans": [fan(name, np.concatenate([p.series[name] for p in parts])) for name in FAN_SERIES],
        "outcomes": _outcomes(scenario, parts, order),
        "seconds": round(seconds, 3),
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _shares(holders: Sequence[NDArray[np.int32]], replicates: int) -> bytes:
    """Return counts of holders as shares of the replicates, a byte each."""
    counts = np.sum(holders, axis=0)
    return ((counts * 255 + replicates // 2) // replicates).astype(np.uint8).tobytes()


def _outcomes(
    scenario: Scenario, parts: Sequence[FuturePart], order: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Return every simulated outcome, one value a replicate in the order of the numbers."""
    found = []
    for row in scenario.outcomes:
        if row.measure in NOT_COMPARED:  # nothing of it is simulated
            continue
        values = OutcomeValues.joined([part.outcomes[row.id] for part in parts])
        found.append(
            {
                "id": row.id,
                "label": label_of(row),
                "unit": row.unit,
                "reported": row.reported,
                "reported_value": _reported_value(row, scenario.start),
                "kind": _KINDS.get(values.kind, values.kind),
                "values": _plain_values(values, order),
            }
        )
    return found


def _plain_values(outcome: OutcomeValues, order: NDArray[np.int64]) -> list[Any]:
    """Return numbers, day indices, texts or truth values; None for "not by the end"."""
    values = outcome.values[order].tolist()
    if outcome.kind == "category":
        values = [outcome.labels[code] for code in values]
    by_end = outcome.by_end[order].tolist()
    return [value if there else None for value, there in zip(values, by_end, strict=True)]


def _reported_value(row: Outcome, start: date) -> Any:
    """Return what was reported in the form of the simulated values, None if it was no value."""
    if MEASURES[row.measure].kind != "date":
        return row.reported_value
    day = as_date(row.reported_value)
    return None if day is None else (day - start).days
