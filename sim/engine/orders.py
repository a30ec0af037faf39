"""Each kind decides from the same morning; then all orders are entered together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np

from sim.forces.commander import Commander
from sim.forces.departure import leave_given_up
from sim.forces.orders import Orders, UnitOrder
from sim.forces.picture import take_picture
from sim.forces.side import Side
from sim.state.setting import Setting
from sim.state.state import POSTURES, State

REQUESTS = ("air_request", "car_bombs", "foot_bombers")
_UNIT_FIELDS = ("destination", "posture", *REQUESTS, "operation")


class OrdersError(ValueError):
    """A kind of agent returned orders that cannot be carried out."""


@dataclass(frozen=True)
class UnitView:
    """What ``decide_unit`` sees of one unit; ``side`` is its kind's whole knowledge."""

    side: Side
    row: int
    member: int
    name: str
    place: int
    strength: int
    readiness: int
    supply: int
    operation: int


def give_orders(state: State, setting: Setting, commanders: Mapping[str, type[Commander]]) -> None:
    """Let every kind decide and enter its orders in the state.

    Raises
    ------
    OrdersError
        If a kind's orders have the wrong shape or values.
    """
    picture = take_picture(state, setting)
    decided = []
    for kind, name in enumerate(setting.kinds):
        if len(setting.units_of_kind[kind]) == 0:
            continue
        side = Side(state, setting, kind, picture)
        commander = commanders[name]
        orders = commander.decide(side)
        _check(name, orders, side)
        if commander.decide_unit is not None:
            orders = _one_at_a_time(commander, side, orders)
            _check(name, orders, side)
        orders = leave_given_up(side, orders)
        decided.append((kind, orders))
    state.orders = {request: np.zeros_like(state.place) for request in REQUESTS}
    for kind, orders in decided:
        _enter(state, setting, kind, orders)


def _enter(state: State, setting: Setting, kind: int, orders: Orders) -> None:
    values = {
        "destination": (state.destination, orders.destination),
        "posture": (state.posture, orders.posture),
        "operation": (state.operation, orders.operation),
    }
    for request in REQUESTS:
        asked = np.asarray(getattr(orders, request))
        if asked.any():  # there are zeros already
            values[request] = (state.orders[request], asked)
    first = 0
    for run in setting.runs_of_kind[kind]:
        last = first + run.stop - run.start
        for all_units, members in values.values():
            all_units[:, run] = np.asarray(members)[:, first:last]
        first = last
    if orders.plan is not None:
        for field in fields(orders.plan):
            getattr(state.plan, field.name)[:, kind] = getattr(orders.plan, field.name)


def _check(name: str, orders: Orders, side: Side) -> None:
    if not isinstance(orders, Orders):
        raise OrdersError(f"kind {name!r}: decide gave {orders!r:.40}; Orders are needed")
    places = side.theatre.P
    limits = {
        "destination": (0, places - 1),
        "posture": (0, len(POSTURES) - 1),
        "operation": (-1, side.plan.target.shape[1] - 1),
        **dict.fromkeys(REQUESTS, (0, 2**40)),
    }
    known_good = None  # zeros that serve for all requests are looked at once
    for field, (low, high) in limits.items():
        values = np.asarray(getattr(orders, field))
        if values is known_good:
            continue
        if values.shape != side.place.shape:
            raise OrdersError(
                f"kind {name!r}: {field} has shape {values.shape}; {side.place.shape} is allowed"
            )
        if values.dtype.kind not in "iu":
            raise OrdersError(f"kind {name!r}: {field} holds {values.dtype}; integers are needed")
        if values.size and (values.min() < low or values.max() > high):
            raise OrdersError(
                f"kind {name!r}: {field} holds {values.min()} to {values.max()}; "
                f"{low} to {high} is allowed"
            )
        known_good = values if field in REQUESTS else None
    for field, known in vars(side.plan).items() if orders.plan is not None else ():
        shape = np.shape(getattr(orders.plan, field))
        if shape != known.shape:
            raise OrdersError(
                f"kind {name!r}: plan.{field} has shape {shape}; {known.shape} is allowed"
            )


def _one_at_a_time(commander: type[Commander], side: Side, orders: Orders) -> Orders:
    arrays = {name: np.array(getattr(orders, name)) for name in _UNIT_FIELDS}
    decide_unit = commander.decide_unit
    assert decide_unit is not None
    for row, member in zip(*np.nonzero(side.active), strict=True):
        unit = UnitView(
            side=side,
            row=int(row),
            member=int(member),
            name=side.names[member],
            place=int(side.place[row, member]),
            strength=int(side.strength[row, member]),
            readiness=int(side.readiness[row, member]),
            supply=int(side.supply[row, member]),
            operation=int(side.operation[row, member]),
        )
        given = UnitOrder(**{name: int(arrays[name][row, member]) for name in _UNIT_FIELDS})
        decided = decide_unit(unit, given)
        if not isinstance(decided, UnitOrder):
            raise OrdersError(
                f"kind {side.kind!r}: decide_unit gave {decided!r:.40}; a UnitOrder is needed"
            )
        for name in _UNIT_FIELDS:
            arrays[name][row, member] = getattr(decided, name)
    return Orders(**arrays, plan=orders.plan)
