"""Reading files that may be anything: of limited size, UTF-8, inside the scenario's folder."""

from __future__ import annotations

import csv
import io
import os
import tomllib
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sim.scenario import limits
from sim.scenario.faults import Faults, listed
from sim.scenario.raw import Origin, RawRow


def read_text(folder: Path, file: str, shown: str, most_bytes: int, faults: Faults) -> str | None:
    """Return the text of a file of a folder, None (and a fault) if it cannot be had.

    Parameters
    ----------
    folder, file
        Where it is.
    shown
        What faults call the file.
    most_bytes
        Largest size allowed.
    faults
        Takes the fault.
    """
    try:
        home = folder.resolve(strict=True)
        real = (home / file).resolve(strict=True)
        if home not in real.parents:
            faults.add(shown, "links to a file outside the folder", allowed="a file in the folder")
            return None
        if not real.is_file():
            faults.add(shown, "is not a file", allowed="a file in the folder")
            return None
        with real.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        reason = getattr(error, "strerror", None) or "a link that leads nowhere"
        faults.add(shown, "cannot be read", found=reason, allowed="a readable file")
        return None
    if len(content) > most_bytes:
        faults.add(shown, "is too large", allowed=f"at most {most_bytes:,} bytes")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.add(
            shown,
            "is not UTF-8",
            row=content.count(b"\n", 0, error.start) + 1,
            found=f"byte 0x{content[error.start]:02x}",
            allowed="text in UTF-8",
        )
        return None


def is_there(folder: Path, file: str) -> bool:
    """Return whether the folder has something of that name, be it a broken link."""
    return os.path.lexists(folder / file)


def read_toml(folder: Path, file: str, shown: str, faults: Faults) -> dict[str, Any] | None:
    """Return the tables of a TOML file, None (and a fault) if it cannot be read."""
    text = read_text(folder, file, shown, limits.TOML_BYTES, faults)
    if text is None:
        return None
    longest = max(map(len, text.split("\n")))
    if longest > limits.TOML_LINE_CHARACTERS:  # the parser's time grows with the square of it
        allowed = f"at most {limits.TOML_LINE_CHARACTERS:,} characters"
        faults.add(shown, "has a line that is too long", found=longest, allowed=allowed)
        return None
    try:
        return tomllib.loads(text)
    except RecursionError:
        faults.add(shown, "is nested too deep", allowed="a TOML file of a few levels")
    except (ValueError, OverflowError) as error:
        faults.add(shown, "is not valid TOML", found=str(error), allowed="a valid TOML file")
    return None


def read_table(
    folder: Path,
    file: str,
    shown: str,
    columns: Collection[str],
    obligatory: Collection[str],
    faults: Faults,
) -> list[RawRow] | None:
    """Return the rows of a CSV table, None (and a fault) if the file cannot be read.

    Parameters
    ----------
    folder, file, shown, faults
        As in `read_text`.
    columns
        Columns that are allowed.
    obligatory
        Columns that the header must name.
    """
    text = read_text(folder, file, shown, limits.TABLE_BYTES, faults)
    if text is None:
        return None
    lines = _lines(text, shown, faults)
    if lines is None:
        return None
    if not lines:
        faults.add(shown, "is empty", allowed=f"a header with the columns {listed(obligatory)}")
        return None
    header = _header(*lines[0], shown, columns, obligatory, faults)
    if header is None:
        return None
    absent = frozenset(obligatory) - set(header)
    return [
        RawRow(
            _cells(line, number, header, shown, faults),
            Origin(shown, number),
            absent=absent,
        )
        for number, line in lines[1:]
    ]


def _lines(text: str, shown: str, faults: Faults) -> list[tuple[int, list[str]]] | None:
    """Return the line number and the cells, without outer blanks, of each row not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    number = 1
    try:
        for line in reader:
            cells = [unicodedata.normalize("NFC", cell.strip()) for cell in line]
            if any(cells):
                lines.append((number, cells))
            if len(lines) > limits.TABLE_ROWS + 1:
                allowed = f"at most {limits.TABLE_ROWS:,}"
                faults.add(shown, "has too many rows", row=number, allowed=allowed)
                return None
            number = reader.line_num + 1
    except csv.Error as error:
        faults.add(
            shown,
            "is not valid CSV",
            row=number,
            found=str(error),
            allowed="cells separated by commas, quotes closed",
        )
        return None
    return lines


def _header(
    number: int,
    line: list[str],
    shown: str,
    columns: Collection[str],
    obligatory: Collection[str],
    faults: Faults,
) -> list[str] | None:
    """Return the columns' names, or None if there are absurdly many."""
    if len(line) > limits.TABLE_COLUMNS:
        message = "has too many columns"
        faults.add(shown, message, row=number, found=len(line), allowed=listed(columns, 99))
        return None
    seen: set[str] = set()
    for name in line:
        if name not in columns:
            near = faults.nearest(name, columns)
            message = "unknown column" + near
            faults.add(shown, message, row=number, found=name, allowed=listed(columns, 99))
        elif name in seen:
            faults.add(shown, "column stands twice", row=number, found=name, allowed="once")
        seen.add(name)
    for name in obligatory:
        if name not in seen:
            faults.add(
                shown, "column is missing", row=number, field=name, allowed=listed(columns, 99)
            )
    return line


def _cells(
    line: list[str], number: int, header: list[str], shown: str, faults: Faults
) -> dict[str, Any]:
    """Return the cells of a row that are not blank."""
    if len(line) != len(header):
        faults.add(
            shown,
            "number of cells is not that of the header",
            row=number,
            found=len(line),
            allowed=str(len(header)),
        )
    cells: dict[str, Any] = {}
    for column, cell in zip(header, line, strict=False):
        if len(cell) > limits.CELL_CHARACTERS:
            faults.add(
                shown,
                "cell is too long",
                row=number,
                field=column,
                found=cell,
                allowed=f"at most {limits.CELL_CHARACTERS:,} characters",
            )
            cell = cell[: limits.CELL_CHARACTERS]
        if cell and column not in cells:
            cells[column] = cell
    return cells
