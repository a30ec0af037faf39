"""The combat kernel on one day of the siege: numpy as the engine calls it, and C."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.rules.kernel import combined_noise, loss_probability, loss_rate_per_day, unit_losses
from sim.scenario.schema import Scenario
from sim.state.elementary import normal_quantile
from sim.state.parameters import draw_from_priors
from sim.state.setting import Setting, prepare
from sim.state.streams import _constant

Int64 = NDArray[np.int64]
Float64 = NDArray[np.float64]
UInt64 = NDArray[np.uint64]

SOURCE = Path(__file__).with_name("kernel.c")
FLAGS = ("-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fopenmp-simd")
DAY = 20
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@dataclass
class KernelCase:
    """Engagements of one day: sides ``[n]`` in replicates, and units ``[m]`` on these sides.

    ``own`` and ``fire`` are in units of the reference strength; ``factor`` joins posture and
    terrain; ``exposed`` is the share of the side within the frontage.
    """

    setting: Setting
    row: Int64
    own: Float64
    fire: Float64
    exposed: Float64
    attrition: Float64
    factor: Float64
    began: Int64
    ids: UInt64
    city_ids: UInt64
    side: Int64
    unit_row: Int64
    unit_ids: UInt64
    strength: Int64

    def numpy(self) -> Int64:
        """Return the losses of the units, as the rules work them out."""
        row, value, streams = self.row, self.setting.parameters, self.setting.streams
        noise = combined_noise(
            normal_quantile(streams.uniform_on_at("combat.engagement", self.began, row, self.ids)),
            normal_quantile(streams.uniform_at("combat.day", DAY, row, self.ids)),
            normal_quantile(streams.uniform_at("combat.city", DAY, row, self.city_ids)),
            value.of_rows("combat.sigma_engagement", row),
            value.of_rows("combat.sigma_day", row),
            value.of_rows("combat.sigma_city", row),
        )
        rate = loss_rate_per_day(
            self.own,
            self.fire,
            self.attrition,
            value.of_rows("combat.own_exponent", row),
            value.of_rows("combat.enemy_exponent", row),
            1.0,
            terrain=self.factor,
            noise=noise,
        )
        chance = loss_probability(rate, 1.0) * self.exposed
        uniform = streams.uniform_at("combat.losses", DAY, self.unit_row, self.unit_ids)
        return unit_losses(uniform, self.strength, chance.take(self.side))

    def c(self) -> Int64:
        """Return the losses of the units, worked out in C."""
        library, value, streams = compiled(), self.setting.parameters, self.setting.streams
        chance = np.empty(len(self.row))
        losses = np.zeros(len(self.side), dtype=np.int64)
        constant = np.uint64(_constant("combat.engagement"))
        library.chances(
            ctypes.c_int64(len(self.row)),
            *(_pointer(array) for array in (self.row, self.own, self.fire, self.exposed)),
            *(_pointer(array) for array in (self.attrition, self.factor)),
            *(
                _pointer(value.column(f"combat.{name}"))
                for name in (
                    "own_exponent",
                    "enemy_exponent",
                    "sigma_engagement",
                    "sigma_day",
                    "sigma_city",
                )
            ),
            _pointer(streams._key),
            _pointer(streams._day_key("combat.day", DAY)),
            _pointer(streams._day_key("combat.city", DAY)),
            _pointer(constant + self.began.astype(np.uint64) * GOLDEN),
            *(_pointer(array) for array in (self.ids, self.city_ids, chance)),
        )
        library.unit_losses(
            ctypes.c_int64(len(self.side)),
            *(_pointer(array) for array in (self.side, self.unit_row)),
            _pointer(streams._day_key("combat.losses", DAY)),
            *(_pointer(array) for array in (self.unit_ids, self.strength, chance, losses)),
        )
        return losses


def _pointer(array: NDArray) -> ctypes.c_void_p:
    return np.ascontiguousarray(array).ctypes.data_as(ctypes.c_void_p)


@cache
def compiled() -> ctypes.CDLL | None:
    """Return the compiled C kernel, None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "kernel.so")
        command = [compiler, *FLAGS, "-shared", "-fPIC", "-o", target, str(SOURCE), "-lm"]
        if subprocess.run(command, check=False).returncode != 0:
            return None
        return ctypes.CDLL(target)


def kernel_case(scenario: Scenario, replicates: int, seed: int = 7) -> KernelCase:
    """Make up a day on which two thirds of the units fight, two to five of them on a side.

    Every replicate has parameters of its own, drawn from the priors.
    """
    numbers = np.arange(replicates)
    drawn = draw_from_priors(scenario, seed=seed, replicates=numbers)
    names = {name: values for name, values in drawn.items() if name.startswith("combat.")}
    setting = prepare(scenario, seed=seed, replicates=numbers, parameters=names)
    rng = np.random.default_rng(seed)
    units = setting.roster.ids.size
    place = rng.integers(0, setting.theatre.P, (replicates, units))
    fights = rng.random((replicates, units)) < 2 / 3
    role = rng.integers(0, 2, units)
    unit_row, number = np.divmod(np.flatnonzero(fights), units)
    key = (unit_row * setting.theatre.P + place[unit_row, number]) * 2 + role[number]
    sides, side = np.unique(key, return_inverse=True)
    row, where = sides // (2 * setting.theatre.P), sides // 2 % setting.theatre.P
    strength = rng.integers(8, 121, len(side))
    own = np.bincount(side, weights=strength)
    ids = setting.place_ids[where] ^ (sides % 2).astype(np.uint64)
    return KernelCase(
        setting=setting,
        row=row,
        own=own / 200.0,
        fire=own * rng.uniform(0.3, 3.0, len(sides)) / 200.0,
        exposed=np.minimum(1.0, 150.0 / own),
        attrition=np.full(len(sides), 0.039),
        factor=rng.uniform(0.5, 1.0, len(sides)),
        began=rng.integers(0, DAY, len(sides)),
        ids=ids,
        city_ids=setting.city_ids[where] ^ (sides % 2).astype(np.uint64),
        side=side,
        unit_row=unit_row,
        unit_ids=setting.roster.ids[number],
        strength=strength,
    )
