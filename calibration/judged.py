"""What ``posterior.toml`` keeps of the findings: the requirements, and what is identified."""

from __future__ import annotations

from typing import Any

from calibration.results import Findings, ParameterRow, Requirement

IDENTIFIED = "identified"
REQUIREMENTS = "requirements"


def judged(findings: Findings) -> dict[str, Any]:
    """Return what is kept beside a posterior.

    Returns
    -------
    dict
        ``identified``: contraction of each identified parameter, by id, the most contracted first.
        ``requirements``: a table each, without ``holds`` where it was not looked at.
    """
    known = sorted((row for row in findings.parameters if row.identified), key=_order)
    return {
        IDENTIFIED: {row.id: round(row.contraction, 4) for row in known},
        REQUIREMENTS: [_said(row) for row in findings.requirements],
    }


def _order(row: ParameterRow) -> tuple[float, str]:
    return -row.contraction, row.id


def _said(row: Requirement) -> dict[str, Any]:
    said = {
        "id": row.id,
        "sentence": row.sentence,
        "wanted": row.wanted,
        "measured": row.measured,
        "in_the_way": row.in_the_way,
    }
    return said if row.holds is None else {**said, "holds": row.holds}
