"""Draw the figures of docs/kernel-validation.md.

python -m sim.experiments.battles_figures --data tests/validation/data --out docs/figures
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sim.experiments.battles import predict
from sim.experiments.battles_classics import (
    LINEAR,
    LOGARITHMIC,
    SQUARE,
    Front,
    duel,
    duel_in_closed_form,
    iwo_jima,
    iwo_jima_solution,
    lag_one_correlation,
    variation,
)
from sim.experiments.battles_constants import SIDES, load_constants
from sim.experiments.battles_fit import predictive_variance, residuals
from sim.experiments.battles_table import Battles, read_battles
from sim.state.elementary import FloatArray

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, RED, GREY = "#2b6ca3", "#b5442e", "#777777"


def laws_figure() -> Figure:
    """Draw the three classical laws: closed form as lines, small and large forces as points."""
    figure, axes = _row(3)
    cases = [
        ("square law (p = 0, q = 1)", SQUARE, (0.06, 0.09)),
        ("linear law (p = 1, q = 1)", LINEAR, (0.8, 1.4)),
        ("logarithmic law (p = 1, q = 0)", LOGARITHMIC, (0.10, 0.05)),
    ]
    days = np.arange(9.0)
    for axis, (title, law, attrition) in zip(axes, cases, strict=True):
        for force, marker, size in ((200.0, "x", 4), (20_000.0, "o", 4)):
            scaled = tuple(a / (10 * force) if law == LINEAR else a for a in attrition)
            start = (force, 0.75 * force)
            rates = (scaled[0], scaled[1])
            drawn = duel(start, rates, law, 8, steps_per_day=100, seed=3)[::100, 0] / force
            exact = duel_in_closed_form(start, rates, law, days) / force
            for side, colour in ((0, BLUE), (1, RED)):
                label = f"{force:,.0f} fighters" if side == 0 else None
                axis.plot(days, exact[:, side], color=colour, lw=1)
                axis.plot(days, drawn[:, side], marker, ms=size, color=colour, label=label)
        axis.set(title=title, xlabel="day", ylim=(0, 1.05))
    axes[0].set_ylabel("share of the larger force at the start")
    axes[0].legend(frameon=False)
    return figure


def iwo_jima_figure() -> Figure:
    """Draw Engel's Iwo Jima: his equations as lines, draws of the kernel as points."""
    figure, (axis,) = _row(1)
    day = np.arange(0, 37)
    solution = iwo_jima_solution(np.linspace(0, 36, 361))
    drawn = iwo_jima(replicates=20)[::100]
    for side, colour, label in ((0, BLUE, "American"), (1, RED, "Japanese")):
        axis.plot(np.linspace(0, 36, 361), solution[:, side], color=colour, lw=1)
        axis.plot(day, drawn[:, :, side].mean(axis=1), "o", ms=3, color=colour, label=label)
    axis.set(xlabel="day", ylabel="fighters", title="Engel's Iwo Jima: equations and kernel")
    axis.legend(frameon=False)
    return figure


def battles_figure(battles: Battles) -> Figure:
    """Draw recorded against predicted casualties, with 80% intervals."""
    figure, axes = _row(2)
    prediction = predict(battles, load_constants())
    for side, (axis, name) in enumerate(zip(axes, SIDES, strict=True)):
        middle, recorded = np.exp(prediction.mean_log[side]), battles.casualties[side]
        low, high = prediction.low[side], prediction.high[side]
        inside = (recorded >= low) & (recorded <= high)
        axis.vlines(middle, np.maximum(low, 1), high, color=GREY, lw=0.4, alpha=0.5)
        axis.plot(middle[inside], recorded[inside], ".", ms=4, color=BLUE, label="inside 80%")
        axis.plot(middle[~inside], recorded[~inside], ".", ms=4, color=RED, label="outside")
        span = np.array([5.0, 1e6])
        axis.plot(span, span, color="black", lw=0.8)
        axis.set(xscale="log", yscale="log", xlim=span, ylim=span)
        axis.set(title=f"casualties of the {name}", xlabel="predicted", ylabel="recorded")
        axis.legend(frameon=False, loc="upper left")
    return figure


