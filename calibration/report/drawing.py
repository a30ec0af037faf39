"""What all figures share: colours, a sheet measured in inches, and SVG that goes inside a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markupsafe import Markup
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Told apart by people with any of the common kinds of colour blindness, and in grey by lightness.
INK = "#1f2933"
MUTED = "#5b6770"
RULE = "#dfe4e8"
PRIOR = "#cfd8e0"
PRIOR_DARK = "#71859a"
POSTERIOR_LIGHT = "#86b9e3"
POSTERIOR = "#0b5c9e"
LEFT_OUT_LIGHT = "#7cc4ad"
LEFT_OUT = "#00624d"
REPORTED = "#c8500a"
BAND = "#e9f1e4"
BAND_EDGE = "#7a9a5e"

WIDTH = 11.0  # inches; the page scales figures to its own width
SMALL, MIDDLE, LARGE = 8.0, 8.8, 9.8  # points

_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text, in the page's own font
    "text.parse_math": False,  # a dollar sign is a dollar sign
    "font.family": ["DejaVu Sans"],
    "font.size": MIDDLE,
    "text.color": INK,
    "axes.edgecolor": "#9aa5b1",
    "axes.labelcolor": MUTED,
    "axes.labelsize": SMALL,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": "#9aa5b1",
    "ytick.color": "#9aa5b1",
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 3,
    "ytick.major.size": 3,
}


class Sheet:
    """A figure on which things are placed in inches from its left and its upper edge."""

    def __init__(self, height: float, width: float = WIDTH) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure: Figure = Figure(figsize=(width, height))

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Add axes whose upper left corner lies there."""
        bottom = self.height - top - height
        return self.figure.add_axes(
            (left / self.width, bottom / self.height, width / self.width, height / self.height),
            facecolor="none",
        )

    def rows(self, left: float, top: float, width: float, count: int, row: float) -> Axes:
        """Add axes for rows 0, 1, ... from the top, each ``row`` inches high, with no y axis."""
        axes = self.axes(left, top, width, count * row)
        axes.set_ylim(count - 0.5, -0.5)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        return axes

    def text(self, left: float, top: float, words: str, **style: Any) -> None:
        """Write words; their middle height lies at ``top`` unless the style says otherwise."""
        style = {"va": "center", "ha": "left", "fontsize": MIDDLE, **style}
        self.figure.text(left / self.width, 1 - top / self.height, words, **style)


def inline_svg(name: str, description: str, draw: Callable[[], Figure]) -> Markup:
    """Draw a figure as SVG to stand inside an HTML page, the same bytes each time.

    Parameters
    ----------
    name : str
        Name of the figure, unique in its page: its ids begin with it.
    description : str
        Said to those who cannot see it.
    draw : callable
        Makes the figure; called under the style of the report.
    """
    import matplotlib
    from markupsafe import Markup, escape

    buffer = StringIO()
    style: Any = {**_STYLE, "svg.hashsalt": name}
    with matplotlib.rc_context(style):
        draw().savefig(
            buffer,
            format="svg",
            facecolor="none",
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )
    drawn = buffer.getvalue()
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL)
    box = re.search(r'viewBox="([^"]*)"', body)
    head = body.index(">") + 1
    inner = re.sub(r"\bid=\"", f'id="{name}-', body[head:])
    inner = re.sub(r"xlink:href=\"#", f'href="#{name}-', inner)
    inner = inner.replace("url(#", f"url(#{name}-")
    inner = re.sub(r"\n\s*", "\n", inner)
    label = escape(description)
    view = box[1] if box else "0 0 1 1"
    # Every part of it was written by matplotlib, which escapes the words it is given.
    return Markup(f'<svg viewBox="{view}" role="img" aria-label="{label}">{inner}')
