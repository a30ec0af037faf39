"""The value of every parameter in each replicate."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.scenario.amounts import parameter_of
from sim.scenario.kinds import WITHOUT_PRIOR
from sim.state.elementary import exp, log
from sim.state.stable_ids import stable_ids
from sim.state.streams import Streams

if TYPE_CHECKING:
    from sim.scenario.rows import Parameter
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]

ANY_KIND = "any_kind"


class Parameters:
    """Parameter values by id, each a float64 array of shape ``[R]``."""

    def __init__(
        self, values: Mapping[str, Float64], kinds: tuple[str, ...], replicates: int
    ) -> None:
        self._values = dict(values)
        self._kinds = kinds
        self._replicates = replicates
        self._by_kind: dict[str, Float64] = {}

    @classmethod
    def of(cls, scenario: Scenario, replicates: int, given: Mapping[str, ArrayLike]) -> Parameters:
        """Take the scenario's values, replaced by those that are given.

        Raises
        ------
        ValueError
            If a given id is unknown (the message names the nearest) or the scenario's own
            (``WITHOUT_PRIOR``), or a value is not finite or not of shape ``[]`` or ``[R]``.
        """
        values = {
            name: np.full(replicates, float(parameter.value))
            for name, parameter in scenario.parameters.items()
        }
        for name, value in given.items():
            if name not in values:
                nearest = get_close_matches(name, values, 1)
                hint = f"; did you mean {nearest[0]!r}?" if nearest else ""
                raise ValueError(f"parameter {name!r} is unknown{hint}")
            if name in WITHOUT_PRIOR:
                raise ValueError(f"parameter {name!r} is the scenario's own: change it there")
            array = np.asarray(value, dtype=np.float64)
            if array.ndim > 1 or (array.ndim == 1 and len(array) != replicates):
                raise ValueError(
                    f"parameter {name!r} has shape {array.shape}; "
                    f"a number or {replicates} numbers are allowed"
                )
            if not np.isfinite(array).all():
                raise ValueError(f"parameter {name!r} must be finite")
            values[name] = np.broadcast_to(array, (replicates,)).copy()
        return cls(values, tuple(scenario.kinds), replicates)

    def column(self, name: str) -> Float64:
        """Return a parameter as a column, shape ``[R, 1]``, to broadcast over units or places."""
        return self._values[name][:, None]

    def of_rows(self, name: str, row: NDArray[np.int64]) -> Float64:
        """Return a parameter in chosen replicates of the batch, shape of ``row``."""
        return self._values[name].take(row)

    def amount(self, cell: float | str) -> Float64:
        """Return a table cell that holds a number, or a parameter or a share of one; ``[R, 1]``."""
        factor, name = parameter_of(cell)
        return np.full((self._replicates, 1), factor) * (1.0 if name is None else self.column(name))

    def by_kind(self, name: str) -> Float64:
        """Return ``<kind>.name`` for each kind, or else ``any_kind.name``; shape ``[R, K]``."""
        if name not in self._by_kind:
            self._by_kind[name] = np.stack([self.of_kind(kind, name) for kind in self._kinds], 1)
        return self._by_kind[name]

    def of_kind(self, kind: str, name: str) -> Float64:
        """Return ``<kind>.name`` or else ``any_kind.name``, shape ``[R]``."""
        own = f"{kind}.{name}"
        return self._values[own if own in self._values else f"{ANY_KIND}.{name}"]

    def table(self) -> dict[str, Float64]:
        """Return all values by id, each of shape ``[R]``."""
        return dict(self._values)


def draw_from_priors(scenario: Scenario, *, seed: int, replicates: ArrayLike) -> dict[str, Float64]:
    """Draw every parameter that has a prior, one vector for each replicate.

    The draw of a parameter depends on the seed, the replicate and the parameter's id alone, so
    that adding a parameter leaves the others' draws as they were.

    Returns
    -------
    dict of parameter id to float64 array, shape ``[R]``
    """
    uncertain = {k: p for k, p in scenario.parameters.items() if p.prior != "fixed"}
    ids = stable_ids("parameter", uncertain)
    uniform = Streams(seed, replicates).uniform("parameters.prior", 0, ids)
    return {
        name: prior_quantile(parameter, uniform[:, i])
        for i, (name, parameter) in enumerate(uncertain.items())
    }


def posterior_rows(draws: int, *, seed: int, replicates: ArrayLike) -> NDArray[np.int64]:
    """Return which of the draws of a posterior each replicate takes, shape ``[R]``.

    It depends on the seed, the replicate and the number of draws alone, so that scenarios with the
    same posterior share it replicate by replicate.
    """
    ids = stable_ids("posterior", ["row"])
    uniform = Streams(seed, replicates).uniform("parameters.posterior", 0, ids)[:, 0]
    return np.minimum((uniform * draws).astype(np.int64), draws - 1)


def prior_quantile(parameter: Parameter, probability: Float64) -> Float64:
    """Return the quantile of a parameter's prior; uniform, or uniform on the log scale."""
    low, high = float(parameter.low or 0.0), float(parameter.high or 0.0)
    if parameter.prior == "uniform":
        return low + (high - low) * probability
    bounds = log(np.array([low, high]))
    return np.clip(exp(bounds[0] + (bounds[1] - bounds[0]) * probability), low, high)
