"""`khabur report`: which folder it is, and its page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.engine.folders import ResultsError, write_whole
from sim.engine.loading import ENSEMBLE_FORMAT, FORMAT, read_json
from sim.experiments.compare import COMPARISON_FILE, COMPARISON_FORMAT
from sim.experiments.manifest import FORMAT as SWEEP_FORMAT
from sim.experiments.manifest import MANIFEST
from sim.experiments.report.blocks import Page, render
from sim.experiments.sensitivity.result import RESULT_FILE, RESULT_FORMAT
from sim.scenario import ScenarioError

FILE = "report.html"
CALIBRATION_FORMAT = "khabur findings"  # of findings.json, which calibration writes

# The files that say what a folder is; the first of a known format counts.
_MARKS = ("run.json", COMPARISON_FILE, MANIFEST, RESULT_FILE, "findings.json")
_FORMATS = (
    FORMAT,
    ENSEMBLE_FORMAT,
    COMPARISON_FORMAT,
    SWEEP_FORMAT,
    RESULT_FORMAT,
    CALIBRATION_FORMAT,
)


def write_report(folder: str | os.PathLike[str]) -> Path:
    """Make one HTML page of what a folder holds: a file that needs nothing else.

    Parameters
    ----------
    folder : path
        Of a run, an ensemble, a comparison, a sweep or a sensitivity analysis; or of a
        calibration, which has its page already.

    Returns
    -------
    Path
        ``report.html`` in the folder.

    Raises
    ------
    ResultsError
        If the folder holds nothing of Khabur's, or something damaged, or cannot be written.
    """
    path = Path(folder)
    if not path.is_dir():
        raise ResultsError(f"There is no folder {str(path)!r}.")
    name, about = _about(path)
    if about["format"] == CALIBRATION_FORMAT:
        return _report_of_calibration(path)
    try:
        content = render(_page(path, about)).encode()
    except (ResultsError, ScenarioError):
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as fault:
        what = f"{type(fault).__name__} {fault}"
        raise ResultsError(f"{str(path / name)!r} is damaged: {what:.120}.") from fault
    write_whole(path / FILE, content)
    return path / FILE


def _about(folder: Path) -> tuple[str, dict[str, Any]]:
    """Return the file that says what a folder is, and what it says.

    Raises
    ------
    ResultsError
        If there is none whose format is known.
    """
    others = []
    for name in _MARKS:
        if (folder / name).is_file():
            about = read_json(folder / name)
            if about.get("format") in _FORMATS:
                return name, about
            others.append(f"; {name} has format {str(about.get('format'))[:60]!r}")
    raise ResultsError(
        f"{str(folder)!r} holds nothing that a report can be made of{''.join(others)}; allowed: "
        "the folder of a run, an ensemble, a comparison, a sweep, a sensitivity analysis or a "
        "calibration."
    )


def _page(folder: Path, about: Mapping[str, Any]) -> Page:
    """Return the page of a folder of a known format."""
    form = about["format"]
    if form == ENSEMBLE_FORMAT:
        from sim.experiments.report.ensemble import ensemble_page

        return ensemble_page(folder, about)
    if form == COMPARISON_FORMAT:
        from sim.experiments.report.comparison import comparison_page

        return comparison_page(folder, about)
    if form == SWEEP_FORMAT:
        from sim.experiments.report.sweep import sweep_page

        return sweep_page(folder)
    if form == RESULT_FORMAT:
        from sim.experiments.report.sensitivity import sensitivity_page

        return sensitivity_page(folder)
    from sim.experiments.report.run import run_page

    return run_page(folder)


def _report_of_calibration(folder: Path) -> Path:
    """Return the page that the calibration wrote itself."""
    path = folder / FILE
    if not path.is_file():
        raise ResultsError(
            f"The calibration in {str(folder)!r} has no {FILE}; "
            "the same khabur calibrate, with --fit-only, writes it again."
        )
    return path
