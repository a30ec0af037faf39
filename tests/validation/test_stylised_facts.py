"""The stylised facts of battle that a combat kernel can meet, met by battles that it replays.

Who wins and when the loser quits (F1, F1b, F2, F9, F10, F11) is the break rule's to meet, not the
kernel's. F12, F12b and F13 speak of a whole front on one day: see ``test_ardennes.py``. F7b repeats
F7 on another collection of battles.
"""

import numpy as np
import pytest

from sim.experiments.battles import replay
from sim.experiments.battles_constants import load_constants

BANDS = {
    "F3": (0.7, 1.5),
    "F4": (1.7, 4.0),
    "F5": (0.8, 1.25),
    "F6": (1.1, 1.6),
    "F7": (0.0, 0.9),
    "F8": (-0.65, -0.15),
}


@pytest.fixture(scope="module")
def drawn(battles) -> np.ndarray:
    return np.maximum(replay(battles, load_constants(), draws=200, seed=3), 0.5)


@pytest.fixture(scope="module")
def share_a_day(battles, drawn) -> np.ndarray:
    return drawn / battles.strength / battles.days


def modern_and_small(battles) -> np.ndarray:
    return np.flatnonzero((battles.year >= 1939) & (battles.strength.max(axis=0) < 20_000))


def slope(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Slope of each row of y on x."""
    x = x - x.mean()
    return (y * x).sum(axis=-1) / (x**2).sum()


@pytest.mark.parametrize("side", [0, 1], ids=["F3", "F4"])
def test_median_daily_losses_of_modern_battles(battles, share_a_day, side):
    low, high = BANDS["F3" if side == 0 else "F4"]
    percent = 100 * share_a_day[:, side][:, modern_and_small(battles)]
    assert low < np.median(percent) < high


@pytest.mark.parametrize("side", [0, 1], ids=["F5", "F6"])
def test_spread_of_daily_losses_of_modern_battles(battles, share_a_day, side):
    low, high = BANDS["F5" if side == 0 else "F6"]
    logs = np.log(share_a_day[:, side][:, modern_and_small(battles)])
    assert low < np.mean(logs.std(axis=1)) < high


def test_f7_the_exchange_of_losses_rises_little_with_the_force_ratio(battles, drawn):
    low, high = BANDS["F7"]
    ratio = np.log(battles.strength[0] / battles.strength[1])
    found = slope(ratio, np.log(drawn[:, 0] / drawn[:, 1])).mean()
    # The square law has -1 here, the linear law 0.
    assert low < found < high


def test_f8_the_share_lost_a_day_falls_with_the_size_of_the_force(battles, share_a_day):
    low, high = BANDS["F8"]
    modern = np.flatnonzero(battles.year >= 1939)
    found = slope(np.log(battles.strength[0, modern]), np.log(share_a_day[:, 0][:, modern])).mean()
    assert low < found < high


def test_the_bands_tested_are_those_of_the_table(facts):
    for name, (low, high) in BANDS.items():
        band = facts[name]["suggested_pass_band"].split(" ")[0]
        separator = ".." if ".." in band else "-"
        ends = [float(end) for end in band.split(separator)]
        assert sorted(ends) == [low, high], name
