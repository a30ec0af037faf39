"""What the app's page on calibration shows, as plain data: from the files beside a posterior.

Nothing is fitted or simulated here. What is worked out for a scenario is kept for as long as its
files stay as they are, and is the same for every visitor: treat it as frozen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from calibration.app_parameters import (
    Column,
    columns_of,
    order_of,
    parameter_rows,
    set_aside,
    value_words,
)
from calibration.app_targets import target_groups
from calibration.judged import IDENTIFIED, REQUIREMENTS
from calibration.predictive_table import read_predictive
from calibration.report.words import Calendar
from calibration.structures import BetaPrior
from calibration.target_file import load_targets
from sim.app.links import link_of
from sim.app.view import View
from sim.engine.posterior import ScenarioPosterior, posterior_of
from sim.outcomes.registry import OutcomeError
from sim.scenario import ScenarioError, find_scenarios, load
from sim.scenario.reading import is_there
from sim.scenario.schema import Scenario
from sim.scenario.tables import POSTERIOR_FILE, PREDICTIVE_FILE

MOST_REPLICATE = 9_999
"""Largest replicate that the page draws by itself; any other can be typed in."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A scenario's posterior as the page shows it.

    Attributes
    ----------
    page : dict
        See :func:`page_of`.
    posterior : ScenarioPosterior or None
        None where there is none to be drawn from.
    columns : tuple of Column
        In the order of ``page["parameters"]``.
    """

    page: dict[str, Any]
    posterior: ScenarioPosterior | None = None
    columns: tuple[Column, ...] = ()


def calibrated_scenarios() -> dict[str, Path]:
    """Return the folders of the scenarios that ship with a posterior of their own, by name."""
    return {
        name: folder
        for name, folder in find_scenarios().items()
        if is_there(folder, POSTERIOR_FILE)
    }


def home_of(name: str) -> str | None:
    """Return the scenario whose posterior a scenario that ships uses: its own, or a base's."""
    homes, folder = calibrated_scenarios(), find_scenarios().get(name)
    if folder is None or name in homes:
        return name if name in homes else None
    try:
        bases = load(folder).folders
    except ScenarioError:
        return None
    return next((base.name for base in bases if base.name in homes), None)


def fit_of(folder: Path) -> Fit:
    """Return what is known of the posterior in a scenario's folder; never raises.

    Where it cannot be read, ``page["problem"]`` says why and there is nothing else to show.
    """
    return _fit(folder, _stamps(folder))


def page_of(folder: Path) -> dict[str, Any]:
    """Return what the page shows of a scenario, as JSON knows it.

    Returns
    -------
    dict
        ``scenario``, ``title``, ``problem`` (empty if there is none); then, without one,
        ``calibrated``, ``headline`` and ``sentences`` on it, ``requirements`` (``sentence``,
        ``wanted``, ``measured``, ``in_the_way``, ``holds``), ``facts`` (pairs of words), ``notes``,
        ``targets`` (:func:`calibration.app_targets.target_groups`), ``targets_note`` where there
        are none, ``parameters`` (:func:`calibration.app_parameters.parameter_rows`),
        ``identified`` (how many of them, None where that was not kept), ``set_aside``, ``draws``,
        ``most_replicate`` and the link ``ensemble``.
    """
    return fit_of(folder).page


def drawn_of(fit: Fit, *, seed: int, replicate: int) -> dict[str, Any]:
    """Return the row of the posterior that a replicate takes, marked on every parameter.

    Returns
    -------
    dict
        ``seed``, ``replicate``, ``row`` (counted from 1), ``draws``, ``link`` that watches it, and
        for each parameter of the page ``at``, its place on the axis, and ``words``. Empty where
        there is no posterior.
    """
    if fit.posterior is None:
        return {}
    (row,) = fit.posterior.rows(seed=seed, replicates=[replicate]).tolist()
    view = View(fit.page["scenario"], seed=seed, replicate=replicate, posterior=True)
    return {
        "seed": seed,
        "replicate": replicate,
        "row": row + 1,
        "draws": fit.posterior.posterior.draws,
        "link": link_of(view),
        "at": [round(float(column.places[row]), 4) for column in fit.columns],
        "words": [value_words(column.values[row], column.unit) for column in fit.columns],
    }


def _stamps(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Return name, time and size of each of a folder's files: they tell when to read again."""
    try:
        found = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file()]
    except OSError:
        return ()
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


