"""Where things are printed: a terminal of some width, or a plain stream of text."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

# Width of plain text; a terminal tells its own.
PLAIN_WIDTH = 100
NARROWEST = 60


class Screen:
    """Standard output, with styles in a terminal and as plain text anywhere else."""

    def __init__(self) -> None:
        from rich.console import Console

        if hasattr(sys.stdout, "reconfigure"):
            # A letter that the stream has no code for must not stop the printing.
            sys.stdout.reconfigure(errors="replace")
        terminal = Console(highlight=False, markup=False, emoji=False)
        self.is_terminal: bool = terminal.is_terminal and not terminal.is_dumb_terminal
        self.width = max(NARROWEST, terminal.width) if self.is_terminal else PLAIN_WIDTH
        self._terminal: Console = terminal

    def show(self, thing: RenderableType = "", *, style: str | None = None) -> None:
        """Print one thing: text, or a table."""
        if self.is_terminal:
            self._terminal.print(thing, style=style, width=self.width)
            return
        from rich.console import Console

        text = io.StringIO()
        plain = Console(
            file=text,
            width=self.width,
            color_system=None,
            force_terminal=False,
            highlight=False,
            markup=False,
            emoji=False,
        )
        plain.print(thing)
        for line in text.getvalue().splitlines() or [""]:
            print(line.rstrip())

    def heading(self, text: str) -> None:
        """Print a heading."""
        self.show()
        self.show(text, style="bold")

    def table(self) -> Table:
        """Return an empty table in the style of the screen, without frames."""
        from rich.table import Table

        return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")


def cell(value: object) -> str:
    """Return a name from a file as it may be printed: on one line, without control characters."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else " " for c in text)
