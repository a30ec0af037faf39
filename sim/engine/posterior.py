"""Running a scenario with a posterior: which table, which of its columns, which row.

A posterior speaks of the scenario that it was made for. A scenario that says something else of a
parameter (an overlay, a value set by hand, another scenario) keeps what it says itself.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.scenario import Fault, ScenarioError, find_scenarios, load
from sim.scenario.faults import listed
from sim.scenario.find import is_folder_name, is_scenario_folder
from sim.scenario.posterior import (
    NoPosteriorError,
    Posterior,
    bounds,
    check_columns,
    posterior_of_table,
    read_posterior,
)
from sim.scenario.reading import is_there
from sim.scenario.tables import POSTERIOR_FILE
from sim.state.parameters import posterior_rows

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.scenario.rows import Parameter
    from sim.scenario.schema import Scenario

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ScenarioPosterior:
    """A posterior as one scenario uses it.

    Attributes
    ----------
    posterior : Posterior
        The whole table.
    ids : tuple of str, length Q
        The parameters that it gives this scenario.
    values : float64 array, shape ``[n, Q]``
    kept : tuple of str
        Parameters of the table of which the scenario says something else, and keeps that.
    notes : tuple of str
        Sentences that whoever runs it should read.
    """

    posterior: Posterior
    ids: tuple[str, ...]
    values: Float64
    kept: tuple[str, ...]
    notes: tuple[str, ...]

    def rows(self, *, seed: int, replicates: ArrayLike) -> Int64:
        """Return which row of the table each replicate takes, counted from 0; shape ``[R]``."""
        return posterior_rows(self.posterior.draws, seed=seed, replicates=replicates)

    def draw(self, *, seed: int, replicates: ArrayLike) -> dict[str, Float64]:
        """Return the parameters of each replicate by id, each of shape ``[R]``.

        Replicate r of a seed takes the same row alone, among others, and in another scenario
        with the same posterior.
        """
        taken = self.values[self.rows(seed=seed, replicates=replicates)]
        return {name: taken[:, column] for column, name in enumerate(self.ids)}

    def to_json(self) -> dict[str, Any]:
        """Return what run.json says of it."""
        about = self.posterior.about
        return {
            "scenario": about.get("scenario"),
            "sha256": self.posterior.sha256,
            "draws": self.posterior.draws,
            "used": len(self.ids),
            "kept": list(self.kept),
            "calibrated": about.get("calibrated"),
            "verdict": about.get("verdict"),
        }

    def to_json_of(self, *, seed: int, replicate: int) -> dict[str, Any]:
        """Return what run.json says of it in one replicate: ``row``, counted from 0, too."""
        return {**self.to_json(), "row": int(self.rows(seed=seed, replicates=[replicate])[0])}


PosteriorChoice: TypeAlias = (
    "bool | str | os.PathLike[str] | Mapping[str, ArrayLike] | DataFrame | Posterior"
    " | ScenarioPosterior | None"
)
"""True for the scenario's own; a scenario's name, a folder or a file; a table; one that is ready;
None or False for none."""


def used_posterior(scenario: Scenario, choice: PosteriorChoice) -> ScenarioPosterior | None:
    """Return what :func:`posterior_of` does, and warn of what should be read about it."""
    found = posterior_of(scenario, choice)
    if found is not None and found is not choice:
        for note in found.notes:
            warnings.warn(note, stacklevel=3)
    return found


def posterior_of(scenario: Scenario, choice: PosteriorChoice) -> ScenarioPosterior | None:
    """Return the posterior that a choice means for a scenario, checked.

    Parameters
    ----------
    scenario : Scenario
    choice
        See :data:`PosteriorChoice`. The scenario's own lies in its folder or in that of its base.

    Returns
    -------
    ScenarioPosterior or None

    Raises
    ------
    ScenarioError
        If there is none, it is damaged, or does not fit the scenario that it was made for.
    ValueError
        If a table handed over is none.
    """
    if choice is None or choice is False:
        return None
    if isinstance(choice, ScenarioPosterior):
        return choice
    if isinstance(choice, Posterior):
        return _fitted(scenario, choice, None)
    if choice is True:
        home = _own_home(scenario)
        return _fitted(scenario, read_posterior(*_table_in(home)), home)
    if isinstance(choice, str | os.PathLike):
        path, shown, home_or_none = _located(choice)
        return _fitted(scenario, read_posterior(path, shown), home_or_none)
    return _fitted(scenario, posterior_of_table(cast("Mapping[str, ArrayLike]", choice), {}), None)


def _own_home(scenario: Scenario) -> Path:
    """Return the folder that holds a scenario's own posterior: its own, or that of a base."""
    folders = _folders(scenario)
    for folder in folders:
        if is_there(folder, POSTERIOR_FILE):
            return folder
    root = folders[-1].name if folders else scenario.name
    nor = "" if root == scenario.name else f", nor has its base {root}"
    raise NoPosteriorError(
        f"{scenario.name} has no posterior{nor}; make one with: "
        f"khabur calibrate {root} --out DIR --ship"
    )


