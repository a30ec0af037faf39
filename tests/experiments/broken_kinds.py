"""Kinds of agent that raise, for the tests of sweeps: other processes can import them."""

from __future__ import annotations

import os
from pathlib import Path

from sim.forces import IslamicState
from sim.forces.orders import Orders
from sim.forces.side import Side

FAULT = "KHABUR_TEST_FAULT"  # names a file; while it is there, the kinds raise
FEW = 640  # of 700, within three weeks: in one replicate of ten


class Desperate(IslamicState):
    """Raises where few of its fighters are left: in some replicates only."""

    @classmethod
    def decide(cls, side: Side) -> Orders:
        if Path(os.environ[FAULT]).exists() and (side.strength.sum(axis=1) < FEW).any():
            raise ValueError("too few to decide")
        return super().decide(side)


class Leaving(IslamicState):
    """Leaves Python as soon as it is asked."""

    @classmethod
    def decide(cls, side: Side) -> Orders:
        if Path(os.environ[FAULT]).exists():
            raise SystemExit("enough")
        return super().decide(side)
