"""Who is in need, and whom aid reaches: by roads through places whose holders grant access."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.people import People
from sim.state.picking import indices, rows_of
from sim.state.setting import Setting
from sim.state.state import FULL, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


def count_people_in_need(
    state: State,
    setting: Setting,
    people: People,
    *,
    access_agreement: Float64 | None = None,
) -> None:
    """Count people in need, and those whom aid reaches, in place; after the moves of the day.

    In need are all who are displaced, and the residents of places that were fought over within
    ``civilians.in_need_days`` or that no road joins to a source of their holder's goods.

    Parameters
    ----------
    access_agreement : float64 array, shape ``[R]`` or ``[R, F]``, optional
        Share of access that an agreement gives, of all holders or of each faction; 0, none, if
        not given.
    """
    days = setting.parameters.column("civilians.in_need_days")
    afflicted = (state.day - people.fought_day < days) | _cut_off(state, setting)
    people.in_need = people.displaced + people.residents * afflicted
    _plan_convoys(state, setting, people, access_agreement)
    people.reached = people.in_need * people.aid_permille // FULL


def _cut_off(state: State, setting: Setting) -> Bool:
    """Return the places whose holder's goods cannot reach them, ``[R, P]``."""
    replicates, places = state.controller.shape
    row = rows_of(replicates) * len(setting.factions) + state.controller
    cell = row * places + np.arange(places)
    supplied = state.supplied.reshape(-1).take(cell, mode="clip")
    # Roads are searched only for factions with units.
    known = np.append(setting.has_units, False)[state.controller]
    return known & ~supplied


def _plan_convoys(
    state: State, setting: Setting, people: People, access_agreement: Float64 | None
) -> None:
    """Find, every ``civilians.aid_every_days``, how far aid gets from its hubs.

    A convoy needs the leave of every holder on its way: access to a place is that of the least
    willing holder on the road where that one is most willing. No convoy comes through a fight.
    """
    every = np.rint(setting.parameters.column("civilians.aid_every_days")[:, 0]).astype(np.int64)
    due = indices(state.day % np.maximum(every, 1) == 0)
    if len(due) == 0:
        return
    leave = np.full((len(every), len(setting.factions) + 1), FULL)  # the last is nobody
    leave[:, :-1] = _leave_of_factions(setting, access_agreement)
    holder = np.where(state.controller[due] < 0, len(setting.factions), state.controller[due])
    own = leave[due[:, None], holder] * ~state.engaged[due]
    people.aid_permille[due] = _widest_road(setting, own, people.aid_hub)


def _leave_of_factions(setting: Setting, access_agreement: Float64 | None) -> Int64:
    """Return the access that each faction grants, ``[R, F]``: that of its most open kind."""
    by_kind = np.rint(FULL * setting.parameters.by_kind("access_granted")).astype(np.int64)
    leave = np.zeros((len(by_kind), len(setting.factions)), dtype=np.int64)
    for kind, faction in enumerate(setting.kind_faction.tolist()):
        leave[:, faction] = np.maximum(leave[:, faction], by_kind[:, kind])
    if access_agreement is not None:
        agreed = np.rint(FULL * access_agreement).astype(np.int64)
        leave = np.maximum(leave, agreed if agreed.ndim == 2 else agreed[:, None])
    return np.clip(leave, 0, FULL)


def _widest_road(setting: Setting, own: Int64, hub: Bool) -> Int64:
    """Return the best access, ``[n, P]``, over all roads from a hub; ``own[n, P]`` is a place's."""
    neighbour = setting.theatre.neighbour
    allowed = np.ascontiguousarray(own.T.astype(np.int16))
    # The padding -1 finds the last row, which stays 0.
    access = np.zeros((len(allowed) + 1, len(own)), dtype=np.int16)
    access[:-1] = allowed * hub[:, None]
    while True:
        best = access[neighbour[:, 0]]
        for slot in range(1, neighbour.shape[1]):
            np.maximum(best, access[neighbour[:, slot]], out=best)
        np.minimum(best, allowed, out=best)
        np.maximum(best, access[:-1], out=best)
        if np.array_equal(best, access[:-1]):
            return np.ascontiguousarray(best.T).astype(np.int64)
        access[:-1] = best
