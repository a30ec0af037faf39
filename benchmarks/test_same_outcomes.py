"""The plain Mesa model and the ensemble draw from the same distribution of outcomes.

Without this a comparison of their speed would mean nothing. Seeds are fixed, so the test is the
same every time. The thresholds let a true agreement fail about once in a thousand sets of seeds.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.plain_mesa.model import Siege
from sim.engine.simulation import Simulation
from sim.outcomes.siege import siege_of

MOST_STANDARD_ERRORS = 4.0  # of the difference of two means
LEAST_PROBABILITY = 1e-4  # of two samples as unlike (Kolmogorov and Smirnov)


def numbers_of(history):
    """Return what is compared, one array of replicates for each name."""
    districts = np.flatnonzero(history.city >= 0)
    siege = siege_of(history, districts, history.factions.index("islamic_state"))
    numbers = {
        "siege not over": (~siege.ended).astype(float),
        "siege days": np.where(siege.ended, siege.last_day - siege.first_day, history.days),
        "car bombs": history.car_bombs.sum(axis=(0, 2, 3)),
        "foot bombers": history.foot_bombers.sum(axis=(0, 2, 3)),
        "children killed": history.children_killed.sum(axis=(0, 2, 3)),
        "leaders killed": history.leaders_killed.sum(axis=(0, 2, 3)),
        "air strikes": history.air_strikes.sum(axis=(0, 2, 3)),
        "days of engagement": history.engaged.sum(axis=(0, 2)),
        "reported dead": history.reported_killed.sum(axis=(0, 2, 3)),
    }
    for faction, name in enumerate(history.factions[:3]):
        held = history.controller[-1][:, districts] == faction
        numbers[f"districts held by {name}"] = held.sum(axis=1)
        numbers[f"dead of {name}"] = history.killed[:, :, faction].sum(axis=(0, 2))
        numbers[f"strength of {name} on day 30"] = history.strength[30, :, faction].sum(axis=1)
    return numbers


@pytest.fixture(scope="module")
def both(siege, full):
    """Return the numbers of both models."""
    mesa = [
        numbers_of(Siege(siege, rng=10_000 + seed).run().record.history)
        for seed in range(300 if full else 60)
    ]
    history = Simulation(siege, seed=11, replicates=range(512 if full else 192)).run()
    joined = {name: np.concatenate([one[name] for one in mesa]) for name in mesa[0]}
    return joined, numbers_of(history)


NAMES = (
    "siege not over",
    "siege days",
    "car bombs",
    "foot bombers",
    "children killed",
    "leaders killed",
    "air strikes",
    "days of engagement",
    "reported dead",
    *(
        f"{what} {faction}{when}"
        for faction in ("government", "ypg", "islamic_state")
        for what, when in (
            ("districts held by", ""),
            ("dead of", ""),
            ("strength of", " on day 30"),
        )
    ),
)


@pytest.mark.parametrize("name", NAMES)
def test_outcomes_agree(both, name):
    mesa, ensemble = (numbers[name].astype(float) for numbers in both)
    error = np.sqrt(mesa.var(ddof=1) / len(mesa) + ensemble.var(ddof=1) / len(ensemble))
    difference = mesa.mean() - ensemble.mean()
    assert abs(difference) <= MOST_STANDARD_ERRORS * error
    assert stats.ks_2samp(mesa, ensemble).pvalue > LEAST_PROBABILITY
