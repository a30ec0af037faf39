"""``predictive.csv``: what would have been reported before and after the fit, beside what was.

It lies beside ``posterior.csv``, in a calibration's folder and in the scenario's where the fit is
shipped, so that prior, posterior and reported can be shown without the calibration. A row is a
target. Dates are days after the scenario's start; the day after its last is *not by the end*. Of a
target with labels it has the share of the reported one, and of the likeliest other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

from calibration.kinds import WORD_BINS
from calibration.report.words import KIND_WORDS, likeliest
from calibration.results import Spread, TargetRow
from sim.engine.folders import write_whole
from sim.scenario.cells import as_number, as_truth
from sim.scenario.faults import Faults, listed, printable
from sim.scenario.limits import CELL_CHARACTERS
from sim.scenario.raw import RawRow
from sim.scenario.reading import read_table
from sim.scenario.tables import PREDICTIVE_FILE

_SPREAD = ("p05", "p25", "p50", "p75", "p95", "not_by_end")
_LABELS = ("share", "likeliest_other", "likeliest_other_share")
_SIDES = ("prior", "posterior")
_TEXTS = ("id", "label", "kind", "role", "unit", "reported")
COLUMNS = (
    *_TEXTS,
    "reported_number",
    "reported_label",
    *(f"{side}_{part}" for side in _SIDES for part in (*_SPREAD, *_LABELS)),
    "inside_prior_90",
    "inside_posterior_90",
    "luck_share",
    "model_limit",
)
ROLES = ("fit", "check", "context")


def write_predictive(folder: Path, rows: Sequence[TargetRow]) -> Path:
    """Write the table into a folder, whole or not at all.

    Raises
    ------
    sim.engine.folders.ResultsError
        If it cannot be written.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_cells(row) for row in rows)
    path = folder / PREDICTIVE_FILE
    write_whole(path, text.getvalue().encode())
    return path


def read_predictive(folder: Path, shown: str) -> list[TargetRow]:
    """Read the table; what it does not hold (predictions from the other targets, reasons) is blank.

    Parameters
    ----------
    folder : Path
    shown : str
        What faults call the file.

    Raises
    ------
    ScenarioError
        If it is damaged, with everything that is wrong.
    """
    faults = Faults()
    raw = read_table(folder, PREDICTIVE_FILE, shown, COLUMNS, COLUMNS, faults)
    faults.raise_if_any()
    assert raw is not None
    rows = [_row(cells, faults) for cells in raw]
    faults.raise_if_any()
    return rows


def _cells(row: TargetRow) -> dict[str, str]:
    cells = {name: getattr(row, name) for name in _TEXTS}
    cells |= {
        "reported_number": _number(row.reported_number),
        "reported_label": row.reported_label or "",
        "inside_prior_90": _truth(row.inside_prior_90),
        "inside_posterior_90": _truth(row.inside_posterior_90),
        "luck_share": _number(row.luck_share),
        "model_limit": row.model_limit,
    }
    spreads = row.prior_spread, row.posterior_spread
    shares = row.prior_shares, row.posterior_shares
    for side, spread, found in zip(_SIDES, spreads, shares, strict=True):
        if spread is not None:
            names = (f"{side}_{part}" for part in _SPREAD)
            cells |= dict(zip(names, map(_number, astuple(spread)), strict=True))
        if row.reported_label is not None:
            cells[f"{side}_share"] = _number(found.get(row.reported_label, 0.0))
            others = {name: each for name, each in found.items() if name != row.reported_label}
            for name, each in likeliest(others, 1):
                cells[f"{side}_likeliest_other"] = name
                cells[f"{side}_likeliest_other_share"] = _number(each)
    return {name: text[:CELL_CHARACTERS] for name, text in cells.items()}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _truth(value: bool) -> str:
    return "yes" if value else "no"


class _Reader:
    """Cells of a row, each with a fault where it is not what it should be."""

    def __init__(self, row: RawRow, faults: Faults) -> None:
        self.row, self.faults = row, faults

    def text(self, column: str, allowed: Sequence[str] = ()) -> str:
        """Return a text, one of those allowed if any are named."""
        found = printable(self.row.text(column) or "", CELL_CHARACTERS)
        if allowed and found not in allowed:
            self.row.fault(self.faults, column, "not known", f"one of {listed(allowed)}")
            return allowed[0]
        return found

    def number(self, column: str) -> float | None:
        """Return a number; None for a blank."""
        found = self.row.text(column)
        if found is None:
            return None
        try:
            return as_number(found)
        except ValueError as error:
            self.row.fault(self.faults, column, str(error), "a finite number")
            return None

    def truth(self, column: str) -> bool:
        """Return a truth value."""
        try:
            return as_truth(self.row.text(column))
        except ValueError as error:
            self.row.fault(self.faults, column, str(error), "yes or no")
            return False

    def spread(self, side: str) -> Spread | None:
        """Return a spread; None where all its cells are blank."""
        columns = [f"{side}_{part}" for part in _SPREAD]
        if all(self.row.text(column) is None for column in columns):
            return None
        found = []
        for column in columns:
            if self.row.text(column) is None:
                self.row.fault(self.faults, column, "is blank", "a finite number")
            found.append(self.number(column) or 0.0)
        return Spread(*found)

    def shares(self, side: str, label: str | None) -> dict[str, float]:
        """Return the share of the reported label and of the likeliest other."""
        if label is None:
            return {}
        found = {label: self.number(f"{side}_share") or 0.0}
        if other := self.text(f"{side}_likeliest_other"):
            found[other] = self.number(f"{side}_likeliest_other_share") or 0.0
        return found


def _row(raw: RawRow, faults: Faults) -> TargetRow:
    cells = _Reader(raw, faults)
    kind = cells.text("kind", tuple(KIND_WORDS))
    label = cells.text("reported_label", tuple(WORD_BINS) if kind == "word" else ()) or None
    return TargetRow(
        id=cells.text("id"),
        label=cells.text("label"),
        kind=kind,
        role=cells.text("role", ROLES),
        unit=cells.text("unit"),
        reported=cells.text("reported"),
        reported_number=cells.number("reported_number"),
        reported_label=label,
        prior_spread=cells.spread("prior"),
        posterior_spread=cells.spread("posterior"),
        truth_spread=None,
        left_out_spread=None,
        prior_shares=cells.shares("prior", label),
        posterior_shares=cells.shares("posterior", label),
        left_out_shares={},
        inside_prior_90=cells.truth("inside_prior_90"),
        inside_posterior_90=cells.truth("inside_posterior_90"),
        inside_posterior_50=False,
        inside_left_out_90=None,
        width_ratio=None,
        luck_share=cells.number("luck_share"),
        why="",
        model_limit=cells.text("model_limit"),
    )
