"""The constants of the battle replay, and the small table that they are kept in."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sim.experiments.battles_table import Battles
from sim.state import elementary
from sim.state.elementary import FloatArray

REFERENCE_STRENGTH = 10_000.0
"""N0 of the kernel here: a division, the usual force in CDB90."""

SIDES = ("attacker", "defender")
POSTURES = ("HD", "PD", "FD", "DL")
"""CDB90's defender postures: hasty, prepared and fortified defence, delay; WD (withdrawal) counts
as DL, anything else as HD, the most frequent."""

CONSTANTS_FILE = Path(__file__).parent / "data" / "battle_constants.csv"


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
        logs = [
            np.interp(np.asarray(year, dtype=np.float64), self.knots, values)
            for values in self.log_attrition
        ]
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


def write_constants(constants: BattleConstants, path: Path, command: str) -> None:
    """Write the constants as a table that :func:`read_constants` reads."""
    rows: list[tuple[str, str, str, float]] = [
        ("own_exponent", "both", "", constants.own_exponent),
        ("enemy_exponent", "both", "", constants.enemy_exponent),
        ("tempo_exponent", "both", "", constants.tempo_exponent),
        ("size_exponent", "both", "", constants.size_exponent),
    ]
    for s, side in enumerate(SIDES):
        rows.append(("sigma_persistent", side, "", constants.sigma_persistent[s]))
        rows.append(("sigma_daily", side, "", constants.sigma_daily[s]))
        rows += [
            ("log_posture", side, posture, constants.log_posture[s, i])
            for i, posture in enumerate(POSTURES)
        ]
        rows += [
            ("log_attrition", side, f"{year:.0f}", constants.log_attrition[s, i])
            for i, year in enumerate(constants.knots)
        ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"# Written by: {command}\n")
        file.write("# Fitted to battles of CDB90 (US Army Concepts Analysis Agency; ODC-BY).\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["constant", "side", "at", "value"])
        writer.writerows((name, side, at, f"{value:.4f}") for name, side, at, value in rows)
