"""The record of one run, as the engine hands it over to be written and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from sim.outcomes.history import History

if TYPE_CHECKING:
    from sim.theatre.territory import Territory


@dataclass(frozen=True)
class RunRecord:
    """All that one replicate leaves behind.

    Attributes
    ----------
    scenario : Scenario
        The scenario as it was run.
    seed, replicate : int
    parameters : dict of str to float
        The value of every parameter in this replicate.
    kinds : dict of str to dict
        By kind, what decided for it: ``{"class": path, "source_sha256": hash}`` or the like;
        goes to run.json as it stands.
    history : History
        With one replicate.
    unit_names, unit_kinds, unit_factions : tuple of str
        In the order of the U axis.
    unit_days : dict of str to array, shape ``[D, U]``
        ``strength``, ``wounded``, ``place``, ``next_place`` (place indices, -1 for none),
        ``readiness``, ``supply`` (permille), ``posture`` (index in ``postures``, or text) and
        ``active`` (bool), at the end of each day.
    postures : tuple of str
        Names of the postures; may stay empty where ``unit_days["posture"]`` is text.
    events : sequence of dict
        What the history does not tell: each with ``day`` (int) or ``date``, ``event``, and where
        they apply ``place``, ``faction``, ``other_faction`` (names), ``detail`` (text) and
        ``number``. Changes of control, sieges and killed leaders are added from the history.
    reports : sequence of dict, optional
        What observers other than the monitor published: each with ``day`` (int) or ``date``,
        ``observer``, ``about``, ``place`` (names), ``what``, ``number``, ``words`` and
        ``true_number``. Those of the monitor are added from the history.
    versions : dict of str to str, optional
        Versions beside those that the results note anyway.
    territory : Territory, optional
        The land around the places, for area held and length of the front.
    posterior : dict, optional
        The table of fitted parameters that the run took a row of, as run.json has it.
    """

    scenario: Any
    seed: int
    replicate: int
    parameters: Mapping[str, float]
    kinds: Mapping[str, Any]
    history: History
    unit_names: tuple[str, ...]
    unit_kinds: tuple[str, ...]
    unit_factions: tuple[str, ...]
    unit_days: Mapping[str, NDArray[Any]]
    postures: tuple[str, ...] = ()
    events: Sequence[Mapping[str, Any]] = ()
    reports: Sequence[Mapping[str, Any]] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    territory: Territory | None = None
    posterior: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.history.replicates != 1:
            raise ValueError(f"a run has one replicate, not {self.history.replicates}")
        units = (self.history.days, len(self.unit_names))
        for name, values in self.unit_days.items():
            if values.shape != units:
                raise ValueError(f"unit_days[{name!r}] has shape {values.shape}, not {units}")
