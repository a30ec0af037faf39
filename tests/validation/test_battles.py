"""Historical battles replayed through the kernel, and tables that cannot be."""

import contextlib
import csv
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.experiments import battles_fit
from sim.experiments.battles import predict, replay, replay_battles, score
from sim.experiments.battles_constants import (
    load_constants,
    read_constants,
    rounded,
    write_constants,
)
from sim.experiments.battles_figures import draw_all
from sim.experiments.battles_table import COLUMNS, BattlesError, read_battles

GOOD = {
    "stra": "12000",
    "strd": "8000",
    "casa": "700",
    "casd": "900",
    "caldays": "2",
    "post1": "PD",
    "year": "1943",
}


def write(path, rows, columns=COLUMNS):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def result(battles_file):
    return replay_battles(battles_file)


def test_the_development_battles_are_predicted_within_the_targets(result):
    assert (result.n, result.dropped) == (308, 4)
    assert result.attacker_rmse_log <= 0.98
    assert result.defender_rmse_log <= 1.24
    assert 0.70 <= result.attacker_cover80 <= 0.90
    assert 0.70 <= result.defender_cover80 <= 0.90


def test_battles_left_out_of_the_fit_are_predicted_nearly_as_well(battles):
    half = np.random.default_rng(4).permutation(battles.n) % 2
    constants = battles_fit.fit(battles.take(np.flatnonzero(half == 0)))
    held_out = battles.take(np.flatnonzero(half == 1))
    found = score(held_out, predict(held_out, constants, draws=300))
    assert found.attacker_rmse_log <= 1.10
    assert found.defender_rmse_log <= 1.24
    assert 0.68 <= found.attacker_cover80 <= 0.90
    assert 0.68 <= found.defender_cover80 <= 0.90


def test_the_constants_shipped_are_those_that_the_fit_gives(battles):
    fitted, shipped = rounded(battles_fit.fit(battles)), load_constants()
    for name, value in vars(shipped).items():
        np.testing.assert_allclose(getattr(fitted, name), value, atol=0.03, err_msg=name)


def test_the_median_path_of_the_fit_is_the_middle_of_the_draws(battles):
    constants = load_constants()
    drawn = predict(battles, constants, draws=400).mean_log
    median = np.log(battles_fit.median_casualties(battles, constants))
    assert np.abs(drawn - median).mean() < 0.08


def test_casualties_are_whole_and_within_strength(battles):
    drawn = replay(battles, load_constants(), draws=50, seed=2)
    assert np.array_equal(drawn, np.rint(drawn))
    assert drawn.min() >= 0
    assert np.all(drawn <= np.rint(battles.strength))


def test_a_battle_is_the_same_in_any_table(battles):
    constants = load_constants()
    whole = replay(battles, constants, draws=20, seed=5)
    order = np.random.default_rng(0).permutation(battles.n)
    assert np.array_equal(replay(battles.take(order), constants, 20, 5), whole[:, :, order])
    assert np.array_equal(replay(battles.take(np.array([7])), constants, 20, 5), whole[:, :, [7]])


def test_the_result_is_the_same_twice_and_another_with_another_seed(battles_file, result):
    assert replay_battles(battles_file) == result
    assert replay_battles(battles_file, seed=2) != result


def test_the_result_prints_as_json_and_as_text(result):
    printed = json.loads(result.to_json())
    assert printed["n"] == 308
    assert printed["attacker_cover80"] == result.attacker_cover80
    for name in ("n", "attacker_rmse_log", "defender_rmse_log", "defender_cover80"):
        assert name in result.to_text()


def test_constants_survive_writing_and_reading(tmp_path):
    constants = load_constants()
    write_constants(constants, tmp_path / "constants.csv", "a command")
    again = read_constants(tmp_path / "constants.csv")
    for name, value in vars(constants).items():
        np.testing.assert_array_equal(getattr(again, name), value)


@pytest.mark.parametrize(
    "change", [{"casa": ""}, {"casd": "0"}, {"stra": "NaN"}, {"year": ""}, {"caldays": ""}]
)
def test_a_row_with_a_value_missing_or_zero_is_dropped_and_counted(tmp_path, change):
    battles = read_battles(write(tmp_path / "battles.csv", [GOOD, GOOD | change]))
    assert (battles.n, battles.dropped) == (1, 1)


def test_an_unknown_posture_is_taken_as_hasty_defence(tmp_path):
    rows = [GOOD | {"post1": posture} for posture in ("HD", "??", "")]
    battles = read_battles(write(tmp_path / "battles.csv", rows))
    factors = load_constants().posture_factor(battles.posture)
    assert np.all(factors == 1.0)


@pytest.mark.parametrize(
    ("field", "found"),
    [
        ("stra", "-5"),
        ("strd", "many"),
        ("casa", "-1"),
        ("casd", "1e300"),
        ("stra", "inf"),
        ("caldays", "0"),
        ("caldays", "2.5"),
        ("year", "19th century"),
        ("year", "1_943"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_in_one_sentence(tmp_path, field, found):
    path = write(tmp_path / "battles.csv", [GOOD, GOOD | {field: found}])
    with pytest.raises(BattlesError) as caught:
        read_battles(path)
    fault = caught.value
    assert (fault.file, fault.row, fault.field, fault.found) == ("battles.csv", 3, field, found)
    assert "allowed is" in str(fault)
    assert "\n" not in str(fault)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named(tmp_path, column):
    path = write(tmp_path / "battles.csv", [GOOD], [name for name in COLUMNS if name != column])
    with pytest.raises(BattlesError, match=f"column '{column}' is missing"):
        read_battles(path)


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(BattlesError, match="cannot be read"):
        read_battles(tmp_path / "absent.csv")
    with pytest.raises(BattlesError, match="cannot be read"):
        read_battles(tmp_path)
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00stra")
    with pytest.raises(BattlesError, match="not UTF-8"):
        read_battles(tmp_path / "binary.csv")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(BattlesError, match="missing"):
        read_battles(tmp_path / "empty.csv")
    with pytest.raises(BattlesError, match="no row has"):
        read_battles(write(tmp_path / "header_only.csv", []))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_table_with_random_damage_is_read_or_refused_cleanly(tmp_path, data):
    text = write(tmp_path / "good.csv", [GOOD] * 3).read_text()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 8))
        text = text[:at] + data.draw(st.text(max_size=4)) + text[at + cut :]
    path = tmp_path / "damaged.csv"
    path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
    with contextlib.suppress(BattlesError):
        battles = read_battles(path)
        assert battles.n >= 1
        assert np.all(battles.strength > 0)


def test_one_command_draws_every_figure(battles_file, tmp_path):
    files = draw_all(battles_file.parent, tmp_path)
    assert len(files) == 5
    assert all(file.stat().st_size > 5_000 for file in files)


def test_one_fighter_and_a_hundred_million_are_replayed(tmp_path):
    rows = [
        GOOD | {"stra": "1", "strd": "1", "casa": "1", "casd": "1"},
        GOOD | {"stra": "100000000", "caldays": "30"},
        GOOD | {"year": "-480", "strd": "300"},
    ]
    found = replay_battles(write(tmp_path / "battles.csv", rows), draws=50)
    assert found.n == 3
    assert np.isfinite([found.attacker_rmse_log, found.defender_rmse_log]).all()
