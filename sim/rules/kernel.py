"""The combat kernel: who fires at whom, and who is lost; pure functions on arrays.

No agent, scenario or parameter table is known here. Strength is in fighters, held as whole numbers
in float64 (their sums are exact in any order), time in days. Axes: R replicates, P places,
F factions; the functions after :func:`fire_received` take any shapes that broadcast.
"""

import numpy as np
import numpy.typing as npt

from sim.state import elementary
from sim.state.binomial import IntArray, binomial
from sim.state.elementary import FloatArray
from sim.state.picking import indices

BoolArray = npt.NDArray[np.bool_]


def fire_received(
    strength: npt.ArrayLike, effective: npt.ArrayLike, hostile: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the side that each faction fights in, and the fire that this side meets.

    Parameters
    ----------
    strength
        [R, P, F] fighters exposed, whole numbers; 0 where the faction is not present.
    effective
        [R, P, F] their fire: strength weighted by quality and readiness, in fighters.
    hostile
        bool [R, F, F], symmetric.

    Returns
    -------
    own : float64 [R, P, F]
        Strength of the faction together with its co-belligerents in the place: the factions
        present that are not hostile to it and have a hostile faction present in common with it.
        Without enemies present it is the faction's own strength.
    enemy : float64 [R, P, F]
        Effective strength of the hostile factions, as far as it falls on the faction's side. The
        fire of a faction g falls on all that are hostile to it in proportion to their strength,
        so that of g's fire the side of f takes ``side of f facing g / all facing g``. It is 0 for
        a faction that is absent or without enemies.

    Notes
    -----
    Merging two co-belligerents that have the same enemies changes neither array: they count as one
    side, met by the same fire once. Factions are summed in their order, an absent one adding
    exactly 0, so a faction added to a scenario leaves the others' values unchanged to the bit.
    """
    strength_ = np.asarray(strength, dtype=np.float64)
    effective_ = np.asarray(effective, dtype=np.float64)
    hostile_ = np.asarray(hostile, dtype=np.bool_)
    _, places, factions = strength_.shape
    own = strength_.copy()
    enemy = np.zeros(own.shape)
    rows = strength_.reshape(-1, factions)
    fire_rows = effective_.reshape(-1, factions)
    side_rows, received_rows = own.reshape(-1, factions), enemy.reshape(-1, factions)
    present = np.zeros(rows.shape[0], dtype=np.int64)  # the factions in a cell, as bits
    for f in range(factions):
        present |= (rows[:, f] > 0.0).astype(np.int64) << f
    met = indices(present & (present - 1))  # cells where two factions or more stand
    present = present.take(met)
    pairs = np.zeros(met.size, dtype=np.bool_)
    for f in range(factions):
        for g in range(f + 1, factions):
            alone = present == ((1 << f) | (1 << g))
            pairs |= alone
            cells = met.take(indices(alone))
            cells = cells[hostile_[:, f, g].take(cells // places)]
            received_rows[cells, f] = fire_rows[cells, g]
            received_rows[cells, g] = fire_rows[cells, f]
    crowded = met.take(indices(~pairs))  # three factions or more
    if crowded.size:
        fighters = np.ascontiguousarray(rows.take(crowded, axis=0).T)  # [F, cells]
        fire = np.ascontiguousarray(fire_rows.take(crowded, axis=0).T)
        faces = _who_faces_whom(fighters > 0.0, hostile_, crowded // places)
        side, received = _sides_and_fire(fighters, fire, faces)
        side_rows[crowded] = side.T
        received_rows[crowded] = received.T
    return own, enemy


def _who_faces_whom(
    present: BoolArray, hostile: BoolArray, replicate: npt.NDArray[np.intp]
) -> dict[tuple[int, int], BoolArray]:
    """Return for each pair of factions that meet somewhere as enemies, in which cells they do."""
    faces: dict[tuple[int, int], BoolArray] = {}
    factions = present.shape[0]
    for f in range(factions):
        for g in range(f + 1, factions):
            both = present[f] & present[g]
            if both.any():
                where = both & hostile[:, f, g].take(replicate)
                if where.any():
                    faces[f, g] = faces[g, f] = where
    return faces


def _sides_and_fire(
    fighters: FloatArray, fire: FloatArray, faces: dict[tuple[int, int], BoolArray]
) -> tuple[FloatArray, FloatArray]:
    """Return own side's strength and fire received, both [F, cells]."""
    factions, cells = fighters.shape
    everyone = range(factions)
    # Which enemies a faction faces, as bits of a whole number, to find the enemies two share.
    enemies = np.zeros((factions, cells), dtype=np.int64)
    facing = np.zeros((factions, cells))  # strength of all that are hostile to the faction
    for (f, g), where in faces.items():
        enemies[f] |= where.astype(np.int64) << g
        facing[f] += fighters[g] * where
    side = fighters.copy()
    received = np.zeros((factions, cells))
    for f in everyone:
        for other in everyone:
            if other != f:
                common = (enemies[f] & enemies[other]) != 0
                if (f, other) in faces:
                    common &= ~faces[f, other]
                side[f] += fighters[other] * common
        for g in everyone:
            if (f, g) not in faces:
                continue
            ours = facing[g].copy()  # of those who face g, the ones hostile to f are not ours
            for other in everyone:
                if (f, other) in faces and (other, g) in faces:
                    ours -= fighters[other] * (faces[f, other] & faces[other, g])
            cells_met = indices(faces[f, g])
            share = ours.take(cells_met) / facing[g].take(cells_met)
            received[f, cells_met] += fire[g].take(cells_met) * share
    return side, received


def loss_rate_per_day(
    own: npt.ArrayLike,
    enemy: npt.ArrayLike,
    attrition_per_day: npt.ArrayLike,
    own_exponent: npt.ArrayLike,
    enemy_exponent: npt.ArrayLike,
    reference_strength: float,
    posture: npt.ArrayLike = 1.0,
    terrain: npt.ArrayLike = 1.0,
    noise: npt.ArrayLike = 1.0,
) -> FloatArray:
    r"""Return the rate at which each fighter of a side is lost, per day.

    The general Lanchester law: with N the side's own strength, E the enemy's effective strength,
    p and q the exponents of own and enemy strength, and N0 the reference strength,

    .. math:: rate = a (E/N_0)^q (N/N_0)^{p-1} \cdot posture \cdot terrain \cdot noise

    so that the side as a whole loses :math:`dN/dt = -N \cdot rate \propto E^q N^p`, and ``a`` is
    the share lost per day where both sides have the reference strength.

    Parameters
    ----------
    own, enemy
        Strength of the side and effective strength of its enemies, in fighters
        (:func:`fire_received`).
    attrition_per_day
        The constant a.
    own_exponent, enemy_exponent
        p and q.
    reference_strength
        N0, in fighters, above 0.
    posture, terrain, noise
        Factors on the rate, 1 for none.

    Returns
    -------
    float64, broadcast shape of all arguments; 0 where ``own`` or ``enemy`` is 0.

    Notes
    -----
    Special cases: *square law* (aimed fire) p = 0, q = 1, and *linear law* (fire at an area)
    p = 1, q = 1, both of Lanchester (1916, Aircraft in Warfare); *logarithmic law* p = 1, q = 0
    (Peterson 1967, Operations Research 15). Helmbold (1965) made the exponents free; Taylor (1983,
    Lanchester Models of Warfare) treats the family. Bracken (1995, Naval Research Logistics 42)
    and Fricker (1998, Naval Research Logistics 45) fitted p and q to the Ardennes campaign.
    """
    arguments = (own, enemy, attrition_per_day, own_exponent, enemy_exponent)
    values = [np.asarray(x, dtype=np.float64) for x in (*arguments, posture, terrain, noise)]
    shape = np.broadcast_shapes(*(value.shape for value in values))
    # What is one number for all is left as it is.
    n, e, a, p, q, *factors = (
        value if value.size == 1 and i > 1 else np.broadcast_to(value, shape).reshape(-1)
        for i, value in enumerate(values)
    )
    fighting = indices((n > 0.0) & (e > 0.0))
    if fighting.size < n.size:  # only where both fight is anything computed
        n, e = n.take(fighting), e.take(fighting)
        a, p, q, *factors = (
            value if value.size == 1 else value.take(fighting) for value in (a, p, q, *factors)
        )
    fought = elementary.log(e / reference_strength)
    fought *= q
    own_part = elementary.log(n / reference_strength)
    own_part *= p - 1.0
    fought += own_part
    fought = elementary.exp(fought)
    fought *= a
    for factor in factors:
        fought *= factor
    if fought.size == np.prod(shape, dtype=np.int64):
        return fought.reshape(shape)
    rate = np.zeros(shape)
    rate.reshape(-1)[fighting] = fought
    return rate


def loss_probability(rate_per_day: npt.ArrayLike, days: npt.ArrayLike) -> FloatArray:
    """Return the chance ``1 - exp(-rate * days)`` that a fighter is lost within ``days``."""
    exposure = np.asarray(rate_per_day, dtype=np.float64) * np.asarray(days, dtype=np.float64)
    return -elementary.expm1(-exposure)


def lognormal_noise(normal: npt.ArrayLike, sigma: npt.ArrayLike) -> FloatArray:
    """Return ``exp(sigma * normal - sigma**2 / 2)``: lognormal factors whose mean is one.

    ``normal`` holds standard normal draws, ``sigma`` the standard deviation of the logarithm.
    """
    sigma_ = np.asarray(sigma, dtype=np.float64)
    z = np.asarray(normal, dtype=np.float64)
    return elementary.exp(sigma_ * z - 0.5 * sigma_ * sigma_)


def combined_noise(
    persistent: npt.ArrayLike,
    daily: npt.ArrayLike,
    city: npt.ArrayLike,
    sigma_persistent: npt.ArrayLike,
    sigma_daily: npt.ArrayLike,
    sigma_city: npt.ArrayLike,
) -> FloatArray:
    """Return the noise factor of an engagement-day, mean one.

    Parameters
    ----------
    persistent
        Standard normal draw that an engagement keeps as long as it lasts.
    daily
        One of each engagement and day.
    city
        One of each city and day, shared by its districts: independent noise in every district
        would average away, the more so the finer the map is cut.
    sigma_persistent, sigma_daily, sigma_city
        Standard deviations of the logarithm of the three parts.
    """
    exponent = _noise_exponent(persistent, sigma_persistent)
    exponent = exponent + _noise_exponent(daily, sigma_daily)
    return elementary.exp(exponent + _noise_exponent(city, sigma_city))


def _noise_exponent(normal: npt.ArrayLike, sigma: npt.ArrayLike) -> FloatArray:
    sigma_ = np.asarray(sigma, dtype=np.float64)
    return sigma_ * np.asarray(normal, dtype=np.float64) - 0.5 * sigma_ * sigma_


def unit_losses(
    uniform: npt.ArrayLike, strength: npt.ArrayLike, probability: npt.ArrayLike
) -> IntArray:
    """Return each unit's losses, Binomial(strength, probability), from one uniform a unit.

    The probability comes from the side's total (:func:`loss_rate_per_day`), the count from the
    unit's own strength, so splitting a unit in two leaves the mean loss unchanged. A unit of 8
    loses 0 to 8, never a fraction. int64, the broadcast shape.
    """
    return binomial(uniform, strength, probability)
