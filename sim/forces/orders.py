"""What the members of a kind are told to do on a day."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.state.state import Plan

Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Orders:
    """Orders for the M members of a kind; int64 arrays of shape ``[R, M]``.

    Attributes
    ----------
    destination : place index to march to; a unit's own place means stay.
    posture : index in :data:`sim.state.state.POSTURES`; ``WITHDRAW`` gives the place up.
    air_request : how much air support is asked for at the unit's place, 0 for none.
    car_bombs, foot_bombers : bombers to send against the enemy where the unit stands.
    operation : group that the unit belongs to, -1 for none.
    plan : the kind's operations after today's decisions; None leaves them as they are.
    """

    destination: Int64
    posture: Int64
    air_request: Int64
    car_bombs: Int64
    foot_bombers: Int64
    operation: Int64
    plan: Plan | None = None

    def but(self, where: Bool, **changes: int | Int64) -> Orders:
        """Return these orders with some fields changed where ``where[R, M]`` is true."""
        changed: dict[str, Any] = {
            name: np.where(where, value, getattr(self, name)) for name, value in changes.items()
        }
        return replace(self, **changed)

    def but_at(self, members: Int64, **changes: int | Int64) -> Orders:
        """Return these orders with some fields changed for a few members.

        Parameters
        ----------
        members : int64 array, shape ``[n]``
            Flat indices in an array ``[R, M]``.
        changes : int or int64 array, shape ``[n]``
        """
        if len(members) == 0:
            return self
        changed: dict[str, Any] = {name: getattr(self, name).copy() for name in changes}
        for name, value in changes.items():
            changed[name].reshape(-1)[members] = value
        return replace(self, **changed)


def choose(where: Bool, these: Orders, those: Orders) -> Orders:
    """Return ``these`` orders where ``where[R, M]`` is true and ``those`` elsewhere."""
    chosen = {
        field.name: np.where(where, getattr(these, field.name), getattr(those, field.name))
        for field in fields(Orders)
        if field.name != "plan"
    }
    return Orders(**chosen, plan=those.plan if those.plan is not None else these.plan)


@dataclass
class UnitOrder:
    """The orders of one unit, for kinds that decide one unit at a time."""

    destination: int
    posture: int
    air_request: int
    car_bombs: int
    foot_bombers: int
    operation: int