def _folders(scenario: Scenario) -> tuple[Path, ...]:
    """Return the folders of a scenario; of one that has forgotten them, by its name."""
    if scenario.folders:
        return scenario.folders
    shipped = find_scenarios().get(scenario.name)
    return () if shipped is None else load(shipped).folders


def _table_in(home: Path) -> tuple[Path, str]:
    return home / POSTERIOR_FILE, f"{home.name}/{POSTERIOR_FILE}"


def _located(named: str | os.PathLike[str]) -> tuple[Path, str, Path | None]:
    """Return the table that a name means, what to call it, and the scenario folder it lies in."""
    text = os.fspath(named)
    shipped = find_scenarios()
    if text in shipped:
        home = _own_home(load(text))
        return *_table_in(home), home
    path = Path(text)
    try:
        if path.is_dir():
            if is_scenario_folder(path):
                home = _own_home(load(path))
                return *_table_in(home), home
            path = path / POSTERIOR_FILE
        there = path.exists()
    except (OSError, ValueError):
        there = False
    if not there:
        allowed = "a table, or a folder or scenario that has a posterior.csv"
        raise ScenarioError([Fault(str(path), None, "", "", allowed, "the file is missing")])
    home = path.parent.resolve()
    return path, str(path), home if is_scenario_folder(home) else None


def _fitted(scenario: Scenario, posterior: Posterior, home: Path | None) -> ScenarioPosterior:
    """Return what a scenario takes from a table that lies in a scenario folder, or elsewhere."""
    owner, foreign = _owner(scenario, posterior, home)
    if owner is not None:
        check_columns(posterior, owner)
    else:
        known = {name for name, row in scenario.parameters.items() if row.prior != "fixed"}
        check_columns(posterior, scenario, known)
    columns: list[int] = []
    kept: list[str] = []
    for column, name in enumerate(posterior.ids):
        own = scenario.parameters.get(name)
        if own is None:
            continue
        said = owner.parameters[name] if owner is not None else own
        if own.prior == "fixed" or _beliefs(own) != _beliefs(said):
            kept.append(name)
        else:
            columns.append(column)
    if not (columns or kept):
        message = f"no column is a parameter of {scenario.name}"
        allowed = f"parameters of {scenario.name} that have a prior"
        raise ScenarioError([Fault(posterior.file, None, "", "", allowed, message)])
    ids = tuple(posterior.ids[column] for column in columns)
    values = posterior.values[:, columns]
    for column, name in enumerate(ids):
        if name not in posterior.outside_prior:
            low, high = bounds(scenario.parameters[name])
            values[:, column] = values[:, column].clip(low, high)  # six digits may round over it
    notes = _notes(scenario, posterior, owner, foreign)
    if foreign and kept:
        notes.append(f"{posterior.file}: {scenario.name} keeps its own {listed(kept)}.")
    return ScenarioPosterior(posterior, ids, values, tuple(kept), tuple(notes))


def _owner(
    scenario: Scenario, posterior: Posterior, home: Path | None
) -> tuple[Scenario | None, bool]:
    """Return the scenario that a table was made for, and whether it is not this one or its base.

    It is that of the folder where the table lies, or else the one that is named beside the table;
    None if that one is not to be found.
    """
    folders = _folders(scenario)
    if home is not None:
        return load(home), home not in folders
    named = posterior.about.get("scenario", scenario.name)
    for folder in folders:
        if folder.name == named:
            return load(folder), False
    if named == scenario.name:
        return scenario, False
    places = [folder.parent / named for folder in folders[:1] if is_folder_name(named)]
    places += [folder for name, folder in find_scenarios().items() if name == named]
    found = next(filter(is_scenario_folder, places), None)
    return (None if found is None else load(found)), True


def _beliefs(parameter: Parameter) -> tuple[object, ...]:
    return parameter.value, parameter.prior, parameter.low, parameter.high


def _notes(
    scenario: Scenario, posterior: Posterior, owner: Scenario | None, foreign: bool
) -> list[str]:
    """Return what should be read of a table before its runs are."""
    about, file = posterior.about, posterior.file
    notes = []
    if not about and posterior.path is not None:
        toml = posterior.path.with_suffix(".toml").name
        notes.append(f"{file}: there is no {toml} beside it, so how it was made is not known.")
    if owner is not None and about.get("scenario_hash", owner.hash) != owner.hash:
        notes.append(
            f"{file}: the posterior was made for another version of the scenario {owner.name}."
        )
    if about.get("calibrated") is False:
        notes.append(f"{file}: NOT CALIBRATED: {about['verdict']}")
    if foreign:
        named = about.get("scenario", "another scenario") if owner is None else owner.name
        notes.append(f"{file}: {scenario.name} runs with the posterior of {named}.")
    return notes
