"""The monitor: a network of sources that sees some of the dead, late."""

from __future__ import annotations

import numpy as np

from sim.state.binomial import binomial
from sim.state.picking import indices
from sim.state.setting import Setting
from sim.state.state import State


def count_the_dead(state: State, setting: Setting) -> None:
    """Publish the deaths that the monitor learns of.

    Each death of the day is seen with probability ``monitor.seen_share_of_children`` for children
    and ``monitor.seen_share`` for others. What has been seen and is not yet published comes out
    at ``1 / monitor.delay_days`` a day. Numbers stay whole here; how they are worded ("at least",
    "dozens") belongs to the report.
    """
    children = state.tally["children_killed"]
    adults = state.tally["killed"] - children
    seen = _seen(state, setting, adults, "monitor.seen_share", "adults")
    seen_children = _seen(state, setting, children, "monitor.seen_share_of_children", "children")
    state.unseen += seen
    state.unseen_children += seen_children
    published = _published(state, setting, state.unseen, "adults")
    published_children = _published(state, setting, state.unseen_children, "children")
    state.unseen -= published
    state.unseen_children -= published_children
    state.tally["reported_killed"] += published + published_children
    state.tally["reported_children"] += published_children


def _seen(state: State, setting: Setting, dead: np.ndarray, share: str, whom: str) -> np.ndarray:
    chance = setting.parameters.column(share)
    return _thinned(state, setting, dead, chance, "monitor.seen", whom)


def _published(state: State, setting: Setting, waiting: np.ndarray, whom: str) -> np.ndarray:
    chance = 1.0 / setting.parameters.column("monitor.delay_days")
    return _thinned(state, setting, waiting, chance, "monitor.published", whom)


def _thinned(
    state: State, setting: Setting, number: np.ndarray, chance: np.ndarray, stream: str, whom: str
) -> np.ndarray:
    """Keep each of ``number[R, F, P]`` with a probability ``chance[R, 1]``."""
    factions, places = number.shape[1:]
    cell = indices(number > 0)
    if len(cell) == 0:
        return np.zeros_like(number)
    row, faction, place = (
        cell // (factions * places),
        cell // places % factions,
        cell % places,
    )
    ids = setting.place_ids[place] ^ setting.faction_ids[faction] ^ setting.group_ids[whom]
    uniform = setting.streams.uniform_at(stream, state.day, row, ids)
    kept = np.zeros_like(number)
    kept.reshape(-1)[cell] = binomial(uniform, number.reshape(-1)[cell], chance[row, 0])
    return kept
