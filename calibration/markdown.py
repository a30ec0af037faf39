"""``python -m calibration.markdown FOLDER... --write PAGE``: findings as tables in a page.

The tables stand between the markers ``calibration findings: begin`` and ``end`` of the page.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from calibration.findings_file import read_findings
from calibration.report.words import Calendar, share, spread_words
from calibration.results import Findings, TargetRow
from sim.experiments.prior_range import put_between_markers
from sim.experiments.validation.markdown import table

_HOLDS = {True: "yes", False: "**no**", None: "-"}


def markdown(found: Findings) -> str:
    """Return a heading, the command, the verdict, the requirements and the fitted targets."""
    requirements = table(
        ["what must hold", "wanted", "measured", "holds"],
        [[r.sentence, r.wanted, r.measured, _HOLDS[r.holds]] for r in found.requirements],
    )
    targets = table(
        ["outcome", "reported", "prior (5% to 95%)", "fitted, run anew", "from the others"],
        [_target(row, Calendar.of(found)) for row in found.targets if row.role == "fit"],
    )
    identified = sorted(
        (row for row in found.parameters if row.identified), key=lambda row: -row.contraction
    )
    known = ", ".join(f"`{row.id}` ({row.contraction:.2f})" for row in identified) or "none"
    return (
        f"### {found.scenario}\n\n"
        f"`{found.command}`: {found.vectors:,} vectors, seeds "
        f"{' and '.join(map(str, found.seeds))}, scenario `{found.scenario_hash[:12]}`.\n\n"
        f"{found.verdict}\n\n{requirements}\n\n{targets}\n\n"
        f"Parameters that the article identifies, with their contraction: {known}.\n"
    )


def _target(row: TargetRow, calendar: Calendar) -> list[str]:
    spreads = (row.prior_spread, row.posterior_spread, row.left_out_spread)
    shares = (row.prior_shares, row.posterior_shares, row.left_out_shares)
    cells = [
        share(each.get(row.reported_label or "", 0.0))
        if spread is None
        else spread_words(spread, row, calendar).replace("\u00a0", " ")
        for spread, each in zip(spreads, shares, strict=True)
    ]
    if not row.inside_posterior_90:
        cells[1] += ", outside"
    if not row.inside_left_out_90:
        cells[2] += ", outside"
    return [row.label, row.reported, *cells]


def main(arguments: list[str] | None = None) -> None:
    """Print the tables, or put them into a page."""
    parser = argparse.ArgumentParser(description="Findings of calibrations as tables.")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--write", type=Path, metavar="PAGE")
    asked = parser.parse_args(arguments)
    text = "\n".join(markdown(read_findings(folder / "findings.json")) for folder in asked.folders)
    if asked.write is None:
        print(text)
        return
    page = asked.write.read_text(encoding="utf-8")
    written = put_between_markers(page, "calibration findings", text)
    asked.write.write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
