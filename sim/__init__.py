"""Khabur: an agent-based simulation of a territorial campaign.

``sim.Campaign`` is one run as a Mesa model, ``sim.Ensemble`` many at once, ``sim.forces`` the kinds
of agent to subclass, ``sim.load_scenario`` and ``sim.load_run`` read folders. Nothing heavy is
imported before it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "Campaign": ("sim.engine.campaign", "Campaign"),
    "Ensemble": ("sim.engine.ensemble", "Ensemble"),
    "load_results": ("sim.experiments.results", "load_results"),
    "load_run": ("sim.engine.results", "load_run"),
    "load_scenario": ("sim.engine.sources", "load_checked"),
    "forces": ("sim.forces", None),
}

__all__ = ["Campaign", "Ensemble", "forces", "load_results", "load_run", "load_scenario"]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _WHERE[name]
    found = import_module(module)
    return found if attribute is None else getattr(found, attribute)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
