"""The units of one kind, and what stands where they are."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.state.picking import indices
from sim.state.setting import Setting
from sim.state.state import State

Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]


class Members:
    """The units of one kind on a day, read-only; R replicates, M members.

    A few members are named by flat indices, int64 ``[n]``, in an array ``[R, M]``.
    """

    def __init__(self, state: State, setting: Setting, kind: int) -> None:
        self._setting = setting
        self._state = state
        self._kind = kind
        self.kind = setting.kinds[kind]
        self.day = state.day
        self.members = frozen(setting.units_of_kind[kind])
        for name in ("strength", "place", "next_place", "operation", "active"):
            setattr(self, name, self._of_members(getattr(state, name)))
        self._cell = setting.first_cell_of_row + self.place

    strength: Int64
    place: Int64
    next_place: Int64
    operation: Int64
    active: Bool

    def _of_members(self, values: NDArray) -> NDArray:
        """Take the members' own of an array ``[R, U]``."""
        runs = self._setting.runs_of_kind[self._kind]
        return frozen(np.concatenate([values[:, run] for run in runs], axis=1))

    @cached_property
    def wounded(self) -> Int64:
        """Wounded of each member, int64 ``[R, M]``."""
        return self._of_members(self._state.wounded)

    @cached_property
    def readiness(self) -> Int64:
        """Readiness of each member in thousandths, int64 ``[R, M]``."""
        return self._of_members(self._state.readiness)

    @cached_property
    def supply(self) -> Int64:
        """Stock of each member in thousandths, int64 ``[R, M]``."""
        return self._of_members(self._state.supply)

    @cached_property
    def posture(self) -> Int64:
        """Posture in force of each member, int64 ``[R, M]``."""
        return self._of_members(self._state.posture)

    @cached_property
    def broken(self) -> Bool:
        """Members who are broken today, bool ``[R, M]``."""
        return frozen(self._of_members(self._state.broken_until) >= self.day)

    @cached_property
    def static(self) -> Bool:
        """Members who stay where they are, bool ``[M]``."""
        return frozen(self._setting.roster.static[self.members])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the members."""
        return tuple(self._setting.roster.names[m] for m in self.members)

    @cached_property
    def ids(self) -> NDArray[np.uint64]:
        """Stable ids of the members, uint64 ``[M]``."""
        return frozen(self._setting.roster.ids[self.members])

    @cached_property
    def standing(self) -> Bool:
        """Members who stand in a place with someone fit to fight, bool ``[R, M]``."""
        return frozen(self.active & (self.next_place < 0) & (self.strength > 0))

    def at_place(self, values: NDArray) -> NDArray:
        """Read an array by place, ``[R, P]``, where each member stands; ``[R, M]``."""
        return values.reshape(-1).take(self._cell)

    def at_place_of(self, values: NDArray, members: Int64) -> NDArray:
        """Read ``[R, P]`` where some members stand, flat indices ``[n]`` in ``[R, M]``; ``[n]``."""
        return values.reshape(-1).take(self._cell.reshape(-1).take(members))

    def first_at_place(self, members: Int64) -> Int64:
        """Return the first of all who stand in the place of each of these members.

        Flat indices ``[n]`` in an array ``[R, M]``, of members who stand.
        """
        standing = indices(self.standing)[::-1]
        first = np.empty(len(self.place) * self._setting.theatre.P, dtype=np.int64)
        # Of several who write to a place the last, who is the first in the table, remains.
        first[self._cell.reshape(-1).take(standing)] = standing
        return self.at_place_of(first, members)


def rows_and_columns(cells: Int64, width: int) -> tuple[Int64, Int64]:
    """Split flat indices in an array of some width; faster than ``numpy.divmod``."""
    row = cells // width
    return row, cells - row * width


def frozen(values: NDArray) -> NDArray:
    """Return a view that cannot be written to."""
    view = values.view()
    view.setflags(write=False)
    return view
