"""Writing a posterior: what is written is what is read, and a person can read it too."""

from __future__ import annotations

import tomllib
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.engine.folders import ResultsError
from sim.engine.posterior_files import save_posterior
from sim.scenario.posterior import read_posterior

IDS = ["siege.raiders", "combat.killed_share"]
ABOUT = {
    "command": "khabur calibrate two-towns --out there --ship",
    "scenario": "two-towns",
    "scenario_hash": "0123",
    "verdict": 'Coverage is "fair".\nThe article cannot tell many parameters apart.\x7f',
    "calibrated": True,
    "outside_prior": {"monitor.delay_days": "what comes late is in the completeness"},
    "pool": {"vectors": 50_000, "seeds": [1, 2], "made": date(2026, 1, 2), "share": 0.25},
    "looked_at": [],
    "requirements": [{"id": "coverage", "holds": True}, {"id": "width", "wanted": "0.5"}],
    "mixed": [1, {"id": "width"}],
}


def saved(folder, values, about=ABOUT):
    return read_posterior(save_posterior(folder, IDS, values, about), "posterior.csv")


@given(
    st.lists(
        st.tuples(*[st.floats(-1e12, 1e12, allow_subnormal=False)] * 2), min_size=1, max_size=9
    )
)
def test_values_are_kept_to_six_digits(tmp_path_factory, rows):
    found = saved(tmp_path_factory.mktemp("saved"), rows)
    assert found.ids == tuple(IDS)
    np.testing.assert_allclose(found.values, np.array(rows), rtol=1e-5)
    assert found.about["draws"] == found.draws == len(rows)


def test_the_table_is_plain_text(tmp_path):
    saved(tmp_path, [[150, 0.123456789], [2e6, 0.5]])
    assert (tmp_path / "posterior.csv").read_text() == (
        "siege.raiders,combat.killed_share\n150,0.123457\n2e+06,0.5\n"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["posterior.csv", "posterior.toml"]


def test_all_that_is_said_is_read_again(tmp_path):
    saved(tmp_path, [[150, 0.5]])
    text = (tmp_path / "posterior.toml").read_text()
    assert text.startswith("# How posterior.csv, beside this file, was made.\ncommand = ")
    read = tomllib.loads(text)
    assert read.pop("made_with").startswith("khabur ")
    assert read == {**ABOUT, "draws": 1}


def test_a_list_of_tables_has_a_line_for_each_value(tmp_path):
    """Lines that are too long are not read again."""
    long = "in the way; " * 200
    about = {**ABOUT, "requirements": [{"id": f"{row}", "in_the_way": long} for row in range(9)]}
    found = saved(tmp_path, [[150, 0.5]], about)
    assert found.about["requirements"] == about["requirements"]


@given(st.text(max_size=80).filter(lambda text: text.isprintable()))
def test_any_verdict_is_read_as_it_was_written(tmp_path_factory, verdict):
    folder = tmp_path_factory.mktemp("saved")
    save_posterior(folder, IDS, [[1, 2]], {**ABOUT, "verdict": verdict})
    assert tomllib.loads((folder / "posterior.toml").read_text())["verdict"] == verdict


@pytest.mark.parametrize(
    ("values", "about", "said"),
    [
        ([[1, 2, 3]], ABOUT, r"shape \(1, 3\), but there are 2 ids"),
        (np.zeros((0, 2)), ABOUT, r"shape \(0, 2\)"),
        ([[1, np.nan]], ABOUT, "finite"),
        ([[1, 2]], {"scenario": "two-towns"}, "nothing is said about command, scenario_hash"),
        ([[1, 2]], {**ABOUT, "pool": object()}, "cannot be written as TOML"),
    ],
)
def test_what_makes_no_sense_is_not_written(tmp_path, values, about, said):
    with pytest.raises(ValueError, match=said):
        save_posterior(tmp_path, IDS, values, about)
    assert not list(tmp_path.iterdir())


def test_a_table_too_large_to_be_read_again_is_not_written(tmp_path):
    with pytest.raises(ResultsError, match="20,001 draws"):
        save_posterior(tmp_path, IDS, np.ones((20_001, 2)), ABOUT)
    assert not list(tmp_path.iterdir())
