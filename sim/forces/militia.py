"""A local militia: it holds its own quarter and goes nowhere else of its own will."""

from __future__ import annotations

from sim.forces.commander import Commander, ask_for_air_support
from sim.forces.orders import Orders
from sim.forces.side import Side


class Militia(Commander):
    """Holds where it stands and asks for air support."""

    @classmethod
    def decide(cls, side: Side) -> Orders:
        """Return orders to hold."""
        return ask_for_air_support(side, side.hold())
