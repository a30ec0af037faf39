"""Historical battles replayed through the combat kernel.

Both sides of a battle start at their strength and lose fighters day by day, by the campaign's own
kernel (:mod:`sim.rules.kernel`): a rate from the general Lanchester law, lognormal noise that
partly persists over the battle and partly changes by the day, and binomial losses. Many draws give
a predictive distribution of each side's casualties, to be held against what was recorded.

Only strengths, calendar days, the defender's posture and the year go in. The constants are in
``data/battle_constants.csv``, written by ``python -m sim.experiments.battles_fit``.
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.experiments.battles_table import Battles, BattlesError, read_battles
from sim.rules import kernel
from sim.state import elementary
from sim.state.binomial import binomial
from sim.state.elementary import FloatArray
from sim.state.stable_ids import stable_ids
from sim.state.streams import Streams

__all__ = ["BattleConstants", "Battles", "BattlesError", "BattlesResult", "replay_battles"]

REFERENCE_STRENGTH = 10_000.0
"""N0 of the kernel here: a division, the usual force in CDB90."""

SIDES = ("attacker", "defender")
POSTURES = ("HD", "PD", "FD", "DL")
"""CDB90's defender postures: hasty, prepared and fortified defence, delay; WD (withdrawal) counts
as DL, anything else as HD, the most frequent."""

CONSTANTS_FILE = Path(__file__).parent / "data" / "battle_constants.csv"
DRAWS = 1000
SEED = 1


@dataclass(frozen=True)
class BattleConstants:
    """What the fit to the battles found; side 0 is the attacker, 1 the defender.

    Attributes
    ----------
    own_exponent, enemy_exponent
        p and q of the kernel, the same for both sides.
    tempo_exponent
        g: on day t of a battle (from 1) the rate is ``t**-g`` of the first day's.
    log_attrition : float64 [2, knots]
        ln of the share lost on the first day at the reference strength, at ``knots`` (years),
        straight lines between them and level outside.
    log_posture : float64 [2, 4]
        ln of the factor of each of :data:`POSTURES`; 0 for hasty defence.
    sigma_persistent, sigma_daily : float64 [2]
        Standard deviations of the log rate at the reference strength.
    size_exponent
        k: the standard deviations go with ``(smaller strength / N0) ** -k``.
    """

    own_exponent: float
    enemy_exponent: float
    tempo_exponent: float
    knots: FloatArray
    log_attrition: FloatArray
    log_posture: FloatArray
    sigma_persistent: FloatArray
    sigma_daily: FloatArray
    size_exponent: float

    def attrition_per_day(self, year: npt.ArrayLike) -> FloatArray:
        """Return [2, n] first-day attrition at the reference strength in the years given."""
        logs = [np.interp(year, self.knots, values) for values in self.log_attrition]
        return elementary.exp(np.stack(logs))

    def posture_factor(self, posture: tuple[str, ...]) -> FloatArray:
        """Return [2, n] factors on the rates of both sides."""
        codes = ["DL" if code == "WD" else code for code in posture]
        index = [POSTURES.index(code) if code in POSTURES else 0 for code in codes]
        return elementary.exp(self.log_posture[:, index])

    def sigmas(self, battles: Battles) -> tuple[FloatArray, FloatArray]:
        """Return the persistent and daily standard deviations, each [2, n]."""
        smaller = battles.strength.min(axis=0) / REFERENCE_STRENGTH
        scale = elementary.power(smaller, -self.size_exponent)
        return self.sigma_persistent[:, None] * scale, self.sigma_daily[:, None] * scale


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
    return score(battles, replay(battles, load_constants(), draws, seed))


def replay(battles: Battles, constants: BattleConstants, draws: int, seed: int) -> FloatArray:
    """Return casualties drawn by the kernel, [draws, 2, n]."""
    streams = Streams(seed, np.arange(draws))
    ids = _side_ids(battles)
    sigma_persistent, sigma_daily = constants.sigmas(battles)
    persistent = elementary.normal_quantile(streams.uniform("combat.engagement", 0, ids.ravel()))
    persistent = persistent.reshape(draws, *ids.shape)

    def losses(
        day: int, live: npt.NDArray[np.intp], left: FloatArray, rate: FloatArray
    ) -> FloatArray:
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


def fight(battles, constants, start, losses) -> FloatArray:  # type: ignore[no-untyped-def]
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


def score(battles: Battles, casualties: FloatArray) -> BattlesResult:
    """Compare drawn casualties, [draws, 2, n], with the recorded ones."""
    predicted = mean_log(casualties)
    error = np.log(battles.casualties) - predicted
    low, high = np.quantile(casualties, [0.1, 0.9], axis=0)
    covered = (battles.casualties >= low) & (battles.casualties <= high)
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


def mean_log(casualties: FloatArray) -> FloatArray:
    """Return the mean over draws of ln casualties, none counting as one half."""
    return np.asarray(np.log(np.maximum(casualties, 0.5)).mean(axis=0))


def _side_ids(battles: Battles) -> npt.NDArray[np.uint64]:
    """Return ids [2, n]: the two sides of a battle have luck of their own."""
    sides = stable_ids("side", SIDES)
    return sides[:, None] ^ battles.ids()[None, :]


@lru_cache(maxsize=1)
def load_constants() -> BattleConstants:
    """Return the constants that ship with Khabur."""
    return read_constants(CONSTANTS_FILE)


def read_constants(path: Path) -> BattleConstants:
    """Read a table of constants as :func:`write_constants` wrote it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    value = {(row["constant"], row["side"], row["at"]): float(row["value"]) for row in rows}
    knots = sorted({int(row["at"]) for row in rows if row["constant"] == "log_attrition"})
    return BattleConstants(
        own_exponent=value["own_exponent", "both", ""],
        enemy_exponent=value["enemy_exponent", "both", ""],
        tempo_exponent=value["tempo_exponent", "both", ""],
        knots=np.array(knots, dtype=np.float64),
        log_attrition=np.array([[value["log_attrition", s, str(y)] for y in knots] for s in SIDES]),
        log_posture=np.array([[value["log_posture", s, p] for p in POSTURES] for s in SIDES]),
        sigma_persistent=np.array([value["sigma_persistent", s, ""] for s in SIDES]),
        sigma_daily=np.array([value["sigma_daily", s, ""] for s in SIDES]),
        size_exponent=value["size_exponent", "both", ""],
    )


def rounded(constants: BattleConstants) -> BattleConstants:
    """Return the constants to four decimals, as they are stored."""
    fields = {name: np.round(value, 4) for name, value in vars(constants).items()}
    return replace(constants, **fields)
