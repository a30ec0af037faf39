"""Parameters of a scenario as plain attributes."""

from __future__ import annotations

from types import SimpleNamespace

from sim.scenario.amounts import parameter_of
from sim.scenario.schema import Scenario


class Parameters:
    """Values by group: ``combat``, ``air``, ``bombs``, ``morale``, ``control``, ``monitor``."""

    def __init__(self, scenario: Scenario) -> None:
        self._values = {name: float(row.value) for name, row in scenario.parameters.items()}
        for group in ("combat", "air", "bombs", "morale", "control", "monitor"):
            setattr(self, group, self._group(group))

    def _group(self, group: str) -> SimpleNamespace:
        prefix = group + "."
        return SimpleNamespace(
            **{k.removeprefix(prefix): v for k, v in self._values.items() if k.startswith(prefix)}
        )

    def of_kind(self, kind: str) -> SimpleNamespace:
        """Return ``<kind>.name``, or else ``any_kind.name``, for every name."""
        return SimpleNamespace(**{**vars(self._group("any_kind")), **vars(self._group(kind))})

    def amount(self, cell: float | str) -> float:
        """Return the number that a table cell stands for."""
        factor, name = parameter_of(cell)
        return factor * (1.0 if name is None else self._values[name])
