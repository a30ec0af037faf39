"""Runs with every mechanism at work, which several tests compare theirs with."""

from __future__ import annotations

import pytest

from tests.mechanisms import corners
from tests.mechanisms.pairs import Run


@pytest.fixture(scope="session")
def siege() -> Run:
    """The siege of Hasakeh up to 31 July."""
    return Run(corners.siege())


@pytest.fixture(scope="session")
def north() -> Run:
    """The north of the campaign from January to March."""
    return Run(corners.north())
