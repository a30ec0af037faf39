"""What is wrong with a scenario, one clear sentence a fault."""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sim.scenario import limits


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a scenario.

    Attributes
    ----------
    file
        The file, below the scenario's folder; `base/file` where the row comes from the base of
        an overlay.
    row
        Line of the file, the header being 1; None where the fault has no row.
    field
        Column, or dotted name in a TOML file; empty where the whole file or row is meant.
    found
        What stands there, shortened; empty where nothing does.
    allowed
        What may stand there.
    message
        What is wrong, in a few words.
    """

    file: str
    row: int | None
    field: str
    found: str
    allowed: str
    message: str

    def __str__(self) -> str:
        where = [printable(self.file)]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.field:
            where.append(printable(self.field))
        sentence = f"{', '.join(where)}: {self.message}"
        if self.found:
            sentence += f": found {self.found}"
        if self.allowed:
            sentence += f"; allowed: {self.allowed}"
        return sentence + "."


class ScenarioError(ValueError):
    """A scenario that cannot be used; `faults` lists everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: list[Fault] = list(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[list[Fault]]]:
        return type(self), (self.faults,)


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self._found: dict[Fault, None] = {}
        self._suggestions_left = limits.SUGGESTIONS

    def __len__(self) -> int:
        return len(self._found)

    def add(
        self,
        file: str,
        message: str,
        *,
        row: int | None = None,
        field: str = "",
        found: object = None,
        allowed: str = "",
    ) -> None:
        """Note a fault; `found` is the value itself and is shortened here, None for nothing."""
        shown = "" if found is None else shown_value(found)
        self._found[Fault(file, row, field, shown, allowed, message)] = None

    def nearest(self, word: object, words: Iterable[str]) -> str:
        """Return ` (did you mean "x"?)` for the allowed word nearest to `word`, else nothing."""
        if not isinstance(word, str) or self._suggestions_left <= 0:
            return ""
        self._suggestions_left -= 1
        by_fold = {known.casefold(): known for known in words}
        asked = word[: limits.NAME_CHARACTERS].casefold()
        near = difflib.get_close_matches(asked, by_fold, n=1, cutoff=0.5)
        return f' (did you mean "{printable(by_fold[near[0]])}"?)' if near else ""

    def raise_if_any(self) -> None:
        """Raise `ScenarioError` with all faults, by file and row, if there are any."""
        if self._found:
            raise ScenarioError(sorted(self._found, key=lambda fault: (fault.file, fault.row or 0)))


def printable(text: str, most: int = 80) -> str:
    """Return text safe to print on one line: odd characters escaped, the end cut off."""
    shortened = text if len(text) <= most else text[: most - 3] + "..."
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in shortened)


def shown_value(value: object) -> str:
    """Return a value of a table as a fault shows it."""
    if isinstance(value, str):
        return f'"{printable(value)}"'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) >= 2**64:
        return "a number of more than 19 digits"
    try:
        return printable(reprlib.repr(value))
    except (ValueError, RecursionError):  # integers of thousands of digits, deep nesting
        return f"a {type(value).__name__}"


def listed(words: Iterable[str], most: int = 12) -> str:
    """Return words as "a, b, c", the rest counted where there are many."""
    known = list(words)
    shown = ", ".join(printable(word) for word in known[:most])
    return shown + (f" and {len(known) - most} more" if len(known) > most else "")
