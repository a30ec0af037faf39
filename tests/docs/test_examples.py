"""What the pages show is what happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import LEFT_OUT, ROOT, Command, blocks_of, commands_of, excerpts, pages
from tests.docs.running import argv_of, printed_by, run_python

REFRESH = "if the page should follow, run: make docs"

CONSOLES = [
    pytest.param(block, id=block.where)
    for page in pages()
    for block in blocks_of(page)
    if block.language == "console"
]
PYTHON = [
    pytest.param(page, id=str(page.relative_to(ROOT)))
    for page in pages()
    if any(block.language == "python" for block in blocks_of(page))
]


@pytest.mark.parametrize("block", CONSOLES)
def test_a_command_prints_what_the_page_says(block, tmp_path: Path) -> None:
    for command in commands_of(block):
        if argv_of(command.words) is not None:
            shown_in_order(command, printed_by(command.words, tmp_path))


@pytest.mark.parametrize("page", PYTHON)
def test_the_python_of_a_page_runs_and_prints_what_it_says(page: Path, tmp_path: Path) -> None:
    for says, printed in run_python(page, tmp_path):
        if says is not None:
            assert printed == says.text, f"{says.where}: {REFRESH}"


def shown_in_order(command: Command, printed: list[str]) -> None:
    if not any(line.strip() == LEFT_OUT for line in command.lines):
        assert printed == list(command.lines), f"{command.words}: {REFRESH}"
        return
    place = 0
    for run in excerpts(command.lines):
        at = [
            start
            for start in range(place, len(printed) - len(run) + 1)
            if printed[start : start + len(run)] == run
        ]
        assert at, f"{command.words} does not print {run}; {REFRESH}"
        place = at[0] + len(run)
