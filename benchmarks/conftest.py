"""What the benchmarks share."""

from __future__ import annotations

import pytest

from sim.engine.sources import load_checked
from sim.scenario.schema import Scenario


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that asks for the long benchmarks."""
    parser.addoption("--full", action="store_true", help="the long benchmarks too")


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether the long benchmarks were asked for."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def siege() -> Scenario:
    """Read the siege of Hasakeh as it ships."""
    return load_checked("hasakeh-2015")
