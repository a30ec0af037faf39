"""The page on the format tells of every file, column and word there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.scenario import Scenario, load
from sim.scenario.kinds import (
    EVENT_KINDS,
    KIND_CLASSES,
    POLICIES,
    PRIORS,
    STANCES,
    SUPPLY_KINDS,
    WHEN,
)
from sim.scenario.rows import columns
from sim.scenario.tables import TABLES
from sim.theatre.terms import PLACE_KINDS, ROUTE_CLASSES, TERRAINS

PAGE = Path(__file__).parents[2] / "docs" / "scenario-format.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_every_file_is_described(page: str) -> None:
    for table in TABLES.values():
        assert f"`{table.file}`" in page


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.is_csv])
def test_every_column_is_described_and_marked_if_obligatory(name: str, page: str) -> None:
    table = TABLES[name]
    section = page.split(f"**{table.file}**", 1)[1].split("\n**", 1)[0].split("\n## ", 1)[0]
    blank_is_nobody = {"controller"}
    for column, obligatory in columns(table.model).items():
        mark = r"\*" if obligatory or column in blank_is_nobody else r"(?!\*)"
        assert re.search(rf"`{column}`{mark}", section), (table.file, column)


@pytest.mark.parametrize(
    "words",
    [
        EVENT_KINDS,
        KIND_CLASSES,
        POLICIES,
        PRIORS,
        STANCES,
        SUPPLY_KINDS,
        WHEN,
        PLACE_KINDS,
        ROUTE_CLASSES,
        TERRAINS,
    ],
)
def test_every_word_is_described(words: tuple[str, ...], page: str) -> None:
    for word in words:
        assert f"`{word}`" in page


def test_the_shortest_scenario_of_the_page_is_valid(page: str, tmp_path: Path) -> None:
    toml, tables = re.findall(r"```(?:toml)?\n(.*?)```", page.split("\n## ")[1], flags=re.DOTALL)
    (tmp_path / "scenario.toml").write_text(toml, encoding="utf-8")
    file = ""
    for line in tables.splitlines():
        if not line.startswith(" "):
            file = line.split()[0]
        with (tmp_path / file).open("a", encoding="utf-8") as stream:
            stream.write(line.removeprefix(file).strip() + "\n")
    folder = tmp_path.rename(tmp_path.with_name("shortest"))
    assert isinstance(load(folder), Scenario)
