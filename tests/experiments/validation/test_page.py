"""The page keeps its words and gets its tables."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import numpy as np
import pytest

from sim.experiments.validation import __main__ as command
from sim.experiments.validation import ensembles
from sim.experiments.validation.markdown import day_text, table
from sim.experiments.validation.page import with_tables

PAGE = Path(__file__).parents[3] / "docs" / "validation.md"
FEW = 4


def place_for(name: str, inside: str = "") -> str:
    return f"<!-- validation {name}: begin -->{inside}<!-- validation {name}: end -->"


def test_only_what_stands_between_markers_is_replaced() -> None:
    page = f"Before.\n\n{place_for('a', ' old ')}\n\nBetween.\n{place_for('b')}\nAfter.\n"
    fresh = with_tables(page, {"a": "| 1 |\n", "b": r"\1"})
    assert "old" not in fresh
    assert fresh.startswith("Before.\n\n<!-- validation a: begin -->\n\n| 1 |\n\n<!--")
    assert "Between." in fresh
    assert "\\1" in fresh
    assert with_tables(fresh, {"a": "| 1 |\n", "b": r"\1"}) == fresh


@pytest.mark.parametrize("page", ["", place_for("b"), place_for("a") * 2])
def test_a_page_without_the_right_places_is_refused(page: str) -> None:
    with pytest.raises(LookupError, match="places for"):
        with_tables(page, {"a": "x"})


def test_tables_and_dates_in_markdown() -> None:
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"
    from datetime import date

    assert day_text(date(2015, 5, 9)) == "9 May"
    assert day_text(date(2015, 5, 9), date(2015, 5, 11)) == "9-11 May"
    assert day_text(date(2015, 5, 30), date(2015, 6, 5)) == "30 May - 5 Jun"


def test_chunks_do_not_change_what_is_kept() -> None:
    scenario = ensembles.kobane().with_values({"scenario.end": "2014-10-05"})

    def keep(_: object, history: object) -> ensembles.Arrays:
        return {"killed": history.killed.sum(axis=(0, 2, 3)), "held": history.controller[-1]}  # type: ignore[attr-defined]

    whole, parts = (
        ensembles.run_ensemble(scenario, keep, replicates=FEW, seed=3, chunk=chunk)
        for chunk in (FEW, 3)
    )
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)
    assert whole["killed"].shape == (FEW,)


def test_the_page_has_a_place_for_every_table() -> None:
    kept = command._run_all(FEW, seed=1, workers=1)
    made = command.tables(kept, argparse.Namespace(replicates=FEW, seed=1))
    assert all(text.strip() for text in made.values())
    with_tables(PAGE.read_text(encoding="utf-8"), made)


def test_figures_of_the_page_are_there() -> None:
    named = re.findall(r"\]\((figures/[^)]+)\)", PAGE.read_text(encoding="utf-8"))
    assert named
    assert all((PAGE.parent / name).is_file() for name in named)
