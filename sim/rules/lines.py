"""Supply lines are open or cut, as their places change hands."""

from __future__ import annotations

import numpy as np

from sim.state.setting import Setting
from sim.state.state import State
from sim.state.stores import lines_of, side_holds


def watch_lines(state: State, setting: Setting) -> None:
    """Note which supply lines are open: the faction or an ally holds every place on them."""
    if state.lines_open is None:
        return
    lines = setting.derived(lines_of)
    faction = lines.faction[:, None]
    held = side_holds(state.controller, state.stance, faction, lines.places)
    state.lines_open = np.all(held, axis=2)