def noise_figure(battles: Battles) -> Figure:
    """Draw the spread of ln casualties about the kernel's median, by length and by size."""
    figure, axes = _row(2)
    constants = load_constants()
    error = residuals(battles, constants)
    model = np.sqrt(predictive_variance(battles, constants))
    smaller = battles.strength.min(axis=0)
    edges_days = np.array([0.5, 1.5, 2.5, 4.5, 9.5, 200])
    edges_size = np.array([0, 2.5e3, 5e3, 1e4, 2e4, 5e4, 1e7])
    _spread(axes[0], battles.days.astype(float), edges_days, error, model)
    axes[0].set(xlabel="calendar days", ylabel="standard deviation of ln casualties")
    _spread(axes[1], smaller, edges_size, error, model)
    axes[1].set(xlabel="strength of the smaller side")
    axes[0].legend(frameon=False)
    return figure


def _spread(
    axis: Axes, x: FloatArray, edges: FloatArray, error: FloatArray, model: FloatArray
) -> None:
    group = np.digitize(x, edges)
    present = np.unique(group)
    middle = np.array([np.exp(np.log(x[group == g]).mean()) for g in present])
    for side, (name, colour) in enumerate(zip(SIDES, (BLUE, RED), strict=True)):
        found = np.array([error[side, group == g].std() for g in present])
        count = np.array([(group == g).sum() for g in present])
        expected = np.array([np.sqrt((model[side, group == g] ** 2).mean()) for g in present])
        axis.errorbar(
            middle, found, found / np.sqrt(2 * count), fmt="o", ms=4, color=colour, label=name
        )
        axis.plot(middle, expected, color=colour, lw=1)
    axis.set(xscale="log", ylim=(0, 1.8))


def ardennes_figure(losses: FloatArray) -> Figure:
    """Draw the daily losses of the Ardennes and of a front of engagements with kernel noise."""
    figure, axes = _row(2)
    days = losses.size
    simulated = Front().daily_losses(days, replicates=1000)
    day = np.arange(1, days + 1)
    for series in simulated[:4]:
        axes[0].plot(day, series / series.mean(), color=GREY, lw=0.7, alpha=0.8)
    axes[0].plot(day, losses / losses.mean(), color=BLUE, lw=1.6)
    axes[0].set(xlabel="day", ylabel="losses over their mean", ylim=(0, None))
    axes[0].set_title("Ardennes, American side; four draws (grey)")
    axes[1].plot(variation(simulated), lag_one_correlation(simulated), ".", ms=2, color=GREY)
    axes[1].plot(variation(losses), lag_one_correlation(losses), "o", color=BLUE)
    axes[1].set(xlabel="coefficient of variation", ylabel="lag-one correlation")
    return figure


def _row(panels: int) -> tuple[Figure, list[Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * panels if panels > 1 else 5.5, 3.6), layout="constrained")
    FigureCanvasAgg(figure)
    axes = [figure.add_subplot(1, panels, i + 1) for i in range(panels)]
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)
    return figure, axes


def draw_all(data: Path, out: Path) -> list[Path]:
    """Write every figure as PNG into ``out``; return the files."""
    battles = read_battles(data / "cdb90_development.csv")
    with (data / "ardennes_fricker1998_daily.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[1:]
    losses = np.array([float(row["blue_mp_combat_killed"]) for row in rows])
    figures = {
        "lanchester-laws": laws_figure(),
        "iwo-jima": iwo_jima_figure(),
        "battles": battles_figure(battles),
        "battle-noise": noise_figure(battles),
        "ardennes": ardennes_figure(losses),
    }
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for name, figure in figures.items():
        files.append(out / f"{name}.png")
        figure.savefig(files[-1], dpi=90, metadata={"Software": None})
    return files


def main() -> None:
    """Draw all figures and say where they are."""
    parser = argparse.ArgumentParser(description="Draw the figures of the kernel's validation.")
    parser.add_argument("--data", type=Path, default=Path("tests/validation/data"))
    parser.add_argument("--out", type=Path, default=Path("docs/figures"))
    arguments = parser.parse_args()
    for file in draw_all(arguments.data, arguments.out):
        print(file)


if __name__ == "__main__":
    main()
