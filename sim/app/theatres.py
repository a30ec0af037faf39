"""Theatres as the browser draws them, made once for each scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.app.geometry import theatre_dict
from sim.app.keeping import Kept

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

MOST_KEPT = 32
MOST_KEPT_BYTES = 100_000_000

_kept: Kept[dict[str, Any]] = Kept(MOST_KEPT, MOST_KEPT_BYTES)


def theatre_of(scenario: Scenario) -> dict[str, Any]:
    """Return :func:`sim.app.geometry.theatre_dict` of a scenario; do not change it."""
    key = (scenario.name, scenario.hash)
    return _kept.made(key, lambda: theatre_dict(scenario))
