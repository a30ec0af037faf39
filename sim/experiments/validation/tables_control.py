"""Tables of which places changed hands, and who held what at each month's end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from math import cos, hypot, radians
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.validation import control
from sim.experiments.validation.ensembles import Arrays
from sim.experiments.validation.markdown import day_text, number, percent, table, three
from sim.experiments.validation.record import LAST_DAY, Change, Place, recorded_places
from sim.experiments.validation.scores import (
    resampled_difference,
)

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

Bool = NDArray[np.bool_]
Float64 = NDArray[np.float64]

AROUND_KM = 20.0
KM_PER_DEGREE = 111.2


@dataclass(frozen=True)
class Control:
    """An ensemble's holdings beside the record.

    Attributes
    ----------
    scenario : Scenario
    places : list of Place
        The record's, in the order of the last axis of ``held``.
    held : uint8 array, shape ``[R, D + 1, places]``
    changed, recorded, front : bool arrays
        By the end of the record: which places changed hands in each replicate ``[R, places]``
        and in the record; which lay at the front at the start ``[places]``.
    changes : list of Change
        Those of the record from the scenario's start on.
    days : float array, shape ``[R, changes]``
        Day index of each, infinity where it never came.
    """

    scenario: Scenario
    places: list[Place]
    held: NDArray[np.uint8]
    changed: Bool
    recorded: Bool
    front: Bool
    changes: list[Change]
    days: Float64

    @classmethod
    def of(cls, scenario: Scenario, kept: Arrays) -> Control:
        """Hold what was kept of an ensemble against the record."""
        places = control.places_in(scenario, recorded_places())
        changes = [change for place in places for change in changes_since(place, scenario.start)]
        changes.sort(key=lambda change: (change.middle, change.place))
        return cls(
            scenario=scenario,
            places=places,
            held=kept["held"],
            changed=control.changed_hands(kept["held"], (LAST_DAY - scenario.start).days + 1),
            recorded=np.array([place.changed(scenario.start, LAST_DAY) for place in places]),
            front=control.at_the_front(scenario, places),
            changes=changes,
            days=control.first_days(kept["held"], places, changes),
        )

    def around(self, city: str) -> Bool:
        """Return which places are districts of a city or near it, ``[places]``."""
        at = {place.name: place for place in self.scenario.places}
        districts = [place for place in self.scenario.places if place.city == city]
        latitude = np.mean([place.latitude for place in districts])
        longitude = np.mean([place.longitude for place in districts])
        near = []
        for place in self.places:
            spot = at[place.stands_for[0]]
            north = spot.latitude - latitude
            east = cos(radians(latitude)) * (spot.longitude - longitude)
            near.append(hypot(north, east) * KM_PER_DEGREE < AROUND_KM)
        return np.array(near, np.bool_)

    def named(self) -> Bool:
        """Return which places are named alone in a row of the scenario's outcomes, ``[places]``."""
        named = {
            row.arguments[kind]
            for row in self.scenario.outcomes
            for kind in ("place", "city")
            if kind in row.arguments
        }
        city_of = {place.name: place.city for place in self.scenario.places}
        return np.array(
            [
                any(name in named or city_of.get(name) in named for name in place.stands_for)
                for place in self.places
            ],
            np.bool_,
        )


def changes_since(place: Place, start: date) -> list[Change]:
    """Return the changes of a place after a scenario's start, numbered anew from there."""
    earlier = [change for change in place.changes if change.earliest <= start]
    return [
        replace(change, nth=change.nth - sum(change.is_between(other) for other in earlier))
        for change in place.changes
        if change.earliest > start
    ]


