"""What a kind of agent would know in a situation."""

from __future__ import annotations

from sim.engine.orders import give_orders
from sim.forces.orders import Orders
from sim.forces.picture import take_picture
from sim.forces.side import Side
from tests.situations import Situation


def side_of(s: Situation, kind: str) -> Side:
    """Return the knowledge of a kind on the morning of a situation."""
    picture = take_picture(s.state, s.setting)
    return Side(s.state, s.setting, s.setting.kinds.index(kind), picture)


def decided(s: Situation, kind: str) -> Orders:
    """Return what a kind orders on the morning of a situation; nothing is entered."""
    return s.simulation.commanders[kind].decide(side_of(s, kind))


def give(s: Situation) -> None:
    """Let all kinds decide, and enter their orders."""
    give_orders(s.state, s.setting, s.simulation.commanders)
