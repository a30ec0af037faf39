"""The models with a mechanism switched off, as files list them."""

from pathlib import Path

import numpy as np
import pytest

from calibration.checks.alternative_models import (
    FOLDER,
    Alternative,
    alternative_pool,
    alternative_scenario,
    alternative_seed,
    load_alternatives,
)
from calibration.pool import BLOCKS
from sim.scenario import load
from sim.scenario.faults import ScenarioError
from sim.scenario.schema import Scenario

SHIPPED = sorted(path.name.split(".")[0] for path in FOLDER.glob("*.alternatives.toml"))


@pytest.fixture(scope="module")
def towns() -> Scenario:
    return load("two-towns")


def write(folder: Path, text: str) -> Path:
    file = folder / "mine.toml"
    file.write_text(text)
    return file


def row(**cells: object) -> str:
    lines = [f"{key} = {value}" for key, value in cells.items()]
    return "\n".join(["[[alternatives]]", *lines]) + "\n"


GOOD = {"id": '"none"', "label": '"no confidence"', "why": '"made up"'}
HELD = '[alternatives.parameters]\n"any_kind.air_confidence" = 0\n'


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_alternatives_switch_three_mechanisms_off(name: str) -> None:
    found = load_alternatives(load(name))
    assert [each.id for each in found] == ["no-air-strikes", "no-car-bombs", "no-ypg-entry"]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_alternative_differs_from_its_scenario_and_keeps_its_outcomes(name: str) -> None:
    scenario = load(name)
    for alternative in load_alternatives(scenario):
        model = alternative_scenario(scenario, alternative)
        assert model.hash != scenario.hash
        assert {row.id for row in scenario.outcomes} <= {row.id for row in model.outcomes}
        assert (model.start, model.end) == (scenario.start, scenario.end)


def test_both_scenarios_that_are_calibrated_have_alternatives() -> None:
    assert SHIPPED == ["campaign-2015", "hasakeh-2015"]


def test_a_scenario_without_a_file_has_none(towns: Scenario) -> None:
    assert load_alternatives(towns) == ()


def test_held_parameters_lose_their_prior_and_the_others_keep_it(
    towns: Scenario, tmp_path: Path
) -> None:
    (alternative,) = load_alternatives(towns, write(tmp_path, row(**GOOD) + HELD))
    model = alternative_scenario(towns, alternative)
    held = model.parameters["any_kind.air_confidence"]
    assert (held.value, held.prior) == (0, "fixed")
    others = {name: p for name, p in model.parameters.items() if name != held.id}
    assert others == {name: p for name, p in towns.parameters.items() if name != held.id}


def test_a_value_may_lie_outside_the_prior() -> None:
    siege = load("hasakeh-2015")
    without = load_alternatives(siege)[0]
    model = alternative_scenario(siege, without)
    assert model.parameters["siege.coalition_strikes_per_day"].value == 0
    assert siege.parameters["siege.coalition_strikes_per_day"].low == 1.5


def test_an_overlay_and_values_go_together() -> None:
    campaign = load("campaign-2015")
    model = alternative_scenario(campaign, load_alternatives(campaign)[0])
    assert any(each.event == "air_factor" for each in model.events)
    assert model.parameters["campaign.government_strikes_per_day"].value == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[alternatives]\n", "cannot be read"),
        ("alternatives = 3\n", "not a list"),
        ("other = 3\n", "unknown key"),
        ("alternatives = [3]\n", "not a table"),
        (row(label='"a"', why='"b"') + HELD, "mine.toml, row 1, id: field required"),
        (row(**{**GOOD, "id": '"No Way"'}) + HELD, "row 1, id"),
        (row(**GOOD, colour='"red"') + HELD, 'row 1, colour: unknown key: found "red"'),
        (row(**GOOD), "nothing is switched off"),
        ((row(**GOOD) + HELD) * 2, "row 2, id: the id is used twice"),
        (row(**GOOD, overlay='"ypg-neutral"'), "row 1, overlay: no overlay of two-towns"),
        (
            row(**GOOD) + '[alternatives.parameters]\n"any_kind.air_confidense" = 0\n',
            'unknown parameter (did you mean "any_kind.air_confidence"?)',
        ),
        (
            row(**GOOD) + '[alternatives.parameters]\n"any_kind.air_confidence" = "none"\n',
            "parameters.any_kind.air_confidence: input should be a valid number",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    towns: Scenario, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        load_alternatives(towns, write(tmp_path, text))
    sentences = [str(fault) for fault in refused.value.faults]
    assert any(said in sentence for sentence in sentences), sentences
    assert all(sentence.startswith("mine.toml") for sentence in sentences)


def test_a_file_that_is_not_there_is_refused(towns: Scenario, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read"):
        load_alternatives(towns, tmp_path / "none.toml")


def test_alternatives_have_seeds_of_their_own() -> None:
    seeds = [alternative_seed(7, position) for position in range(5)]
    used = [7 + block for block in range(BLOCKS)]
    used += [seed + block for seed in seeds for block in range(BLOCKS)]
    assert len(set(used)) == len(used)
    with pytest.raises(ValueError, match="from 0"):
        alternative_seed(7, -1)


def test_the_pool_of_an_alternative_holds_its_values_and_is_found_again(
    towns: Scenario, tmp_path: Path
) -> None:
    alternative = Alternative(
        id="steady", label="nobody breaks", why="made up", parameters={"air.sigma": 0.0}
    )
    said: list[tuple[int, int]] = []
    made = [
        alternative_pool(
            towns,
            alternative,
            tmp_path / "pool",
            seed=alternative_seed(0, 0),
            vectors=4,
            progress=lambda done, total: said.append((done, total)),
        )
        for _ in range(2)
    ]
    assert "air.sigma" not in made[0].ids
    assert made[0].scenario.parameters["air.sigma"].value == 0
    assert set(made[0].seed.tolist()) == {1000, 1001}
    assert said[0] == (0, 4)
    assert said[-1] == (4, 4)
    assert np.array_equal(made[0].values, made[1].values)
    for name, outcome in made[0].outcomes.items():
        assert np.array_equal(outcome.values, made[1].outcomes[name].values)
