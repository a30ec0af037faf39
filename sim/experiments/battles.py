"""Historical battles replayed through the combat kernel.

Both sides of a battle start at their strength and lose fighters day by day, by the campaign's own
kernel (:mod:`sim.rules.kernel`): a rate from the general Lanchester law, lognormal noise that
partly persists over the battle and partly changes by the day, and binomial losses. Many draws give
a predictive distribution of each side's casualties, to be held against what was recorded.

Only strengths, calendar days, the defender's posture and the year go in. The constants are in
``data/battle_constants.csv``, written by :mod:`sim.experiments.battles_fit`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from sim.experiments.battles_constants import (
    REFERENCE_STRENGTH,
    SIDES,
    BattleConstants,
    load_constants,
)
from sim.experiments.battles_table import Battles, BattlesError, read_battles
from sim.rules import kernel
from sim.state import elementary
from sim.state.binomial import binomial
from sim.state.elementary import FloatArray
from sim.state.stable_ids import stable_ids
from sim.state.streams import Streams

__all__ = ["Battles", "BattlesError", "BattlesResult", "predict", "replay", "replay_battles"]

DRAWS = 1000
SEED = 1

_BATTLES_AT_ONCE = 256  # limits memory: draws, times two sides, times these

IndexArray: TypeAlias = npt.NDArray[np.intp]
LossesOfDay: TypeAlias = Callable[[int, IndexArray, FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Prediction:
    """Predictive distribution of casualties, float64 [2, n] each; side 0 attacker, 1 defender.

    Attributes
    ----------
    mean_log
        Mean of ln casualties over the draws, none counting as one half.
    low, high
        10th and 90th percentile of casualties.
    """

    mean_log: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class BattlesResult:
    """How well the kernel predicts the casualties of a table of battles.

    Attributes
    ----------
    n, dropped
        Battles replayed, and rows left out for a missing value or a zero.
    attacker_rmse_log, defender_rmse_log
        Root mean square of ln(recorded casualties) less the mean of ln(predicted casualties).
    attacker_cover80, defender_cover80
        Share of battles whose casualties lie between the 10th and 90th percentile predicted.
    """

    n: int
    dropped: int
    attacker_rmse_log: float
    defender_rmse_log: float
    attacker_cover80: float
    defender_cover80: float

    def to_json(self) -> str:
        """Return one JSON object on one line."""
        return json.dumps(asdict(self))

    def to_text(self) -> str:
        """Return plain lines for a reader."""
        return (
            f"n                  {self.n} battles ({self.dropped} rows dropped: a value missing "
            f"or zero)\n"
            f"attacker_rmse_log  {self.attacker_rmse_log:.3f}\n"
            f"defender_rmse_log  {self.defender_rmse_log:.3f}\n"
            f"attacker_cover80   {self.attacker_cover80:.3f}\n"
            f"defender_cover80   {self.defender_cover80:.3f}"
        )


def replay_battles(path: str | Path, draws: int = DRAWS, seed: int = SEED) -> BattlesResult:
    """Replay a table of battles through the kernel and score the predictions.

    Parameters
    ----------
    path
        CSV file; see :func:`sim.experiments.battles_table.read_battles`.
    draws, seed
        Draws of each battle, and the seed of their luck. The result depends on nothing else.

    Raises
    ------
    BattlesError
        When the table cannot be used; the message is one sentence.
    """
    battles = read_battles(path)
    return score(battles, predict(battles, load_constants(), draws, seed))


def replay(battles: Battles, constants: BattleConstants, draws: int, seed: int) -> FloatArray:
    """Return casualties drawn by the kernel, [draws, 2, n]."""
    streams = Streams(seed, np.arange(draws))
    ids = _side_ids(battles)
    sigma_persistent, sigma_daily = constants.sigmas(battles)
    persistent = elementary.normal_quantile(streams.uniform("combat.engagement", 0, ids.ravel()))
    persistent = persistent.reshape(draws, *ids.shape)

    def losses(day: int, live: IndexArray, left: FloatArray, rate: FloatArray) -> FloatArray:
        today = ids[:, live].ravel()
        daily = elementary.normal_quantile(streams.uniform("combat.day", day, today))
        noise = kernel.combined_noise(
            persistent[..., live],
            daily.reshape(left.shape),
            0.0,
            sigma_persistent[:, live],
            sigma_daily[:, live],
            0.0,
        )
        uniform = streams.uniform("combat.losses", day, today).reshape(left.shape)
        return binomial(uniform, left, kernel.loss_probability(rate * noise, 1.0)).astype(float)

    start = np.broadcast_to(np.rint(battles.strength), (draws, *battles.strength.shape))
    return fight(battles, constants, start, losses)


def fight(
    battles: Battles, constants: BattleConstants, start: FloatArray, losses: LossesOfDay
) -> FloatArray:
    """Fight every battle day by day; return casualties in the shape of ``start``, [..., 2, n].

    ``losses(day, live, left, rate)`` returns a day's losses of the battles ``live`` that are still
    fought, from the strength left and the kernel's rate without noise, both [..., 2, live]. Both
    sides act at once.
    """
    left = start.copy()
    attrition = constants.attrition_per_day(battles.year)
    attrition = attrition * constants.posture_factor(battles.posture)
    live = np.arange(battles.n)
    for day in range(int(battles.days.max(initial=0))):
        live = live[battles.days[live] > day]
        now = left[..., live]
        rate = kernel.loss_rate_per_day(
            own=now,
            enemy=now[..., ::-1, :],
            attrition_per_day=attrition[:, live],
            own_exponent=constants.own_exponent,
            enemy_exponent=constants.enemy_exponent,
            reference_strength=REFERENCE_STRENGTH,
            posture=float(day + 1) ** -constants.tempo_exponent,
        )
        left[..., live] = now - losses(day, live, now, rate)
    return start - left


def predict(
    battles: Battles, constants: BattleConstants, draws: int = DRAWS, seed: int = SEED
) -> Prediction:
    """Replay the battles, some at a time, and return what the kernel predicts of each."""
    parts = []
    for start in range(0, battles.n, _BATTLES_AT_ONCE):
        index = np.arange(start, min(start + _BATTLES_AT_ONCE, battles.n))
        casualties = replay(battles.take(index), constants, draws, seed)
        mean_log = np.log(np.maximum(casualties, 0.5)).mean(axis=0)
        low, high = np.quantile(casualties, [0.1, 0.9], axis=0)
        parts.append((mean_log, low, high))
    return Prediction(*(np.concatenate(arrays, axis=1) for arrays in zip(*parts, strict=True)))


def score(battles: Battles, prediction: Prediction) -> BattlesResult:
    """Compare what was predicted with what was recorded."""
    error = np.log(battles.casualties) - prediction.mean_log
    covered = (battles.casualties >= prediction.low) & (battles.casualties <= prediction.high)
    rmse = np.sqrt(np.mean(error**2, axis=1))
    share = covered.mean(axis=1)
    return BattlesResult(
        n=battles.n,
        dropped=battles.dropped,
        attacker_rmse_log=float(rmse[0]),
        defender_rmse_log=float(rmse[1]),
        attacker_cover80=float(share[0]),
        defender_cover80=float(share[1]),
    )


def _side_ids(battles: Battles) -> npt.NDArray[np.uint64]:
    """Return ids [2, n]: the two sides of a battle have luck of their own."""
    sides = stable_ids("side", SIDES)
    return sides[:, None] ^ battles.ids()[None, :]
