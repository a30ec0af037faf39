"""The page on the model speaks of every parameter and every rule there is."""

from __future__ import annotations

import csv
import re

import pytest

from sim.forces import KINDS
from sim.scenario.standard import STANDARD_PARAMETERS_FILE
from tests.docs.pages import ROOT


def standard_parameters() -> list[str]:
    with STANDARD_PARAMETERS_FILE.open(encoding="utf-8", newline="") as table:
        return [row["id"] for row in csv.DictReader(table)]


@pytest.fixture(scope="module")
def page() -> str:
    return (ROOT / "docs" / "model.md").read_text(encoding="utf-8")


def test_every_standard_parameter_is_named(page: str) -> None:
    words = set(re.findall(r"[a-z_0-9.]+", page))
    names = [name.removeprefix("any_kind.") for name in standard_parameters()]
    assert [name for name in names if name not in words] == []


def test_every_rule_and_kind_is_named(page: str) -> None:
    rules = [path.name for path in (ROOT / "sim" / "rules").glob("[a-z]*.py")]
    kinds = [f"{name}.py" for name in KINDS]
    assert [name for name in rules + kinds if f"`{name}`" not in page] == []


def test_every_parameter_that_the_page_names_exists(page: str) -> None:
    known = standard_parameters()
    groups = {name.split(".")[0] for name in known} - {"any_kind"}
    dotted = re.findall(rf"`((?:{'|'.join(sorted(groups))})\.(?!(?:py|csv)`)[a-z_0-9]+)`", page)
    assert [name for name in dotted if name not in known] == []
