"""What all tests share: one hypothesis profile, and scenarios that are read once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every machine and in every order of tests, and no clock.
settings.register_profile(
    "khabur",
    deadline=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("khabur")


@pytest.fixture(scope="session")
def hasakeh():
    """The siege of Hasakeh as it ships."""
    from sim.engine.sources import load_checked

    return load_checked("hasakeh-2015")
