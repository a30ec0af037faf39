"""What was reported and is not simulated: it stands beside the outcomes as context."""

from __future__ import annotations

import numpy as np

from sim.outcomes.history import History
from sim.outcomes.registry import measure
from sim.outcomes.values import NOT_SIMULATED, OutcomeValues, outcome_values


@measure("category", required={})
def not_simulated(history: History) -> OutcomeValues:
    """Give "not simulated", whatever happens: for a report that is told as context."""
    return outcome_values(
        "category", np.zeros(history.replicates, np.int64), None, (NOT_SIMULATED,)
    )
