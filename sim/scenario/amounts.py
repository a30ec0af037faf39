"""Amounts in tables: a number, a parameter, or a share of a parameter (`0.2 * siege.fighters`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.rows import Parameter


def parameter_of(amount: float | str) -> tuple[float, str | None]:
    """Return the factor and the parameter's id of an amount; None where it is a plain number.

    ``"0.2 * siege.fighters"`` gives ``(0.2, "siege.fighters")``, ``"siege.fighters"`` has the
    factor 1, and ``120`` gives ``(120.0, None)``.

    Raises
    ------
    ValueError
        If the factor is not a number.
    """
    if not isinstance(amount, str):
        return float(amount), None
    factor, star, name = amount.partition("*")
    return (float(factor), name.strip()) if star else (1.0, amount.strip())


def largest(amount: float | str, parameters: Mapping[str, Parameter]) -> float:
    """Return the most that an amount can be, given the priors; 0 where its parameter is unknown."""
    factor, name = parameter_of(amount)
    if name is None:
        return factor
    parameter = parameters.get(name)
    return 0.0 if parameter is None else factor * max(parameter.value, parameter.high or 0.0)
