"""Who: the kinds of agent. They read what their own side knows and return orders."""

from sim.forces.army import Army
from sim.forces.commander import Commander
from sim.forces.islamic_state import IslamicState
from sim.forces.militia import Militia
from sim.forces.ypg import Ypg

# The classes that a scenario's `decides` can name.
KINDS: dict[str, type[Commander]] = {
    "army": Army,
    "militia": Militia,
    "ypg": Ypg,
    "islamic_state": IslamicState,
}

__all__ = ["KINDS", "Army", "Commander", "IslamicState", "Militia", "Ypg"]
