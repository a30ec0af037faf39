"""Figures: what stands where, and that unusual findings can be drawn."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from calibration.report.drawing import Sheet, inline_svg
from calibration.report.figures_numbers import FITTED, numbers_figure
from calibration.report.figures_parameters import intervals_figure, ratios_figure
from calibration.report.figures_trust import RATIO_ENDS, ranks_figure, scores_figure
from calibration.report.strips import Strip, fitted_strips
from calibration.report.words import Calendar
from calibration.results import Findings, ScoreRow, Spread
from tests.calibration.report.made_up import made_up_findings, parameter

CALENDAR = Calendar(date(2015, 6, 20), 103)


def markers(axes: Axes) -> list[tuple[float, float]]:
    points = [np.asarray(line.get_data()) for line in axes.lines if line.get_marker() == "D"]
    return [(float(x[0]), float(y[0])) for x, y in points]


def date_strip(front: Spread, reported: float) -> Strip:
    return Strip("dates", "a", "b", front, front, 0, 0, (reported, reported), False, "c", "")


def test_text_of_a_figure_stays_text_and_is_escaped() -> None:
    def draw() -> Figure:
        sheet = Sheet(1.0)
        sheet.text(1, 0.5, "a <b> & $c$")
        return sheet.figure

    found = inline_svg("name", 'said "so" <&>', draw)
    assert "a &lt;b&gt; &amp; $c$" in found
    assert 'aria-label="said &#34;so&#34; &lt;&amp;&gt;"' in found


def test_ids_of_a_figure_begin_with_its_name() -> None:
    rows = fitted_strips(made_up_findings())
    found = inline_svg("first", "words", lambda: numbers_figure(rows, CALENDAR, FITTED))
    assert re.findall(r'\bid="(?!first-)[^"]*"', found) == []
    assert re.findall(r"url\(#(?!first-)", found) == []


def test_a_reported_date_stands_on_its_day() -> None:
    figure = numbers_figure([date_strip(Spread(10, 20, 30, 40, 50), 37)], CALENDAR, FITTED)
    assert markers(figure.axes[1]) == [(37, 0)]


def test_what_is_not_by_the_end_stands_behind_the_last_day() -> None:
    figure = numbers_figure([date_strip(Spread(10, 20, 103, 103, 103), 103)], CALENDAR, FITTED)
    ((at, _),) = markers(figure.axes[1])
    assert 103 < at < figure.axes[1].get_xlim()[1]


def test_a_calendar_without_late_dates_has_no_room_behind_it() -> None:
    figure = numbers_figure([date_strip(Spread(10, 20, 30, 40, 50), 37)], CALENDAR, FITTED)
    assert figure.axes[1].get_xlim()[1] < 107


def test_counts_of_nothing_can_be_drawn() -> None:
    nothing = Spread(0, 0, 0, 0, 0)
    row = Strip("counts", "a", "b", nothing, nothing, 0, 0, (0, 0), False, "0", "")
    bare = Strip("counts", "a", "b", None, None, 0, 0, None, True, "none", "")
    figure = numbers_figure([row, bare], CALENDAR, FITTED)
    assert markers(figure.axes[1]) == [(0, 0)]


@pytest.mark.parametrize("count", [1, 5, 6, 13])
def test_each_parameter_has_a_panel_of_ranks(count: int) -> None:
    rows = [parameter(f"group.number_{i}", (0, 1), (0.2, 0.4, 0.6), 0.5) for i in range(count)]
    assert len(ranks_figure(rows).axes) == count


def test_a_parameter_with_a_range_without_width_can_be_drawn() -> None:
    row = parameter("group.number", (1, 1), (1, 1, 1), 0.5)
    assert intervals_figure([row]).axes


def test_ratios_without_end_stay_on_their_axis() -> None:
    figure = ratios_figure([("never", 0.0, 0.0, 0.0), ("always", 1e9, 1e8, 1e10)])
    low, high = figure.axes[0].get_xlim()
    for line in figure.axes[0].lines[1:]:
        assert all(low <= at <= high for at in np.asarray(line.get_xdata()))


@pytest.mark.parametrize(
    ("model", "naive", "at"),
    [(2.0, 4.0, 0.5), (0.0, 0.0, 1.0), (1.0, 0.0, RATIO_ENDS[1]), (0.0, 1.0, RATIO_ENDS[0])],
)
def test_a_score_is_drawn_over_the_naive_one(model: float, naive: float, at: float) -> None:
    row = ScoreRow("group", "what", "CRPS", model, None, naive, "naive", model <= naive)
    dots = [line for line in scores_figure([row]).axes[0].lines if line.get_marker() in ("o", "X")]
    assert [np.asarray(line.get_xdata())[0] for line in dots] == [at]


def test_a_figure_is_drawn_for_everything_that_was_found() -> None:
    from calibration.report.page import _content

    figures = _content(made_up_findings())["figures"]
    assert all(figures.values())


def test_findings_without_a_posterior_can_be_drawn() -> None:
    findings: Findings = made_up_findings()
    bare = [
        replace(row, posterior_spread=None, posterior_shares={}, left_out_spread=None)
        for row in findings.targets
    ]
    assert numbers_figure(fitted_strips(replace(findings, targets=bare)), CALENDAR, FITTED).axes