def occurrence(found: Control) -> str:
    """Return the scores of which places changed hands."""
    rows = [
        [row.who, number(row.brier, 3), number(row.log, 3), number(row.area), percent(row.right)]
        for row in control.forecasts(found.changed, found.recorded, found.front)
    ]
    heads = ["forecast", "Brier score", "log score", "ROC area", "right among the likeliest"]
    share, came = found.changed.mean(axis=0), found.recorded
    front = np.where(found.front, came[found.front].mean(), came[~found.front].mean())
    against = [
        (name, resampled_difference((share - came) ** 2, (chance - came) ** 2))
        for name, chance in (
            ("nothing changes", np.zeros(len(came))),
            ("the base rate", np.full(len(came), came.mean())),
            ("the base rate by front", front),
        )
    ]
    lines = "; ".join(
        f"over {name} {mean:+.3f} ({low:+.3f} to {high:+.3f})"
        for name, (mean, low, high) in against
    )
    text = (
        f"{len(came)} places, {int(came.sum())} of which changed hands in the record; in a "
        f"draw {three(found.changed.sum(axis=1))} do, median and 5th to 95th percentile.\n\n"
    )
    return text + table(heads, rows) + f"\nBrier score of the model, less is better: {lines}.\n"


def groups(found: Control, city: str) -> str:
    """Return the scores by groups of places."""
    near, named = found.around(city), found.named()
    chosen = [
        ("all", np.ones(len(near), np.bool_)),
        (f"{city} and around", near),
        ("elsewhere, named in outcomes.toml", ~near & named),
        ("elsewhere, not named there", ~near & ~named),
    ]
    rows = []
    for name, here in chosen:
        if not here.any():
            continue
        scores = {
            row.who: row
            for row in control.forecasts(
                found.changed[:, here], found.recorded[here], found.front[here]
            )
        }
        model = scores["the model"]
        rows.append(
            [
                name,
                str(int(here.sum())),
                str(int(found.recorded[here].sum())),
                number(found.changed[:, here].sum(axis=1).mean(), 1),
                number(model.brier, 3),
                number(scores["nothing changes"].brier, 3),
                number(scores["base rate"].brier, 3),
                number(model.area),
            ]
        )
    heads = ["places", "n", "changed", "in a mean draw", "Brier score", "nothing changes"]
    return table([*heads, "base rate", "ROC area"], rows)


def reliability(found: Control) -> str:
    """Return how often what was given some chance came true."""
    share = found.changed.mean(axis=0)
    edges = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0]
    rows = []
    for low, high in pairwise(edges):
        here = (share >= low) & ((share < high) | (high == 1.0))
        if here.any():
            came = found.recorded[here]
            rows.append(
                [
                    f"{percent(low)} to {percent(high)}",
                    str(int(here.sum())),
                    percent(share[here].mean()),
                    percent(came.mean()),
                ]
            )
    return table(["chance in the model", "places", "mean chance", "changed in the record"], rows)


def misses(found: Control) -> str:
    """Return the places on which the model is most wrong."""
    share = found.changed.mean(axis=0)
    error = np.abs(share - found.recorded)
    order = np.argsort(-error, kind="stable")[:12]
    rows = [
        [
            found.places[i].name,
            "changed hands" if found.recorded[i] else "did not",
            percent(share[i]),
        ]
        for i in order
        if error[i] >= 0.5
    ]
    return table(["place", "in the record", "draws in which it changed hands"], rows)


def situations(found: Control) -> str:
    """Return how well the holders of all places are known at each month's end."""
    start = found.scenario.start
    ends = [date(2015, month, 1) - timedelta(days=1) for month in range(2, 8)]
    rows = []
    for day in [*(end for end in ends if end > start), LAST_DAY]:
        row = control.situation(found.held, found.places, start, day)
        rows.append(
            [
                day_text(day),
                str(row.places),
                str(row.changed),
                percent(row.right),
                percent(1 - row.unchanged_brier),
                number(row.brier, 3),
                number(row.unchanged_brier, 3),
            ]
        )
    heads = ["end of", "places told", "changed since the start", "right, most draws"]
    return table([*heads, "right, nothing changes", "Brier, draws", "Brier, nothing changes"], rows)
