"""Classical cases run through the combat kernel: two sides in the open, Iwo Jima, a long front.

They show that the kernel contains what others published. The exponents p and q of the laws are
those of :func:`sim.rules.kernel.loss_rate_per_day`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.rules import kernel
from sim.state.elementary import FloatArray

SQUARE, LINEAR, LOGARITHMIC = (0.0, 1.0), (1.0, 1.0), (1.0, 0.0)
"""(p, q) of Lanchester's square and linear laws and of the logarithmic law."""

IWO_JIMA_DEFENDERS = 21_500.0
IWO_JIMA_LANDINGS = {0: 54_000.0, 2: 6_000.0, 5: 13_000.0}
"""Fighters landed, by day, evenly over that day (Engel 1954)."""
IWO_JIMA_ATTRITION = (0.0544, 0.0106)
"""Losses a day of the Americans for each defender, and of the defenders for each American."""
IWO_JIMA_DAYS = 36


def duel(
    strength: tuple[float, float],
    attrition_per_day: tuple[float, float],
    law: tuple[float, float],
    days: int,
    steps_per_day: int = 100,
    replicates: int = 1,
    seed: int = 1,
    reference_strength: float = 1.0,
    landed: Callable[[float], float] | None = None,
) -> FloatArray:
    """Fight two sides down by the kernel with binomial losses and no other noise.

    Parameters
    ----------
    strength
        Fighters of the two sides at the start.
    attrition_per_day
        The kernel's constant for the losses of each side.
    law
        (p, q): exponents of own and enemy strength.
    days, steps_per_day
        Length, and how finely it is cut; both sides act at once within a step.
    landed
        Fighters of side 0 landed in all by a time in days, added as whole fighters.

    Returns
    -------
    float64 [days * steps_per_day + 1, replicates, 2]: strength at the start and after every step.
    """
    rng = np.random.default_rng(seed)
    now = np.broadcast_to(np.array(strength), (replicates, 2)).copy()
    path = [now]
    for step in range(days * steps_per_day):
        rate = kernel.loss_rate_per_day(
            now, now[:, ::-1], attrition_per_day, law[0], law[1], reference_strength
        )
        chance = kernel.loss_probability(rate, 1.0 / steps_per_day)
        now = now - kernel.unit_losses(rng.random(now.shape), now, chance)
        if landed is not None:
            before, after = landed(step / steps_per_day), landed((step + 1) / steps_per_day)
            now[:, 0] += np.floor(after) - np.floor(before)
        path.append(now)
    return np.stack(path)


def duel_in_closed_form(
    strength: tuple[float, float],
    attrition_per_day: tuple[float, float],
    law: tuple[float, float],
    days: FloatArray,
) -> FloatArray:
    """Return the solution of a classical law, [times, 2], while both sides are above zero.

    With x, y the strengths and a, b the constants of their losses: the square law solves
    ``x' = -a y, y' = -b x``, the linear law ``x' = -a x y, y' = -b x y`` and the logarithmic law
    ``x' = -a x, y' = -b y`` (Taylor 1983, Lanchester Models of Warfare).
    """
    (x, y), (a, b) = strength, attrition_per_day
    if law == SQUARE:
        root = np.sqrt(a * b)
        cosh, sinh = np.cosh(root * days), np.sinh(root * days)
        x_t = x * cosh - y * np.sqrt(a / b) * sinh
        y_t = y * cosh - x * np.sqrt(b / a) * sinh
    elif law == LINEAR:
        surplus = b * x - a * y  # constant in time, and taken not to be zero
        decay = a * y / (b * x) * np.exp(-surplus * days)
        x_t = surplus / b / (1.0 - decay)
        y_t = (b * x_t - surplus) / a
    elif law == LOGARITHMIC:
        x_t, y_t = x * np.exp(-a * days), y * np.exp(-b * days)
    else:
        raise ValueError("law must be SQUARE, LINEAR or LOGARITHMIC")
    return np.stack([x_t, y_t], axis=-1)


