"""Models with a mechanism switched off: which there are, their scenarios and their pools.

They are listed in ``calibration/targets/<scenario>.alternatives.toml``, so that a scenario gets an
alternative without a line of code. Each is a scenario of its own in which some parameters are held
at a value and the others keep their priors; its pool is made as any other.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from calibration.pool import BLOCKS, Progress, make_pool
from calibration.structures import Pool
from sim.scenario import load
from sim.scenario.faults import Faults, listed
from sim.scenario.find import find_scenarios

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

FOLDER = Path(__file__).resolve().parent.parent / "targets"

VECTORS = 10_240
"""Vectors of an alternative: as many as tell a ratio of 0.7 from 1 where 1% are accepted."""

SEEDS_APART = 1_000
"""Between the seed of the pool and that of an alternative, and between those of two of them."""

KEYS = ("id", "label", "why", "overlay", "parameters")


class Alternative(BaseModel):
    """A model with a mechanism switched off.

    Attributes
    ----------
    id, label, why : str
        Name, words, and what exactly is off.
    overlay : str
        An overlay of the scenario that ships with it; empty for the scenario itself.
    parameters : dict of parameter id to float
        Held at these values, inside their prior or not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    id: str = Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9-]*$")
    label: str = Field(min_length=1)
    why: str = Field(min_length=1)
    overlay: str = ""
    parameters: dict[str, float] = Field(default_factory=dict)


def load_alternatives(
    scenario: Scenario, path: str | os.PathLike[str] | None = None
) -> tuple[Alternative, ...]:
    """Read the alternatives of a scenario.

    Parameters
    ----------
    scenario : Scenario
    path : path, optional
        The file; the one that ships for the scenario if not given. A scenario without one has no
        alternatives.

    Returns
    -------
    tuple of Alternative
        In the order of the file; checked, so that :func:`alternative_scenario` works of each.

    Raises
    ------
    ScenarioError
        If the file is not sound: one sentence a fault.
    """
    file = FOLDER / f"{scenario.name}.alternatives.toml" if path is None else Path(path)
    if path is None and not file.is_file():
        return ()
    faults = Faults()
    found = [
        alternative
        for number, row in enumerate(_rows(file, faults), start=1)
        if (alternative := _alternative(row, number, file.name, faults)) is not None
    ]
    for number, alternative in enumerate(found, start=1):
        if alternative.id in {other.id for other in found[: number - 1]}:
            message = "the id is used twice"
            faults.add(file.name, message, row=number, field="id", found=alternative.id)
        _check_against(scenario, alternative, number, file.name, faults)
    faults.raise_if_any()
    return tuple(found)


def alternative_scenario(scenario: Scenario, alternative: Alternative) -> Scenario:
    """Return the scenario of an alternative: its overlay, and parameters held at values.

    Raises
    ------
    ScenarioError
        If a value makes no sense to the scenario.
    """
    from sim.scenario.schema import Scenario

    basis = load(alternative.overlay) if alternative.overlay else scenario
    content = basis.resolved()
    rows = {row["id"]: row for row in content["parameters"]}
    for name, value in alternative.parameters.items():
        held = {"value": value, "prior": "fixed", "source": f"alternative {alternative.id}"}
        rows[name] = {k: v for k, v in rows[name].items() if k not in ("low", "high")} | held
    content["parameters"] = list(rows.values())
    return Scenario.from_resolved(content)


def alternative_pool(
    scenario: Scenario,
    alternative: Alternative,
    folder: str | os.PathLike[str],
    *,
    seed: int,
    vectors: int = VECTORS,
    workers: int = 1,
    progress: Progress | None = None,
) -> Pool:
    """Simulate a pool of an alternative, or what is still missing of it, and read it.

    Parameters
    ----------
    folder : path
        New, or holding some or all of the same pool.
    seed : int
        From :func:`alternative_seed`, so that no replicate shares its luck with the pool.
    vectors, workers, progress
        As in :func:`calibration.pool.make_pool`.

    Raises
    ------
    ScenarioError, ResultsError, ValueError
        As :func:`alternative_scenario` and :func:`calibration.pool.make_pool` do.
    """
    model = alternative_scenario(scenario, alternative)
    return make_pool(model, folder, vectors=vectors, seed=seed, workers=workers, progress=progress)


def alternative_seed(pool_seed: int, position: int) -> int:
    """Return the seed of the alternative at a position (0, 1, ...) in its file."""
    if position < 0:
        raise ValueError(f"a position counts from 0, found {position}")
    assert BLOCKS < SEEDS_APART
    return pool_seed + (1 + position) * SEEDS_APART


def _rows(file: Path, faults: Faults) -> list[Any]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        faults.add(file.name, f"cannot be read ({fault})", allowed="a TOML file")
        return []
    for key in content:
        if key != "alternatives":
            faults.add(file.name, "unknown key", found=key, allowed="alternatives")
    rows = content.get("alternatives", [])
    if not isinstance(rows, list):
        faults.add(file.name, "not a list", field="alternatives", allowed="[[alternatives]]")
        return []
    return rows


def _alternative(row: Any, number: int, file: str, faults: Faults) -> Alternative | None:
    if not isinstance(row, dict):
        faults.add(file, "not a table", row=number, field="alternatives", found=row)
        return None
    try:
        return Alternative(**row)
    except ValidationError as fault:
        for each in fault.errors():
            field = ".".join(str(part) for part in each["loc"])
            message = "unknown key" if each["type"] == "extra_forbidden" else each["msg"].lower()
            found = None if each["type"] == "missing" else each["input"]
            allowed = listed(KEYS) if each["type"] == "extra_forbidden" else ""
            faults.add(file, message, row=number, field=field, found=found, allowed=allowed)
        return None


def _check_against(
    scenario: Scenario, alternative: Alternative, row: int, file: str, faults: Faults
) -> None:
    if not alternative.overlay and not alternative.parameters:
        message = "nothing is switched off"
        faults.add(file, message, row=row, field="id", found=alternative.id, allowed="an overlay")
    if alternative.overlay:
        overlays = _overlays_of(scenario)
        if alternative.overlay not in overlays:
            near = faults.nearest(alternative.overlay, overlays)
            message = f"no overlay of {scenario.name}{near}"
            allowed = listed(overlays)
            shown = alternative.overlay
            faults.add(file, message, row=row, field="overlay", found=shown, allowed=allowed)
            return
    known = load(alternative.overlay).parameters if alternative.overlay else scenario.parameters
    for name in alternative.parameters:
        if name not in known:
            near = faults.nearest(name, known)
            allowed = "the id of a parameter of the scenario"
            message = f"unknown parameter{near}"
            faults.add(file, message, row=row, field="parameters", found=name, allowed=allowed)


def _overlays_of(scenario: Scenario) -> list[str]:
    """Return the shipped scenarios that lie on a scenario at once."""
    found = []
    for name, folder in find_scenarios().items():
        content = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
        if content.get("base") == scenario.name:
            found.append(name)
    return found
