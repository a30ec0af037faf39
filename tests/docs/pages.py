"""The examples of the pages: Python to be run, and commands with what they print.

On a page that a reader meets as Markdown,

- a fenced block marked ``python`` is run. The blocks of a page share their names. A block marked
  ``text`` straight after it is what it prints.
- a fenced block marked ``console`` has commands, each after ``$ ``, and what they print. A line
  ``...`` stands for any number of lines that are left out. Only ``khabur`` and ``make demo`` are
  run.

The examples of a page are run in its order, in one folder. Anything else (``sh``,
``toml``, ``csv``) is for reading only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = "..."

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```[ ]*$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and where the text is on the page."""

    page: Path
    language: str
    text: str
    start: int
    end: int
    line: int

    @property
    def where(self) -> str:
        """Page and line, as an editor understands it."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the lines that it is said to print."""

    words: str
    lines: tuple[str, ...]


def pages() -> list[Path]:
    """Return the pages with examples."""
    folders = (ROOT / "docs", *sorted((ROOT / "scenarios").glob("*")))
    return [
        ROOT / "README.md",
        *(page for folder in folders for page in sorted(folder.glob("*.md"))),
    ]


def blocks_of(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            page=page,
            language=found[1],
            text=found[2],
            start=found.start(2),
            end=found.end(2),
            line=text.count("\n", 0, found.start(2)) + 1,
        )
        for found in _FENCE.finditer(text)
    ]


def python_blocks(page: Path) -> list[tuple[Block, Block | None]]:
    """Return the Python blocks of a page, each with the block that tells what it prints."""
    text = page.read_text(encoding="utf-8")
    blocks = blocks_of(page)
    found: list[tuple[Block, Block | None]] = []
    for block, after in pairwise([*blocks, None]):
        if block is None or block.language != "python":
            continue
        straight_after = after is not None and re.fullmatch(
            r"```\s*```text\n", text[block.end : after.start]
        )
        found.append((block, after if straight_after else None))
    return found


def commands_of(block: Block) -> list[Command]:
    """Return the commands of a console block."""
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    return [
        Command(words=lines[0].strip(), lines=tuple(lines[1:]))
        for lines in (part.rstrip("\n").split("\n") for part in parts[1:])
    ]


def is_left_out(line: str) -> bool:
    """Tell whether a line stands for lines that the page leaves out."""
    return line.strip() == LEFT_OUT


def excerpts(lines: tuple[str, ...]) -> list[list[str]]:
    """Return the runs of lines between those that stand for what is left out."""
    return [list(run) for left_out, run in groupby(lines, is_left_out) if not left_out]


def refreshed(expected: tuple[str, ...], printed: list[str]) -> tuple[str, ...]:
    """Return the lines of a page brought up to date with what is printed now.

    Each excerpt is found by its first line and keeps its length. What is printed stays in full
    where nothing was left out.

    Raises
    ------
    LookupError
        If the first line of an excerpt is not printed any more.
    """
    if not any(map(is_left_out, expected)):
        return tuple(printed)
    fresh: list[str] = []
    place = 0
    for left_out, lines in groupby(expected, is_left_out):
        run = list(lines)
        if not left_out:
            if run[0] not in printed[place:]:
                raise LookupError(f"{run[0]!r} is not printed any more")
            place = printed.index(run[0], place)
            run = printed[place : place + len(run)]
            place += len(run)
        fresh += run
    return tuple(fresh)
