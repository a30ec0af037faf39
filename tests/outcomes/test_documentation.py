"""The page on measures tells of every measure and every argument."""

import re
from pathlib import Path

import pytest

from sim.outcomes.compute import MEASURES

PAGE = (Path(__file__).parents[2] / "docs" / "measures.md").read_text(encoding="utf-8")
ROWS = {found[1]: found[0] for found in re.finditer(r"^\| `(\w+)` \|.*$", PAGE, flags=re.MULTILINE)}
SCOPE = re.findall(r"`(\w+)`", PAGE.split("All take a scope:")[1].split("\n")[0])


def test_the_page_has_each_measure_once_and_no_other():
    assert sorted(ROWS) == sorted(MEASURES)
    assert len(re.findall(r"^\| `", PAGE, flags=re.MULTILINE)) == len(MEASURES)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_each_row_has_the_arguments_of_its_measure(name):
    entry, cells = MEASURES[name], ROWS[name].split(" | ")
    told = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", cells[-1])))
    if cells[-1].rstrip(" |").endswith("scope"):
        told |= set(SCOPE) - {"reported", "allies"}
    assert told == set(entry.arguments)
    bold = set(re.findall(r"\*\*`(\w+)`\*\*", ROWS[name]))
    assert bold == set(entry.required)


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_each_row_says_what_a_run_must_record(name):
    needed = re.search(r"\(needs ([\w, ]+)\)", ROWS[name])
    told = tuple(needed[1].split(", ")) if needed else ()
    assert told == MEASURES[name].records
