"""What the pages show is what happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.how_far_off import tables
from tests.docs.pages import (
    ROOT,
    Command,
    blocks_of,
    excerpts,
    is_left_out,
    pages,
)
from tests.docs.running import run_page
from tests.docs.update import README, TABLES

REFRESH = "if the page should follow, run: make docs"

WITH_EXAMPLES = [
    pytest.param(page, id=str(page.relative_to(ROOT)))
    for page in pages()
    if any(block.language in ("console", "python") for block in blocks_of(page))
]


@pytest.mark.parametrize("page", WITH_EXAMPLES)
def test_the_examples_of_a_page_run_and_print_what_it_says(page: Path, tmp_path: Path) -> None:
    for shown in run_page(page, tmp_path):
        for command, printed in shown.printed:
            missing = missing_from(command, printed)
            assert missing is None, (
                f"{shown.block.where}: {command.words!r} does not print {missing!r}; {REFRESH}"
            )


def test_the_tables_of_how_far_off_the_model_is_are_as_measured() -> None:
    shown = TABLES.search(README.read_text(encoding="utf-8"))
    assert shown is not None
    assert shown[0] == tables(), REFRESH


def missing_from(command: Command, printed: list[str]) -> list[str] | None:
    """Return the first lines of a page that are not printed, None if all are."""
    if not any(map(is_left_out, command.lines)):
        return None if printed == list(command.lines) else list(command.lines)
    place = 0
    for run in excerpts(command.lines):
        starts = range(place, len(printed) - len(run) + 1)
        found = [start for start in starts if printed[start : start + len(run)] == run]
        if not found:
            return run
        place = found[0] + len(run)
    return None
