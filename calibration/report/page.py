"""The report of a calibration as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.report import words
from calibration.report.drawing import inline_svg
from calibration.report.figures_numbers import FITTED, LEFT_OUT_NAMES, numbers_figure
from calibration.report.figures_parameters import (
    contraction_figure,
    intervals_figure,
    ratios_figure,
    values_figure,
)
from calibration.report.figures_trust import coverage_figure, ranks_figure, scores_figure
from calibration.report.glossary import GLOSSARY
from calibration.report.strips import fitted_strips, left_out_strips
from calibration.report.tables import (
    direction_words,
    facts,
    identified,
    parameter_words,
    score_groups,
    target_groups,
)
from calibration.results import Findings, ParameterRow
from calibration.second_opinion import agreement
from sim.engine.ensemble_folder import write_whole
from sim.engine.folders import ResultsError, reason
from sim.experiments.report.blocks import environment

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup
    from matplotlib.figure import Figure

FILE = "report.html"
_VERDICTS = {
    True: ("CALIBRATED", "yes"),
    False: ("NOT CALIBRATED", "no"),
    None: ("NOT CALIBRATED", "unknown"),
}


def write_report(folder: Path, findings: Findings) -> Path:
    """Write ``report.html`` into a folder: one file, no script, nothing fetched from anywhere.

    Parameters
    ----------
    folder : Path
        Made if it is not there; a report that is there is replaced.
    findings : Findings

    Returns
    -------
    Path
        The file.

    Raises
    ------
    sim.engine.folders.ResultsError
        If the folder or the file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        said = f"The folder {str(folder)!r} cannot be written: {reason(fault)}."
        raise ResultsError(said) from None
    path = folder / FILE
    write_whole(path, render(findings).encode())
    return path


def render(findings: Findings) -> str:
    """Return the page; the same findings give the same text."""
    template = _environment().get_template("template.html.jinja")
    return template.render(**_content(findings))


def _environment() -> Environment:
    found = environment(Path(__file__).parent)
    found.filters.update(share=words.share, number=words.number, two=words.two)
    return found


def _content(findings: Findings) -> dict[str, Any]:
    known = identified(findings)
    verdict, state = _headline(findings)
    return {
        "findings": findings,
        "verdict": verdict,
        "state": state,
        "facts": facts(findings),
        "uncovered": _uncovered(findings),
        "agreement": agreement(findings.second_opinion),
        "labels": {row.id: row.label for row in findings.targets},
        "target_groups": target_groups(findings),
        "identified": parameter_words(known),
        "tested": parameter_words(
            row for row in findings.parameters if row.coverage_90 is not None
        ),
        "all_parameters": parameter_words(findings.parameters),
        "flat_directions": direction_words(findings.flat_directions),
        "identified_directions": direction_words(findings.identified_directions),
        "score_groups": score_groups(findings.scores),
        "glossary": GLOSSARY,
        "figures": _figures(findings, known),
    }


def _headline(findings: Findings) -> tuple[str, str]:
    """Return the verdict in a few words, and how it is coloured."""
    verdict, state = _VERDICTS[findings.calibrated]
    judged = [row for row in findings.requirements if row.holds is not None]
    failing = [row for row in judged if row.holds is False]
    if findings.calibrated and failing:
        return f"{verdict}, but {len(failing)} of {len(judged)} requirements do not hold", "partly"
    return verdict, state


def _uncovered(findings: Findings) -> list[ParameterRow]:
    """Return parameters outside the gate, if no requirement that fails says it already."""
    if any(row.id == "coverage" and row.holds is False for row in findings.requirements):
        return []
    return [row for row in findings.parameters if row.calibrated is False]


def _figures(findings: Findings, known: Sequence[ParameterRow]) -> Mapping[str, Markup | None]:
    """Draw every figure for which there is something to draw; None for the others."""
    calendar = words.Calendar.of(findings)
    fitted, left_out = fitted_strips(findings), left_out_strips(findings)
    outside = [row for row in findings.parameters if row.calibrated is False]
    tested = [*known, *(row for row in outside if not row.identified)]
    ranked = [row for row in tested if sum(row.rank_histogram) > 0]
    judged = [row for row in tested if row.coverage_90 is not None]
    values = sorted(findings.values, key=lambda row: (-row.contraction_lost, row.target))
    labels = {row.id: row.label for row in findings.targets}
    ratios = [(row.label, row.ratio, row.low, row.high) for row in findings.alternatives]

    def drawn(
        name: str, rows: Sequence[Any], description: str, draw: Callable[[], Figure]
    ) -> Markup | None:
        return inline_svg(name, description, draw) if rows else None

    return {
        "numbers": drawn(
            "numbers",
            fitted,
            "What was reported beside what the model would have reported before and after the fit; "
            "the numbers stand in the table of targets.",
            lambda: numbers_figure(fitted, calendar, FITTED),
        ),
        "left_out": drawn(
            "left-out",
            left_out,
            "What was reported beside its prediction from the other targets.",
            lambda: numbers_figure(left_out, calendar, LEFT_OUT_NAMES),
        ),
        "intervals": drawn(
            "intervals",
            known,
            "Fitted intervals of parameters within the ranges of their priors.",
            lambda: intervals_figure(known),
        ),
        "contraction": drawn(
            "contraction",
            findings.parameters,
            "Contraction of every parameter.",
            lambda: contraction_figure(findings.parameters),
        ),
        "ranks": drawn(
            "ranks",
            ranked,
            "Histograms of ranks of parameters.",
            lambda: ranks_figure(ranked),
        ),
        "coverage": drawn(
            "coverage",
            judged,
            "Coverage, recovery and difference of two pools of parameters.",
            lambda: coverage_figure(judged),
        ),
        "values": drawn(
            "values",
            values,
            "Contraction lost without each target.",
            lambda: values_figure(values, labels),
        ),
        "alternatives": drawn(
            "alternatives",
            ratios,
            "How often models with a mechanism switched off come as near to the reports.",
            lambda: ratios_figure(ratios),
        ),
        "scores": drawn(
            "scores",
            findings.scores,
            "Scores of the checks over those of naive forecasts.",
            lambda: scores_figure(findings.scores),
        ),
    }