def iwo_jima_landed(time: float) -> float:
    """Return the Americans landed by a time in days: each landing spread over its day."""
    return sum(
        fighters * min(max(time - day, 0.0), 1.0) for day, fighters in IWO_JIMA_LANDINGS.items()
    )


def iwo_jima(replicates: int = 1, steps_per_day: int = 100, seed: int = 1) -> FloatArray:
    """Run Engel's model of Iwo Jima (square law) through the kernel; see :func:`duel`.

    Engel, J. H. (1954), A verification of Lanchester's law, Journal of the Operations Research
    Society of America 2.
    """
    return duel(
        strength=(0.0, IWO_JIMA_DEFENDERS),
        attrition_per_day=IWO_JIMA_ATTRITION,
        law=SQUARE,
        days=IWO_JIMA_DAYS,
        steps_per_day=steps_per_day,
        replicates=replicates,
        seed=seed,
        landed=iwo_jima_landed,
    )


def iwo_jima_solution(time: FloatArray) -> FloatArray:
    """Integrate Engel's equations numerically, [times, 2]; ``time`` rises from 0, in days."""
    from scipy.integrate import solve_ivp

    def slope(t: float, state: FloatArray) -> list[float]:
        landing = IWO_JIMA_LANDINGS.get(int(t), 0.0)
        return [
            landing - IWO_JIMA_ATTRITION[0] * max(state[1], 0.0),
            -IWO_JIMA_ATTRITION[1] * max(state[0], 0.0) * (state[1] > 0.0),
        ]

    solution = solve_ivp(
        slope, (0.0, float(time[-1])), [0.0, IWO_JIMA_DEFENDERS], t_eval=time, max_step=0.01
    )
    return np.asarray(solution.y.T)


@dataclass(frozen=True)
class Front:
    """A front of many engagements at once, as the Ardennes were.

    Attributes
    ----------
    engagements
        Engagements going on at any time; estimate for the Ardennes, 10 to 30.
    fighters
        Strength of each side in each.
    attrition_per_day
        Share lost a day, on average.
    mean_days
        How long an engagement lasts on average before another takes its place; estimate, 3 to 8.
    sigma_persistent, sigma_daily, sigma_city
        The three parts of the noise; the last is shared by the whole front and was set, given the
        others, so that daily losses vary as in the Ardennes.
    """

    engagements: int = 16
    fighters: int = 12_000
    attrition_per_day: float = 0.008
    mean_days: float = 5.0
    sigma_persistent: float = 0.85
    sigma_daily: float = 0.57
    sigma_city: float = 0.15

    def daily_losses(self, days: int, replicates: int, seed: int = 1) -> FloatArray:
        """Return the losses of one side over the whole front, float64 [replicates, days]."""
        rng = np.random.default_rng(seed)
        shape = (replicates, self.engagements)
        persistent = rng.standard_normal(shape)
        lost = []
        for _ in range(days):
            ended = rng.random(shape) < 1.0 / self.mean_days
            persistent = np.where(ended, rng.standard_normal(shape), persistent)
            noise = kernel.combined_noise(
                persistent,
                rng.standard_normal(shape),
                rng.standard_normal((replicates, 1)),
                self.sigma_persistent,
                self.sigma_daily,
                self.sigma_city,
            )
            chance = kernel.loss_probability(self.attrition_per_day * noise, 1.0)
            losses = kernel.unit_losses(rng.random(shape), self.fighters, chance)
            lost.append(losses.sum(axis=1))
        return np.stack(lost, axis=1).astype(np.float64)


def variation(series: FloatArray) -> FloatArray:
    """Return the coefficient of variation of each row."""
    return np.asarray(series.std(axis=-1, ddof=1) / series.mean(axis=-1))


def lag_one_correlation(series: FloatArray) -> FloatArray:
    """Return the correlation of each row with itself a day later."""
    deviation = series - series.mean(axis=-1, keepdims=True)
    products = (deviation[..., 1:] * deviation[..., :-1]).sum(axis=-1)
    return np.asarray(products / (deviation**2).sum(axis=-1))
