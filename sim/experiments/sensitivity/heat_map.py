"""The picture: outcomes by parameters, and beside them the share of luck."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.experiments.sensitivity.result import Effect, MorrisEffect

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.experiments.sensitivity.result import SensitivityResult, Spread

Float64 = NDArray[np.float64]

CELL_WIDTH_INCH, CELL_HEIGHT_INCH = 0.36, 0.24
LETTER_INCH = 0.075  # of a label at LABEL_SIZE
LABEL_SIZE, CELL_SIZE = 8.0, 6.5
MOST_LETTERS = 60
MOSTLY = 0.7  # of the size of an effect that must go one way to be said to go that way
MEANING = {
    "morris": (
        "effect of the parameter's whole range (mu*) in standard deviations of a run; "
        "+ raises, - lowers, ± either"
    ),
    "sobol": "share of the variance of the expected outcome (total order index)",
}


def draw(
    result: SensitivityResult, *, most: int = 25, outcomes: tuple[str, ...] | None = None
) -> Figure:
    """Draw the heat map.

    A row is an outcome's mean or probability, those that no parameter moves last; a column a
    parameter with some clear effect, the most important first. A dot is an effect within noise.
    The last column is the share of a single run's variance that is luck: what no parameter
    explains.

    Parameters
    ----------
    result : SensitivityResult
    most : int
        Parameters shown at most.
    outcomes : tuple of str, optional
        Ids of the outcomes to show; all if not given.

    Raises
    ------
    ValueError
        If none of the outcomes was analysed, or ``most`` is less than 1.
    """
    from matplotlib.figure import Figure

    if most < 1:
        raise ValueError(f"most: found {most}; allowed: 1 or more")
    spreads = [s for s in result.spreads if outcomes is None or s.quantity.outcome in outcomes]
    if not spreads:
        raise ValueError("none of these outcomes was analysed; nothing to draw")
    names = list(result.most_important(most)) or [result.parameters[0].id]
    spreads = _moved_first(result, spreads, names)
    cells = _cells(result, spreads, names)
    rows = [_label(spread) for spread in spreads]

    slanted = LETTER_INCH * max(map(len, names)) * 0.62  # both ways, at 45 degrees
    left = max(LETTER_INCH * max(map(len, rows)), slanted) + 0.15
    bottom = slanted + 0.2
    top, right, gap = 1.15, 0.4, 0.12
    body_width = CELL_WIDTH_INCH * len(names)
    body_height = CELL_HEIGHT_INCH * len(rows)
    width = max(left + body_width + gap + CELL_WIDTH_INCH + right, 7.5)
    height = bottom + body_height + top
    figure = Figure(figsize=(width, height))

    def axes(x: float, y: float, w: float, h: float) -> Axes:
        return figure.add_axes((x / width, y / height, w / width, h / height))

    body = axes(left, bottom, body_width, body_height)
    luck = axes(left + body_width + gap, bottom, CELL_WIDTH_INCH, body_height)
    scale = axes(left, bottom + body_height + 0.45, min(2.6, body_width), 0.1)
    _draw_body(body, cells)
    _draw_scale(scale, body, result)
    _draw_luck(luck, spreads)
    _name_rows(body, rows)
    _name_columns(body, names)
    _name_columns(luck, ["luck of a run"])
    title = f"{result.scenario}: which parameters matter for which outcome"
    figure.text(0.15 / width, 1 - 0.2 / height, title, fontsize=11, va="center", parse_math=False)
    return figure


def figure_bytes(figure: Figure, form: str) -> bytes:
    """Return a figure as the bytes of a file, the same for the same figure.

    Parameters
    ----------
    figure : Figure
    form : str
        ``png`` or ``svg``.
    """
    from matplotlib import rc_context

    content = io.BytesIO()
    about = {"Software": None} if form == "png" else {"Date": None}
    with rc_context({"svg.hashsalt": "khabur", "svg.fonttype": "none"}):
        figure.savefig(content, format=form, dpi=130, metadata=about)
    return content.getvalue()


@dataclass(frozen=True)
class _Cells:
    """What stands in each cell, arrays of shape ``[quantities, parameters]``."""

    values: Float64
    noise: NDArray[np.bool_]
    sign: NDArray[np.str_]
    top: float


def _cells(result: SensitivityResult, spreads: list[Spread], names: list[str]) -> _Cells:
    row_of = {spread.quantity.id: row for row, spread in enumerate(spreads)}
    column_of = {name: column for column, name in enumerate(names)}
    values = np.zeros((len(spreads), len(names)))
    noise = np.ones(values.shape, dtype=np.bool_)
    sign = np.full(values.shape, "", dtype="<U1")
    for found in result.effects:
        row, column = row_of.get(found.quantity), column_of.get(found.parameter)
        if row is not None and column is not None:
            values[row, column] = found.importance
            noise[row, column] = found.within_noise
            sign[row, column] = _sign(found)
    clear = np.where(noise, 0.0, values)
    return _Cells(clear, noise, sign, 1.0 if result.method == "sobol" else max(clear.max(), 0.1))


def _sign(found: Effect) -> str:
    """Return which way an effect goes; of a share of variance that cannot be said."""
    if not isinstance(found, MorrisEffect):
        return ""
    if abs(found.mu) < MOSTLY * found.mu_star.value:
        return "±"
    return "+" if found.mu > 0 else "\N{MINUS SIGN}"


def _moved_first(
    result: SensitivityResult, spreads: list[Spread], names: list[str]
) -> list[Spread]:
    """Put quantities that none of the parameters moves behind the others."""
    moved = {e.quantity for e in result.effects if not e.within_noise and e.parameter in names}
    return sorted(spreads, key=lambda spread: spread.quantity.id not in moved)


def _label(spread: Spread) -> str:
    quantity = spread.quantity
    text = f"P({quantity.label})" if quantity.kind == "probability" else quantity.label
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 3] + "..."


def _draw_body(body: Axes, cells: _Cells) -> None:
    body.imshow(cells.values, cmap="Blues", vmin=0, vmax=cells.top, aspect="auto")
    for (row, column), value in np.ndenumerate(cells.values):
        if cells.noise[row, column]:
            text, colour = "·", "#999999"
        else:
            number = f"{value:.2f}".removeprefix("0") if value < 0.995 else f"{value:.1f}"
            text = f"{cells.sign[row, column]}{number}"
            colour = "white" if value > 0.55 * cells.top else "#333333"
        body.text(column, row, text, ha="center", va="center", fontsize=CELL_SIZE, color=colour)
    _separate(body, cells.values.shape)


def _draw_scale(scale: Axes, body: Axes, result: SensitivityResult) -> None:
    bar = body.figure.colorbar(body.images[0], cax=scale, orientation="horizontal")
    bar.ax.xaxis.set_ticks_position("top")
    bar.ax.tick_params(labelsize=7, length=2, pad=1)
    hidden = len(result.parameters) - len(result.most_important(len(result.parameters)))
    bar.ax.text(
        0,
        -0.6,
        f"{MEANING[result.method]}\na dot: within noise; "
        f"{hidden} of {len(result.parameters)} parameters have no clear effect",
        fontsize=7,
        va="top",
        transform=bar.ax.transAxes,
    )


def _draw_luck(luck: Axes, spreads: list[Spread]) -> None:
    shares = np.array([[spread.luck_share.value] for spread in spreads])
    luck.imshow(shares, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for row, share in enumerate(shares[:, 0]):
        colour = "white" if share > 0.5 else "#333333"
        luck.text(0, row, f"{100 * share:.0f}%", ha="center", va="center", fontsize=6, color=colour)
    luck.set_yticks([])
    _separate(luck, shares.shape)


def _separate(axis: Axes, shape: tuple[int, ...]) -> None:
    """Draw white lines between the cells."""
    axis.set_xticks(np.arange(shape[1] + 1) - 0.5, minor=True)
    axis.set_yticks(np.arange(shape[0] + 1) - 0.5, minor=True)
    axis.grid(which="minor", color="white", lw=1.0)
    axis.tick_params(which="both", length=0)
    for side in axis.spines.values():
        side.set_visible(False)


def _name_rows(axis: Axes, names: list[str]) -> None:
    axis.set_yticks(range(len(names)), names, fontsize=LABEL_SIZE)
    for text in axis.get_yticklabels():
        text.set_parse_math(False)


def _name_columns(axis: Axes, names: list[str]) -> None:
    axis.set_xticks(
        range(len(names)),
        names,
        fontsize=LABEL_SIZE,
        rotation=45,
        ha="right",
        rotation_mode="anchor",
    )
    for text in axis.get_xticklabels():
        text.set_parse_math(False)
