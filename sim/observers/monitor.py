"""The monitor: a network of sources that sees some of the dead, late."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.state.binomial import binomial
from sim.state.picking import indices
from sim.state.setting import Setting
from sim.state.state import State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]


def count_the_dead(state: State, setting: Setting) -> None:
    """Publish the deaths that the monitor learns of.

    Each death of the day is seen with probability ``monitor.seen_share_of_children`` for children
    and ``monitor.seen_share`` for others. What has been seen and is not yet published comes out
    at ``1 / monitor.delay_days`` a day. Numbers stay whole here; how they are worded ("at least",
    "dozens") belongs to the report.
    """
    value, tally = setting.parameters, state.tally
    died = indices(tally["killed"] > 0)
    children = tally["children_killed"].reshape(-1).take(died)
    adults = tally["killed"].reshape(-1).take(died) - children
    seen = value.column("monitor.seen_share"), value.column("monitor.seen_share_of_children")
    _thin(state, setting, "monitor.seen", (died, died), (adults, children), seen)
    unseen, unseen_children = state.unseen.reshape(-1), state.unseen_children.reshape(-1)
    unseen[died] += adults
    unseen_children[died] += children
    waiting = indices(unseen > 0), indices(unseen_children > 0)
    number = unseen.take(waiting[0]), unseen_children.take(waiting[1])
    share = 1.0 / value.column("monitor.delay_days")
    _thin(state, setting, "monitor.published", waiting, number, (share, share))
    unseen[waiting[0]] -= number[0]
    unseen_children[waiting[1]] -= number[1]
    reported = tally["reported_killed"].reshape(-1)
    reported[waiting[0]] += number[0]
    reported[waiting[1]] += number[1]
    tally["reported_children"].reshape(-1)[waiting[1]] += number[1]


def _thin(
    state: State,
    setting: Setting,
    stream: str,
    cells: tuple[Int64, Int64],
    numbers: tuple[Int64, Int64],
    chances: tuple[Float64, Float64],
) -> None:
    """Keep each of the ``numbers`` of adults and children with its chance, in place.

    They belong to flat ``cells`` of ``[R, F, P]``; chances have shape ``[R, 1]``.
    """
    factions, places = state.unseen.shape[1:]
    some = [indices(number) for number in numbers]
    cell = np.concatenate([cell.take(at) for cell, at in zip(cells, some, strict=True)])
    if len(cell) == 0:
        return
    line = cell // places
    row = line // factions
    ids = setting.place_ids.take(cell - line * places)
    ids ^= setting.faction_ids.take(line - row * factions)
    adults = len(some[0])
    ids[:adults] ^= setting.group_ids["adults"]
    ids[adults:] ^= setting.group_ids["children"]
    uniform = setting.streams.uniform_at(stream, state.day, row, ids)
    chance = np.concatenate(
        [chances[0].take(row[:adults]), chances[1].take(row[adults:])],
    )
    number = np.concatenate([number.take(at) for number, at in zip(numbers, some, strict=True)])
    kept = binomial(uniform, number, chance)
    numbers[0][some[0]] = kept[:adults]
    numbers[1][some[1]] = kept[adults:]
