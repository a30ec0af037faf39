"""Looking up neighbours eight places at a time finds what looking at each of them does."""

from __future__ import annotations

import numpy as np
import pytest

from sim.state.presence import any_beside, any_joined
from tests.situations import Situation, scenario_with


@pytest.mark.parametrize("places", [2, 7, 8, 9, 64, 65, 130])
def test_both_ways_find_the_same_places(places):
    rng = np.random.default_rng(places)
    names = [f"P{number}" for number in range(places)]
    pairs = {
        tuple(sorted(rng.choice(places, 2, replace=False).tolist())) for _ in range(2 * places)
    }
    pairs |= {(place, place + 1) for place in range(places - 1)}
    scenario = scenario_with(
        dict.fromkeys(names, "red") | {names[1]: "blue"},
        [(names[a], names[b], 5) for a, b in sorted(pairs)],
        [("r", "reds", names[0], 100), ("b", "blues", names[1], 100)],
    )
    setting = Situation(scenario, 1).setting
    for share in (0.0, 0.1, 0.5, 1.0):
        values = rng.random((5, places)) < share
        np.testing.assert_array_equal(
            any_joined(values, setting), any_beside(values, setting.beside)
        )
