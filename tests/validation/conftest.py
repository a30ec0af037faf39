"""Data shared by the validation tests."""

import csv
from pathlib import Path

import numpy as np
import pytest

from sim.experiments.battles_table import Battles, read_battles

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def battles_file() -> Path:
    return DATA / "cdb90_development.csv"


@pytest.fixture(scope="session")
def battles(battles_file) -> Battles:
    return read_battles(battles_file)


@pytest.fixture(scope="session")
def facts() -> dict[str, dict[str, str]]:
    with (DATA / "battle_stylised_facts.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def ardennes() -> dict[str, np.ndarray]:
    """Daily combat losses and strength of both sides; day 0 has no German figure, so days 1-32."""
    with (DATA / "ardennes_fricker1998_daily.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[1:]
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
