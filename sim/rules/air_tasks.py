"""Strikes that nobody on the ground asks for: on depots and workshops, columns and headquarters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.rules.casualties import inflict, kill_leaders
from sim.rules.sorties import Sorties
from sim.state.air import AirTasks, air_tasks
from sim.state.binomial import binomial
from sim.state.elementary import exp, normal_quantile
from sim.state.picking import indices, rows_of
from sim.state.setting import Setting
from sim.state.state import FULL, State

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True)
class Struck:
    """Strikes that fell, one element each: replicate row and place."""

    row: Int64
    place: Int64

    def joined(self, other: Struck) -> Struck:
        """Return these and the others."""
        return Struck(
            np.concatenate([self.row, other.row]), np.concatenate([self.place, other.place])
        )


@dataclass(frozen=True)
class TaskedStrikes:
    """Strikes of the day on single units: strikes times effect, thousandths, int64 ``[R, U]``."""

    permille: Int64

    @classmethod
    def none(cls, state: State) -> TaskedStrikes:
        """Return none."""
        return cls(np.zeros_like(state.strength))


def strike_by_task(
    state: State, setting: Setting, wing: int, sorties: Sorties, tasked: TaskedStrikes
) -> tuple[Sorties, Struck]:
    """Fly the sorties of a wing that have deep or dynamic targets.

    Each sortie is one against deep targets with the chance ``deep_share``, one against dynamic
    targets with the chance ``dynamic_share``. Where there is no such target it is left for contact.

    Deep targets are the depots, crossings and oil of enemies, and those workshops of theirs that
    are found today (each with the chance ``air.workshop_found_per_day``), while their side holds
    them and the holder is hostile to the wing; each is as likely. A strike on the goods of a
    faction keeps ``air.interdiction_per_strike`` of the day's inflow from it; one on a workshop
    puts it out of action for ``air.workshop_days``, today included.

    Dynamic targets are enemies on the march, and the headquarters found today: each is found with
    the chance ``air.headquarters_found_per_day``. Units are picked in proportion to their fighters.
    :func:`hit_units` inflicts what the strikes of all wings do to them.

    Returns
    -------
    The sorties that are left for contact, and the places of the strikes that were flown.
    """
    tasks = setting.derived(air_tasks)
    none = np.zeros(0, dtype=np.int64)
    struck = Struck(none, none)
    if not tasks.tasked[wing]:
        return sorties, struck
    uniform = setting.streams.uniform_at("air.task", state.day, sorties.row, sorties.ids)
    deep = tasks.deep_share[sorties.row, wing]
    dynamic = deep + tasks.dynamic_share[sorties.row, wing]
    task = (uniform >= deep).astype(np.int64) + (uniform >= dynamic)
    left = task == 2
    for number, fly in enumerate((_strike_deep, _strike_dynamic)):
        sent = indices(task == number)
        flown, fell = fly(state, setting, wing, sorties.where(sent), tasked)
        struck = struck.joined(fell)
        left[sent[~flown]] = True
    return sorties.where(left), struck


def hit_units(state: State, setting: Setting, tasked: TaskedStrikes) -> None:
    """Inflict the losses of the day's dynamic strikes.

    As in contact, each fighter of the unit is lost with an equal chance: the expected dead are
    ``air.killed_per_strike_moving`` for a unit on the march, ``air.killed_per_strike`` for one
    that stands, times strikes, effect and noise. Besides, the leader of a headquarters falls with
    the chance ``1 - exp(-air.leader_killed_per_strike * strikes * effect)``.
    """
    unit = indices(tasked.permille)
    if len(unit) == 0:
        return
    row, number = np.divmod(unit, setting.roster.kind.size)
    strikes = tasked.permille.take(unit) / FULL
    strength = state.strength.take(unit)
    of_rows = setting.parameters.of_rows
    killed_share = of_rows("combat.killed_share", row)
    dead = np.where(
        state.next_place.take(unit) >= 0,
        of_rows("air.killed_per_strike_moving", row),
        of_rows("air.killed_per_strike", row),
    )
    ids = setting.roster.ids[number]
    uniform = setting.streams.uniform_at("air.noise", state.day, row, ids)
    sigma = of_rows("air.sigma", row)
    noise = exp(normal_quantile(uniform) * sigma - 0.5 * sigma * sigma)
    lost = dead / killed_share * noise
    chance = 1.0 - exp(-(strikes / np.maximum(strength, 1) * lost))
    uniform = setting.streams.uniform_at("air.hit_unit", state.day, row, ids)
    losses = binomial(uniform, strength, chance)
    inflict(state, setting, unit, losses, killed_share, "air task")
    uniform = setting.streams.uniform_at("air.leader", state.day, row, ids)
    falls = uniform < 1.0 - exp(-(of_rows("air.leader_killed_per_strike", row) * strikes))
    kill_leaders(state, setting, unit[falls & setting.roster.headquarters[number]])


def _strike_deep(
    state: State, setting: Setting, wing: int, sorties: Sorties, tasked: TaskedStrikes
) -> tuple[Bool, Struck]:
    """Return which sorties find a deep target, and where those fall."""
    tasks = setting.derived(air_tasks)
    reach = _deep_targets_in_reach(state, setting, wing, tasks)
    found = np.asarray(reach.any(axis=1))[sorties.row]
    sorties = sorties.where(found)
    row = sorties.row
    if len(row) == 0:
        return found, Struck(row, row)
    # The largest of one draw for each target wins: which it is does not hang on their order.
    ids = sorties.ids[:, None] ^ tasks.target_ids
    rows = np.repeat(row, ids.shape[1])
    uniform = setting.streams.uniform_at("air.target", state.day, rows, ids.reshape(-1))
    target = np.where(reach[row], uniform.reshape(ids.shape), -1.0).argmax(axis=1)
    workshop = tasks.target_workshop[target]
    _interrupt(state, setting, row[workshop < 0], tasks.target_faction[target[workshop < 0]])
    _put_out(state, setting, row[workshop >= 0], workshop[workshop >= 0])
    return found, Struck(row, tasks.target_place[target])


def _deep_targets_in_reach(state: State, setting: Setting, wing: int, tasks: AirTasks) -> Bool:
    """Return the deep targets that a wing can strike today, ``[R, T]``."""
    own, owner = setting.air_wings.faction[wing], tasks.target_faction
    holder = state.controller[:, tasks.target_place]
    row = rows_of(len(holder))
    reach = (holder >= 0) & (state.stance[row, owner, holder] > 0)
    reach &= state.stance[row, own, holder] < 0
    reach &= state.stance[:, own, owner] < 0
    row, target = np.nonzero(reach & (tasks.target_workshop >= 0))
    ids = tasks.target_ids[target] ^ setting.air_wings.ids[wing]
    uniform = setting.streams.uniform_at("air.found", state.day, row, ids)
    reach[row, target] = uniform < setting.parameters.of_rows("air.workshop_found_per_day", row)
    return reach


def _interrupt(state: State, setting: Setting, row: Int64, faction: Int64) -> None:
    if len(row) == 0:
        return
    share = setting.parameters.of_rows("air.interdiction_per_strike", row)
    assert state.interdicted is not None
    np.add.at(state.interdicted, (row, faction), np.rint(FULL * share).astype(np.int64))
    np.minimum(state.interdicted, FULL, out=state.interdicted)


def _put_out(state: State, setting: Setting, row: Int64, workshop: Int64) -> None:
    if len(row) == 0:
        return
    days = np.rint(setting.parameters.of_rows("air.workshop_days", row)).astype(np.int64)
    assert state.workshop_out_until is not None
    np.maximum.at(state.workshop_out_until, (row, workshop), state.day + days - 1)


def _strike_dynamic(
    state: State, setting: Setting, wing: int, sorties: Sorties, tasked: TaskedStrikes
) -> tuple[Bool, Struck]:
    """Return which sorties find a dynamic target, and where those fall."""
    unit = _dynamic_targets(state, setting, wing)
    of_unit = unit // setting.roster.kind.size
    upto = np.append(0, np.cumsum(state.strength.take(unit)))
    upto_row = upto[np.searchsorted(of_unit, np.arange(len(setting.replicates) + 1))]
    total = np.diff(upto_row)
    found = total[sorties.row] > 0
    sorties = sorties.where(found)
    row = sorties.row
    uniform = setting.streams.uniform_at("air.target", state.day, row, sorties.ids)
    picked = np.minimum(np.floor(uniform * total[row]).astype(np.int64), total[row] - 1)
    hit = unit[np.searchsorted(upto, upto_row[row] + picked, side="right") - 1]
    effect = setting.air_wings.effect_permille[wing]
    np.add.at(tasked.permille.reshape(-1), hit, effect)
    return found, Struck(row, state.place.take(hit))


def _dynamic_targets(state: State, setting: Setting, wing: int) -> Int64:
    """Return the units that a wing can strike as dynamic targets today, flat indices."""
    roster = setting.roster
    seen = (state.next_place >= 0) | roster.headquarters
    unit = indices(seen & state.active & (state.strength > 0))
    row, number = np.divmod(unit, roster.kind.size)
    enemy = state.stance[row, setting.air_wings.faction[wing], roster.faction[number]] < 0
    ids = roster.ids[number] ^ setting.air_wings.ids[wing]
    uniform = setting.streams.uniform_at("air.found", state.day, row, ids)
    chance = setting.parameters.of_rows("air.headquarters_found_per_day", row)
    marching = state.next_place.take(unit) >= 0
    return unit[enemy & (marching | (uniform < chance))]