@lru_cache(maxsize=8)
def _fit(folder: Path, stamps: tuple[tuple[str, int, int], ...]) -> Fit:
    try:
        scenario = load(folder)
        posterior = posterior_of(scenario, True)
    except ScenarioError as error:
        return Fit({"scenario": folder.name, "title": folder.name, "problem": str(error)})
    assert posterior is not None
    about = posterior.posterior.about
    identified = _identified(about)
    columns = columns_of(scenario, posterior, _completeness(scenario))
    rows = parameter_rows(columns, identified)
    order = order_of(rows)
    groups, targets_note = _targets(folder, scenario)
    known = None if identified is None else sum(bool(row["identified"]) for row in rows)
    page = {
        "scenario": scenario.name,
        "title": scenario.title,
        "problem": "",
        **_verdict(about),
        "facts": _facts(about),
        "notes": [note for note in posterior.notes if "NOT CALIBRATED" not in note],
        "targets": groups,
        "targets_note": targets_note,
        "parameters": [rows[index] for index in order],
        "identified": known,
        "set_aside": set_aside(posterior),
        "draws": posterior.posterior.draws,
        "most_replicate": MOST_REPLICATE,
        "ensemble": link_of(View(scenario.name, posterior=True), "/ensemble"),
    }
    return Fit(page, posterior, tuple(columns[index] for index in order))


def _verdict(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return whether it is calibrated, how many requirements hold, and what that means."""
    calibrated = about.get("calibrated") is True
    requirements = _requirements(about)
    judged = [row for row in requirements if row["holds"] is not None]
    holding = sum(bool(row["holds"]) for row in judged)
    headline = "CALIBRATED" if calibrated else "NOT CALIBRATED"
    if judged:
        but = ", but only " if calibrated and 2 * holding < len(judged) else ": "
        headline += f"{but}{holding} of {len(judged)} requirements hold"
    return {
        "calibrated": calibrated,
        "headline": headline,
        "sentences": _meaning(calibrated, len(judged) - holding, len(requirements) - len(judged)),
        "requirements": requirements,
        "verdict": "" if requirements else str(about.get("verdict", "")),
    }


def _meaning(calibrated: bool, failing: int, unseen: int) -> list[str]:
    said = [
        "Calibrated says one thing: on made-up articles whose parameters are known, the intervals "
        "of the fit hold the truth as often as they claim. It does not say that the model is right."
        if calibrated
        else "On made-up articles whose parameters are known, the intervals of the fit do not hold "
        "the truth as often as they claim, or that was not tried. Do not rely on them."
    ]
    if failing:
        said.append(
            "Whether the model is right is what the other requirements ask, and those that do not "
            "hold say where it is not."
        )
    if unseen:
        said.append(f"{unseen} of the requirements were not looked at.")
    return said


def _requirements(about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the requirements that are kept beside a posterior; odd entries are left out."""
    found = about.get(REQUIREMENTS)
    rows = [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
    return [
        {
            **{name: str(row.get(name, "")) for name in ("sentence", "wanted", "measured")},
            "in_the_way": str(row.get("in_the_way", "")),
            "holds": row["holds"] if isinstance(row.get("holds"), bool) else None,
        }
        for row in rows
    ]


def _identified(about: Mapping[str, Any]) -> dict[str, float] | None:
    """Return contraction by id of what is identified; None where that was not kept."""
    found = about.get(IDENTIFIED)
    if not isinstance(found, Mapping):
        return None
    return {
        str(name): float(value)
        for name, value in found.items()
        if isinstance(value, int | float) and np.isfinite(value)
    }


def _facts(about: Mapping[str, Any]) -> list[list[str]]:
    """Return how it was made, pairs of words."""
    names = {
        "command": "made by",
        "vectors": "vectors simulated",
        "draws": "draws kept",
        "scenario_hash": "scenario",
        "made_with": "with",
    }
    facts = []
    for name, words in names.items():
        value = about.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            facts.append([words, f"{value:,}"])
        elif isinstance(value, str):
            facts.append([words, value[:12] if name == "scenario_hash" else value])
    return facts


def _completeness(scenario: Scenario) -> BetaPrior | None:
    """Return the prior of the completeness; None without targets, or with bad ones."""
    try:
        return load_targets(scenario).completeness
    except (ScenarioError, OutcomeError):
        return None


def _targets(folder: Path, scenario: Scenario) -> tuple[list[dict[str, Any]], str]:
    """Return the groups of targets, and a sentence where there are none to show."""
    shown = f"{folder.name}/{PREDICTIVE_FILE}"
    if not is_there(folder, PREDICTIVE_FILE):
        make = f"khabur calibrate {scenario.name} --out DIR --ship"
        return [], (
            f"{shown} is missing, so what would have been reported is not known here; "
            f"it is made with: {make}"
        )
    try:
        rows = read_predictive(folder, shown)
    except ScenarioError as error:
        return [], str(error)
    return target_groups(rows, Calendar(scenario.start, scenario.days)), ""
