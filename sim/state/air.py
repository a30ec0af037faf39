"""What a scenario says of its air wings: strikes by date, claims beyond the map, deep targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sim.state.rolls import FOREVER
from sim.state.setting import Setting
from sim.state.stable_ids import stable_ids

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AirTasks:
    """Tasks of A air wings over D days, C claims and T deep targets; read-only.

    Attributes
    ----------
    interdicts : bool
        Whether some wing has deep targets.
    sorties : int64 array, shape ``[D, A]``
        Strikes of a wing on a date for which the scenario gives them, else -1.
    factor : float64 array, shape ``[D, A]``
        Factor on a wing's strikes: weather, or a surge.
    deep_share, dynamic_share : float64 arrays, shape ``[R, A]``
    tasked : bool array, shape ``[A]``
        Whether a wing flies against deep or dynamic targets in some replicate.
    collateral_permille : int64 array, shape ``[A]``
        Civil dead of a strike in a place where people live, in thousandths.
    claim_wing, claim_first, claim_last : int64 arrays, shape ``[C]``
        Whose strikes a front beyond the map claims, and on which days.
    claim_weight : float64 array, shape ``[R, C]``
    target_place, target_faction : int64 arrays, shape ``[T]``
        Deep targets, where they are and whose: the rows of ``supply.csv``, then the workshops.
    target_workshop : int64 array, shape ``[T]``
        Row of ``workshops.csv``, -1 for a target that is none.
    target_ids : uint64 array, shape ``[T]``
        Stable ids of the targets.
    """

    interdicts: bool
    sorties: Int64
    factor: Float64
    deep_share: Float64
    dynamic_share: Float64
    tasked: Bool
    collateral_permille: Int64
    claim_wing: Int64
    claim_first: Int64
    claim_last: Int64
    claim_weight: Float64
    target_place: Int64
    target_faction: Int64
    target_workshop: Int64
    target_ids: NDArray[np.uint64]

    def claims(self, wing: int, day: int) -> Float64:
        """Return the weight of what is asked of a wing beyond the map on a day, ``[R]``."""
        weight: Float64 = np.zeros(len(self.claim_weight))
        for claim in np.flatnonzero(self.claim_wing == wing):
            if self.claim_first[claim] <= day <= self.claim_last[claim]:
                weight += self.claim_weight[:, claim]
        return weight


def air_tasks(setting: Setting) -> AirTasks:
    """Prepare the tasks of the air wings; ask for them by ``setting.derived(air_tasks)``."""
    scenario = setting.scenario
    wings = [row.id for row in scenario.air]
    claims = scenario.claims
    deep = _amounts(setting, [row.deep_share for row in scenario.air])
    dynamic = _amounts(setting, [row.dynamic_share for row in scenario.air])
    place, faction, workshop = _deep_targets(setting)
    return AirTasks(
        interdicts=any(row.deep_share != 0.0 for row in scenario.air),
        sorties=_sorties(setting, wings),
        factor=_factors(setting, wings),
        deep_share=deep,
        dynamic_share=dynamic,
        tasked=np.asarray(((deep > 0) | (dynamic > 0)).any(axis=0)),
        collateral_permille=np.array(
            [round(1000 * row.collateral) for row in scenario.air], dtype=np.int64
        ),
        claim_wing=np.array([wings.index(row.wing) for row in claims], dtype=np.int64),
        claim_first=_days(setting, [row.from_ for row in claims], -FOREVER),
        claim_last=_days(setting, [row.until for row in claims], FOREVER),
        claim_weight=_amounts(setting, [row.weight for row in claims]),
        target_place=place,
        target_faction=faction,
        target_workshop=workshop,
        target_ids=np.where(
            workshop >= 0,
            _workshop_ids(setting)[workshop],
            setting.place_ids[place] ^ setting.faction_ids[faction],
        ),
    )


def _sorties(setting: Setting, wings: list[str]) -> Int64:
    """Return the strikes that the scenario gives, by day and wing; -1 where it gives none."""
    sorties = np.full((setting.days, len(wings)), -1, dtype=np.int64)
    for row in setting.scenario.sorties:
        day = setting.day_of(row.date)
        if 0 <= day < setting.days:
            sorties[day, wings.index(row.wing)] = row.strikes
    return sorties


def _factors(setting: Setting, wings: list[str]) -> Float64:
    """Return the factor of each wing by day: that of the last event so far, 1 before the first."""
    factor = np.ones((setting.days, len(wings)))
    events = [row for row in setting.scenario.events if row.event == "air_factor"]
    for row in sorted(events, key=lambda event: event.date):
        factor[max(setting.day_of(row.date), 0) :, wings.index(row.a)] = row.value
    return factor


def _deep_targets(setting: Setting) -> tuple[Int64, Int64, Int64]:
    factions, index = setting.factions, setting.theatre.index
    rows = [
        (index(row.place), factions.index(row.faction), -1) for row in setting.scenario.supply
    ] + [
        (index(row.place), int(setting.kind_faction[setting.kinds.index(row.kind)]), number)
        for number, row in enumerate(setting.scenario.workshops)
    ]
    place, faction, workshop = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return place, faction, workshop


def _workshop_ids(setting: Setting) -> NDArray[np.uint64]:
    """Return an id for each workshop, and one more, so that the index -1 finds one."""
    return stable_ids("workshop", [*(row.id for row in setting.scenario.workshops), ""])


def _amounts(setting: Setting, cells: list[float | str]) -> Float64:
    if not cells:
        return np.zeros((len(setting.replicates), 0))
    return np.concatenate([setting.parameters.amount(cell) for cell in cells], axis=1)


def _days(setting: Setting, dates: list[date | None], default: int) -> Int64:
    days = [default if when is None else setting.day_of(when) for when in dates]
    return np.array(days, dtype=np.int64)
