"""The oracle's world as the arrays of the engine's state, and where the two differ."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.state.state import FULL, NEVER, State
from tests.arrays import Arrays, rows_of_state
from tests.oracle.civilians import assert_people_agree
from tests.oracle.world import World

_OF_UNITS = (
    "strength",
    "wounded",
    "children",
    "leaders",
    "peak",
    "active",
    "place",
    "next_place",
    "road_left_m",
    "destination",
    "posture",
    "operation",
    "readiness",
    "supply",
    "broken_until",
    "leader_lost",
    "surprised",
)
_OF_PLACES = (
    "controller",
    "captor",
    "cleared_m2",
    "engaged_since",
    "changed_day",
    "empty_since",
    "struck",
)
_OF_GROUPS = ("target", "staging", "phase", "since", "fighters", "relief")
_IF_ANY = (
    "supply_index",
    "lines_open",
    "interdicted",
    "workshop_out_until",
    "civilians_killed",
)
_REQUESTS = ("air_request", "car_bombs", "foot_bombers")
_DAYS = {"broken_until", "engaged_since", "changed_day", "empty_since", "since"}


def assert_agrees(world: World, state: State, row: int) -> None:
    """Fail, saying what differs where, unless a row of the batch holds exactly what the world does.

    Raises
    ------
    AssertionError
        Names every array that differs, its first few elements that do, and both values.
    """
    assert world.day == state.day
    theirs = {name: values[0] for name, values in rows_of_state(state, [row]).items()}
    ours = arrays_of_world(world)
    assert ours.keys() == theirs.keys()
    unlike = [
        f"{name}{_where(ours[name], theirs[name])}"
        for name in ours
        if not np.array_equal(ours[name], theirs[name])
    ]
    assert not unlike, f"after day {world.day - 1}: " + "; ".join(unlike)
    if world.people is not None:
        assert state.people is not None
        assert_people_agree(world.people, state.people, row)


def _where(ours: np.ndarray, theirs: np.ndarray) -> str:
    if ours.shape != theirs.shape:
        return f" has shape {ours.shape}, not {theirs.shape}"
    places = np.argwhere(ours != theirs)[:4]
    return ", ".join(
        f"{[int(i) for i in at]} oracle {ours[tuple(at)]} engine {theirs[tuple(at)]}"
        for at in places
    )


def arrays_of_world(world: World) -> Arrays:
    """Return the arrays of :class:`sim.state.state.State` for one replicate, by dotted name."""
    arrays: Arrays = {}
    for name in _OF_UNITS:
        arrays[name] = _array(name, [getattr(unit, name) for unit in world.units])
    for name in _REQUESTS:
        arrays[f"orders.{name}"] = _array(name, [getattr(unit, name) for unit in world.units])
    for name in _OF_PLACES:
        arrays[name] = _array(name, [getattr(place, name) for place in world.places])
    arrays["engaged"] = np.array([place.engaged for place in world.places])
    arrays["stance"] = np.array(world.stance)
    for name in ("car_bombs", "away"):
        arrays[name] = np.array([getattr(kind, name) for kind in world.kinds])
    for name in ("pool", "raised"):
        arrays[name] = np.array([getattr(stream, name) for stream in world.streams], dtype=int)
    for name in ("unseen", "unseen_children", "passable", "supplied", "road_m"):
        arrays[name] = np.array(getattr(world, name))
    for name in _IF_ANY:
        if getattr(world, name) is not None:
            arrays[name] = np.array(getattr(world, name))
    if world.posts:
        arrays["command_gap_until"] = np.array([post.gap_until for post in world.posts])
    if world.depots:
        arrays["goods"] = np.array([depot.goods for depot in world.depots])
    for name in _OF_GROUPS:
        values = [[getattr(group, name) for group in kind.groups] for kind in world.kinds]
        arrays[f"plan.{name}"] = np.stack([_array(name, row) for row in values])
    cities = range(len(world.setting.theatre.city_names))
    for name, none in (("entered_day", -1), ("pocket_day", NEVER)):
        rows = [[getattr(kind, name).get(city, none) for city in cities] for kind in world.kinds]
        arrays[f"plan.{name}"] = np.array(rows, dtype=np.int64)
    for name in ("joined_day", "cut_day", "stock"):
        days = [getattr(kind, name) for kind in world.kinds]
        arrays[f"plan.{name}"] = _array("since", days)
    everywhere = range(len(world.places))
    arrays["plan.cut"] = np.array([[p in kind.cut for p in everywhere] for kind in world.kinds])
    if world.setting.withdrawals:
        arrays["given_up"] = np.array(
            [[p in kind.given_up for p in everywhere] for kind in world.kinds]
        )
    if world.setting.access_events:
        arrays["policies.access_agreement"] = np.array(world.access_agreed)
    if world.setting.truce_events:
        pairs = [
            [frozenset({a, b}) in world.truces for b in range(world.factions)]
            for a in range(world.factions)
        ]
        arrays["policies.truce"] = FULL * np.array(pairs, dtype=np.int64)
    arrays |= {f"tally.{name}": np.array(values) for name, values in world.tally.items()}
    arrays |= {f"ledger.{name}": np.array(values) for name, values in world.ledger.items()}
    return arrays


def _array(name: str, values: list[Any]) -> np.ndarray:
    none = NEVER if name in _DAYS else -1
    return np.array([none if value is None else int(value) for value in values], dtype=np.int64)
