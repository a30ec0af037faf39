"""What `khabur sensitivity` prints of a result that is known."""

from dataclasses import replace
from pathlib import Path

import pytest

from sim.console.sensitivity_report import show_sensitivity
from sim.experiments.sensitivity.numbers import Quantity
from sim.experiments.sensitivity.result import (
    Estimate,
    MorrisEffect,
    ParameterRange,
    SensitivityResult,
    SobolEffect,
    Spread,
)

NAMES = ("a.one", "a.two", "b.three")


def estimate(value):
    return Estimate(value, value - 0.1, value + 0.1)


def spread(name, label, kind, luck):
    quantity = Quantity(name, name.partition(" = ")[0], label, "1", kind)
    return Spread(quantity, 1.0, 1.0, estimate(luck))


def morris(quantity, parameter, mu, importance, within_noise=False):
    star = estimate(abs(mu))
    return MorrisEffect(quantity, parameter, mu, star, 0.1, 0.1, within_noise, importance)


def sobol(quantity, parameter, importance, within_noise=False):
    one = estimate(importance)
    return SobolEffect(quantity, parameter, one, one, one, one, within_noise, importance)


@pytest.fixture
def result():
    return SensitivityResult(
        method="morris",
        scenario="two-towns",
        scenario_hash="0",
        seed=3,
        replicates=4,
        runs=1280,
        design={"trajectories": 20, "levels": 4},
        until="2015-06-30",
        parameters=tuple(ParameterRange(name, "1", "uniform", 0.0, 1.0) for name in NAMES),
        spreads=(
            spread("killed", "Men killed", "mean", 0.256),
            spread("fell = true", "Town fell", "probability", 0.9),
        ),
        effects=(
            morris("killed", "a.one", 2.0, 0.5),
            morris("killed", "a.two", -9.0, 1.5),
            morris("killed", "b.three", 0.1, 0.7, within_noise=True),
            *(morris("fell = true", name, 0.1, 0.1, within_noise=True) for name in NAMES),
        ),
        left_out={"siege": "the same in every run"},
    )


def shown(result, capsys):
    show_sensitivity(result, Path("runs/it"))
    return capsys.readouterr().out


def test_the_strongest_come_first_with_their_sign(result, capsys):
    out = shown(result, capsys)
    rows = [line for line in out.splitlines() if line.startswith(("Men killed", "Town fell"))]
    assert rows[0].split() == ["Men", "killed", "26%", "a.two", "-1.50,", "a.one", "+0.50"]
    assert rows[1].split() == ["Town", "fell", "90%", "none", "beyond", "luck"]


def test_over_all_outcomes_only_what_matters_is_listed(result, capsys):
    out = shown(result, capsys)
    section = out.partition("Over all outcomes\n")[2].partition("\n\n")[0]
    assert section.splitlines() == ["   1.06  a.two", "   0.35  a.one"]


def test_where_nothing_matters_that_is_said(result, capsys):
    none = tuple(replace(found, within_noise=True) for found in result.effects)
    out = shown(replace(result, effects=none), capsys)
    assert "Over all outcomes\n  none beyond luck\n" in out


def test_only_the_first_parameters_of_an_outcome_are_named(result, capsys):
    many = tuple(f"p.{number}" for number in range(20))
    effects = tuple(morris("killed", name, 1.0, 1.0 + n) for n, name in enumerate(many))
    ranges = tuple(ParameterRange(name, "1", "uniform", 0.0, 1.0) for name in many)
    out = shown(replace(result, effects=effects, parameters=ranges), capsys)
    assert out.partition("Outcome by outcome")[0].count("  p.") == 12
    row = out[out.index("Men killed") : out.index("Town fell")]
    assert row.count("p.") == 4
    assert "p.19 +20.00" in row


def test_it_says_what_was_run_what_was_left_out_and_where_the_files_are(result, capsys):
    out = " ".join(shown(result, capsys).split())
    assert "morris, 1,280 runs up to 2015-06-30, seed 3, 4 replicates of each point" in out
    assert "parameters varied: 3" in out
    assert "say the same as another: siege" in out
    assert "Heat map: runs/it/heat_map.svg; table: runs/it/table.csv" in out


def test_shares_of_variance_have_no_sign_and_a_legend_of_their_own(result, capsys):
    effects = (sobol("killed", "a.one", 0.4), sobol("killed", "a.two", 0.6))
    out = shown(replace(result, method="sobol", effects=effects), capsys)
    assert "a.two 0.60, a.one 0.40" in out
    assert "total share of the variance" in out
    assert "total share" not in shown(result, capsys)


def test_text_from_a_file_cannot_command_the_terminal(result, capsys):
    odd = replace(result.spreads[0], quantity=replace(result.spreads[0].quantity, label="\x1b[2J"))
    out = shown(replace(result, spreads=(odd, *result.spreads[1:])), capsys)
    assert "\x1b" not in out
